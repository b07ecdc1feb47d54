# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateAdjustment(models.Model):
    """Points that are added to or taken off a component's rate under a condition (R6, R10)."""

    _name = "rebate.adjustment"
    _description = "Adjustment of a Rebate Component"
    _inherit = ["rebate.term.mixin", "rebate.condition.mixin"]
    _order = "component_id, sequence, id"

    points = fields.Float(
        digits=(16, 4),
        min_display_digits=2,
        required=True,
        help="Percentage points of what it is paid on: 0.4 adds 0.4 %, -0.4 takes it off.",
    )

    def _describe(self):
        return self.env._(
            "%(points)s points if %(condition)s",
            points=f"{self.points:+g}",
            condition=super()._describe(),
        )

    def _get_condition_terms(self):
        return [*super()._get_condition_terms(), str(self.points)]
