# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.tools import SQL


class RebateBasisMixinWallet(models.AbstractModel):
    """Wallets are no turnover: neither what they pay, nor what is granted by hand (P12)."""

    _inherit = "rebate.basis.mixin"

    def _get_scope_sql(self, agreement):
        condition = super()._get_scope_sql(agreement)
        accounts = tuple(self.env["rebate.wallet"]._get_by_account())
        if not accounts:
            return condition
        return SQL(
            """%s AND line.account_id NOT IN %s
               AND NOT EXISTS (SELECT 1 FROM rebate_wallet_grant granted
                                WHERE granted.credit_note_id IN (move.id,
                                                                 move.reversed_entry_id))""",
            condition,
            accounts,
        )

    def _flush_basis(self):
        self.env["rebate.wallet.grant"].flush_model(["credit_note_id"])
        return super()._flush_basis()
