# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesCommissionFigure(models.Model):
    """A figure that commissions of a month stand on, with the records behind it (K20, K22).

    The figure of a month itself, or what it has changed by since it was confirmed: the figures of
    a month add up to what it is now.
    """

    _name = "aftersales.commission.figure"
    _description = "Figure behind Commissions"
    _inherit = ["aftersales.bulk.mixin"]
    _order = "period_start desc, team_id, indicator_id, id"
    _rec_name = "indicator_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    period_start = fields.Date(
        string="Paid With", required=True, readonly=True, index=True, help="Month of the statement."
    )
    period_of = fields.Date(
        string="Month", required=True, readonly=True, help="Month that was measured."
    )
    team_id = fields.Many2one(
        "aftersales.team", required=True, readonly=True, index=True, ondelete="restrict"
    )
    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="What was measured.",
    )
    subject_kind = fields.Char(
        required=True, readonly=True, help="Who was measured: employee, team, outlet or company."
    )
    subject_id = fields.Integer(
        required=True, readonly=True, aggregator=None, help="Id of who was measured."
    )
    value = fields.Float(
        digits=(16, 4), readonly=True, help="The figure, or the difference to what was confirmed."
    )
    line_ids = fields.One2many("aftersales.commission.line", "figure_id", readonly=True)
    source_ids = fields.One2many("aftersales.commission.source", "figure_id", readonly=True)
