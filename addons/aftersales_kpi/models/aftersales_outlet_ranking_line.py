# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesOutletRankingLine(models.Model):
    """An outlet's figure and rank in one indicator of a yearly ranking (K10)."""

    _name = "aftersales.outlet.ranking.line"
    _description = "Outlet in a Yearly Ranking"
    _order = "ranking_id desc, total_rank, outlet_id, indicator_id"
    _rec_name = "outlet_id"

    ranking_id = fields.Many2one(
        "aftersales.outlet.ranking", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="ranking_id.company_id", store=True, index=True, precompute=True
    )
    year = fields.Integer(related="ranking_id.year", store=True, precompute=True, aggregator=None)
    outlet_id = fields.Many2one("aftersales.outlet", required=True, index=True, ondelete="cascade")
    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator", required=True, index=True, ondelete="cascade"
    )
    value = fields.Float(
        digits=(16, 4), aggregator="avg", help="The year's figure, in the indicator's unit."
    )
    unit = fields.Char(related="indicator_id.unit")
    rank = fields.Integer(aggregator="avg", help="In this indicator; 1 is the best.")
    total_rank = fields.Integer(
        string="Overall Rank", aggregator="min", help="Over all indicators, by the mean of ranks."
    )
