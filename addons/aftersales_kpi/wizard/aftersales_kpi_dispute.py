# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesKpiDispute(models.TransientModel):
    """The employee says what is wrong with one figure (K4)."""

    _name = "aftersales.kpi.dispute"
    _description = "Dispute a KPI Figure"

    line_id = fields.Many2one(
        "aftersales.kpi.sheet.line", required=True, readonly=True, ondelete="cascade"
    )
    indicator_id = fields.Many2one(related="line_id.indicator_id")
    figure = fields.Char(related="line_id.figure")
    formula = fields.Text(related="line_id.formula")
    explanation = fields.Text(related="line_id.explanation")
    comment = fields.Text(required=True, help="What is wrong, and which jobs show it.")

    def action_dispute(self):
        """Dispute the figure: the manager is told."""
        self.ensure_one()
        self.line_id._dispute(self.comment)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
