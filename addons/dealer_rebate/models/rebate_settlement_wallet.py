# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class RebateSettlementWallet(models.Model):
    """A settlement that pays in virtual currency moves its credit notes into wallets (P12)."""

    _inherit = "rebate.settlement"

    def _pay_out(self, moves):
        result = super()._pay_out(moves)
        for settlement in self.filtered(lambda s: s.agreement_id.payout == "wallet"):
            wallet = settlement.agreement_id.wallet_id
            wallet._grant(moves.filtered(lambda move: move.move_type == "out_refund"))
            wallet._take_back(moves.filtered(lambda move: move.move_type == "out_invoice"))
        return result

    def _get_rebate_taxes(self, tax_ids):
        """No tax at the grant where the wallet's tax is settled at spending (R15)."""
        agreement = self.agreement_id
        if agreement.payout == "wallet" and agreement.wallet_id.tax_setting == "spending":
            return self.env["account.tax"]
        return super()._get_rebate_taxes(tax_ids)
