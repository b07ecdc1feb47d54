# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResCompany(models.Model):
    """What a company calls young, unmoved and dead stock (P10)."""

    _inherit = "res.company"

    parts_age_target = fields.Float(
        string="Young Stock Target (%)",
        default=80.0,
        help="Share of the parts' stock value that shall be young (P10).",
    )
    parts_age_days = fields.Integer(
        string="Young up to (Days)", default=90, help="Stock is young up to this age (P10)."
    )
    parts_unmoved_days = fields.Integer(
        string="Class C after (Days)",
        default=90,
        help="Parts that did not move for longer are of class C (P10).",
    )
    parts_dead_months = fields.Integer(
        string="Dead after (Months)",
        default=12,
        help="Stock without demand for so long, and there for as long, is dead.",
    )
    parts_buy_back_percent = fields.Float(
        string="Buy-Back Price (%)",
        default=100.0,
        help="What a return offer proposes, of the dealer's settlement price.",
    )

    _parts_limits = models.Constraint(
        "CHECK (parts_age_target BETWEEN 0 AND 100 AND parts_age_days >= 0 "
        "AND parts_unmoved_days >= 0 AND parts_dead_months >= 0 AND parts_buy_back_percent >= 0)",
        "Limits of young, unmoved and dead stock are not negative, and the target is a share of "
        "100 % at most.",
    )
