# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AccountMove(models.Model):
    """Invoices of service contracts (S2 B): what is posted is the contract's income."""

    _inherit = "account.move"

    aftersales_contract_id = fields.Many2one(
        "aftersales.contract",
        string="Service Contract",
        index="btree_not_null",
        readonly=True,
        # Reversals too: what is credited is no income of the contract.
        copy=True,
        ondelete="restrict",
        help="Service contract that this invoice or credit note belongs to.",
    )

    def button_cancel(self):
        """A draft that is cancelled was no invoice: its instalment is to be invoiced again."""
        result = super().button_cancel()
        self.filtered(lambda move: move.state == "cancel")._release_instalments()
        return result

    def unlink(self):
        """A draft that is deleted was no invoice either."""
        self._release_instalments()
        return super().unlink()

    def _release_instalments(self):
        """Take back the link of instalments to these invoices and credit notes."""
        # sudo: only the link is taken back; an accountant writes no plans.
        instalments = self.env["aftersales.contract.instalment"].sudo()
        for name in ("move_id", "credit_move_id"):
            instalments.search([(name, "in", self.ids)])[name] = False
