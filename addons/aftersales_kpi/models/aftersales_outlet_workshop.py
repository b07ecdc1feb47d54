# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AftersalesOutlet(models.Model):
    """How large an outlet's workshop is (K9)."""

    _inherit = "aftersales.outlet"

    aftersales_bay_count = fields.Integer(
        string="Number of Bays",
        compute="_compute_aftersales_bay_count",
        store=True,
        readonly=False,
        tracking=True,
        help="Number of bays of the workshop, those with a name where there are any: "
        "walk-ins handed over ÷ bays is the bay turnover (K9). 0: no workshop.",
    )

    _bay_count_positive = models.Constraint(
        "CHECK(aftersales_bay_count >= 0)", "An outlet has no bays or some: not fewer than zero."
    )

    @api.depends("bay_ids.active")
    def _compute_aftersales_bay_count(self):
        """As many as have a name; where none has, what was typed (S23)."""
        for outlet in self:
            outlet.aftersales_bay_count = len(outlet.bay_ids) or outlet.aftersales_bay_count
