# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

MAX_CHUNK = 100


class RebateSettlementPosting(models.Model):
    """Posting of a settlement: credit notes in chunks, each settlement line at most once (R15)."""

    _inherit = "rebate.settlement"

    def action_post(self):
        """Post the credit notes, each settlement line at most once. For accountants (R15).

        Up to one chunk of dealers is posted at once; more are left to the scheduled action, which
        commits after each chunk. Pressing again on a settlement that is posted does nothing.
        """
        self._check_may_post()
        for settlement in self.filtered(lambda s: s.state != "posted"):
            settlement._check_state("reviewed", "posting")
            settlement._start_posting()
            if settlement.open_dealer_count <= self._get_chunk_size():
                settlement._post_next_chunk()
            else:
                self.env.ref("dealer_rebate.ir_cron_post_settlements")._trigger()

    def action_stop_posting(self):
        """Stop after the chunk that is under way; *Continue Posting* goes on from there (R15).

        What is posted stays posted. For accountants.
        """
        self._check_may_post()
        running = self.filtered(lambda s: s.state == "posting" and not s.posting_error)
        # sudo: the right to post was checked. A row of its own, as the settlement's is held by
        # the run from the beginning to the end of each chunk.
        self.env["rebate.settlement.stop"].sudo().create(
            [{"settlement_id": settlement.id} for settlement in running]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("It stops after the chunk that is under way."),
            },
        }

    @api.model
    def _cron_post_settlements(self):
        """Post settlements in state *posting*, chunk by chunk, with a commit after each.

        A crash loses at most the chunk it happened in; the next run goes on from there. A
        settlement that is refused for a reason of business (a lock date, a changed invoice) gets
        the reason written on it and does not stop the others.
        """
        settlements = self.search([("state", "=", "posting"), ("posting_error", "=", False)])
        remaining = sum(settlements.mapped("open_dealer_count"))
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for settlement in settlements:
            if not settlement._post_with_progress():
                break

    def _post_with_progress(self):
        """Post all chunks of a settlement; False when the scheduled action's time is up."""
        self.ensure_one()
        return self._run_chunks("posting", lambda: self.open_dealer_count, self._post_next_chunk)

    def _run_chunks(self, state, count, run):
        """Run chunks with a commit after each, while the settlement is in a state.

        A reason of business is written on the settlement and stops it; the chunk is taken back.

        :param state: the state of a settlement that has chunks left
        :param count: returns how many dealers are left
        :param run: runs the next chunk and returns how many are left then
        :return: False when the scheduled action's time is up
        """
        self.ensure_one()
        time_left = True
        while self.state == state and time_left and not self._is_stopped():
            before = count()
            try:
                with self.env.cr.savepoint():
                    left = run()
            except UserError as error:
                self.env.invalidate_all()
                self.write({"posting_error": str(error)})
                self.message_post(body=str(error))
                left = before
            time_left = self.env["ir.cron"]._commit_progress(before - left)
        return bool(time_left)

    def _is_stopped(self):
        """Whether a reason of business or a person stopped the run; a request becomes a reason."""
        # sudo: requests are rows that nobody has a right on.
        requests = self.env["rebate.settlement.stop"].sudo()
        requests = requests.search([("settlement_id", "=", self.id)])
        if requests and not self.posting_error:
            self._stop(requests[0].create_uid)
            requests.unlink()
        return bool(self.posting_error)

    def _stop(self, user):
        reason = self.env._(
            "%(user)s stopped it. Continue Posting goes on with the dealers that are left.",
            user=user.name,
        )
        # sudo: the right to post was checked when it was asked for; see _start_posting.
        self.sudo().posting_error = reason
        self.message_post(body=reason)

    def _start_posting(self):
        """Order the posting: from here on it runs by chunks, until its end or until stopped."""
        self.ensure_one()
        self.agreement_id._get_journal()
        today = fields.Date.context_today(self)
        # sudo: as in action_stop_posting; going on answers it.
        self.env["rebate.settlement.stop"].sudo().search([("settlement_id", "=", self.id)]).unlink()
        date = self.posting_date or today
        if date > today:
            raise UserError(
                self.env._(
                    "The credit notes of %(name)s are dated %(date)s, in the future. Choose "
                    "today or an earlier day.",
                    name=self.name,
                    date=format_date(self.env, date),
                )
            )
        # sudo: the right to post was checked; the state only changes through these methods.
        self.sudo().write(
            {
                "state": "posting",
                "posting_date": date,
                "posting_error": False,
                "posted_by_id": self.posted_by_id.id or self.env.uid,
            }
        )

    def _post_next_chunk(self):
        """Post the next dealers in this transaction: credit notes, links, states, counter.

        :return: number of dealers still to post
        :raise UserError: when documents changed since the computation
        """
        self.ensure_one()
        # sudo: lines and counters have no write access for anyone; see action_post.
        self.sudo()._claim()
        if self.state != "posting":
            return 0
        lines = self._get_next_lines()
        self._check_base_unchanged(lines)
        payable = lines.filtered(lambda line: not line.is_carried)
        posted = payable - self._create_credit_notes(payable)
        # sudo: as above.
        posted.sudo().write({"state": "posted"})
        (lines - posted).sudo().write({"state": "carried", "is_carried": True})
        left = self._count_open_dealers()
        if not left:
            self.sudo().write({"state": "posted", "posted_on": fields.Datetime.now()})
        return left

    def _get_chunk_size(self):
        """Credit notes between two commits: the parameter, at least 1 and at most 100."""
        # sudo: reads one number of the configuration.
        value = self.env["ir.config_parameter"].sudo().get_param("dealer_rebate.posting_chunk")
        try:
            return min(max(int(value or MAX_CHUNK), 1), MAX_CHUNK)
        except ValueError:
            return MAX_CHUNK

    def _get_next_lines(self):
        """Draft lines of the next dealers, all lines of each."""
        domain = [("settlement_id", "=", self.id), ("state", "=", "draft")]
        lines = self.env["rebate.settlement.line"]
        groups = lines._read_group(
            domain, ["partner_id"], ["id:recordset"], limit=self._get_chunk_size()
        )
        return lines.union(*(group for _partner, group in groups))

    def _count_open_dealers(self):
        self.env["rebate.settlement.line"].flush_model()
        ((count,),) = self.env["rebate.settlement.line"]._read_group(
            [("settlement_id", "=", self.id), ("state", "=", "draft")],
            aggregates=["partner_id:count_distinct"],
        )
        return count

    def _check_base_unchanged(self, lines):
        """Raise when an invoice behind these lines came, went or changed since the computation."""
        periods = self._get_periods()
        for component, component_lines in lines.grouped("component_id").items():
            documents = self.env["rebate.allocation"]._find_changes(
                component_lines,
                component,
                component._get_windows(periods),
                cutoff=self.date_to,
            )
            if documents:
                raise UserError(
                    self.env._(
                        "%(documents)s changed since %(name)s was computed. Compute it again: "
                        "what is posted already stays.",
                        documents=", ".join(documents),
                        name=self.name,
                    )
                )

    def _create_credit_notes(self, lines):
        """Create and post one credit note for each dealer with something to pay.

        A rebate that is positive without tax may be negative with it, where its tax shares have
        different signs. Odoo refuses such a document, so that dealer's lines are left to be
        carried like any other negative balance (R14).

        :param lines: settlement lines that are not carried
        :return: those of the lines that no credit note can be posted for
        """
        shares = self.env["rebate.allocation"]._read_tax_shares(lines)
        # Shares that cancel out without tax may still owe tax: only a dealer without any is left.
        payable = {
            partner: dealer_lines
            for partner, dealer_lines in lines.grouped("partner_id").items()
            if any(amount for line in dealer_lines for _taxes, amount in shares.get(line.id, []))
        }
        refused = self.env["rebate.settlement.line"]
        if not payable:
            return refused
        journal = self.agreement_id._get_journal()
        moves = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                [
                    self._prepare_credit_note_vals(partner, dealer_lines, journal, shares)
                    for partner, dealer_lines in payable.items()
                ]
            )
        )
        negative = moves.filtered(
            lambda move: move.currency_id.compare_amounts(move.amount_total, 0) < 0
        )
        for move, dealer_lines in zip(moves, payable.values(), strict=True):
            if move in negative:
                refused |= dealer_lines
            else:
                # sudo: the ledger has no write access for anyone; see action_post.
                dealer_lines.sudo().write({"credit_note_id": move.id})
        # sudo: drafts of this very transaction, which nobody has seen.
        negative.sudo().unlink()
        posted = moves - negative
        posted.action_post()
        self._pay_out(posted)
        return refused

    def _pay_out(self, moves):
        """Hook: what happens to posted credit notes, in the same transaction (R15).

        A plain credit note is netted by whoever invoices; other ways of pay-out go on from here.

        :param moves: posted rebate documents of this settlement
        """

    def _prepare_credit_note_vals(self, partner, lines, journal, shares):
        """Values of one dealer's credit note. For extension (due date, attachments).

        :param lines: the dealer's settlement lines
        :param shares: result of ``rebate.allocation._read_tax_shares``
        """
        self.ensure_one()
        # The document is the dealer's: it speaks their language, whoever or whatever posts it.
        settlement = self.with_context(lang=partner.lang or self.env.lang)
        return {
            "move_type": "out_refund",
            "journal_id": journal.id,
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.posting_date,
            "ref": self.name,
            "invoice_origin": self.name,
            "narration": settlement.env._(
                "Rebate under the agreement %(agreement)s, %(start)s to %(end)s. The calculation "
                "is on the enclosed statement.",
                agreement=self.agreement_id.name,
                start=format_date(settlement.env, self.date_from),
                end=format_date(settlement.env, self.date_to),
            ),
            "rebate_settlement_id": self.id,
            "invoice_line_ids": [
                Command.create(vals)
                for line in lines
                for vals in self._prepare_credit_note_line_vals(line, shares.get(line.id, []))
            ],
        }

    def _prepare_credit_note_line_vals(self, line, shares):
        """Values of the credit note lines of a settlement line, one for each set of taxes."""
        by_taxes = {}
        for tax_ids, amount in shares:
            taxes = self._get_rebate_taxes(tax_ids)
            by_taxes[taxes] = by_taxes.get(taxes, Decimal(0)) + amount
        values = []
        for split, (taxes, amount) in enumerate(by_taxes.items()):
            if not amount:
                continue
            vals = {
                "name": f"{line.component_id.name}, {line._get_label()}",
                "quantity": 1.0,
                "price_unit": self._get_price_unit(amount, taxes),
                "tax_ids": [Command.set(taxes.ids)],
                "product_id": self.agreement_id.product_id.id,
                "rebate_settlement_line_id": line.id,
                "rebate_split": split,
            }
            if self.agreement_id.account_id:
                vals["account_id"] = self.agreement_id.account_id.id
            values.append(vals)
        return values

    def _get_rebate_taxes(self, tax_ids):
        """Taxes of the origin that a rebate reduces: percentages, not amounts a piece (R15)."""
        # sudo: a poster who may create the credit note may use the taxes of its origin.
        taxes = self.env["account.tax"].sudo().browse(tax_ids).exists()
        return taxes.filtered(lambda tax: tax.amount_type in ("percent", "division", "group")).sudo(
            self.env.su
        )

    def _get_price_unit(self, amount, taxes):
        """Price whose untaxed amount is ``amount``, also where a tax is included in prices."""
        included = taxes.filtered("price_include")
        if not included:
            return float(amount)
        return included.compute_all(
            float(amount), currency=self.currency_id, handle_price_include=False
        )["total_included"]

    def _check_may_post(self):
        """Posting is for rebate users who are accountants too."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._(
                    "Only accountants can post rebates. Ask somebody with the right “Invoicing”."
                )
            )
