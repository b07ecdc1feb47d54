# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResPartner(models.Model):
    """How a maker or supplier takes claims (S17)."""

    _inherit = "res.partner"

    aftersales_claim_grouping = fields.Selection(
        [
            ("unit", "One Claim per Unit"),
            ("payer", "All on One Claim"),
            ("month", "One Claim per Month"),
        ],
        string="Claims",
        default="unit",
        help="What goes on one claim to this payer: a unit, all that is open, or all work that "
        "was done in one month.",
    )
    aftersales_claim_days = fields.Integer(
        string="Claims within (days)",
        help="Claims have to be submitted so many days after the work; 0: no deadline.",
    )
    aftersales_claim_currency_id = fields.Many2one(
        "res.currency",
        string="Currency of Claims",
        help="Claims to this payer are written in it; empty: the company's currency.",
    )

    _aftersales_claim_days_positive = models.Constraint(
        "CHECK(aftersales_claim_days IS NULL OR aftersales_claim_days >= 0)",
        "The days for claims cannot be negative.",
    )
