# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.aftersales_kpi.pay import (
    find_share_fault,
    get_base_and_performance,
    get_days_worked,
    get_proportional,
    round_parts,
)

EXAMPLES = settings(max_examples=60, deadline=None, database=None, derandomize=True)
CENT = Decimal("0.01")
BASE_BOUNDS = (Decimal("0.5"), Decimal("0.8"))
PERFORMANCE_BOUNDS = (Decimal("0.2"), Decimal("0.5"))
KPI_BOUNDS = (Decimal("0.5"), Decimal(5))
SHARES = st.decimals(0, 1, places=4)
AMOUNTS = st.decimals(-100_000, 100_000, places=5)
MONEY = st.decimals(1, 100_000, places=2)
KPIS = st.decimals(-2, 20, places=4)


@tagged("post_install", "-at_install")
class TestPayProperties(BaseCase):
    """What holds for any shares, bounds and amounts."""

    def test_K1_shares_that_pass_add_up_and_lie_within_bounds(self):
        @EXAMPLES
        @given(SHARES, SHARES)
        @example(Decimal("0.7"), Decimal("0.3"))
        @example(Decimal("0.8"), Decimal("0.2"))
        @example(Decimal("0.7"), Decimal("0.4"))
        @example(Decimal("0.9"), Decimal("0.1"))
        def holds(base, performance):
            fault = find_share_fault(base, performance, BASE_BOUNDS, PERFORMANCE_BOUNDS)
            right = (
                base + performance == 1
                and BASE_BOUNDS[0] <= base <= BASE_BOUNDS[1]
                and PERFORMANCE_BOUNDS[0] <= performance <= PERFORMANCE_BOUNDS[1]
            )
            self.assertEqual(fault is None, right)

        holds()

    def test_K1_pay_lies_between_the_bounds(self):
        """Never less than at the lowest KPI value, never more than at the highest."""

        @EXAMPLES
        @given(MONEY, st.decimals("0.5", "0.8", places=4), KPIS, KPIS)
        def holds(month, base, kpi, other):
            def pay(value):
                parts = get_base_and_performance(month, base, 1 - base, value, KPI_BOUNDS)
                return sum(part.amount for part in parts)

            low, high = (pay(bound) for bound in KPI_BOUNDS)
            self.assertTrue(low <= pay(kpi) <= high)
            self.assertLessEqual(*map(pay, sorted((kpi, other))), "more points, no less pay")
            self.assertEqual(pay(Decimal(1)), month, "at par last year's month is paid")

        holds()

    def test_K1_rounded_once_and_nothing_lost(self):
        @EXAMPLES
        @given(st.lists(AMOUNTS, max_size=8))
        @example([Decimal("0.005")])
        @example([Decimal("0.004")] * 3)
        @example([Decimal("-0.005"), Decimal("0.005")])
        def holds(amounts):
            parts, total = round_parts(amounts, CENT)
            self.assertEqual(sum(parts), total)
            self.assertLessEqual(abs(total - sum(amounts)), CENT / 2)
            for part, amount in zip(parts, amounts, strict=True):
                self.assertLess(abs(part - amount), CENT)
                self.assertEqual(part % CENT, 0)

        holds()

    def test_K3_proportional_pay_is_a_part_of_the_wage(self):
        @EXAMPLES
        @given(st.decimals(1, 100, places=2), st.decimals(0, 1, places=4), MONEY)
        def holds(of, share, wage):
            pay = get_proportional(of * share, of, wage).amount
            self.assertTrue(0 <= pay <= wage)

        holds()
        self.assertEqual(get_proportional(Decimal(0), Decimal(0), Decimal(900)).amount, 900)

    def test_K1_days_of_two_halves_are_the_month(self):
        """Who is followed by another on the next day: together they worked the month."""

        @EXAMPLES
        @given(st.integers(-40, 70))
        def holds(offset):
            start, end = date(2026, 2, 1), date(2026, 2, 28)
            last = start + timedelta(days=offset)
            before = get_days_worked(date(2020, 1, 1), last, start, end)
            after = get_days_worked(last + timedelta(days=1), None, start, end)
            self.assertEqual(before + after, 28)
            self.assertGreaterEqual(min(before, after), 0)

        holds()
