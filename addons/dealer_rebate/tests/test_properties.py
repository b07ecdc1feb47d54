# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from .common import RebateCommon

CENTS = st.integers(-300_000, 900_000).filter(bool).map(lambda cents: cents / 100)
EXAMPLES = settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@tagged("post_install", "-at_install")
class TestProperties(RebateCommon):
    """What holds for any documents, through real invoices and settlements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.taxes = [cls.env["account.tax"], cls._create_tax(6), cls._create_tax(13)]
        cls.tables = {
            method: cls._create_table(
                [(0, 2.5), (1000, 5), (5000, 7.25)], method=method, open_below=True
            )
            for method in ("whole", "incremental")
        }

    def _in_savepoint(self, check, *args):
        """Run one example and take it back."""
        savepoint = self.env.cr.savepoint()
        try:
            check(*args)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_R15_sum_of_allocations_is_the_credit_note(self):
        """R15: whatever the lines, taxes and table, every cent has its invoice line."""

        @EXAMPLES
        @given(
            st.sampled_from(["whole", "incremental"]),
            st.lists(st.tuples(CENTS, st.integers(0, 2)), min_size=1, max_size=12),
        )
        def holds(method, lines):
            self._in_savepoint(self._check_allocations, method, lines)

        holds()

    def _check_allocations(self, method, lines):
        agreement = self._create_agreement(self.tables[method])
        self._post_documents(lines)
        settlement = self._settle(agreement, "2026-03-31")
        self._assert_ledger(agreement)
        line = settlement.line_ids
        self.assertEqual(self._paid(settlement), max(line.amount, 0))
        rate = (
            line.trace and Decimal(line.trace["amount"]) / Decimal(line.trace["basis"] or 1)
            if (line.base)
            else Decimal(0)
        )
        for row in line.allocation_ids.filtered("source_id"):
            share = Decimal(str(row.base_delta)) * rate
            self.assertLessEqual(abs(Decimal(str(row.amount_delta)) - share), Decimal("0.02"))

    def _post_documents(self, lines, date="2026-02-01"):
        """One invoice of the positive lines, one credit note of the negative ones."""
        for sign, move_type in ((1, "out_invoice"), (-1, "out_refund")):
            own = [(amount * sign, tax) for amount, tax in lines if amount * sign > 0]
            if not own:
                continue
            vals = self._prepare_invoice(
                self.dealer, date, [amount for amount, _tax in own], move_type=move_type
            )
            for command, (_amount, tax) in zip(vals["invoice_line_ids"], own, strict=True):
                command[2]["tax_ids"] = [Command.set(self.taxes[tax].ids)]
            self._post_invoices(vals)

    def test_R12_settling_in_parts_pays_the_same_as_once(self):
        """R12: with carry, three settlements or one: the same money, also after returns."""

        @EXAMPLES
        @example("whole", [(1, -0.01), (2, -0.19)])
        @given(
            st.sampled_from(["whole", "incremental"]),
            st.lists(st.tuples(st.integers(1, 3), CENTS), min_size=1, max_size=6),
        )
        def holds(method, documents):
            self._in_savepoint(self._check_parts, method, documents)

        holds()

    def _check_parts(self, method, documents):
        once = self._create_agreement(self.tables[method], name="Once", date_end="2026-12-31")
        parts = self._create_agreement(self.tables[method], name="Parts")
        for month, cutoff in ((1, "2026-01-31"), (2, "2026-02-28"), (3, "2026-03-31")):
            amounts = [(amount, 0) for number, amount in documents if number == month]
            self._post_documents(amounts, f"2026-0{month}-10")
            last = self._settle(parts, cutoff, cutoff)
        paid = sum(parts.settlement_ids.line_ids.filtered("credit_note_id").mapped("amount"))
        carried = sum(last.line_ids.filtered("is_carried").mapped("amount"))
        whole = self._settle(once, "2026-03-31")
        due = sum(whole.line_ids.mapped("amount"))
        self.assertAlmostEqual(paid + carried, due, 2)
        self._assert_ledger(parts)

    def test_R3_order_of_components_changes_nothing(self):
        """R3, R12: caps, stacking and guarantees together: the same money in any order."""

        @EXAMPLES
        @given(
            st.permutations(range(5)),
            st.lists(st.tuples(st.integers(1, 3), CENTS), min_size=1, max_size=5),
        )
        def holds(order, documents):
            self._in_savepoint(self._check_order, order, documents)

        holds()

    def _check_order(self, order, documents):
        agreement = self._create_agreement(activate=False)
        flat, steep = self._create_table([(0, 3)]), self._create_table([(2000, 9)])
        components = self.env["rebate.component"].create(
            [
                {"name": name, "agreement_id": agreement.id} | vals
                for name, vals in {
                    "Month": {"period": "month", "rate_table_id": flat.id, "bundle": "A"},
                    "Quarter": {"rate_table_id": flat.id, "bundle": "A", "cap_amount": 150},
                    "Rival": {"rate_table_id": steep.id},
                    "Free": {"rate_table_id": self.tables["incremental"].id},
                    "Floor": {"basis": "guarantee", "fixed_amount": 200},
                }.items()
            ]
        )
        components[:3].exclusion = "policy"
        agreement.action_activate()
        for month, amount in documents:
            self._post_documents([(amount, 0)], f"2026-0{month}-10")
        expected = self._read_earned(agreement)
        for place, at in enumerate(order):
            components[at].sequence = place
        agreement.invalidate_recordset()
        self.assertEqual(self._read_earned(agreement), expected)

    def _read_earned(self, agreement):
        start, end = agreement._get_period_bounds(agreement.date_start)
        return {
            (earning.component.name, earning.subject, earning.start): earning.amount
            for earning in agreement._compute_earnings([(start, end)], end)
        }

    def test_R4_an_invoice_more_never_lowers_the_rebate(self):
        """R4: rising tiers without gates: buying more never earns less."""

        @EXAMPLES
        @given(
            st.sampled_from(["whole", "incremental"]),
            st.lists(CENTS.filter(lambda amount: amount > 0), min_size=2, max_size=6),
        )
        def holds(method, amounts):
            self._in_savepoint(self._check_rising, method, amounts)

        holds()

    def _check_rising(self, method, amounts):
        agreement = self._create_agreement(self.tables[method])
        earned = Decimal(0)
        for amount in amounts:
            self._post_documents([(amount, 0)])
            now = sum(self._read_earned(agreement).values())
            self.assertGreaterEqual(now, earned)
            earned = now
