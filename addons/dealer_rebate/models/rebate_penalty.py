# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount, format_date

from ..earnings import ZERO


def compute_penalty(base: Decimal, days: int, permille: Decimal, cap: Decimal) -> Decimal:
    """Penalty for a sum that was paid late, not rounded.

    :param base: the sum, with tax
    :param days: days from the due date to the payment date
    :param permille: per mille of the sum for each day
    :param cap: at most so many percent of the sum; zero: no cap
    """
    if days <= 0 or base <= 0:
        return ZERO
    penalty = base * permille / 1000 * days
    return min(penalty, base * cap / 100) if cap else penalty


class RebatePenalty(models.Model):
    """What we owe a dealer for paying a rebate by transfer after its due date (R12).

    One row is one credit note and one payment of it: a transfer of a pay-out run, or whatever was
    matched with the credit note outside of a run, which the next run finds. It is paid by a
    journal entry of its own, not by a line on the credit note: a penalty is no reduction of a
    price. So it carries no tax, never counts as turnover, and leaves the allocation ledger alone,
    whose rows add up to the credit note. The entry waits on the account of transfers, like the
    credit note itself, and the run pays it in the same go.

    When the payment is taken back the entry is reversed; paying again counts from the due date to
    the new payment date. Amounts are in the credit note's currency, rounded once.
    """

    _name = "rebate.penalty"
    _description = "Penalty for Late Payment of a Rebate"
    _order = "date_paid desc, id desc"

    move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(related="move_id.commercial_partner_id", string="Dealer")
    settlement_id = fields.Many2one(
        related="move_id.rebate_settlement_id", store=True, index="btree_not_null"
    )
    agreement_id = fields.Many2one(
        related="settlement_id.agreement_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="move_id.currency_id")
    payout_id = fields.Many2one(
        "rebate.payout",
        string="Pay-Out Run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The run that pays the penalty.",
    )
    payout_line_id = fields.Many2one(
        "rebate.payout.line",
        string="Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The transfer that was late. Empty: the credit note was paid outside of a run.",
    )
    source_key = fields.Char(
        required=True, readonly=True, help="The transfer or matching that was late, as a text."
    )
    date_due = fields.Date(string="Due", readonly=True)
    date_paid = fields.Date(string="Paid on", readonly=True)
    days = fields.Integer(string="Days Late", readonly=True, aggregator="avg")
    base = fields.Monetary(string="Paid Late", readonly=True, help="The sum that was paid late.")
    permille = fields.Float(
        string="‰ per Day", digits=(16, 4), min_display_digits=2, readonly=True, aggregator=None
    )
    cap = fields.Float(
        string="At Most (%)", digits=(16, 4), min_display_digits=2, readonly=True, aggregator=None
    )
    amount = fields.Monetary(string="Penalty", readonly=True)
    entry_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    payment_id = fields.Many2one(
        "account.payment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(
        [("draft", "To Pay"), ("posted", "Posted"), ("reversed", "Taken Back")],
        required=True,
        default="draft",
        readonly=True,
        help="Taken back: the payment it was for did not stand, or the entry was reversed.",
    )

    # A payment run twice, or by two people at once, is late only once.
    _source_once = models.UniqueIndex(
        "(source_key)", "The penalty for this payment has been computed already."
    )

    def _prepare_vals(self, note, base, date_paid, source_key):
        """Values of a penalty, or None where nothing is owed.

        :param note: credit note of a transfer
        :param base: Decimal, the sum paid
        """
        # sudo: the terms of the agreement decide, whoever pays.
        agreement = note.sudo().rebate_settlement_id.agreement_id
        amount = agreement._compute_late_penalty(base, note.invoice_date_due, date_paid)
        if not amount:
            return None
        return {
            "move_id": note.id,
            "source_key": source_key,
            "date_due": note.invoice_date_due,
            "date_paid": date_paid,
            "days": (date_paid - note.invoice_date_due).days,
            "base": float(base),
            "permille": agreement.penalty_permille,
            "cap": agreement.penalty_cap,
            "amount": float(amount),
        }

    def _find_paid_elsewhere(self, payout):
        """Late payments of credit notes that no run made and that have no penalty yet.

        :return: list of (credit note, Decimal sum, payment date, source key)
        """
        self.flush_model()
        for model in ("rebate.payout.line", "account.payment", "account.partial.reconcile"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT note.id, part.credit_amount_currency::text, part.max_date,
                       'part:' || part.id
                  FROM account_partial_reconcile part
                  JOIN account_move_line item ON item.id = part.credit_move_id
                  JOIN account_move note ON note.id = item.move_id
                  JOIN rebate_settlement settlement ON settlement.id = note.rebate_settlement_id
                  JOIN rebate_agreement agreement ON agreement.id = settlement.agreement_id
                  JOIN account_move_line other ON other.id = part.debit_move_id
                  JOIN account_move paid ON paid.id = other.move_id
                 WHERE agreement.payout = 'transfer' AND agreement.penalty_permille > 0
                   AND note.company_id = %(company)s AND note.currency_id = %(currency)s
                   AND note.state = 'posted' AND note.move_type = 'out_refund'
                   AND part.max_date > note.invoice_date_due
                   AND paid.reversed_entry_id IS DISTINCT FROM note.id
                   AND NOT EXISTS (SELECT 1 FROM rebate_penalty penalty
                                    WHERE penalty.source_key = 'part:' || part.id)
                   AND NOT EXISTS (SELECT 1 FROM rebate_payout_line line
                                     JOIN account_payment payment ON payment.id = line.payment_id
                                    WHERE line.move_id = note.id
                                      AND payment.state NOT IN ('draft', 'canceled', 'rejected')
                                      AND (payment.move_id = paid.id
                                           OR payment.create_date < part.create_date))
              ORDER BY part.id
                """,
                company=payout.company_id.id,
                currency=payout.currency_id.id,
            )
        )
        notes = self.env["account.move"]
        return [(notes.browse(note), Decimal(base), date, key) for note, base, date, key in rows]

    def _post_entries(self):
        """Book what is owed, one journal entry for each penalty, and post it.

        :raise UserError: without an account for penalties or a journal
        """
        penalties = self.filtered(lambda penalty: penalty.state == "draft")
        entries = self.env["account.move"].create(
            [penalty._prepare_entry_vals() for penalty in penalties]
        )
        for penalty, entry in zip(penalties, entries, strict=True):
            # sudo: rows are written here only; who pays has the right to post.
            penalty.sudo().write({"state": "posted", "entry_id": entry.id})
        entries.action_post()
        return entries

    def _prepare_entry_vals(self):
        """Values of the entry that books one penalty. For extension."""
        self.ensure_one()
        # sudo: accounts and journal are settings of agreement and company.
        agreement, company = self.sudo().agreement_id, self.company_id
        journal = agreement._get_accrual_journal()
        balance = self.currency_id._convert(
            self.amount, company.currency_id, company, self.date_paid
        )
        common = {
            "name": self._describe(),
            "partner_id": self.move_id.partner_id.id,
            "currency_id": self.currency_id.id,
        }
        return {
            "move_type": "entry",
            "date": self.date_paid,
            "journal_id": journal.id,
            "company_id": company.id,
            "ref": self._describe(),
            "line_ids": [
                Command.create(
                    common | {"account_id": account.id, "balance": sign * balance}
                    | {"amount_currency": sign * self.amount}
                )
                for account, sign in (
                    (agreement._get_penalty_account(), 1),
                    (agreement._get_transfer_account(), -1),
                )
            ],
        }  # fmt: skip

    def _describe(self):
        """The penalty in a sentence, for the entry and the statement."""
        self.ensure_one()
        return self.env._(
            "Penalty for late payment of %(note)s: %(amount)s, due on %(due)s, paid on %(paid)s, "
            "%(days)s days",
            note=self.move_id.name,
            amount=format_amount(self.env, self.base, self.currency_id),
            due=format_date(self.env, self.date_due),
            paid=format_date(self.env, self.date_paid),
            days=self.days,
        )

    def _get_bank_row(self):
        """Row of the list for the bank, where the credit note itself was paid elsewhere."""
        self.ensure_one()
        bank = self.partner_id.bank_ids.filtered("allow_out_payment")[:1]
        return [
            self.partner_id.display_name,
            bank.acc_holder_name or bank.partner_id.name or "",
            bank.acc_number or "",
            bank.bank_id.name or "",
            bank.bank_id.bic or "",
            self.amount,
            self.currency_id.name,
            self.date_due,
            self.env._("Penalty, %(days)s days: %(note)s", days=self.days, note=self.move_id.name),
            self.entry_id.name or self.move_id.name,
            "" if bank else self.env._("No bank account"),
        ]

    def _net_paid_before(self):
        """Set off what was transferred for earlier penalties of the same notes, taken back since.

        The rebate's payment did not stand, its penalty's may have: nobody gets it twice.
        """
        earlier = self.search([("move_id", "in", self.move_id.ids), ("state", "=", "reversed")])
        payments = earlier.payment_id.filtered(lambda one: one.state in ("in_process", "paid"))
        for penalty in self:
            own = (
                payments & earlier.filtered(lambda e, p=penalty: e.move_id == p.move_id).payment_id
            )
            for item in penalty.entry_id.line_ids:
                paid = own.move_id.line_ids.filtered(
                    lambda line, item=item: (
                        line.account_id == item.account_id and not line.reconciled
                    )
                )
                if paid and item.account_id.reconcile:
                    (paid | item).reconcile()

    def _take_back(self):
        """Reverse the entries of penalties whose payment did not stand."""
        penalties = self.filtered(lambda penalty: penalty.state == "posted")
        if not penalties:
            return
        # sudo: as in _post_entries. Written first: reversing comes back here.
        penalties.sudo().write({"state": "reversed"})
        today = fields.Date.context_today(self)
        for company, own in penalties.grouped("company_id").items():
            entries = own.entry_id.with_env(self.env).with_company(company)
            entries._reverse_moves(
                [
                    {
                        "date": today,
                        "ref": self.env._("Taken back: %s", entry.ref),
                    }
                    for entry in entries
                ],
                cancel=True,
            )

    def _check_entries_untouched(self, moves):
        """Refuse to reopen or delete an entry that books a penalty.

        :raise UserError: naming the entry and what to do instead
        """
        if not moves.ids:
            return
        penalty = self.search([("entry_id", "in", moves.ids), ("state", "=", "posted")], limit=1)
        if penalty:
            raise UserError(
                self.env._(
                    "%(entry)s books the penalty for the late payment of %(note)s. Reverse it "
                    "where the penalty is given up.",
                    entry=penalty.entry_id.name,
                    note=penalty.move_id.name,
                )
            )
