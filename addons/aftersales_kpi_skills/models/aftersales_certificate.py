# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class AftersalesCertificate(models.Model):
    """Certifications among the skills count beside the own list of certificates (K13)."""

    _inherit = "aftersales.certificate"

    @api.model
    def _get_holding_sql(self):
        """Holdings of both lists; a certificate that stands in both counts once."""
        self.env["hr.employee.skill"].flush_model()
        self.env["aftersales.certificate.kind"].flush_model()
        return SQL(
            """%s UNION ALL
               SELECT skill.employee_id, kind.id AS kind_id,
                      COALESCE(skill.valid_from, '-infinity'::date) AS date_from,
                      skill.valid_to AS date_to
                 FROM hr_employee_skill AS skill
                 JOIN aftersales_certificate_kind AS kind ON kind.skill_id = skill.skill_id""",
            super()._get_holding_sql(),
        )
