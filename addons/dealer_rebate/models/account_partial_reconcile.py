# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Paying an invoice with a wallet keeps to the wallet's rules, however it is matched (P12)."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        if self.env["rebate.wallet"]._get_by_account():
            parts._check_wallet_limits()
        return parts

    def _check_wallet_limits(self):
        for part in self:
            invoice = part.debit_move_id.move_id
            if not invoice.is_sale_document():
                continue
            for wallet in part.credit_move_id.move_id._get_wallet_spent():
                paid = invoice._get_wallet_paid(wallet).mapped("debit_amount_currency")
                wallet._check_limit(invoice, sum(paid))
