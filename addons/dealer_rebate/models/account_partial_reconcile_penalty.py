# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AccountPartialReconcilePenalty(models.Model):
    """A credit note that is open again was not paid: its penalty is taken back (R12)."""

    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Undo matches; then take back penalties for payments that were matched by them."""
        # sudo: whoever undoes the match, what it owes follows.
        penalties = self.env["rebate.penalty"].sudo()
        notes = self.credit_move_id.move_id.filtered("rebate_settlement_id")
        if notes:
            keys = {f"part:{part.id}" for part in self}
            payments = self.debit_move_id.move_id.origin_payment_id
            penalties = penalties.search(
                [("move_id", "in", notes.ids), ("state", "in", ("draft", "posted"))]
            ).filtered(
                lambda penalty: (
                    penalty.source_key in keys or penalty.payout_line_id.payment_id in payments
                )
            )
        # What a run proposes for this payment has no ground any more.
        proposed = penalties.filtered(lambda penalty: penalty.state == "draft")
        proposed.unlink()
        penalties -= proposed
        result = super().unlink()
        penalties.with_env(self.env)._take_back()
        return result
