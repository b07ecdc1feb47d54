# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AccountMove(models.Model):
    """Refunds and entries that settle a claim: posting, taking back and reversing count (S17)."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """What is posted is credited; a reversal opens its claim again."""
        posted = super()._post(soft=soft)
        posted._refresh_aftersales_claims()
        return posted

    def button_draft(self):
        """A refund that is a draft again has credited nothing."""
        result = super().button_draft()
        self._refresh_aftersales_claims()
        return result

    def button_cancel(self):
        """A cancelled refund credits nothing, and the claim may get another one."""
        result = super().button_cancel()
        self._refresh_aftersales_claims()
        return result

    def unlink(self):
        """A draft that is deleted takes its credit along, and the claim may get another one."""
        # sudo: an accountant writes no credits; core says which documents may be deleted.
        credits = self.env["aftersales.claim.credit"].sudo()
        credits.search([("move_id", "in", self.ids)]).unlink()
        return super().unlink()

    def _refresh_aftersales_claims(self):
        """Let claims follow what became of their documents; one query where there are none."""
        if not self:
            return
        # sudo: an accountant writes no claims; they follow the documents that he may post.
        credits = self.env["aftersales.claim.credit"].sudo()
        credits.search([("move_id", "in", (self | self.reversed_entry_id).ids)])._refresh()

    def _get_aftersales_claim_rest(self):
        """What of a refund settles no claim yet, before tax, in its currency."""
        self.ensure_one()
        # sudo: amounts of other claims are summed, not shown.
        credits = self.env["aftersales.claim.credit"].sudo()
        used = sum(credits.search([("move_id", "=", self.id)]).mapped("amount"))
        reversals = self.reversal_move_ids.filtered(lambda other: other.state == "posted")
        left = self.amount_untaxed - sum(reversals.mapped("amount_untaxed")) - used
        return self.currency_id.round(left)
