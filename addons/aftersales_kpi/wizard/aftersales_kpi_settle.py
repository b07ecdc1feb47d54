# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesKpiSettle(models.TransientModel):
    """The manager answers a dispute: another figure with evidence, or the figure stays (K4)."""

    _name = "aftersales.kpi.settle"
    _description = "Settle a Dispute of a KPI Figure"

    line_id = fields.Many2one(
        "aftersales.kpi.sheet.line", required=True, readonly=True, ondelete="cascade"
    )
    indicator_id = fields.Many2one(related="line_id.indicator_id")
    figure = fields.Char(related="line_id.figure")
    unit = fields.Char(related="line_id.unit")
    comment = fields.Text(related="line_id.dispute_comment", string="The Employee Says")
    verdict = fields.Selection(
        [("upheld", "The Figure Stays"), ("corrected", "Correct the Figure")],
        required=True,
        default="upheld",
    )
    value = fields.Float(
        digits=(16, 4), string="Right Figure", help="The figure as it should be, in its unit."
    )
    evidence_ids = fields.Many2many(
        "ir.attachment", help="Documents that the right figure rests on."
    )
    reason = fields.Text(required=True, help="Why: the employee reads it.")

    def action_settle(self):
        """Settle the line; the employee is asked to agree once nothing waits."""
        self.ensure_one()
        if self.verdict == "corrected":
            self.line_id._correct(self.value, self.evidence_ids, self.reason)
        else:
            self.line_id._uphold(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
