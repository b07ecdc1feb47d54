# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date

from odoo.addons.rate_table.calculators import to_decimal

MAX_CHUNK = 100


class AftersalesOutletSettlement(models.Model):
    """Posting settlements: one vendor bill an outlet, one line a job, each once (S10).

    Who posts is an accountant (``account.group_account_invoice``) who may see settlements. Up to
    a chunk is posted at once; more are left to the scheduled action, with a commit after each
    chunk.
    """

    _inherit = "aftersales.outlet.settlement"

    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Vendor bill of the settlement; a vendor credit note where penalties exceed fees.",
    )
    reversal_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Document that took the bill back.",
    )
    posting_error = fields.Text(
        readonly=True, copy=False, help="Why the posting stopped; post again once it is mended."
    )
    posted_at = fields.Datetime(readonly=True, copy=False, help="When it was billed.")
    posted_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, help="Accountant who posted it."
    )
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)

    _move_uniq = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL", "This bill belongs to another settlement already."
    )

    # === ACTIONS === #

    def action_post(self):
        """Post the bills of accepted settlements, one each and once. For accountants.

        Pressing again on one that is posted does nothing.

        :raises AccessError: for who may not post bills
        :raises UserError: when one is not accepted, or the company's settings are missing
        """
        self._check_may_post()
        ordered = self.filtered(lambda one: one.state != "posted")
        ordered._check_state("accepted", "posting")
        for company in ordered.company_id:
            company._check_outlet_fee_settings()
        ordered._write_step(
            {"state": "posting", "posting_error": False, "posted_by_id": self.env.uid}
        )
        if len(ordered) <= self._get_chunk_size():
            ordered._post_chunk()
        else:
            self.env.ref("aftersales_kpi.ir_cron_post_outlet_settlements")._trigger()
        return True

    def action_view_bill(self):
        """Open the bill."""
        self.ensure_one()
        return self.move_id._get_records_action()

    def action_cancel_posted(self):
        """Ask for the reason, then reverse the bill. For accountants."""
        self.ensure_one()
        self._check_may_post()
        self._check_state("posted")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel %s", self.name),
            "res_model": "aftersales.outlet.settlement.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_settlement_id": self.id},
        }

    # === POSTING === #

    @api.model
    def _cron_post_settlements(self):
        """Post settlements in state *posting*, chunk by chunk, with a commit after each.

        A crash loses at most the chunk that it happened in. One that is refused for a reason of
        business (a lock date, a vendor who is blocked) has the reason written on it and does not
        stop the others.
        """
        waiting = self.search([("state", "=", "posting"), ("posting_error", "=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        size = self._get_chunk_size()
        for start in range(0, len(waiting), size):
            chunk = waiting[start : start + size]
            for settlement in chunk:
                settlement._post_or_say_why()
            if not self.env["ir.cron"]._commit_progress(len(chunk)):
                break

    def _post_or_say_why(self):
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._post_chunk()
        except UserError as error:
            self.env.invalidate_all()
            self._write_step({"posting_error": str(error)})
            self.message_post(body=str(error))

    def _post_chunk(self):
        """Post the bills of these settlements in this transaction."""
        self._claim()
        waiting = self.filtered(lambda one: one.state == "posting")
        for company, settlements in waiting.grouped("company_id").items():
            settlements._post_bills(company)

    def _claim(self):
        """Write the rows before they are read: a second poster waits, fails and is tried again."""
        self.env.cr.execute(
            SQL(
                "UPDATE aftersales_outlet_settlement SET write_date = %s WHERE id = ANY(%s)",
                self.env.cr.now(),
                self.ids,
            )
        )
        self.invalidate_recordset()

    def _post_bills(self, company):
        """Create and post the bills, note them, and settle their jobs for good."""
        billed = self.filtered(lambda one: any(line.amount for line in one.line_ids))
        moves = (
            self.env["account.move"]
            .with_company(company)
            .create([settlement._prepare_bill_vals() for settlement in billed])
        )
        for settlement, move in zip(billed, moves, strict=True):
            settlement._write_step({"move_id": move.id})
        moves.action_post()
        self._mark_lines_posted()
        self._write_step({"state": "posted", "posted_at": fields.Datetime.now()})

    def _prepare_bill_vals(self):
        """Values of the vendor bill; penalties above the fees make it a credit note. Hook."""
        self.ensure_one()
        company = self.company_id
        # The document is the outlet's: it speaks its language.
        settlement = self.with_context(lang=self.partner_id.lang or self.env.lang)
        sign = -1 if self.currency_id.compare_amounts(self.amount_total, 0) < 0 else 1
        position = (
            self.env["account.fiscal.position"]
            .with_company(company)
            ._get_fiscal_position(self.partner_id)
        )
        taxes = position.map_tax(company._get_outlet_fee_taxes())
        return {
            "move_type": "in_refund" if sign < 0 else "in_invoice",
            "journal_id": company.outlet_fee_journal_id.id,
            "company_id": company.id,
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "fiscal_position_id": position.id,
            "invoice_date": company._get_aftersales_date(fields.Datetime.now()),
            "ref": self.name,
            "invoice_origin": self.name,
            "narration": settlement.env._(
                "Jobs of %(outlet)s in %(month)s.",
                outlet=self.outlet_id.name,
                month=settlement._get_month_label(),
            ),
            "invoice_line_ids": [
                Command.create(settlement._prepare_bill_line_vals(line, sign, taxes))
                for line in settlement.line_ids
            ],
        }

    def _prepare_bill_line_vals(self, line, sign, taxes):
        """Values of the bill's line of a job, a correction or a penalty. Hook."""
        amount = Decimal(sign) * to_decimal(line.amount)
        included = taxes.filtered("price_include")
        price = float(amount)
        if included:
            price = included.compute_all(
                price, currency=self.currency_id, handle_price_include=False
            )["total_included"]
        return {
            "product_id": self.company_id.outlet_fee_product_id.id,
            "name": f"{format_date(line.env, line.day)} {line._get_label()}",
            "quantity": 1.0,
            "price_unit": price,
            "tax_ids": [Command.set(taxes.ids)],
        }

    # === CANCELLING === #

    def _cancel_posted(self, reason):
        """Reverse the bill; jobs and penalties are free for the next settlement.

        :param str reason: why, as it stands on the documents
        """
        self.ensure_one()
        self._check_may_post()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write why %s is cancelled.", self.display_name))
        self._claim()
        self._check_state("posted")
        self._check_no_later_correction()
        self._write_step({"cancel_reason": reason})
        if not self.move_id:
            self._free(reason)
            return
        today = self.company_id._get_aftersales_date(fields.Datetime.now())
        self.move_id.with_company(self.company_id)._reverse_moves(
            [
                {
                    "date": today,
                    "invoice_date": today,
                    "ref": self.env._(
                        "Reversal of %(bill)s: %(reason)s", bill=self.move_id.name, reason=reason
                    ),
                }
            ],
            cancel=True,
        )

    def _free(self, reason):
        """What was settled is not settled any more."""
        for settlement in self:
            # sudo: follows from the documents, whoever reversed them.
            settlement.line_ids._with_step().sudo().write({"is_live": False})
            settlement._write_step(
                {"state": "cancelled", "cancel_reason": settlement.cancel_reason or reason}
            )

    def _check_no_later_correction(self):
        """A correction rests on the line that it corrects.

        :raises UserError: naming the settlement that corrects this one
        """
        corrections = self.env["aftersales.outlet.settlement.line"].search(
            [("origin_line_id", "in", self.line_ids.ids), ("is_live", "=", True)], limit=1
        )
        if corrections:
            raise UserError(
                self.env._(
                    "%(later)s corrects jobs of %(settlement)s: cancel or delete it first.",
                    later=corrections.settlement_id.display_name,
                    settlement=self[:1].display_name,
                )
            )

    # === HELPERS === #

    @api.model
    def _get_chunk_size(self):
        """Bills between two commits: the parameter, at least 1 and at most 100."""
        # sudo: reads one number of the configuration.
        value = self.env["ir.config_parameter"].sudo().get_param("aftersales_kpi.posting_chunk")
        try:
            return min(max(int(value or MAX_CHUNK), 1), MAX_CHUNK)
        except ValueError:
            return MAX_CHUNK

    def _check_may_post(self):
        """Posting is for accountants who may see settlements.

        :raises AccessError: for others
        """
        self.check_access("read")
        user = self.env.user
        if not self.env.su and not (
            user.has_group("account.group_account_invoice")
            and user.has_group("aftersales_kpi.group_outlet_settlement")
        ):
            raise AccessError(
                self.env._(
                    "Only accountants with the role “Outlet Settlements” post the bills of "
                    "outlets: ask one."
                )
            )
