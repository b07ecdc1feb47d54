# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesOutlet(models.Model):
    """How large an outlet's workshop is (K9)."""

    _inherit = "aftersales.outlet"

    aftersales_bay_count = fields.Integer(
        string="Bays",
        tracking=True,
        help="Number of bays of the workshop: walk-ins handed over ÷ bays is the bay turnover "
        "(K9). 0: no workshop.",
    )

    _bay_count_positive = models.Constraint(
        "CHECK(aftersales_bay_count >= 0)", "An outlet has no bays or some: not fewer than zero."
    )
