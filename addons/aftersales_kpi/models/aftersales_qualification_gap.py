# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class AftersalesQualificationGap(models.Model):
    """Certificates that each outlet must hold and holds today, by role: what is missing (K13)."""

    _name = "aftersales.qualification.gap"
    _description = "Certificates Held and Required"
    _auto = False
    _order = "missing desc, outlet_id, requirement_id, id"
    _rec_name = "requirement_id"

    outlet_id = fields.Many2one("aftersales.outlet", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    requirement_id = fields.Many2one(
        "aftersales.qualification.requirement", string="Role", readonly=True
    )
    kind_id = fields.Many2one("aftersales.certificate.kind", string="Certificate", readonly=True)
    required = fields.Integer(readonly=True, help="Certificates that the outlet must hold.")
    held = fields.Integer(readonly=True, help="Valid today, held by people who meet the role.")
    missing = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        day = SQL("%s::date", fields.Date.context_today(self))
        return SQL(
            """SELECT row_number() OVER (ORDER BY outlet_id, requirement_id, kind_id) AS id,
                      outlet_id, company_id, requirement_id, kind_id, required, held,
                      required - held AS missing
                 FROM (%s) AS status""",
            self.env["aftersales.qualification.post"]._get_status_sql(day),
        )
