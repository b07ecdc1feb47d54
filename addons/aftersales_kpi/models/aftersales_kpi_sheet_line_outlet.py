# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AftersalesKpiSheetLine(models.Model):
    """How many points an indicator lost: what an outlet's scorecard begins with (K10)."""

    _inherit = "aftersales.kpi.sheet.line"

    lost_points = fields.Float(
        compute="_compute_lost_points",
        digits=(16, 2),
        string="Points Lost",
        help="The most that the indicator could give less what it gave; 0 where nothing was "
        "measured.",
    )

    @api.depends("points", "max_points", "is_measured")
    def _compute_lost_points(self):
        for line in self:
            lost = line.max_points - line.points if line.is_measured else 0.0
            line.lost_points = max(lost, 0.0)

    def _get_loss(self):
        """What the indicator cost the score: the points lost, as much as they weigh."""
        self.ensure_one()
        share = self.weight / self.max_points if self.weight and self.max_points > 0 else 1.0
        return self.lost_points * share
