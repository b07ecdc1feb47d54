# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import csv
import io
from datetime import timedelta
from decimal import Decimal

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models.rebate_penalty import compute_penalty
from .common_accounting import RebateAccountingCommon
from .roles import RolesMixin


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20")
class TestPenalty(RolesMixin, RebateAccountingCommon):
    """A rebate that is transferred late costs a penalty: once, capped, and booked apart (R12)."""

    rights = {
        "rebate.penalty": {"rebate_user": "r", "rebate_manager": "r", "invoicing": "r"},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.transfer = cls._create_account("REB.T", "asset_receivable", reconcile=True)
        cls.penalty_account = cls._create_account("REB.P", "expense")
        cls.company.write(
            {
                "rebate_transfer_account_id": cls.transfer.id,
                "rebate_penalty_account_id": cls.penalty_account.id,
            }
        )
        cls.bank = cls.company_data["default_journal_bank"]
        cls._invoice(cls.dealer, "2026-07-01", 1000)
        cls._invoice(cls.dealer_2, "2026-07-01", 3000)
        for dealer in cls.dealer + cls.dealer_2:
            cls.env["res.partner.bank"].create(
                {"partner_id": dealer.id, "acc_number": dealer.name, "allow_out_payment": True}
            )
        # 100 and 300, due on 30 October: 21 days late on 20 November.
        cls.agreement = cls._late_agreement()
        cls.settlement = cls.agreement._settle_period(fields.Date.to_date("2026-09-30"))
        cls.records = {"rebate.penalty": cls._paid_run().penalty_ids}

    @classmethod
    def _late_agreement(cls, name="Late", **vals):
        # Terms that are active twice are refused: each agreement ends on a day of its own.
        cls.count = getattr(cls, "count", 0) + 1
        vals["date_end"] = fields.Date.to_date("2026-12-31") + timedelta(days=cls.count)
        return cls._create_agreement(
            cls._create_table([(0, 10)]),
            name=name,
            date_start="2026-07-01",
            **{"payout": "transfer", "penalty_permille": 0.5, "penalty_cap": 5} | vals,
        )

    @classmethod
    def _run(cls, **vals):
        payout = cls.env["rebate.payout"].create({"journal_id": cls.bank.id} | vals)
        payout.action_collect()
        return payout

    @classmethod
    def _paid_run(cls, **vals):
        payout = cls._run(**vals)
        payout.action_pay()
        return payout

    def _settle_late(self, **vals):
        agreement = self._late_agreement(name="Another", **vals)
        with freeze_time("2026-11-01"):
            return self._settle(agreement, "2026-09-30").line_ids.credit_note_id

    def test_R12_penalty_a_day_with_a_cap(self):
        """R12: per mille a day from the due date, never more than the cap, nothing in time."""
        for base, days, permille, cap, expected in (
            ("1000", 10, "0.5", "5", "5"),
            ("1000", 100, "0.5", "5", "50"),
            ("1000", 200, "0.5", "5", "50"),
            ("1000", 200, "0.5", "0", "100"),
            ("1000", 0, "0.5", "5", "0"),
            ("1000", -3, "0.5", "5", "0"),
            ("-1000", 3, "0.5", "5", "0"),
        ):
            result = compute_penalty(Decimal(base), days, Decimal(permille), Decimal(cap))
            self.assertEqual(result, Decimal(expected), (base, days, permille, cap))

    def test_R12_run_computes_books_and_pays_it(self):
        """R12: one entry and one payment for each late transfer, apart from the credit note."""
        penalties = self.records["rebate.penalty"].sorted("amount")
        self.assertRecordValues(
            penalties,
            [
                {"base": 100, "days": 21, "amount": 1.05, "state": "posted"},
                {"base": 300, "days": 21, "amount": 3.15, "state": "posted"},
            ],
        )
        self.assertEqual(self._balance(self.penalty_account), -4.2)
        self.assertEqual(self._balance(self.transfer), 0)
        entry = penalties[0].entry_id
        self.assertEqual(entry.move_type, "entry")
        self.assertEqual(entry.partner_id or entry.line_ids.partner_id, self.dealer)
        self.assertEqual(penalties.mapped("payment_id.amount"), [1.05, 3.15])
        payout = penalties.payout_id
        self.assertEqual((payout.penalty_total, payout.amount_total), (4.2, 404.2))
        self.assertEqual(payout.payment_count, 2)
        # The rebate itself is as before: neither turnover nor ledger knows of the penalty.
        self._assert_ledger(self.agreement)
        again = self._compute(self.agreement, "2026-12-31")
        self.assertFalse(again.line_ids.filtered("amount"))

    def test_R12_rounded_once_half_up(self):
        """R12: the amount is rounded to the cent once, half up."""
        agreement = self._late_agreement(name="Rounding", penalty_permille=0.05)
        due, paid = (fields.Date.to_date(day) for day in ("2026-10-30", "2026-10-31"))
        self.assertEqual(
            agreement._compute_late_penalty(Decimal("100.00"), due, paid), Decimal("0.01")
        )
        self.assertEqual(
            agreement._compute_late_penalty(Decimal("99.99"), due, paid), Decimal("0.00")
        )

    def test_R12_shown_before_it_is_paid(self):
        """R12: the draft run shows days and penalty as of its payment date; the list for the bank
        has a row of its own for each."""
        note = self._settle_late()[0]
        payout = self._run()
        line = payout.line_ids.filtered(lambda one: one.move_id == note)
        self.assertEqual((line.days_late, line.penalty), (21, line.amount * 0.0105))
        payout.date = "2026-11-21"
        self.assertEqual(line.days_late, 22)
        payout.date = "2026-10-30"
        self.assertEqual((line.days_late, line.penalty, payout.penalty_total), (0, 0, 0))
        payout.date = "2026-11-20"
        attachment = self.env["ir.attachment"].browse(
            int(payout.action_export_csv()["url"].split("/")[-1].split("?")[0])
        )
        rows = list(csv.reader(io.StringIO(attachment.raw.decode("utf-8-sig"))))
        self.assertEqual(len(rows), 5)
        self.assertEqual(
            sum(Decimal(row[5]) for row in rows[1:]), Decimal(str(payout.amount_total))
        )
        self.assertIn("Penalty, 21 days", rows[2][8])

    def test_R12_no_penalty_by_default(self):
        """R12: nothing is owed unless a rate is agreed on, and nothing in time."""
        self._settle_late(penalty_permille=0, penalty_cap=0)
        payout = self._paid_run()
        self.assertEqual(len(payout.line_ids), 2)
        self.assertFalse(payout.penalty_ids)
        self._settle_late(due_days=60)
        payout = self._paid_run(due_until="2026-12-31")
        self.assertEqual(len(payout.line_ids), 2)
        self.assertFalse(payout.penalty_ids)

    def test_R12_never_twice(self):
        """R12: another run finds nothing, and the database refuses the same payment again."""
        payout = self._run()
        self.assertFalse(payout.line_ids)
        self.assertFalse(payout.penalty_ids)
        penalty = self.records["rebate.penalty"][0]
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            penalty.sudo().copy()

    def test_R12_paid_outside_of_a_run(self):
        """R12: a payment registered on the credit note is found by the next run, once."""
        notes = self._settle_late()
        note = notes.filtered(lambda one: one.partner_id == self.dealer)
        self._register(note, 60, "2026-11-09")
        payout = self._run()
        self.assertRecordValues(
            payout.elsewhere_ids, [{"base": 60, "days": 10, "amount": 0.3, "state": "draft"}]
        )
        # It waits in this run; listing again or giving the run up frees it.
        self.assertFalse(self._run().elsewhere_ids)
        payout.action_collect()
        payout.action_cancel()
        payout = self._run()
        self.assertEqual(len(payout.elsewhere_ids), 1)
        self.assertEqual(payout.line_ids.filtered(lambda line: line.move_id == note).amount, 40)
        payout.action_pay()
        self.assertEqual(sorted(payout.penalty_ids.mapped("amount")), [0.3, 0.42, 3.15])
        self.assertEqual(self._balance(self.transfer), 0)
        self.assertFalse(self._run().penalty_ids)

    def _register(self, note, amount, date):
        register = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=note.ids)
            .create({"journal_id": self.bank.id, "payment_date": date, "amount": amount})
        )
        return register._create_payments()

    def test_R12_only_elsewhere(self):
        """R12: a run may have nothing but penalties of payments made elsewhere."""
        for note in self._settle_late():
            self._register(note, note.amount_residual, "2026-11-09")
        payout = self._run()
        self.assertFalse(payout.line_ids)
        payout.action_pay()
        self.assertEqual(sorted(payout.penalty_ids.mapped("payment_id.amount")), [0.5, 1.5])

    def test_R12_payment_that_did_not_stand(self):
        """R12: a payment taken back takes its penalty back; the next one counts to its own day."""
        self._settle_late()
        payout = self._paid_run()
        line = payout.line_ids.filtered(lambda one: one.partner_id == self.dealer)
        penalty = line.penalty_ids
        line.payment_id.action_cancel()
        self.assertEqual(penalty.state, "reversed")
        self.assertEqual(line.penalty, 0)
        self.assertEqual(penalty.entry_id.reversal_move_ids.state, "posted")
        with freeze_time("2026-11-30"):
            second = self._paid_run()
        self.assertEqual(second.line_ids.move_id, line.move_id)
        self.assertEqual(second.penalty_ids.days, 31)
        self.assertEqual(second.penalty_ids.amount, 1.55)
        # The first penalty's own transfer stood: only the rest is transferred now.
        transfers = (
            (payout | second)
            .penalty_ids.filtered(lambda one: one.partner_id == self.dealer)
            .payment_id
        )
        self.assertEqual(sorted(transfers.mapped("amount")), [0.5, 1.05])

    def test_R12_failed_run_then_paid_by_hand(self):
        """R12: a run's payment that failed does not hide the late payment by hand after it."""
        self._settle_late()
        line = self._paid_run().line_ids.filtered(lambda one: one.partner_id == self.dealer)
        line.payment_id.action_cancel()
        self._register(line.move_id, 100, "2026-11-19")
        found = self.env["rebate.penalty"]._find_paid_elsewhere(line.payout_id)
        self.assertEqual([note for note, *_rest in found], [line.move_id])

    def test_R12_payment_left_in_draft(self):
        """R12: a payment that was reset and never posted again owes nothing once it is repeated."""
        self._settle_late()
        first = self._paid_run().line_ids.filtered(lambda one: one.partner_id == self.dealer)
        first.payment_id.action_draft()
        self.assertEqual(first.penalty_ids.state, "posted")
        first.move_id.line_ids.remove_move_reconcile()
        first.payment_id.unlink()
        self.assertEqual(first.penalty_ids.state, "reversed")
        self.assertEqual(self._paid_run().penalty_ids.amount, 1.05)

    def test_R12_match_undone(self):
        """R12: undoing the match opens the credit note, and takes the penalty back."""
        note = self._settle_late().filtered(lambda one: one.partner_id == self.dealer)
        self._register(note, 100, "2026-11-09")
        payout = self._paid_run()
        penalty = payout.elsewhere_ids
        self.assertEqual(penalty.state, "posted")
        note.line_ids.remove_move_reconcile()
        self.assertEqual(penalty.state, "reversed")

    def test_R12_match_undone_before_the_run_is_paid(self):
        """R12: what a run proposes for a payment goes with that payment."""
        note = self._settle_late().filtered(lambda one: one.partner_id == self.dealer)
        self._register(note, 100, "2026-11-09")
        payout = self.env["rebate.payout"].create(
            {"journal_id": self.company_data["default_journal_bank"].id}
        )
        payout.action_collect()
        self.assertTrue(payout.elsewhere_ids)
        note.line_ids.remove_move_reconcile()
        self.assertFalse(payout.elsewhere_ids)

    def test_R12_cancelled_settlement_owes_no_penalty(self):
        """R12: with the rebate its penalty falls."""
        penalties = self.records["rebate.penalty"]
        self.settlement._cancel_posted(fields.Date.to_date("2026-11-20"), "Wrong")
        self.assertEqual(set(penalties.mapped("state")), {"reversed"})
        self.assertEqual(self._balance(self.penalty_account), 0)

    def test_R12_entry_is_not_reopened_but_reversed(self):
        """R12: the entry cannot be reset; reversing it gives the penalty up, for good."""
        penalty = self.records["rebate.penalty"][0]
        with self.assertRaisesRegex(UserError, "books the penalty"):
            penalty.entry_id.button_draft()
        penalty.entry_id._reverse_moves(cancel=True)
        self.assertEqual(penalty.state, "reversed")
        self.assertFalse(self._run().penalty_ids)

    def test_R12_terms_are_checked(self):
        """R12: only transfers have a day of payment; a rate is a number, an account is needed."""
        with self.assertRaisesRegex(UserError, "not paid by transfer"):
            self._late_agreement(name="Credit", payout="credit_note")
        for vals in ({"penalty_permille": -1}, {"penalty_cap": 101}):
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self._late_agreement(name="Bounds", **vals)
        self._settle_late()
        payout = self._run()
        self.company.rebate_penalty_account_id = False
        with self.assertRaisesRegex(UserError, "account for penalties"):
            payout.action_pay()

    def test_R12_contract_and_statement(self):
        """R12: the contract has rate and cap, the statement what was paid late."""
        clause = dict(self.agreement._get_contract_clauses(self.dealer))["Pay-out"]
        self.assertIn("30 days after the period's end", clause)
        self.assertIn("0.5 ‰ is added for each day of delay, at most 5 %.", clause)
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "dealer_rebate.report_rebate_statement", self.settlement.line_ids.ids
        )
        self.assertIn("due on 10/30/2026, paid on 11/20/2026, 21 days", html.decode())

    def test_R12_accountant_without_other_rights(self):
        """R12: who may pay a run pays its penalties as well."""
        self._settle_late()
        user = self._user("payer", "account.group_account_invoice")
        payout = self.env["rebate.payout"].with_user(user).create({"journal_id": self.bank.id})
        payout.action_collect()
        self.assertEqual(payout.penalty_total, 4.2)
        payout.action_pay()
        self.assertEqual(len(payout.penalty_ids.payment_id), 2)
        payout.line_ids[0].payment_id.action_cancel()
        self.assertIn("reversed", payout.penalty_ids.mapped("state"))
