# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..earnings import ZERO, cap_life, cap_periods, choose, deduct, guarantee, round_half_up, split
from .common import golden

CENT = Decimal("0.01")
CENTS = st.integers(-10_000_000, 10_000_000).map(lambda cents: Decimal(cents) / 100)
POSITIVE = st.integers(0, 10_000_000).map(lambda cents: Decimal(cents) / 100)
PROPERTY = settings(max_examples=200, deadline=None, database=None, derandomize=True)


@tagged("post_install", "-at_install")
class TestEarnings(BaseCase):
    """The arithmetic of a settlement by itself: what holds for any amounts."""

    def test_R12_split_gives_every_cent(self):
        """R12, R15: the parts add up to the total, and each is within a cent of its share."""

        @PROPERTY
        @given(POSITIVE, st.lists(POSITIVE, min_size=1, max_size=20))
        def holds(total, weights):
            parts = split(total, weights, CENT)
            self.assertEqual(sum(parts), total)
            whole = sum(weights)
            for part, weight in zip(parts, weights, strict=True):
                if whole:
                    self.assertLess(abs(part - total * weight / whole), CENT)

        holds()

    def test_R12_split_does_not_depend_on_the_order(self):
        """R12: who stands first in the list gets no more for it, but for a cent at equal weight."""

        @PROPERTY
        @given(POSITIVE, st.lists(POSITIVE, min_size=1, max_size=10, unique=True))
        def holds(total, weights):
            forward = dict(zip(weights, split(total, weights, CENT), strict=True))
            turned = weights[::-1]
            self.assertEqual(dict(zip(turned, split(total, turned, CENT), strict=True)), forward)

        holds()

    def test_R12_split_without_weights(self):
        """R12: nobody bought anything: equal parts; nobody there: no parts."""
        self.assertEqual(
            split(Decimal("0.05"), [ZERO, ZERO], CENT), [Decimal("0.03"), Decimal("0.02")]
        )
        self.assertEqual(split(Decimal("0.05"), [], CENT), [])

    def test_R12_cap_carries_or_loses(self):
        """R12: the golden case of a cap per period."""
        given_, expect = golden("R12-cap-carried")
        amounts = [Decimal(given_[q]) * given_["rate_pct"] / 100 for q in ("q1", "q2")]
        cap = Decimal(str(given_["cap_per_period"]))
        lost = cap_periods(amounts, cap, carried=False)
        self.assertEqual(
            [float(paid) for paid, _cut in lost], [expect["lost"]["q1"], expect["lost"]["q2"]]
        )
        carried = cap_periods(amounts, cap, carried=True)
        self.assertEqual(float(carried[-1][0]), expect["carried"]["q2"])
        self.assertEqual(float(carried[-1][1]), expect["carried"]["left"])

    def test_R12_a_carried_cap_loses_nothing(self):
        """R12: paid and waiting together are what was earned; no period exceeds the cap."""

        @PROPERTY
        @given(st.lists(CENTS, min_size=1, max_size=12), POSITIVE)
        def holds(amounts, cap):
            results = cap_periods(amounts, cap, carried=True)
            self.assertEqual(sum(paid for paid, _cut in results) + results[-1][1], sum(amounts))
            self.assertTrue(all(paid <= cap for paid, _cut in results))

        holds()

    def test_R2_life_cap_is_never_exceeded(self):
        """R2: whatever the course of time, all of it together stays within the limit."""

        @PROPERTY
        @given(st.lists(POSITIVE, min_size=1, max_size=12), POSITIVE, POSITIVE)
        def holds(amounts, limit, used):
            results = cap_life(amounts, limit, used)
            paid = sum(part for part, _cut in results)
            self.assertLessEqual(paid, max(limit - used, ZERO))
            self.assertEqual(paid + sum(cut for _part, cut in results), sum(amounts))
            if sum(amounts) + used <= limit:
                self.assertEqual(paid, sum(amounts))

        holds()

    def test_R2_returns_give_room_again(self):
        """R2: what a return takes back can be earned again under the cap."""
        amounts = [Decimal(100), Decimal(-30), Decimal(50)]
        paid = [part for part, _cut in cap_life(amounts, Decimal(100))]
        self.assertEqual(paid, [Decimal(100), Decimal(-30), Decimal(30)])

    def test_R12_guarantee_cumulative_is_what_is_missing_to_date(self):
        """R12: earned and given together are never less than what is guaranteed to date."""

        @PROPERTY
        @given(st.lists(POSITIVE, min_size=1, max_size=12), POSITIVE)
        def holds(earned, amount):
            given_ = guarantee(earned, amount, cumulative=True)
            for upto in range(1, len(earned) + 1):
                total = sum(earned[:upto]) + sum(given_[:upto])
                self.assertEqual(total, max(sum(earned[:upto]), amount * upto))
            for own, missing in zip(earned, guarantee(earned, amount, False), strict=True):
                self.assertEqual(own + missing, max(own, amount))

        holds()

    def test_R3_choice_does_not_depend_on_the_order(self):
        """R3: which offer is paid depends on priorities and amounts only."""

        @PROPERTY
        @given(
            st.dictionaries(
                st.text("abc", min_size=1, max_size=3),
                st.tuples(st.integers(1, 3), CENTS),
                max_size=6,
            )
        )
        def holds(offers):
            winner = choose(offers)
            self.assertEqual(choose(dict(reversed(offers.items()))), winner)
            paying = {name: offer for name, offer in offers.items() if offer[1] > 0}
            if not paying:
                self.assertIsNone(winner)
                return
            priority, amount = offers[winner]
            self.assertEqual(priority, min(offer[0] for offer in paying.values()))
            rivals = [offer[1] for offer in paying.values() if offer[0] == priority]
            self.assertEqual(amount, max(rivals))

        holds()

    def test_R15_half_up_away_from_zero(self):
        """R15: 0.005 is a cent, on both sides."""
        self.assertEqual(round_half_up(Decimal("0.005"), CENT), CENT)
        self.assertEqual(round_half_up(Decimal("-0.005"), CENT), -CENT)

    def test_R6_seven_days_before_an_order(self):
        """R6: the golden case: each approved amount once, from the first order it fits."""
        given_, expect = golden("R6-seven-days")
        orders, credits = (
            [(date.fromisoformat(row["date"]), Decimal(row["amount"])) for row in given_[name]]
            for name in ("orders", "approved")
        )
        self.assertEqual([float(left) for left in deduct(orders, credits, 7)], expect["amounts"])

    def test_R6_what_is_taken_off_was_approved(self):
        """R6: no order falls below 0, no more is taken off than was approved, returns stay."""
        days = st.integers(0, 30).map(lambda day: date(2026, 1, 1) + timedelta(days=day))

        @PROPERTY
        @given(
            st.lists(st.tuples(days, CENTS), max_size=8).map(sorted),
            st.lists(st.tuples(days, POSITIVE), max_size=8).map(sorted),
        )
        def holds(orders, credits):
            left = deduct(orders, credits, 7)
            taken = sum((amount for _day, amount in orders), ZERO) - sum(left, ZERO)
            self.assertLessEqual(taken, sum((amount for _day, amount in credits), ZERO))
            for (_day, amount), rest in zip(orders, left, strict=True):
                if amount <= 0:
                    self.assertEqual(rest, amount)
                else:
                    self.assertTrue(0 <= rest <= amount)

        holds()
