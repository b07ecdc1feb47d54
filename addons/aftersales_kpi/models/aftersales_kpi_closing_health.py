# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AftersalesKpiClosingHealth(models.Model):
    """One figure of a scheme's health: what it does to the company (K4)."""

    _name = "aftersales.kpi.closing.health"
    _description = "Health of a KPI Scheme"
    _order = "closing_id, id"

    closing_id = fields.Many2one(
        "aftersales.kpi.closing", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="closing_id.company_id", store=True, index=True)
    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator", required=True, index=True, ondelete="cascade"
    )
    unit = fields.Char(related="indicator_id.unit")
    is_measured = fields.Boolean()
    value = fields.Float(digits=(16, 4), string="This Period", aggregator="avg")
    is_measured_before = fields.Boolean()
    value_before = fields.Float(digits=(16, 4), string="Period Before", aggregator="avg")
    verdict = fields.Selection(
        [
            ("better", "Better"),
            ("same", "As Before"),
            ("worse", "Worse"),
            ("unknown", "Not Measured"),
        ],
        compute="_compute_verdict",
        help="Against the period before, by what is better for the indicator.",
    )

    @api.depends(
        "value", "value_before", "is_measured", "is_measured_before", "indicator_id.better"
    )
    def _compute_verdict(self):
        for health in self:
            if not (health.is_measured and health.is_measured_before):
                health.verdict = "unknown"
            elif health.value == health.value_before:
                health.verdict = "same"
            else:
                rose = health.value > health.value_before
                good = rose == (health.indicator_id.better == "higher")
                health.verdict = "better" if good else "worse"
