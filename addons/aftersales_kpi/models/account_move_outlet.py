# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

BILLS = ("in_invoice", "in_refund")


class AccountMove(models.Model):
    """Bills of outlets change through their settlement; reversing one frees its jobs (S10).

    This is the one place: the settlement's own cancelling and Odoo's *Reverse* both come here.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        """Post; what reverses an outlet's bill as a whole cancels its settlement."""
        settlements = self._find_reversed_settlements()
        for move, settlement in settlements.items():
            settlement._check_no_later_correction()
            if move.currency_id.compare_amounts(move.amount_total, settlement.move_id.amount_total):
                raise UserError(
                    self.env._(
                        "%(bill)s pays the jobs of %(settlement)s: reverse it as a whole, or take "
                        "a part back by a penalty.",
                        bill=settlement.move_id.display_name,
                        settlement=settlement.display_name,
                    )
                )
        posted = super()._post(soft)
        for move, settlement in settlements.items():
            if move in posted:
                settlement._write_step({"reversal_id": move.id})
                settlement._free(move.ref)
        return posted

    def button_draft(self):
        """Refuse for an outlet's bill: its jobs are settled by it."""
        self._check_not_settlement()
        return super().button_draft()

    def button_cancel(self):
        """Refuse for an outlet's bill: its jobs are settled by it."""
        self._check_not_settlement()
        return super().button_cancel()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_outlet_settlement(self):
        self._check_not_settlement()

    def _find_reversed_settlements(self):
        """Posted settlements whose bills these moves reverse.

        :return: dict {reversal: settlement}
        """
        reversals = self.filtered(
            lambda move: move.move_type in BILLS and move.reversed_entry_id.move_type in BILLS
        )
        if not reversals:
            return {}
        # sudo: whoever reverses the bill, the settlement must follow.
        settlements = (
            self.env["aftersales.outlet.settlement"]
            .sudo()
            .search([("move_id", "in", reversals.reversed_entry_id.ids), ("state", "=", "posted")])
        )
        by_bill = {settlement.move_id.id: settlement for settlement in settlements}
        return {
            move: by_bill[move.reversed_entry_id.id]
            for move in reversals
            if move.reversed_entry_id.id in by_bill
        }

    def _check_not_settlement(self):
        """Refuse what would leave jobs settled without a bill.

        :raises UserError: naming the settlement
        """
        bills = self.filtered(lambda move: move.move_type in BILLS)
        if not bills:
            return
        # sudo: only the name of the settlement, which is printed on the bill anyway.
        settlement = (
            self.env["aftersales.outlet.settlement"]
            .sudo()
            .search(["|", ("move_id", "in", bills.ids), ("reversal_id", "in", bills.ids)], limit=1)
        )
        if settlement:
            raise UserError(
                self.env._(
                    "This document belongs to the settlement %(settlement)s. Leave it as it is, or "
                    "cancel the settlement: that reverses the bill.",
                    settlement=settlement.name,
                )
            )
