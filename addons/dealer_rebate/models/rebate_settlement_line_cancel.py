# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateSettlementLineCancel(models.Model):
    """A line whose credit note was reversed no longer counts as settled (R15)."""

    _inherit = "rebate.settlement.line"

    # Whatever asks what was settled asks for "posted": a cancelled line drops out by itself.
    state = fields.Selection(
        selection_add=[("cancelled", "Cancelled")],
        ondelete={"cancelled": "cascade"},
        help="Carried: the dealer's balance is negative. Nothing is posted, and the amounts come "
        "back in the next settlement. Cancelled: the credit note was reversed, and nothing of the "
        "line counts as settled.",
    )
    reversal_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The document that reversed the credit note.",
    )

    def _cancel(self):
        """Take lines out of what counts as settled, and close settlements that have no other."""
        # sudo: lines have no write access for anyone; what is done here follows from the document.
        lines = self.sudo()
        lines.write({"state": "cancelled"})
        lines.settlement_id._close_if_cancelled()
