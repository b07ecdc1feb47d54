# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Rebate credit notes know their settlement, and so do their copies and reversals."""

    _inherit = "account.move"

    # copy=True on purpose: a reversal or copy of a rebate document must not become turnover.
    rebate_settlement_id = fields.Many2one(
        "rebate.settlement",
        copy=True,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="This document pays out (or takes back) a rebate: it never counts as turnover.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_rebate_paid(self):
        self._check_not_rebate_paid()

    def button_draft(self):
        """Refuse to reopen a document that pays a posted settlement (R15)."""
        self._check_not_rebate_paid()
        return super().button_draft()

    def button_cancel(self):
        """Refuse to cancel a document that pays a posted settlement (R15)."""
        self._check_not_rebate_paid()
        return super().button_cancel()

    def action_view_rebate_settlement(self):
        """Open the settlement that this document pays out."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "rebate.settlement",
            "view_mode": "form",
            "res_id": self.rebate_settlement_id.id,
        }

    def _check_not_rebate_paid(self):
        # sudo: whoever touches the document must be stopped, whether or not they read rebates.
        paid = self.sudo().invoice_line_ids.rebate_settlement_line_id
        if paid:
            raise UserError(
                self.env._(
                    "%(document)s pays the rebate settlement %(settlement)s and is part of its "
                    "ledger. Leave it as it is; what turns out wrong is corrected by the next "
                    "settlement, or by a reversing document.",
                    document=", ".join(paid.credit_note_id.mapped("name")),
                    settlement=", ".join(paid.settlement_id.mapped("name")),
                )
            )
