# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesVoucherCancel(models.TransientModel):
    """Asks for the reason before an entry is struck off (S1)."""

    _name = "aftersales.voucher.cancel"
    _description = "Cancel Service Vouchers"

    voucher_ids = fields.Many2many("aftersales.voucher", required=True, string="Vouchers")
    reason = fields.Char(required=True, help="Why the job is not done; stays in the register.")

    def action_cancel_vouchers(self):
        """Cancel the chosen vouchers; their numbers stay with them.

        :raises UserError: when one of them is done already
        """
        self.ensure_one()
        self.voucher_ids.action_cancel(reason=self.reason)
        return {"type": "ir.actions.act_window_close"}
