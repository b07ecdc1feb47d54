# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesKpiChoice(models.Model):
    """A named answer of a typed indicator and its figure: "solves all alone" is 10 (K2)."""

    _name = "aftersales.kpi.choice"
    _description = "Choice of a Typed Indicator"
    _order = "indicator_id, sequence, id"

    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="Choice", required=True, translate=True, help="What is chosen, e.g. ordinary."
    )
    value = fields.Float(
        string="Figure",
        digits=(16, 4),
        aggregator=False,
        help="What the choice counts, in the indicator's unit. Figures confirmed before a change "
        "keep theirs.",
    )
