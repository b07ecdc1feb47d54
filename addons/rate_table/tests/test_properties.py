# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..calculators import Band, Incremental, Row, Step, Whole

numbers = st.decimals(-(10**7), 10**7, places=2)
positive = st.decimals(0, 10**7, places=2)
rates = st.decimals(0, 100, places=2)
bounds = st.sampled_from(["from", "above"])


@st.composite
def tables(draw, bound=numbers, rising=False, max_size=6):
    """Draw the rows of a table: distinct bounds, rates of any sign unless ``rising``."""
    starts = draw(st.lists(bound, min_size=1, max_size=max_size, unique=True))
    values = draw(
        st.lists(
            rates if rising else st.decimals(-100, 100, places=2),
            min_size=len(starts),
            max_size=len(starts),
        )
    )
    if rising:
        starts, values = sorted(starts), sorted(values)
    return [Row(start, value) for start, value in zip(starts, values, strict=True)]


def one(calculator, value, basis=None):
    return calculator.evaluate([value], None if basis is None else [basis])[0]


@tagged("post_install", "-at_install")
class TestProperties(BaseCase):
    """What must hold for every table and every value."""

    @settings(deadline=None)
    @given(tables(rising=True), numbers, numbers, st.booleans())
    def test_incremental_rises(self, rows, a, b, open_below):
        """Where no rate is negative, more turnover never earns less."""
        table = Incremental(rows, open_below=open_below)
        low, high = sorted((a, b))
        self.assertLessEqual(one(table, low).amount, one(table, high).amount)

    @settings(deadline=None)
    @given(tables(bound=positive, rising=True), positive, positive, bounds)
    def test_whole_rises(self, rows, a, b, bound):
        """Where rates rise from 0 on, the whole method never falls either."""
        table = Whole(rows, bound=bound)
        low, high = sorted((a, b))
        self.assertLessEqual(one(table, low).amount, one(table, high).amount)

    @settings(deadline=None)
    @given(tables(rising=True), numbers, numbers, bounds)
    def test_band_rises(self, rows, a, b, bound):
        table = Band(rows, bound=bound)
        low, high = sorted((a, b))
        self.assertLessEqual(one(table, low).rate, one(table, high).rate)

    @settings(deadline=None)
    @given(st.decimals("0.01", 10**6, places=2), rates, st.none() | positive, numbers, numbers)
    def test_step_rises_to_its_cap(self, every, give, cap, a, b):
        table = Step(every, give, cap)
        low, high = (one(table, value).amount for value in sorted((a, b)))
        self.assertLessEqual(0, low)
        self.assertLessEqual(low, high)
        if cap is not None:
            self.assertLessEqual(high, cap)

    @settings(deadline=None)
    @given(tables(), numbers, st.booleans())
    def test_slices_add_up(self, rows, value, open_below):
        """Slices are disjoint, add up to the amount, and to the value where rows hold."""
        result = one(Incremental(rows, open_below=open_below), value)
        slices = [{k: Decimal(v) for k, v in part.items()} for part in result.trace["slices"]]
        self.assertEqual(sum(part["amount"] for part in slices), result.amount)
        for part in slices:
            self.assertEqual(part["amount"], part["base"] * part["rate"] / 100)
            self.assertEqual(abs(part["base"]), part["to"] - part["from"])
            self.assertTrue(part["base"])
        for before, after in zip(slices, slices[1:], strict=False):
            self.assertEqual(before["to"], after["from"])
        if open_below or min(row.bound for row in rows) <= min(value, 0):
            self.assertEqual(sum(part["base"] for part in slices), value)

    @settings(deadline=None)
    @given(tables(), numbers)
    def test_incremental_has_no_jump(self, rows, value):
        """One cent more turnover changes the amount by no more than the steepest rate."""
        table = Incremental(rows)
        cent = Decimal("0.01")
        change = one(table, value + cent).amount - one(table, value).amount
        self.assertLessEqual(abs(change), cent * max(abs(row.value) for row in rows) / 100)

    @settings(deadline=None)
    @given(tables(bound=positive), positive)
    def test_one_rate_whole_is_incremental(self, rows, value):
        """With the same rate everywhere and a row from 0 both methods agree."""
        same = [Row(Decimal(0), Decimal(3))]
        same += [Row(row.bound, Decimal(3)) for row in rows if row.bound]
        self.assertEqual(one(Whole(same), value).amount, one(Incremental(same), value).amount)

    @settings(deadline=None)
    @given(tables(), st.data())
    def test_edge_belongs_to_the_upper_row(self, rows, data):
        """On a bound its own row holds; with excluded bounds, the one before it."""
        row = data.draw(st.sampled_from(rows))
        self.assertEqual(one(Band(rows), row.bound).rate, row.value)
        before = [other for other in rows if other.bound < row.bound]
        expected = max(before, key=lambda r: r.bound).value if before else 0
        self.assertEqual(one(Band(rows, bound="above"), row.bound).rate, expected)
        just_above = row.bound + Decimal("0.001")
        self.assertEqual(one(Band(rows, bound="above"), just_above).rate, row.value)

    @settings(deadline=None)
    @given(tables(), numbers, st.integers(1, 1000), bounds)
    def test_scaling(self, rows, value, factor, bound):
        """Bounds and value in another unit of money: the same rate, the amount in that unit."""
        scaled = [Row(row.bound * factor, row.value) for row in rows]
        for kind in (Whole, Incremental):
            plain = one(kind(rows, bound=bound), value)
            large = one(kind(scaled, bound=bound), value * factor)
            self.assertEqual(plain.rate, large.rate)
            self.assertEqual(plain.amount * factor, large.amount)

    @settings(deadline=None)
    @given(tables(), st.lists(numbers, max_size=8), bounds, st.booleans())
    def test_many_equals_one_by_one(self, rows, values, bound, open_below):
        for kind in (Whole, Incremental, Band):
            table = kind(rows, bound=bound, open_below=open_below)
            self.assertEqual(table.evaluate(values), [one(table, value) for value in values])

    @settings(deadline=None)
    @given(tables(), st.randoms(use_true_random=False), numbers)
    def test_order_of_rows_does_not_matter(self, rows, random, value):
        shuffled = list(rows)
        random.shuffle(shuffled)
        for kind in (Whole, Incremental, Band):
            self.assertEqual(one(kind(rows), value), one(kind(shuffled), value))

    @settings(deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, 5), rates),
            min_size=1,
            max_size=8,
            unique_by=lambda cell: cell[:2],
        ),
        st.tuples(st.integers(-1, 6), st.integers(-1, 6)),
        bounds,
    )
    def test_two_inputs_by_definition(self, cells, value, bound):
        """The row is the lexicographically highest of those with both bounds reached."""
        rows = [Row(Decimal(a), rate, Decimal(b)) for a, b, rate in cells]
        shift = 0 if bound == "from" else 1
        reached = [c for c in cells if c[0] + shift <= value[0] and c[1] + shift <= value[1]]
        result = one(Band(rows, inputs=2, bound=bound), value)
        self.assertEqual(result.rate, max(reached)[2] if reached else 0)
        following = result.trace["next"]
        if following:
            # What is missing leads to the row named (just past it where bounds are excluded).
            there = tuple(
                v + Decimal(following[key]) + shift
                for v, key in zip(value, ("missing", "missing_2"), strict=True)
            )
            [there_result] = Band(rows, inputs=2, bound=bound).evaluate([there])
            self.assertGreaterEqual(
                (Decimal(there_result.trace["row"]["from"]),),
                (Decimal(following["from"]),),
            )

    @settings(deadline=None)
    @given(tables(), numbers, bounds)
    def test_missing_leads_to_the_next_row(self, rows, value, bound):
        result = one(Whole(rows, bound=bound), value)
        following = result.trace["next"]
        if following is None:
            self.assertGreaterEqual(value, max(row.bound for row in rows))
            return
        step = Decimal("0.001") if bound == "above" else 0
        reached = one(Whole(rows, bound=bound), value + Decimal(following["missing"]) + step)
        self.assertEqual(reached.trace["row"]["from"], following["from"])
