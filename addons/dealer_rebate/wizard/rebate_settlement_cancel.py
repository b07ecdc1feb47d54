# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class RebateSettlementCancelWizard(models.TransientModel):
    """Asks why and when before the credit notes of a settlement are reversed (R15)."""

    _name = "rebate.settlement.cancel"
    _description = "Cancel a Posted Settlement"

    settlement_id = fields.Many2one(
        "rebate.settlement", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Date of the reversing documents. A locked one moves to the next open day.",
    )
    reason = fields.Char(required=True, help="Stands on the reversing documents.")
    document_count = fields.Integer(
        string="Credit Notes", compute="_compute_figures", help="Each gets a reversing document."
    )
    paid_count = fields.Integer(
        string="Paid or Set Off",
        compute="_compute_figures",
        help="Credit notes that were paid or set off against invoices. Those invoices are open "
        "again afterwards, and payments stand as a claim on the dealer.",
    )

    @api.depends("settlement_id")
    def _compute_figures(self):
        for wizard in self:
            lines = wizard.settlement_id.line_ids.filtered(lambda line: line.state == "posted")
            # sudo: counting documents that the settlement made; whoever cancels sees them anyway.
            notes = lines.sudo().credit_note_id
            wizard.document_count = len(notes)
            wizard.paid_count = len(
                notes.filtered(lambda note: note.payment_state in ("paid", "in_payment", "partial"))
            )

    def action_cancel_settlement(self):
        """Reverse the credit notes, or order it from the scheduled action."""
        self.ensure_one()
        self.settlement_id._cancel_posted(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
