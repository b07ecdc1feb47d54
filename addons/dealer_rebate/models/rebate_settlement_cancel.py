# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class RebateSettlementCancel(models.Model):
    """Cancelling a posted settlement: a reversing document for each credit note (R15).

    Nothing is deleted. The lines no longer count as settled, so that settling the period again
    pays again, once.
    """

    _inherit = "rebate.settlement"

    state = fields.Selection(
        selection_add=[("reversing", "Being Cancelled"), ("cancel",)],
        ondelete={"reversing": "cascade"},
    )
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)
    cancel_date = fields.Date(
        readonly=True, copy=False, help="Date of the documents that reverse the credit notes."
    )

    def action_cancel_posted(self):
        """Ask for date and reason, then reverse the credit notes. For accountants."""
        self.ensure_one()
        self._check_may_post()
        self._check_state("posting", "posted", "reversing")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel %s", self.name),
            "res_model": "rebate.settlement.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_settlement_id": self.id},
        }

    @api.model
    def _cron_cancel_settlements(self):
        """Reverse settlements in state *reversing*, chunk by chunk, with a commit after each."""
        settlements = self.search([("state", "=", "reversing"), ("posting_error", "=", False)])
        remaining = sum(settlement._count_dealers_to_reverse() for settlement in settlements)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for settlement in settlements:
            if not settlement._reverse_with_progress():
                break

    def _reverse_with_progress(self):
        """Reverse all chunks of a settlement; False when the scheduled action's time is up."""
        self.ensure_one()
        return self._run_chunks(
            "reversing", self._count_dealers_to_reverse, self._reverse_next_chunk
        )

    def _cancel_posted(self, date, reason):
        """Order the reversal of all credit notes; it then runs to its end, whoever presses what.

        :param date: date of the reversing documents; a locked one moves to the next open day
        :param reason: why, as it stands on the documents
        :raise UserError: while another settlement of the agreement is open
        """
        self.ensure_one()
        self._check_may_post()
        self._check_state("posting", "posted", "reversing")
        self._check_no_other_open()
        # sudo: the right was checked; the state only changes through these methods.
        settlement = self.sudo()
        settlement.line_ids.filtered(lambda line: line.state == "draft").unlink()
        settlement.write(
            {
                "state": "reversing",
                "cancel_date": date,
                "cancel_reason": reason,
                "posting_error": False,
            }
        )
        self.message_post(
            body=self.env._(
                "Cancelled by reversing documents of %(date)s: %(reason)s",
                date=format_date(self.env, date),
                reason=reason,
            )
        )
        if self._count_dealers_to_reverse() <= self._get_chunk_size():
            self._reverse_next_chunk()
        else:
            self.env.ref("dealer_rebate.ir_cron_cancel_settlements")._trigger()

    def _check_no_other_open(self):
        other = self.search(
            [
                ("agreement_id", "=", self.agreement_id.id),
                ("state", "not in", ("posted", "cancel")),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(other)s is open, and what it pays depends on %(name)s. Post or cancel it "
                    "first, then cancel %(name)s.",
                    other=other.name,
                    name=self.name,
                )
            )

    def _reverse_next_chunk(self):
        """Reverse the credit notes of the next dealers in this transaction.

        :return: number of dealers still to do
        """
        self.ensure_one()
        # sudo: lines and counters have no write access for anyone; see _cancel_posted.
        self.sudo()._claim()
        if self.state != "reversing":
            return 0
        groups = self.env["rebate.settlement.line"]._read_group(
            self._get_to_reverse_domain(),
            ["partner_id"],
            ["id:recordset"],
            limit=self._get_chunk_size(),
        )
        lines = self.env["rebate.settlement.line"].union(*(group for _partner, group in groups))
        self._reverse_documents(lines.credit_note_id)
        # Carried lines, and what was settled without a document, have nothing to reverse.
        lines.filtered(lambda line: line.state != "cancelled")._cancel()
        left = self._count_dealers_to_reverse()
        if not left:
            self._close_if_cancelled()
        return left

    def _reverse_documents(self, documents):
        """Reverse through Odoo: what was matched is open again, taxes and wallets follow."""
        documents.with_company(self.company_id)._reverse_moves(
            [self._prepare_reversal_vals(document) for document in documents], cancel=True
        )

    def _prepare_reversal_vals(self, document):
        """Values of a document that reverses a credit note. For extension."""
        vals = {
            "date": self.cancel_date,
            "ref": self.env._(
                "Reversal of %(document)s: %(reason)s",
                document=document.name,
                reason=self.cancel_reason,
            ),
        }
        if document.is_invoice(include_receipts=True):
            vals |= {"invoice_date": self.cancel_date, "invoice_date_due": self.cancel_date}
        return vals

    def _get_to_reverse_domain(self):
        return [("settlement_id", "=", self.id), ("state", "in", ("posted", "carried"))]

    def _count_dealers_to_reverse(self):
        self.env["rebate.settlement.line"].flush_model()
        ((count,),) = self.env["rebate.settlement.line"]._read_group(
            self._get_to_reverse_domain(), aggregates=["partner_id:count_distinct"]
        )
        return count

    def _close_if_cancelled(self):
        """A finished settlement of which nothing counts any more is cancelled."""
        for settlement in self.filtered(lambda s: s.state in ("posted", "reversing")):
            lines = settlement.line_ids
            if any(line.state == "posted" for line in lines):
                continue
            # sudo: follows from the documents, whoever reversed them.
            lines.filtered(lambda line: line.state == "carried").sudo().write(
                {"state": "cancelled"}
            )
            settlement.sudo().write({"state": "cancel"})

    def _get_process_fields(self):
        return super()._get_process_fields() | {"cancel_reason", "cancel_date"}
