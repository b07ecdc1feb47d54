# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError

PURPOSES = {
    "finding_send_back": ("aftersales.round.finding", "action_send_back"),
    "finding_drop": ("aftersales.round.finding", "action_drop"),
    "tool_count_cancel": ("aftersales.tool.count", "action_cancel"),
    "reception_cancel": ("aftersales.reception", "action_cancel"),
    "training_cancel": ("aftersales.training", "action_cancel"),
}


class AftersalesReason(models.TransientModel):
    """Reasons of rounds (S21)."""

    _inherit = "aftersales.reason"

    purpose = fields.Selection(
        selection_add=[
            ("finding_send_back", "Send a Finding Back"),
            ("finding_drop", "Drop a Finding"),
            ("tool_count_cancel", "Cancel a Tool Count"),
            ("reception_cancel", "Cancel a Visit"),
            ("training_cancel", "Cancel a Training"),
        ],
        ondelete=dict.fromkeys(PURPOSES, "cascade"),
    )

    def action_confirm(self):
        self.ensure_one()
        if self.purpose not in PURPOSES:
            return super().action_confirm()
        model, method = PURPOSES[self.purpose]
        if model != self.res_model:
            raise UserError(self.env._("This reason belongs to another document: open it again."))
        getattr(self.env[model].browse(self.res_ids), method)(reason=self.reason)
        return {"type": "ir.actions.act_window_close"}
