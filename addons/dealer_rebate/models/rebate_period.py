# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RebatePeriod(models.Model):
    """A period of an agreement's own calendar."""

    _name = "rebate.period"
    _inherit = ["rebate.term.mixin"]
    _description = "Period of a Rebate Agreement"
    _order = "agreement_id, date_from, id"

    agreement_id = fields.Many2one(
        "rebate.agreement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    name = fields.Char(required=True, help="As it stands on the statement, e.g. 2026 spring.")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "A period cannot end before it starts."
    )

    @api.constrains("agreement_id", "date_from", "date_to")
    def _check_overlap(self):
        for period in self:
            for other in period.agreement_id.period_ids - period:
                if other.date_from <= period.date_to and period.date_from <= other.date_to:
                    raise ValidationError(
                        self.env._(
                            "%(one)s and %(other)s overlap: a day belongs to one period only.",
                            one=period.name,
                            other=other.name,
                        )
                    )
