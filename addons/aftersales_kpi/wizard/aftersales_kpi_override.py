# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesKpiOverride(models.TransientModel):
    """Why a month is closed although its scheme is at fault (K1)."""

    _name = "aftersales.kpi.override"
    _description = "Close a KPI Period at Fault"

    closing_id = fields.Many2one(
        "aftersales.kpi.closing", required=True, readonly=True, ondelete="cascade"
    )
    below_count = fields.Integer(related="closing_id.below_count")
    below_share = fields.Float(related="closing_id.below_share")
    reason = fields.Text(required=True, help="Why these figures stand.")

    def action_override(self):
        """Log the reason."""
        self.ensure_one()
        self.closing_id._override(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
