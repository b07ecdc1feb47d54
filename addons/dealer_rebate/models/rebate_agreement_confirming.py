# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateAgreementConfirming(models.Model):
    """Whether dealers confirm a settlement before it is posted (R4, R12)."""

    _inherit = "rebate.agreement"

    dealer_confirms = fields.Boolean(
        string="Dealers Confirm",
        help="Each dealer gets the computed settlement by mail and confirms it on the portal, or "
        "objects to a line or to one invoice. Only the amount objected to waits.",
    )
    confirm_days = fields.Integer(
        string="Days to Answer",
        default=10,
        help="Not answering within so many days counts as confirmed, and is logged as such.",
    )

    _confirm_days_positive = models.Constraint(
        "CHECK (confirm_days >= 0)", "The days to answer cannot be negative."
    )

    def _get_term_fields(self):
        return super()._get_term_fields() | {"dealer_confirms", "confirm_days"}
