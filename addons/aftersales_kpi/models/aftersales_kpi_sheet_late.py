# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.rate_table.calculators import to_decimal


class AftersalesKpiSheetLate(models.Model):
    """What changed in a figure of an earlier period after its sheet was agreed (K4, S18).

    The earlier sheet stays as it was agreed; a rework that was confirmed later, say, is a
    difference on the next open sheet.
    """

    _name = "aftersales.kpi.sheet.late"
    _description = "Late Change of a KPI Figure"
    _inherit = ["aftersales.kpi.sheet.part.mixin"]
    _order = "sheet_id, period_start, id"

    origin_id = fields.Many2one(
        "aftersales.kpi.sheet.line",
        required=True,
        index=True,
        ondelete="restrict",
        help="Line of the earlier sheet, as it was agreed.",
    )
    indicator_id = fields.Many2one(related="origin_id.indicator_id", store=True, index=True)
    period_start = fields.Date(
        related="origin_id.period_start", store=True, string="Month", help="The earlier month."
    )
    unit = fields.Char(related="origin_id.unit")
    value_before = fields.Float(
        digits=(16, 4), aggregator="avg", help="The figure that was agreed, or said last."
    )
    value_after = fields.Float(
        digits=(16, 4), aggregator="avg", help="The figure as it is measured today."
    )
    points_before = fields.Float(digits=(16, 2), aggregator="avg", help="Its points.")
    points_after = fields.Float(
        digits=(16, 2), aggregator="avg", help="Its points by the terms of the earlier sheet."
    )
    counts = fields.Boolean(help="The difference counts in this sheet; otherwise it is a note.")
    points = fields.Float(
        compute="_compute_points",
        store=True,
        digits=(16, 2),
        string="Difference",
        aggregator="sum",
        help="Points given or taken back by this sheet.",
    )
    weight = fields.Float(digits=(16, 2), aggregator=None, help="Weight of the earlier line.")
    max_points = fields.Float(digits=(16, 2), string="Out of", aggregator=None)

    @api.depends("points_before", "points_after", "counts")
    def _compute_points(self):
        for late in self:
            difference = to_decimal(late.points_after) - to_decimal(late.points_before)
            late.points = float(difference) if late.counts else 0.0
