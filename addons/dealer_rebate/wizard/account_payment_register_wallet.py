# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AccountPaymentRegister(models.TransientModel):
    """Odoo's own way to pay, with a dealer's wallet: proposes what may be spent (P12)."""

    _inherit = "account.payment.register"

    rebate_wallet_id = fields.Many2one("rebate.wallet", compute="_compute_rebate_wallet")
    rebate_wallet_spendable = fields.Monetary(
        string="Payable with the Wallet",
        compute="_compute_rebate_wallet",
        help="What is available to the dealer and allowed by the wallet's rules on this invoice.",
    )

    @api.depends("payment_method_line_id", "line_ids", "payment_date")
    def _compute_rebate_wallet(self):
        wallets = self.env["rebate.wallet"]._get_by_account()
        for wizard in self:
            account = wizard.payment_method_line_id.payment_account_id
            # sudo: whoever pays sees what can be spent.
            wallet = wallets.get(account.id) and self.env["rebate.wallet"].sudo().browse(
                wallets[account.id]
            )
            invoices = wizard.line_ids.move_id
            wizard.rebate_wallet_id = wallet
            wizard.rebate_wallet_spendable = (
                wallet._get_spendable(invoices, wizard.payment_date)
                if wallet and len(invoices) == 1 and invoices.is_sale_document()
                else 0
            )

    @api.depends("payment_method_line_id")
    def _compute_amount(self):
        """Propose no more than the wallet pays of this invoice."""
        result = super()._compute_amount()
        for wizard in self:
            if wizard.rebate_wallet_id and wizard.payment_type == "inbound":
                if not wizard.custom_user_amount:
                    wizard.amount = min(wizard.amount, wizard.rebate_wallet_spendable)
        return result
