# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AccountMoveLinePayout(models.Model):
    """Credit notes that are paid by transfer wait on a receivable account of their own (R3, R4)."""

    _inherit = "account.move.line"

    def _compute_account_id(self):
        result = super()._compute_account_id()
        for line in self:
            # sudo: whoever makes the document, its agreement decides on the account.
            agreement = line.move_id.sudo().rebate_settlement_id.agreement_id
            if line.display_type == "payment_term" and agreement.payout == "transfer":
                line.account_id = agreement._get_transfer_account().with_env(self.env)
        return result
