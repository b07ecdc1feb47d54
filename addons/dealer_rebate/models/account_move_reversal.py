# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class AccountMoveReversal(models.Model):
    """Reversing a rebate's document, by whatever button, takes its lines out of the settled.

    This is the one place: the settlement's own cancelling and Odoo's *Reverse* both come here.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        """Post; what reverses a rebate's document as a whole cancels its settlement lines."""
        self._check_rebate_reversed_whole()
        posted = super()._post(soft)
        posted._cancel_reversed_rebates()
        return posted

    def _get_rebate_reversals(self):
        return self.filtered(
            lambda move: (
                move.reversed_entry_id.rebate_settlement_id
                and move.rebate_settlement_id == move.reversed_entry_id.rebate_settlement_id
            )
        )

    def _check_rebate_reversed_whole(self):
        """Refuse to post what takes back only a part of a rebate's document.

        :raise UserError: the ledger could not say which invoice lines the part belongs to
        """
        for move in self._get_rebate_reversals():
            origin = move.reversed_entry_id
            if (
                origin._find_rebate_lines()
                and move.currency_id.compare_amounts(move.amount_total, origin.amount_total) != 0
            ):
                # sudo: only the name of the settlement, which is printed on the document anyway.
                raise UserError(
                    self.env._(
                        "%(reversal)s takes back %(part)s of %(whole)s that %(origin)s paid as a "
                        "rebate. Reverse it as a whole, or cancel the settlement %(settlement)s; "
                        "then settle the period again.",
                        reversal=move.display_name,
                        part=move.amount_total,
                        whole=origin.amount_total,
                        origin=origin.display_name,
                        settlement=origin.sudo().rebate_settlement_id.name,
                    )
                )

    def _find_rebate_lines(self):
        """Settlement lines that these documents pay."""
        # sudo: whoever reverses the document, its settlement lines must follow.
        return (
            self.env["rebate.settlement.line"]
            .sudo()
            .search([("credit_note_id", "in", self.ids), ("state", "=", "posted")])
        )

    def _cancel_reversed_rebates(self):
        reversals = self._get_rebate_reversals()
        by_origin = {move.reversed_entry_id: move for move in reversals}
        lines = reversals.reversed_entry_id._find_rebate_lines() if reversals else None
        if not lines:
            return
        for origin, own in lines.grouped("credit_note_id").items():
            own.reversal_id = by_origin[origin.with_env(self.env)]
        lines._cancel()
        for settlement, own in lines.grouped("settlement_id").items():
            if settlement.state != "reversing" and not settlement.cancel_reason:
                settlement.message_post(
                    body=self.env._(
                        "%(documents)s reversed in Accounting: these dealers' rebates no longer "
                        "count as settled, and the next settlement of the period pays them again.",
                        documents=", ".join(own.credit_note_id.mapped("name")),
                    )
                )

    def _check_not_rebate_paid(self):
        """A document that took a rebate back stays as well: the ledger rests on it."""
        result = super()._check_not_rebate_paid()
        # sudo: as in _find_rebate_lines.
        lines = self.env["rebate.settlement.line"].sudo()
        # Odoo deletes the lines of a document before it asks whether the document may go.
        paid = lines.search([("credit_note_id", "in", self.ids)], limit=1) if self.ids else lines
        if paid:
            raise UserError(
                self.env._(
                    "%(document)s belongs to the ledger of %(settlement)s. Leave it as it is, or "
                    "cancel the settlement.",
                    document=paid.credit_note_id.display_name,
                    settlement=paid.settlement_id.name,
                )
            )
        taken = lines.search([("reversal_id", "in", self.ids)], limit=1) if self.ids else lines
        if taken:
            raise UserError(
                self.env._(
                    "%(document)s took back a rebate of %(settlement)s, which may have been "
                    "settled again since. Leave it as it is: what turns out wrong is corrected by "
                    "the next settlement.",
                    document=taken.reversal_id.name,
                    settlement=taken.settlement_id.name,
                )
            )
        return result
