# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from pathlib import Path

from odoo.tests import tagged

from .common import GOLDEN, RebateCommon, golden

SHARED = Path(__file__).resolve().parents[4] / "shared" / "golden" / "rebate.json"


@tagged("post_install", "-at_install")
class TestGolden(RebateCommon):
    """The golden cases through agreements, invoices and settlements, not the calculator alone."""

    def test_golden_copy_is_current(self):
        """The copy is the original, byte by byte, where the original can be seen."""
        self.assertTrue(GOLDEN.is_file())
        if SHARED.is_file():
            self.assertEqual(GOLDEN.read_bytes(), SHARED.read_bytes())

    def test_R4_all_cases(self):
        """R4: every case of the purchase agreement, each as a quarter's invoices of a dealer."""
        tiers = golden("R14-restate")[0]["tiers"]
        for case_id in (
            "R4-none",
            "R4-first",
            "R4-second",
            "R4-edge",
            "R4-top",
            "R4-incremental",
        ):
            with self.subTest(case_id):
                given, expect = golden(case_id)
                dealer = self._create_dealer(case_id)
                agreement = self._create_agreement(
                    self._create_table(tiers, given.get("method", "whole")),
                    name=case_id,
                    partner_ids=dealer.ids,
                )
                part = round(given["quarter_purchases"] / 3, 2)
                rest = round(given["quarter_purchases"] - 2 * part, 2)
                for month, amount in enumerate((part, part, rest), 1):
                    self._invoice(dealer, f"2026-0{month}-28", amount)
                settlement = self._settle(agreement, "2026-02-01")
                self.assertEqual(settlement.state, "posted")
                self.assertEqual(self._paid(settlement), expect["rebate"])
                self.assertEqual(settlement.line_ids.amount, expect["rebate"])
                self._assert_ledger(agreement)

    def test_R12_interim(self):
        """R12: an interim settlement is taken off the full year's."""
        given, expect = golden("R12-interim")
        agreement = self._create_agreement(
            self._create_table(given["tiers"], given["method"]), period="year"
        )
        self._invoice(self.dealer, "2026-03-15", given["h1"])
        first = self._settle(agreement, "2026-06-30", cutoff="2026-06-30")
        self.assertTrue(first.is_interim)
        self.assertEqual(self._paid(first), given["settled_h1"])
        self._invoice(self.dealer, "2026-09-15", given["h2"])
        full = self._settle(agreement, "2026-12-31")
        self.assertEqual(full.line_ids.earned, expect["full_year"])
        self.assertEqual(self._paid(full), expect["payable"])
        self._assert_ledger(agreement)

    def test_R12_floor_carry(self):
        """R12: a negative quarter is forgiven or carried, as the agreement says."""
        given, expect = golden("R12-floor-carry")
        for policy in ("floor", "carry"):
            with self.subTest(policy):
                dealer = self._create_dealer(policy)
                agreement = self._create_agreement(
                    self._create_table([(0, given["rate_pct"])], open_below=True),
                    negative_policy=policy,
                    partner_ids=dealer.ids,
                )
                self._invoice(dealer, "2026-02-01", given["q1"])
                q1 = self._settle(agreement, "2026-03-31")
                self.assertEqual(q1.state, "posted")
                self.assertFalse(q1.line_ids.credit_note_id)
                self.assertEqual(q1.line_ids.earned, expect[policy]["q1"])
                self._invoice(dealer, "2026-05-01", given["q2"])
                q2 = self._settle(agreement, "2026-06-30")
                own = q2.line_ids.filtered(lambda line: not line.is_restatement)
                self.assertEqual(own.earned, expect[policy]["q2"])
                payable = expect[policy].get("payable_q2", expect[policy]["q2"])
                self.assertEqual(self._paid(q2), payable)
                self._assert_ledger(agreement)

    def test_R14_restate(self):
        """R14: a late credit note dated in a settled quarter comes back in the next one."""
        given, expect = golden("R14-restate")
        agreement = self._create_agreement(self._create_table(given["tiers"]))
        self._invoice(self.dealer, "2026-02-01", given["q1_purchases"])
        q1 = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(q1), given["q1_settled"])
        late = self._invoice(self.dealer, "2026-03-20", given["late_credit_note_dated_q1"])
        self._invoice(self.dealer, "2026-05-01", given["q2_purchases"])
        q2 = self._settle(agreement, "2026-06-30")
        restated = q2.line_ids.filtered("is_restatement")
        own = q2.line_ids - restated
        self.assertEqual(restated.earned, expect["q1_recomputed"])
        self.assertEqual(restated.amount, expect["carried"])
        self.assertEqual(own.amount, expect["q2_own"])
        self.assertEqual(sum(q2.line_ids.mapped("amount")), expect["q2_payable"])
        # A negative balance is carried: no document, and nothing counts as settled.
        self.assertEqual(set(q2.line_ids.mapped("state")), {"carried"})
        self.assertFalse(q2.line_ids.credit_note_id)
        changed = restated.allocation_ids.filtered("base_delta")
        self.assertEqual(changed.mapped("document"), [late.name])
        self.assertIn("2026 Q1", restated.explanation)

    def test_R14_carried_balance_is_taken_off_later(self):
        """R14: what was carried is taken off the next settlement, once."""
        given, expect = golden("R14-restate")
        agreement = self._create_agreement(self._create_table(given["tiers"]))
        self._invoice(self.dealer, "2026-02-01", given["q1_purchases"])
        self._settle(agreement, "2026-03-31")
        self._invoice(self.dealer, "2026-03-20", given["late_credit_note_dated_q1"])
        self._invoice(self.dealer, "2026-05-01", given["q2_purchases"])
        self._settle(agreement, "2026-06-30")
        self._invoice(self.dealer, "2026-08-01", given["q1_purchases"])
        q3 = self._settle(agreement, "2026-09-30")
        self.assertEqual(self._paid(q3), given["q1_settled"] + expect["q2_payable"])
        self.assertEqual(len(q3.line_ids), 3)
        self._assert_ledger(agreement)
        again = self._settle(agreement, "2026-09-30")
        self.assertEqual(self._paid(again), 0)

    def test_R15_allocation(self):
        """R15: largest remainder; the sum is the credit note."""
        given, expect = golden("R15-allocation")
        total = sum(given["lines"])
        agreement = self._create_agreement(self._create_table([(0, 100 * given["rebate"] / total)]))
        self._invoice(self.dealer, "2026-02-01", *given["lines"])
        settlement = self._settle(agreement, "2026-03-31")
        rows = settlement.line_ids.allocation_ids.sorted("source_id")
        self.assertEqual(round(sum(rows.mapped("amount_delta")), 2), expect["sum"])
        self.assertEqual(self._paid(settlement), expect["sum"])
        for row, amount in zip(rows, given["lines"], strict=True):
            share = given["rebate"] * amount / total
            self.assertLess(abs(row.amount_delta - share), 0.01)
        # The golden file says which line gets the cent: the one with the largest remainder.
        self.assertEqual(rows[-1].amount_delta, max(rows.mapped("amount_delta")))

    def test_R15_tax_split(self):
        """R15: the credit note carries the taxes of the lines that earned it."""
        given, expect = golden("R15-tax-split")
        total = sum(given["base_by_tax"].values())
        agreement = self._create_agreement(self._create_table([(0, 100 * given["rebate"] / total)]))
        taxes = {}
        for label, base in given["base_by_tax"].items():
            percent = float(label.rstrip("%"))
            taxes[label] = self._create_tax(percent)
            self._invoice(self.dealer, "2026-02-01", base, taxes=taxes[label])
        settlement = self._settle(agreement, "2026-03-31")
        note = settlement.line_ids.credit_note_id
        for label, tax in taxes.items():
            line = note.invoice_line_ids.filtered(lambda line, tax=tax: line.tax_ids == tax)
            self.assertEqual(line.price_subtotal, expect["untaxed"][label])
            tax_line = note.line_ids.filtered(lambda line, tax=tax: line.tax_line_id == tax)
            self.assertEqual(sum(tax_line.mapped("balance")), expect["tax"][label])
        self.assertEqual(note.amount_total, expect["total"])
