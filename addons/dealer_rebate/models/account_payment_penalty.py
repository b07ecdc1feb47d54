# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AccountPaymentPenalty(models.Model):
    """A transfer that did not stand takes its penalty back: paying again counts anew (R12).

    Resetting to draft alone changes nothing: Odoo keeps the match until the payment is cancelled.
    """

    _inherit = "account.payment"

    def action_cancel(self):
        """Cancel; penalties for what these payments paid late are taken back."""
        self._take_back_penalties()
        return super().action_cancel()

    def action_reject(self):
        """Reject; penalties for what these payments paid late are taken back."""
        self._take_back_penalties()
        return super().action_reject()

    def _take_back_penalties(self):
        # sudo: whoever takes the payment back, what it owes follows.
        self.env["rebate.penalty"].sudo().search(
            [("payout_line_id.payment_id", "in", self.ids), ("state", "=", "posted")]
        ).with_env(self.env)._take_back()
