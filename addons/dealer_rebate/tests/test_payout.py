# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import csv
import io

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_accounting import RebateAccountingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20")
class TestPayout(RebateAccountingCommon):
    """Transfers: never set off by themselves, due as agreed, paid in one run (R3, R4, R12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.transfer = cls._create_account("REB.T", "asset_receivable", reconcile=True)
        cls.company.rebate_transfer_account_id = cls.transfer
        cls.bank = cls.company_data["default_journal_bank"]
        cls._invoice(cls.dealer, "2026-07-01", 1000)
        cls._invoice(cls.dealer_2, "2026-07-01", 3000)

    def _transfer_agreement(self, **vals):
        return self._create_agreement(
            self._create_table([(0, 10)]), date_start="2026-07-01", payout="transfer", **vals
        )

    def _add_bank(self, dealer, number="CN1", trusted=True):
        return self.env["res.partner.bank"].create(
            {"partner_id": dealer.id, "acc_number": number, "allow_out_payment": trusted}
        )

    def _payout(self, **vals):
        payout = self.env["rebate.payout"].create({"journal_id": self.bank.id} | vals)
        payout.action_collect()
        return payout

    def _widget(self, invoice):
        invoice.invalidate_recordset()
        return [
            line["id"]
            for line in (invoice.invoice_outstanding_credits_debits_widget or {}).get("content", [])
        ]

    def test_R4_transfer_is_never_offered_on_other_invoices(self):
        """R3, R4: the outstanding-credits widget knows a plain credit note, not a transfer."""
        note = self._settle(self._transfer_agreement(), "2026-09-30").line_ids.credit_note_id[0]
        terms = note.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertEqual(terms.account_id, self.transfer)
        invoice = self._invoice(note.partner_id, "2026-10-05", 500)
        self.assertFalse(self._widget(invoice))
        plain = self._create_agreement(
            self._create_table([(0, 5)]), name="Plain", date_start="2026-07-01"
        )
        self._settle(plain, "2026-09-30")
        self.assertEqual(len(self._widget(invoice)), 1)
        self.assertFalse(set(self._widget(invoice)) & set(terms.ids))

    def test_R4_cancelled_transfer_is_reversed_on_its_own_account(self):
        """R4: the reversal meets the credit note on the transfer account."""
        settlement = self._settle(self._transfer_agreement(), "2026-09-30")
        settlement._cancel_posted(fields.Date.to_date("2026-11-01"), "Wrong")
        self.assertEqual(self._balance(self.transfer), 0)
        self.assertEqual(set(settlement.line_ids.credit_note_id.mapped("amount_residual")), {0})

    def test_R4_needs_an_account(self):
        """R4: without an account of its own nothing is posted."""
        self.company.rebate_transfer_account_id = False
        settlement = self._compute(self._transfer_agreement(), "2026-09-30")
        settlement.action_review()
        with self.assertRaisesRegex(UserError, "receivable account"):
            settlement.action_post()

    def test_R4_due_date_and_reference(self):
        """R3, R4, R12: due N days, or N working days, after the period's end, or after posting."""
        self.dealer.ref = "D-17"
        self.dealer.property_payment_term_id = self.pay_terms_b
        cases = [
            ({"due_rule": "period_end", "due_days": 30}, "2026-10-30"),
            ({"due_rule": "posting", "due_days": 10}, "2026-11-30"),
            ({"due_rule": "working", "due_days": 5}, "2026-10-07"),
        ]
        for vals, expected in cases:
            with self.subTest(**vals):
                agreement = self._transfer_agreement(name=str(vals), **vals)
                if agreement.due_rule != "posting":
                    self.assertEqual(str(agreement.next_due), expected)
                settlement = self._settle(agreement, "2026-09-30")
                note = settlement.line_ids.credit_note_id.filtered(
                    lambda n: n.partner_id == self.dealer
                )
                self.assertEqual(str(note.invoice_date_due), expected)
                self.assertEqual(note.payment_reference, f"{settlement.name} D-17")
                agreement.action_close()

    def test_R4_pay_out_run(self):
        """R4: one button pays all who have a confirmed bank account; others are shown."""
        settlement = self._settle(self._transfer_agreement(), "2026-09-30")
        bank = self._add_bank(self.dealer)
        payout = self._payout()
        self.assertEqual(payout.line_ids.move_id, settlement.line_ids.credit_note_id)
        by_dealer = {line.partner_id: line for line in payout.line_ids}
        self.assertEqual(by_dealer[self.dealer].partner_bank_id, bank)
        self.assertFalse(by_dealer[self.dealer].problem)
        self.assertEqual(by_dealer[self.dealer_2].problem, "no_bank")
        self.assertEqual((payout.amount_total, payout.problem_count), (100, 1))
        payout.action_pay()
        self.assertEqual(payout.state, "paid")
        payment = payout.line_ids.payment_id
        self.assertEqual(by_dealer[self.dealer].payment_id, payment)
        self.assertRecordValues(
            payment,
            [
                {
                    "payment_type": "outbound",
                    "partner_id": self.dealer.id,
                    "partner_bank_id": bank.id,
                    "amount": 100,
                    "journal_id": self.bank.id,
                }
            ],
        )
        paid = by_dealer[self.dealer].move_id
        self.assertIn(paid.payment_state, ("paid", "in_payment"))
        self.assertEqual(by_dealer[self.dealer_2].move_id.payment_state, "not_paid")
        # The other one comes with the next run, once its account is confirmed.
        other = self._add_bank(self.dealer_2, "CN2", trusted=False)
        following = self._payout()
        self.assertEqual(following.line_ids.move_id, by_dealer[self.dealer_2].move_id)
        self.assertEqual(following.line_ids.problem, "not_trusted")
        with self.assertRaisesRegex(UserError, "can be paid"):
            following.action_pay()
        other.allow_out_payment = True
        following.action_pay()
        self.assertEqual(following.line_ids.payment_id.amount, 300)
        self.assertFalse(self._payout().line_ids)

    def test_R4_many_in_one_run(self):
        """R4: two dealers get two payments, each matched with its own credit note."""
        settlement = self._settle(self._transfer_agreement(), "2026-09-30")
        self._add_bank(self.dealer)
        self._add_bank(self.dealer_2, "CN2")
        payout = self._payout()
        payout.action_pay()
        self.assertEqual(sorted(payout.line_ids.payment_id.mapped("amount")), [100, 300])
        for line in payout.line_ids:
            self.assertEqual(line.payment_id.partner_id, line.partner_id)
        self.assertEqual(
            self.env["account.payment"].search(payout.action_view_payments()["domain"]),
            payout.line_ids.payment_id,
        )
        self.assertTrue(settlement)

    def test_R4_only_what_is_due_and_once(self):
        """R4: what is not due yet waits; what is in an open run is in no other one."""
        self._settle(self._transfer_agreement(due_rule="posting", due_days=30), "2026-09-30")
        self.assertFalse(self._payout().line_ids)
        first = self._payout(due_until="2026-12-31")
        self.assertEqual(len(first.line_ids), 2)
        self.assertFalse(self._payout(due_until="2026-12-31").line_ids)
        first.action_cancel()
        self.assertEqual(len(self._payout(due_until="2026-12-31").line_ids), 2)

    def test_R4_changed_meanwhile(self):
        """R4: what was reversed after the list was made is not paid."""
        settlement = self._settle(self._transfer_agreement(), "2026-09-30")
        self._add_bank(self.dealer)
        self._add_bank(self.dealer_2, "CN2")
        payout = self._payout()
        settlement._cancel_posted(fields.Date.to_date("2026-11-01"), "Wrong")
        self.assertEqual(set(payout.line_ids.mapped("problem")), {"changed"})
        with self.assertRaisesRegex(UserError, "can be paid"):
            payout.action_pay()

    def test_R4_list_for_the_bank(self):
        """R4: the CSV and the spreadsheet; a name that looks like a formula stays a text."""
        self.dealer.name = "=cmd|' /C calc'!A0"
        self._settle(self._transfer_agreement(), "2026-09-30")
        self._add_bank(self.dealer, "CN 17")
        payout = self._payout()
        action = payout.action_export_csv()
        attachment = self._attachment(action)
        rows = list(csv.reader(io.StringIO(attachment.raw.decode("utf-8-sig"))))
        self.assertEqual(len(rows), 3)
        own = next(row for row in rows if row[2] == "CN 17")
        self.assertTrue(own[0].startswith("'="))
        self.assertEqual(own[5:8], ["100.0", "CNY", "2026-10-30"])
        other = next(row for row in rows if row[0] == self.dealer_2.name)
        self.assertEqual(other[-1], "No bank account")
        self.assertTrue(self._attachment(payout.action_export_xlsx()).raw.startswith(b"PK"))

    def _attachment(self, action):
        number = action["url"].split("/")[-1].split("?")[0]
        return self.env["ir.attachment"].browse(int(number))

    def test_R4_form(self):
        """The form of a run can be filled in as on the screen."""
        with Form(self.env["rebate.payout"]) as form:
            form.journal_id = self.bank
        self.assertIn("CNY", form.record.name)


@tagged("post_install", "-at_install")
class TestDue(RebateAccountingCommon):
    """Grace days, and what is due when (R12, R14)."""

    @freeze_time("2026-04-08")
    def test_R14_grace_days(self):
        """R14: until the grace days are over only an interim settlement is posted."""
        agreement = self._create_agreement(self._create_table([(0, 10)]), grace_days=10)
        self._invoice(self.dealer, "2026-02-01", 1000)
        self.assertEqual(str(agreement.next_cutoff), "2026-03-31")
        self.assertEqual(str(agreement.next_settle_from), "2026-04-11")
        settlement = self._compute(agreement, "2026-03-31")
        settlement.action_review()
        with self.assertRaisesRegex(UserError, "awaited until 04/10/2026"):
            settlement.action_post()
        settlement.action_cancel()
        self.assertEqual(
            self._paid(self._settle(agreement, "2026-03-15", cutoff="2026-03-15")), 100
        )
        late = self._invoice(self.dealer, "2026-03-30", 500)
        with freeze_time("2026-04-11"):
            settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement), 50)
        self.assertIn(late.name, settlement.line_ids.allocation_ids.mapped("document"))
        self.assertEqual(str(agreement.next_cutoff), "2026-06-30")

    def test_R12_what_is_due_when(self):
        """R12: the next period moves on with settlements, back with cancellations, and ends."""
        agreement = self._create_agreement(self._create_table([(0, 10)]), date_end="2026-06-30")
        self._invoice(self.dealer, "2026-02-01", 1000)
        self.assertEqual(str(agreement.next_cutoff), "2026-03-31")
        self.assertEqual(str(agreement.next_due), "2026-04-30")
        first = self._settle(agreement, "2026-03-31")
        self.assertEqual(str(agreement.next_cutoff), "2026-06-30")
        self._settle(agreement, "2026-06-30")
        self.assertFalse(agreement.next_cutoff)
        first._cancel_posted(fields.Date.to_date("2026-08-01"), "Wrong")
        self.assertEqual(str(agreement.next_cutoff), "2026-03-31")
        agreement.action_close()
        self.assertFalse(agreement.next_due)

    def test_R12_calendar_of_its_own(self):
        """R12: an agreement with its own calendar is due by that calendar."""
        agreement = self._create_agreement(
            self._create_table([(0, 10)]),
            period="custom",
            period_ids=[
                Command.create(
                    {"name": "Spring", "date_from": "2026-01-10", "date_to": "2026-04-20"}
                )
            ],
        )
        self.assertEqual(str(agreement.next_cutoff), "2026-04-20")

    def test_R14_days_cannot_be_negative(self):
        """A negative number of days is refused by the database."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self._create_agreement(self._create_table([(0, 10)]), grace_days=-1)
