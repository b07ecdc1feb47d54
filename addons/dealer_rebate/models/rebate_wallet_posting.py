# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date


class RebateWalletPosting(models.Model):
    """What wallets book: grants, giving back, taking back, expiry, and matching with grants."""

    _inherit = "rebate.wallet"

    def _grant(self, moves):
        """Move posted credit notes into their dealers' wallets, in this transaction (P12, R15).

        :param moves: posted customer credit notes in the wallet's currency
        :return: the entries, one for each credit note
        :raise UserError: when the wallet is not active, or a document does not fit
        """
        self.ensure_one()
        moves = moves.filtered(lambda move: move._get_wallet_open_lines())
        if not moves:
            return moves
        self._check_may_grant(moves)
        return self._transfer(moves, "grant", {move: None for move in moves})

    def _take_back(self, moves):
        """Pay claims from the wallet as far as anything is available; the rest stays receivable.

        :param moves: posted documents by which a dealer owes back what was granted (R5)
        :return: the entries made
        """
        self.ensure_one()
        amounts = {}
        for move in moves:
            owed = sum(move._get_wallet_open_lines().mapped("amount_residual_currency"))
            available = self._get_available(move.commercial_partner_id, move.date)
            amount = min(owed, available) if move.currency_id == self.currency_id else 0
            if self.currency_id.compare_amounts(amount, 0) > 0:
                # One after the other: two claims on one dealer share what is available.
                amounts[move] = amount
                self._transfer(move, "take_back", {move: amount})
        return moves.browse().union(*(move.rebate_wallet_move_ids for move in amounts))

    def _give_back(self, refund, invoice):
        """Give back the wallet's part of a refund, with the expiry it was granted with (R5).

        The part is the refund's share of what the wallet paid of the invoice, to date. What the
        refund sets off against the invoice's open rest is not given back.
        """
        self.ensure_one()
        amount = self._get_give_back(refund, invoice)
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            return
        lots = self._get_spent_lots(invoice)
        before = -sum(self._get_restored(invoice).mapped("amount_currency"))
        self._transfer(refund, "restore", {refund: amount}, self._cut(lots, before, amount))

    def _get_give_back(self, refund, invoice):
        """Amount that a refund gives back to this wallet, in the wallet's currency."""
        spent = sum(invoice._get_wallet_paid(self).mapped("credit_amount_currency"))
        refunds = invoice.reversal_move_ids.filtered(lambda move: move.state == "posted")
        refunded = min(sum(refunds.mapped("amount_total")), invoice.amount_total)
        restored = -sum(self._get_restored(invoice).mapped("amount_currency"))
        due = self.currency_id.round(spent * refunded / invoice.amount_total) - restored
        residual = -sum(refund._get_wallet_open_lines().mapped("amount_residual_currency"))
        left = refund.currency_id._convert(residual, self.currency_id, self.company_id, refund.date)
        return min(due, left)

    def _get_restored(self, invoice):
        """Wallet items that gave back what was spent on an invoice."""
        entries = invoice.reversal_move_ids.rebate_wallet_move_ids
        return entries.line_ids._filter_wallet().filtered(
            lambda line: line.move_id.rebate_wallet_kind == "restore" and line._get_wallet() == self
        )

    def _get_spent_lots(self, invoice):
        """[(amount, expiry)] of grants that were spent on an invoice, latest expiry first."""
        payments = invoice._get_wallet_paid(self).credit_move_id.move_id
        parts = payments.line_ids._filter_wallet().matched_credit_ids
        rows = [
            (part.credit_amount_currency, part.credit_move_id.rebate_wallet_expiry)
            for part in parts
        ]
        return sorted(
            rows, key=lambda row: (not row[1], row[1] or fields.Date.today()), reverse=True
        )

    def _cut(self, lots, skip, amount):
        """Cut ``amount`` out of lots after ``skip``; what is missing gets a fresh expiry."""
        today = fields.Date.context_today(self)
        cuts = []
        for size, expiry in lots:
            left = max(size - skip, 0)
            skip = max(skip - size, 0)
            part = min(left, amount)
            if self.currency_id.compare_amounts(part, 0) > 0:
                # Never given back expired: there is time to hear of it and to spend it.
                expiry = expiry and max(expiry, today + relativedelta(days=self.notice_days))
                cuts.append((part, expiry))
                amount -= part
        if self.currency_id.compare_amounts(amount, 0) > 0:
            cuts.append((amount, self._get_expiry(today)))
        return cuts

    def _transfer(self, moves, kind, amounts, lots=None):
        """Book documents' open receivable into or out of the wallet and match it.

        :param kind: grant, restore (into the wallet) or take_back (out of it)
        :param amounts: amount in the wallet's currency by document; None is all that is open
        :param lots: [(amount, expiry)] of what is put in; otherwise the wallet's own expiry
        """
        # sudo: who may post the document may post what follows from it.
        wallet = self.sudo().with_company(self.company_id)
        entries = (
            self.env["account.move"]
            .sudo()
            .with_company(self.company_id)
            .create([wallet._prepare_transfer_vals(m, kind, amounts[m], lots) for m in moves])
        )
        entries._post(soft=False)
        plan = []
        # sudo: matching follows from the documents, whoever posts them.
        for move, entry in zip(moves.sudo(), entries, strict=True):
            lines = move._get_wallet_open_lines() | entry._get_wallet_open_lines()
            plan += lines.grouped("account_id").values()
        self.env["account.move.line"].sudo()._reconcile_plan(plan)
        return entries

    def _prepare_transfer_vals(self, move, kind, amount, lots):
        """Values of the entry that moves one document's receivable into or out of the wallet."""
        self.ensure_one()
        open_lines = move._get_wallet_open_lines()
        partner = move.commercial_partner_id
        sign = -1 if kind == "take_back" else 1
        if amount is None:
            counterparts = [
                (line.account_id, -line.amount_residual_currency, -line.amount_residual)
                for line in open_lines
            ]
        else:
            balance = self.currency_id._convert(
                amount, self.company_id.currency_id, self.company_id, move.date
            )
            counterparts = [(open_lines[:1].account_id, sign * amount, sign * balance)]
        total = sum(part[1] for part in counterparts)
        balance = sum(part[2] for part in counterparts)
        label = self._get_label(kind, move)
        rows = [(account, value, booked, False) for account, value, booked in counterparts]
        expiry = self._get_expiry(move.date) if sign > 0 else False
        rows += self._split_rows(total, balance, lots or [(abs(total), expiry)], sign)
        return {
            "move_type": "entry",
            "journal_id": self.journal_id.id,
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "date": move.date,
            "ref": label,
            "currency_id": self.currency_id.id,
            "rebate_wallet_kind": kind,
            "rebate_wallet_origin_id": move.id,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "partner_id": partner.id,
                        "name": label,
                        "currency_id": self.currency_id.id,
                        "amount_currency": value,
                        "balance": booked,
                        "rebate_wallet_expiry": day,
                    }
                )
                for account, value, booked, day in rows
            ],
        }

    def _split_rows(self, total, balance, lots, sign):
        """Rows on the wallet's account, one a lot; the last takes the rounding of the balance."""
        company_currency = self.company_id.currency_id
        rows, left = [], balance
        for position, (amount, expiry) in enumerate(lots, 1):
            booked = company_currency.round(balance * sign * amount / total)
            if position == len(lots):
                booked = left
            left -= booked
            rows.append((self.account_id, -sign * amount, -booked, expiry))
        return rows

    def _get_label(self, kind, move):
        labels = {
            "grant": self.env._("Credited from %(document)s", document=move.name),
            "restore": self.env._("Given back for %(document)s", document=move.name),
            "take_back": self.env._("Taken back for %(document)s", document=move.name),
        }
        return labels[kind]

    def _match_lots(self, keys):
        """Match what these dealers spent with their grants, earliest expiry first (P12).

        :param keys: set of (wallet id, dealer id)
        :raise UserError: when a dealer has less that is valid on the day it was spent
        """
        for wallet_id, partner_id in sorted(keys):
            wallet = self.browse(wallet_id)
            lines = wallet._get_open_items(partner_id)
            debits = lines.filtered(lambda line: line.amount_residual_currency > 0)
            for debit in debits.sorted(lambda line: (line.date, line.id)):
                wallet._match_lot(debit, lines - debits)

    def _rematch(self, keys):
        """Match anew what is matched with another dealer's grants, after dealers changed.

        :param keys: set of (wallet id, dealer id)
        """
        # sudo: matching follows from the grants, whoever changed a dealer.
        lines = self.env["account.move.line"].sudo()
        for wallet in self.browse({wallet_id for wallet_id, _partner_id in keys}):
            owners = {partner_id for wallet_id, partner_id in keys if wallet_id == wallet.id}
            parts = self.env["account.partial.reconcile"].search(
                [
                    ("debit_move_id.account_id", "=", wallet.account_id.id),
                    "|",
                    ("debit_move_id.partner_id.commercial_partner_id", "in", owners),
                    ("credit_move_id.partner_id.commercial_partner_id", "in", owners),
                ]
            )
            lines |= parts.filtered(
                lambda part: (
                    part.debit_move_id.partner_id.commercial_partner_id
                    != part.credit_move_id.partner_id.commercial_partner_id
                )
            ).debit_move_id
        keys = keys | lines._get_wallet_keys()
        lines.remove_move_reconcile()
        self._match_lots(keys)
        self.env["rebate.wallet.balance"]._refresh(keys)

    def _get_open_items(self, partner_id):
        # sudo: items of a wallet decide what can be spent, whoever asks.
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("account_id", "=", self.account_id.id),
                    ("partner_id.commercial_partner_id", "=", partner_id),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                    ("amount_residual_currency", "!=", 0),
                ]
            )
        )

    def _match_lot(self, debit, lots):
        """Match one item that takes out of the wallet with what is left of grants."""
        for lot in self._get_usable_lots(lots, debit):
            if debit.reconciled:
                return
            if lot.reconciled:
                continue
            (debit | lot).reconcile()
        if self.currency_id.compare_amounts(debit.amount_residual_currency, 0) > 0:
            raise UserError(
                self.env._(
                    "%(dealer)s does not have that much in %(wallet)s: %(amount)s are missing on "
                    "%(date)s. What had expired by then does not count.",
                    dealer=debit.partner_id.display_name,
                    wallet=self.name,
                    amount=format_amount(
                        self.env, debit.amount_residual_currency, self.currency_id
                    ),
                    date=format_date(self.env, debit.date),
                )
            )

    def _get_usable_lots(self, lots, debit):
        """Lots an item may use, in order: valid on its day, or on the day its order held them."""
        day = debit.move_id.rebate_wallet_hold_id.date or debit.date
        expires = debit.move_id.rebate_wallet_kind == "expiry"
        lots = lots.filtered(lambda lot: self._is_valid(lot, day) != expires)
        return lots.sorted(
            lambda lot: (
                not lot.rebate_wallet_expiry,
                lot.rebate_wallet_expiry or lot.date,
                lot.date,
                lot.id,
            )
        )

    def _is_valid(self, lot, day):
        """Whether a grant can be spent on a day. Nothing expires before the dealer was told."""
        if not lot.rebate_wallet_expiry or lot.rebate_wallet_expiry >= day:
            return True
        return bool(self.notice_days) and not lot.rebate_wallet_notice_on

    def _get_available(self, partner, day):
        """What a dealer can spend on a day: not held, not expired; in the wallet's currency."""
        self.ensure_one()
        # sudo: whoever invoices sees what can be spent.
        row = (
            self.env["rebate.wallet.balance"]
            .sudo()
            .search([("wallet_id", "=", self.id), ("owner", "=", partner.commercial_partner_id.id)])
        )
        lots = self._get_open_items(partner.commercial_partner_id.id).filtered(
            lambda lot: lot.amount_residual_currency < 0 and self._is_valid(lot, day)
        )
        valid = -sum(lots.mapped("amount_residual_currency"))
        return max(min(row.available, valid), 0.0)

    def _get_spendable(self, invoice, day=None):
        """Most that can be paid of an invoice with this wallet now, in the wallet's currency."""
        self.ensure_one()
        day = day or fields.Date.context_today(self)
        paid = sum(invoice._get_wallet_paid(self).mapped("debit_amount_currency"))
        room = min(self._get_limit(invoice) - paid, invoice.amount_residual)
        room = invoice.currency_id._convert(room, self.currency_id, self.company_id, day)
        return max(min(room, self._get_available(invoice.commercial_partner_id, day)), 0.0)

    def _check_available(self, partner, amount, day):
        """Raise when a dealer cannot spend that much on a day."""
        available = self._get_available(partner, day)
        if self.currency_id.compare_amounts(amount, available) > 0:
            raise UserError(
                self.env._(
                    "%(dealer)s has %(available)s available in %(wallet)s, not %(amount)s.",
                    dealer=partner.display_name,
                    available=format_amount(self.env, available, self.currency_id),
                    wallet=self.name,
                    amount=format_amount(self.env, amount, self.currency_id),
                )
            )

    def _add_spending_lines(self, invoice, amount):
        """Spend the wallet on a draft invoice by lines that lower its taxes, one a set of taxes.

        :param amount: at most this much, without tax, in the wallet's currency
        :return: the amount spent
        """
        self.ensure_one()
        lines = self._get_eligible_lines(invoice)
        untaxed = sum(lines.mapped("price_subtotal"))
        gross = sum(lines.mapped("price_total"))
        if not gross or invoice.currency_id != self.currency_id:
            return 0.0
        room = self.currency_id.round(self._get_limit(invoice) * untaxed / gross)
        amount = min(amount, room)
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            return 0.0
        groups = lines.grouped("tax_ids")
        shares = [{"factor": sum(group.mapped("price_subtotal"))} for group in groups.values()]
        parts = self.env["account.tax"]._distribute_delta_amount_smoothly(
            self.currency_id.decimal_places, amount, shares
        )
        invoice.write(
            {
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": self.name,
                            "account_id": self.account_id.id,
                            "quantity": 1.0,
                            "price_unit": -self._get_price_unit(part, taxes),
                            "tax_ids": [Command.set(taxes.ids)],
                        }
                    )
                    for taxes, part in zip(groups, parts, strict=True)
                    if part
                ]
            }
        )
        return amount

    def _get_price_unit(self, amount, taxes):
        """Price whose untaxed amount is ``amount``, also where a tax is included in prices."""
        if not taxes.filtered("price_include"):
            return amount
        return taxes.compute_all(amount, currency=self.currency_id, handle_price_include=False)[
            "total_included"
        ]

    def _check_limit(self, document, spent):
        """Raise when more of a document is paid with the wallet than its rules allow.

        :param spent: what is paid with it in all, in the document's currency, tax included
        """
        self.ensure_one()
        limit = self._get_limit(document)
        if document.currency_id.compare_amounts(spent, limit) > 0:
            raise UserError(
                self.env._(
                    "%(document)s: at most %(limit)s can be paid with %(wallet)s, not %(spent)s. "
                    "The share of an invoice, the eligible categories and the smallest invoice "
                    "are set on the wallet.",
                    document=document.display_name,
                    limit=format_amount(self.env, limit, document.currency_id),
                    wallet=self.name,
                    spent=format_amount(self.env, spent, document.currency_id),
                )
            )

    def _get_expiry(self, day):
        """Last day on which what is granted on a day can be spent; False for never."""
        self.ensure_one()
        return bool(self.expiry_months) and day + relativedelta(months=self.expiry_months)

    def _pay_from_hold(self, invoice, hold):
        """Pay an order's invoice with what the order holds, within the wallet's rules."""
        self.ensure_one()
        paid = sum(invoice._get_wallet_paid(self).mapped("debit_amount_currency"))
        room = min(self._get_limit(invoice) - paid, invoice.amount_residual)
        room = invoice.currency_id._convert(
            room, self.currency_id, self.company_id, invoice.invoice_date
        )
        amount = min(room, hold.remaining)
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            return
        hold.used += amount
        # sudo: the order's customer agreed to pay so; who posts the invoice carries it out.
        payment = (
            self.env["account.payment"]
            .sudo()
            .with_company(self.company_id)
            .create(self._prepare_payment_vals(invoice, amount))
        )
        payment._generate_journal_entry()
        payment.move_id.rebate_wallet_hold_id = hold
        payment.action_post()
        lines = invoice._get_wallet_open_lines() | payment.move_id._get_wallet_open_lines()
        # sudo: a payment was posted for this very invoice.
        lines.sudo().reconcile()

    def _prepare_payment_vals(self, invoice, amount):
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": invoice.commercial_partner_id.id,
            "amount": amount,
            "currency_id": self.currency_id.id,
            "date": invoice.date,
            "journal_id": self.payment_journal_id.id,
            "payment_method_line_id": self.payment_method_line_id.id,
            "destination_account_id": invoice._get_wallet_open_lines()[:1].account_id.id,
            "memo": invoice.name,
        }

    @api.model
    def _cron_expire(self):
        """Tell dealers what is about to expire, and book what has expired (P12)."""
        wallets = self.search([("state", "!=", "draft")])
        self.env["ir.cron"]._commit_progress(remaining=len(wallets))
        for wallet in wallets:
            wallet._notify_expiry()
            wallet._expire()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _get_lots_until(self, day):
        """Open grants that expire on or before a day, by dealer."""
        lots = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("parent_state", "=", "posted"),
                ("rebate_wallet_expiry", "<=", day),
                ("amount_residual_currency", "<", 0),
            ],
            order="rebate_wallet_expiry, date, id",
        )
        groups = defaultdict(lots.browse)
        for lot in lots:
            groups[lot.partner_id.commercial_partner_id] |= lot
        return groups

    def _notify_expiry(self):
        """Tell dealers what expires within the days of notice; a late notice moves the expiry."""
        self.ensure_one()
        if not self.notice_days:
            return
        today = fields.Date.context_today(self)
        earliest = today + relativedelta(days=self.notice_days)
        for partner, lots in self._get_lots_until(earliest).items():
            lots = lots.filtered(lambda lot: not lot.rebate_wallet_notice_on)
            if not lots:
                continue
            for lot in lots:
                lot.write(
                    {
                        "rebate_wallet_notice_on": today,
                        "rebate_wallet_expiry": max(lot.rebate_wallet_expiry, earliest),
                    }
                )
            rows = self.balance_ids.filtered(lambda row, partner=partner: row.partner_id == partner)
            rows._send_expiry_notice(lots)

    def _expire(self):
        """Book what expired before today to income, except what orders hold."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        values = []
        for partner, lots in self._get_lots_until(today - relativedelta(days=1)).items():
            if self.notice_days:
                lots = lots.filtered("rebate_wallet_notice_on")
            row = self.balance_ids.filtered(lambda row, partner=partner: row.partner_id == partner)
            amount = min(-sum(lots.mapped("amount_residual_currency")), row.available)
            if self.currency_id.compare_amounts(amount, 0) > 0:
                values.append(self._prepare_expiry_vals(partner, amount, today))
        entries = self.env["account.move"].with_company(self.company_id).create(values)
        if entries:
            entries._post(soft=False)
        return entries

    def _prepare_expiry_vals(self, partner, amount, day):
        booked = self.currency_id._convert(
            amount, self.company_id.currency_id, self.company_id, day
        )
        label = self.env._("%(wallet)s: expired", wallet=self.name)
        return {
            "move_type": "entry",
            "journal_id": self.journal_id.id,
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "date": day,
            "ref": label,
            "currency_id": self.currency_id.id,
            "rebate_wallet_kind": "expiry",
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "partner_id": partner.id,
                        "name": label,
                        "currency_id": self.currency_id.id,
                        "amount_currency": sign * amount,
                        "balance": sign * booked,
                    }
                )
                for account, sign in ((self.account_id, 1), (self.expiry_account_id, -1))
            ],
        }

    def _check_may_grant(self, moves):
        """Raise when documents cannot be moved into this wallet."""
        if self.state != "active":
            raise UserError(
                self.env._(
                    "The wallet %(wallet)s is not active: nothing can be granted. Activate it, or "
                    "choose another way of pay-out on the agreement.",
                    wallet=self.name,
                )
            )
        wrong = moves.filtered(
            lambda move: (
                move.state != "posted"
                or move.move_type != "out_refund"
                or move.currency_id != self.currency_id
                or move.company_id != self.company_id
            )
        )
        if wrong:
            raise UserError(
                self.env._(
                    "%(documents)s cannot go into the wallet %(wallet)s: it takes posted credit "
                    "notes of its own company in %(currency)s.",
                    documents=", ".join(wrong.mapped("display_name")),
                    wallet=self.name,
                    currency=self.currency_id.name,
                )
            )

    def _explain_tax_setting(self, move):
        if self.tax_setting == "grant":
            return self.env._(
                "%(document)s uses the wallet %(wallet)s on a line. Its tax was settled at the "
                "grant: post the invoice without that line, then press Pay on it and choose the "
                "wallet's journal.",
                document=move.display_name,
                wallet=self.name,
            )
        return self.env._(
            "The wallet %(wallet)s lowers the tax of what it is spent on: put it on a line of the "
            "invoice instead of paying with it.",
            wallet=self.name,
        )
