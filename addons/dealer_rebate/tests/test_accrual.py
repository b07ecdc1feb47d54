# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.base.models.ir_cron import IrCron

from .common import golden
from .common_accounting import RebateAccountingCommon

MONTHS = ("2026-01-31", "2026-02-28", "2026-03-31")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20")
class TestAccrual(RebateAccountingCommon):
    """Monthly accruals of what is earned so far; the settlement reverses them (R15)."""

    def _run_golden(self, case_id, **component_vals):
        given, expect = golden(case_id)
        agreement = self._create_agreement(
            self._create_table(given["tiers"], given["method"]),
            accrual_method=given["expected_tier"],
            component_vals=component_vals,
        )
        course = []
        for date, amount, delta, to_date in zip(
            MONTHS, given["months"], expect["deltas"], expect["accrued_to_date"], strict=True
        ):
            self._invoice(self.dealer, date, amount)
            rows = self._accrue(agreement, date)
            self.assertEqual(sum(rows.mapped("amount")), delta)
            self.assertEqual(agreement.accrual_open, to_date)
            self.assertEqual(self._balance(self.accrued), to_date)
            self.assertEqual(self._balance(self.expense), -to_date)
            if agreement.accrual_ids:
                self._assert_account_is_open_accruals()
            course.append(rows)
        settlement = self._settle(agreement, MONTHS[-1])
        self.assertEqual(self._paid(settlement), expect["settlement"])
        self.assertEqual(agreement.accrual_open, expect["open_after"])
        self.assertEqual(self._balance(self.accrued), expect["open_after"])
        self._assert_account_is_open_accruals()
        return agreement, settlement, course

    def test_R15_accrual(self):
        """R15: the tier reached so far; each accrual leads to its settlement."""
        agreement, settlement, course = self._run_golden("R15-accrual")
        accrued = course[1] | course[2]
        self.assertEqual(accrued.settlement_id, settlement)
        self.assertEqual(set(accrued.mapped("state")), {"reversed"})
        self.assertEqual(set(accrued.mapped("method")), {"reached"})
        self.assertEqual(settlement.accrual_count, 2)
        reversal = settlement.accrual_ids - accrued
        self.assertEqual((reversal.kind, reversal.amount), ("reversal", -1680))
        note = settlement.line_ids.credit_note_id
        self.assertEqual(reversal.move_id.date, note.date)
        self.assertEqual(reversal.move_id.journal_id, self.company.rebate_accrual_journal_id)
        self.assertFalse(self._accrue(agreement, "2026-04-30"))

    def test_R15_accrual_agreed(self):
        """R15: the agreed rate while the period is open, the reached one when it is over."""
        _agreement, _settlement, course = self._run_golden(
            "R15-accrual-agreed", accrual_rate=golden("R15-accrual-agreed")[0]["agreed_rate_pct"]
        )
        self.assertEqual([rows.method for rows in course], ["agreed", "agreed", "reached"])

    def _accrual_agreement(self, method, *tiers, **vals):
        component_vals = vals.pop("component_vals", None)
        return self._create_agreement(
            self._create_table(tiers or [(0, 0), (10000, 10)]),
            accrual_method=method,
            component_vals=component_vals,
            **vals,
        )

    def test_R15_linear(self):
        """R15: 4,000 of 31 of 90 days become 11,612.90, which reaches the 10 % row."""
        agreement = self._accrual_agreement("linear")
        self._invoice(self.dealer, "2026-01-15", 4000)
        rows = self._accrue(agreement, "2026-01-31")
        self.assertEqual((rows.amount, rows.method, rows.rate), (400, "linear", 10))
        # Without another purchase the forecast falls back below the row.
        rows = self._accrue(agreement, "2026-02-28")
        self.assertEqual((rows.amount, rows.before), (-400, 400))
        self._assert_account_is_open_accruals()

    def test_R15_linear_slices(self):
        """R15: slices give the forecast's average rate on what was bought so far."""
        agreement = self._create_agreement(
            self._create_table([(0, 0), (10000, 10)], "incremental"), accrual_method="linear"
        )
        self._invoice(self.dealer, "2026-01-15", 6200)
        rows = self._accrue(agreement, "2026-01-31")
        forecast = 6200 * 90 / 31
        self.assertEqual(rows.amount, round((forecast - 10000) * 0.1 * 6200 / forecast, 2))

    def test_R15_last_year(self):
        """R15: the tier of the same quarter of the previous year; without one, so far."""
        agreement = self._accrual_agreement("last_year")
        self._invoice(self.dealer, "2025-03-15", 12000)
        self._invoice(self.dealer, "2026-01-15", 500)
        self._invoice(self.dealer_2, "2026-01-15", 500)
        rows = self._accrue(agreement, "2026-01-31")
        self.assertEqual(rows.partner_id, self.dealer)
        self.assertEqual((rows.amount, rows.method), (50, "last_year"))

    def test_R15_component_of_a_longer_period(self):
        """R15, R3: a year's component accrues from the first month, not in December only."""
        agreement = self._accrual_agreement("reached", (0, 10), component_vals={"period": "year"})
        self._invoice(self.dealer, "2026-01-15", 1000)
        self._invoice(self.dealer, "2026-05-15", 1000)
        self.assertEqual(self._accrue(agreement, "2026-01-31").amount, 100)
        self.assertEqual(self._accrue(agreement, "2026-05-31").amount, 100)
        # A quarter's settlement pays nothing of it and reverses nothing.
        self._settle(agreement, "2026-03-31")
        self.assertEqual(agreement.accrual_open, 200)

    def test_R15_interim_settlement_and_late_documents(self):
        """R15, R14: what is settled is no longer accrued; what changed since is."""
        agreement = self._accrual_agreement("reached", (0, 10))
        self._invoice(self.dealer, "2026-01-15", 1000)
        self._accrue(agreement, "2026-01-31")
        self._settle(agreement, "2026-01-31", cutoff="2026-01-31")
        self.assertEqual(agreement.accrual_open, 0)
        self._invoice(self.dealer, "2026-02-15", 500)
        rows = self._accrue(agreement, "2026-02-28")
        self.assertEqual((rows.amount, rows.settled, rows.earned), (50, 100, 150))
        self._settle(agreement, "2026-03-31")
        self.assertEqual(agreement.accrual_open, 0)
        self._invoice(self.dealer, "2026-03-20", -200)
        self.assertEqual(self._accrue(agreement, "2026-04-30").amount, -20)
        self._assert_account_is_open_accruals()

    def test_R15_cancelled_settlement_is_accrued_again(self):
        """R15: what a cancelled settlement paid is owed again, and accrued again."""
        agreement = self._accrual_agreement("reached", (0, 10))
        self._invoice(self.dealer, "2026-01-15", 1000)
        self._accrue(agreement, "2026-03-31")
        settlement = self._settle(agreement, "2026-03-31")
        settlement._cancel_posted(fields.Date.to_date("2026-05-02"), "Wrong table")
        self.assertEqual(self._accrue(agreement, "2026-05-31").amount, 100)
        self._settle(agreement, "2026-03-31")
        self.assertEqual(agreement.accrual_open, 0)
        self._assert_account_is_open_accruals()

    def test_R15_carried_balance_stays_accrued(self):
        """R15, R14: a negative balance is not settled, and stays in the accruals."""
        agreement = self._create_agreement(
            self._create_table([(0, 10)], open_below=True), accrual_method="reached"
        )
        self._invoice(self.dealer, "2026-01-15", -1000)
        self._accrue(agreement, "2026-03-31")
        self._settle(agreement, "2026-03-31")
        self.assertEqual(agreement.accrual_open, -100)
        self._assert_account_is_open_accruals()

    def test_R15_one_entry_an_agreement_two_lines_a_dealer(self):
        """R15: two components and two dealers make one entry of four lines."""
        agreement = self._create_agreement(
            self._create_table([(0, 10)]), self._create_table([(0, 5)]), accrual_method="reached"
        )
        self._invoice(self.dealer, "2026-01-15", 1000)
        self._invoice(self.dealer_2, "2026-01-15", 2000)
        rows = self._accrue(agreement, "2026-01-31")
        self.assertEqual(len(rows), 4)
        self.assertEqual(len(rows.move_id), 1)
        self.assertRecordValues(
            rows.move_id.line_ids.sorted(lambda line: (line.partner_id.id, line.balance)),
            [
                {"partner_id": self.dealer.id, "account_id": self.accrued.id, "balance": -150},
                {"partner_id": self.dealer.id, "account_id": self.expense.id, "balance": 150},
                {"partner_id": self.dealer_2.id, "account_id": self.accrued.id, "balance": -300},
                {"partner_id": self.dealer_2.id, "account_id": self.expense.id, "balance": 300},
            ],
        )

    def test_R15_foreign_currency_is_reversed_at_its_own_rate(self):
        """R15: an agreement in another currency leaves nothing on the account."""
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": usd.id, "name": "2026-01-01", "rate": 0.125},
                {"currency_id": usd.id, "name": "2026-03-01", "rate": 0.2},
            ]
        )
        agreement = self._accrual_agreement("reached", (0, 10), currency_id=usd.id)
        self._invoice(self.dealer, "2026-01-15", 1000, currency_id=usd.id)
        rows = self._accrue(agreement, "2026-01-31")
        self.assertEqual((rows.amount, rows.balance), (100, -800))
        self._invoice(self.dealer, "2026-03-15", 1000, currency_id=usd.id)
        rows = self._accrue(agreement, "2026-03-31")
        self.assertEqual((rows.amount, rows.balance), (100, -500))
        self._settle(agreement, "2026-03-31")
        self.assertEqual(self._balance(self.accrued), 0)
        self._assert_account_is_open_accruals()

    def test_R15_lock_date(self):
        """R15: a locked month's entry is dated on the next open day, said in the chatter."""
        agreement = self._accrual_agreement("reached", (0, 10))
        self._invoice(self.dealer, "2026-01-15", 1000)
        self.company.sudo().fiscalyear_lock_date = "2026-02-10"
        rows = self._accrue(agreement, "2026-01-31")
        self.assertEqual(str(rows.move_id.date), "2026-02-11")
        self.assertEqual(str(rows.date), "2026-01-31")
        self.assertIn("locked", agreement.message_ids[0].body)

    def test_R15_entries_stay(self):
        """R15: an accrual entry is neither reopened nor reversed nor deleted by hand."""
        agreement = self._accrual_agreement("reached", (0, 10))
        self._invoice(self.dealer, "2026-01-15", 1000)
        rows = self._accrue(agreement, "2026-01-31")
        for method in ("button_draft", "button_cancel", "_reverse_moves"):
            with self.assertRaisesRegex(UserError, "accruals"):
                getattr(rows.move_id, method)()
        with self.assertRaises(UserError):
            rows.sudo().unlink()

    def test_R15_what_others_book_on_the_account_is_found(self):
        """R15: the report names the difference and leads to what makes it."""
        agreement = self._accrual_agreement("reached", (0, 10))
        self._invoice(self.dealer, "2026-01-15", 1000)
        self._accrue(agreement, "2026-01-31")
        row = self._assert_account_is_open_accruals()
        self.assertEqual((row.balance, row.accrued), (-100, -100))
        stranger = self.env["account.move"].create(
            {
                "date": "2026-02-01",
                "journal_id": self.company.rebate_accrual_journal_id.id,
                "line_ids": [
                    Command.create({"account_id": self.accrued.id, "credit": 7}),
                    Command.create({"account_id": self.expense.id, "debit": 7}),
                ],
            }
        )
        stranger.action_post()
        self.env.flush_all()
        self.env.invalidate_all()
        row = self.env["rebate.accrual.balance"].search([("account_id", "=", self.accrued.id)])
        self.assertEqual(row.difference, -7)
        found = self.env["account.move.line"].search(row.action_view_strangers()["domain"])
        self.assertEqual(found.move_id, stranger)
        accruals = self.env["rebate.accrual"].search(row.action_view_accruals()["domain"])
        self.assertEqual(accruals.agreement_id, agreement)

    def test_R15_closed_agreement_releases(self):
        """R15: what a closed agreement no longer pays is released."""
        agreement = self._accrual_agreement("reached", (0, 10))
        self._invoice(self.dealer, "2026-01-15", 1000)
        self._accrue(agreement, "2026-01-31")
        agreement.action_close()
        self.assertEqual(self._accrue(agreement, "2026-02-28").amount, -100)
        self.assertEqual(self._balance(self.accrued), 0)

    def _run_cron(self):
        with patch.object(IrCron, "_commit_progress", return_value=float("inf")):
            self.env["rebate.agreement"].sudo()._cron_accrue()
        self.env.invalidate_all()

    @freeze_time("2026-02-03")
    def test_R15_scheduled(self):
        """R15: the scheduled action accrues the month that is over, once."""
        agreement = self._accrual_agreement("reached", (0, 10))
        without = self._accrual_agreement("none", (0, 5), name="None")
        self._invoice(self.dealer, "2026-01-15", 1000)
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._run_cron()
        self._run_cron()
        self.assertEqual(agreement.accrual_open, 100)
        self.assertEqual(str(agreement.accrued_until), "2026-01-31")
        self.assertFalse(without.accrual_ids)

    @freeze_time("2026-02-03")
    def test_R15_scheduled_refusal_is_written_down(self):
        """R15: a missing account stops one agreement with a sentence, and can be mended."""
        self.company.rebate_accrual_account_id = False
        broken = self._accrual_agreement("reached", (0, 10))
        other = self._accrual_agreement(
            "reached", (0, 5), name="Other", accrual_account_id=self.accrued.id
        )
        self._invoice(self.dealer, "2026-01-15", 1000)
        self._run_cron()
        self.assertIn("accrual account", broken.accrual_error)
        self.assertEqual(other.accrual_open, 50)
        self.company.rebate_accrual_account_id = self.accrued
        self._run_cron()
        self.assertFalse(broken.accrual_error)
        self.assertEqual(broken.accrual_open, 100)

    def test_R15_by_button(self):
        """R15: an accountant accrues for a day; who is none may not; nobody the future."""
        agreement = self._accrual_agreement("reached", (0, 10))
        self._invoice(self.dealer, "2026-01-15", 1000)
        action = agreement.action_accrue()
        wizard = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"date": "2026-01-31"})
        )
        rows = self.env["rebate.accrual"].search(wizard.action_accrue()["domain"])
        self.assertEqual(rows, agreement.accrual_ids)
        self.assertEqual(rows.amount, 100)
        with self.assertRaisesRegex(UserError, "future"):
            self._accrue(agreement, "2026-12-31")
        user = new_test_user(
            self.env,
            "rebate_accruer",
            "dealer_rebate.group_rebate_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            agreement.with_user(user).action_accrue()
        with self.assertRaises(AccessError):
            wizard.with_user(user).action_accrue()
