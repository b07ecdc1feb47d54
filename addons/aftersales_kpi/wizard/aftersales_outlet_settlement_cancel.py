# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesOutletSettlementCancel(models.TransientModel):
    """Why a posted settlement is cancelled: its bill is reversed, its jobs are free (S10)."""

    _name = "aftersales.outlet.settlement.cancel"
    _description = "Cancel an Outlet Settlement"

    settlement_id = fields.Many2one("aftersales.outlet.settlement", required=True, readonly=True)
    reason = fields.Char(required=True, help="Why, as it stands on the documents.")

    def action_cancel_settlement(self):
        """Reverse the bill."""
        self.ensure_one()
        self.settlement_id._cancel_posted(self.reason)
        return {"type": "ir.actions.act_window_close"}
