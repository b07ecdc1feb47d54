# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import random
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..calculators import (
    Band,
    Incremental,
    RateTableError,
    Row,
    Step,
    Whole,
    as_text,
    to_decimal,
)
from .common import D, rows

SLABS = [(10, 5), (20, 7), (30, 10)]


@tagged("post_install", "-at_install")
class TestCalculators(BaseCase):
    """The arithmetic, without a database."""

    def amounts(self, calculator, *values, **kwargs):
        return [r.amount for r in calculator.evaluate([D(v) for v in values], **kwargs)]

    def assertRefused(self, code, function, *args, **kwargs):
        with self.assertRaises(RateTableError) as caught:
            function(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)

    def test_whole_edges(self):
        """Just below an edge the lower row, on it and above the upper one; the top is open."""
        table = Whole(rows(*SLABS))
        self.assertEqual(
            [r.rate for r in table.evaluate([D("9.99"), D(10), D("19.99"), D(20), D("1e12")])],
            [0, 5, 5, 7, 10],
        )
        self.assertEqual(self.amounts(table, 25), [D("1.75")])

    def test_whole_above_edges(self):
        """With excluded bounds the edge itself belongs to the row before it."""
        table = Whole(rows(*SLABS), bound="above")
        self.assertEqual([r.rate for r in table.evaluate([D(10), D("10.01"), D(20)])], [0, 5, 5])

    def test_units(self):
        """Percent, per mille, per unit multiply the basis; a fixed amount does not."""
        for unit, expected in (
            ("percent", "2"),
            ("permille", "0.2"),
            ("per_unit", "200"),
            ("amount", "4"),
        ):
            self.assertEqual(self.amounts(Whole(rows((0, 4)), unit=unit), 50), [D(expected)])

    def test_band_is_an_amount(self):
        """A band's value is not multiplied, whatever unit the table carries."""
        [result] = Band(rows((0, 8)), unit="percent").evaluate([D(500)], [D(70)])
        self.assertEqual((result.amount, result.trace["unit"]), (8, "amount"))

    def test_basis(self):
        """The rate found by one figure applies to another (R13: growth finds, turnover earns)."""
        table = Whole(rows((0, 0), (10, 1)))
        self.assertEqual(self.amounts(table, 25, 5, basis=[D(500), D(500)]), [5, 0])
        self.assertRefused("basis_length", table.evaluate, [D(1)], [D(1), D(2)])
        self.assertRefused("incremental_basis", Incremental(rows((0, 1))).evaluate, [D(1)], [D(2)])
        self.assertEqual(self.amounts(Incremental(rows((0, 1))), 100, basis=[D(100)]), [1])

    def test_negative_values(self):
        """Below the lowest row nothing; rows may start at a negative bound."""
        self.assertEqual(self.amounts(Whole(rows((0, 5))), -100), [0])
        self.assertEqual(self.amounts(Whole(rows((-200, 5))), -100, -201), [-5, 0])
        self.assertEqual(self.amounts(Whole(rows((0, 5)), open_below=True), -100), [-5])
        self.assertEqual(self.amounts(Band(rows((0, 5), (9, 6)), open_below=True), -1, 9), [5, 6])
        self.assertEqual(self.amounts(Step(D(1000), D(100)), -1, -5000), [0, 0])

    def test_open_below_is_in_the_trace(self):
        """A reader of the trace can tell the row that has no lower bound."""
        below, above = Band(rows((0, 5), (9, 6)), open_below=True).evaluate([D(-1), D(10)])
        self.assertEqual(below.trace["row"], {"from": "0", "value": "5", "open_below": True})
        self.assertEqual(above.trace["row"], {"from": "9", "value": "6"})

    def test_negative_incremental(self):
        """Slices lie between 0 and the value: none below 0, unless a row holds there."""
        self.assertEqual(self.amounts(Incremental(rows((0, 5), (100, 10))), -100, 200), [0, 15])
        table = Incremental(rows((0, 5), (100, 10)), open_below=True)
        self.assertEqual(self.amounts(table, -100, 200), [-5, 15])
        table = Incremental(rows((-50, 10), (0, 5)))
        self.assertEqual(self.amounts(table, -100, -20, 100), [-5, -2, 5])
        table = Incremental(rows((100, 5), (200, 10)), open_below=True)
        self.assertEqual(self.amounts(table, 50, 300, -50), [D("2.5"), 20, D("-2.5")])

    def test_incremental_trace_slices(self):
        [result] = Incremental(rows(*SLABS)).evaluate([D(35)])
        self.assertEqual(
            result.trace["slices"],
            [
                {"from": "10", "to": "20", "rate": "5", "base": "10", "amount": "0.5"},
                {"from": "20", "to": "30", "rate": "7", "base": "10", "amount": "0.7"},
                {"from": "30", "to": "35", "rate": "10", "base": "5", "amount": "0.5"},
            ],
        )
        self.assertEqual((result.rate, result.amount), (10, D("1.7")))

    def test_step(self):
        table = Step(D(1000), D(100), D(250))
        self.assertEqual(self.amounts(table, "999.99", 1000, 2999, 3000), [0, 100, 200, 250])
        self.assertEqual(self.amounts(Step(D(1000), D(100)), 70000), [7000])
        self.assertEqual(self.amounts(Step(D("0.1"), D(1)), "0.3"), [3])
        self.assertEqual(self.amounts(Step(D(1), D(1), D(0)), 5), [0])
        self.assertEqual(self.amounts(Step(D("1e-6"), D(1)), "1e30"), [D("1e36")])

    def test_step_trace(self):
        table = Step(D(1000), D(100), D(250))
        below, full = table.evaluate([D(1600), D(3100)])
        self.assertEqual(below.trace["steps"], 1)
        self.assertEqual(below.trace["next"], {"from": "2000", "value": "100", "missing": "400"})
        self.assertFalse(below.trace["capped"])
        self.assertTrue(full.trace["capped"])
        self.assertIsNone(full.trace["next"])

    def test_step_full_exactly(self):
        """Just full is not cut, and there is no next step."""
        [result] = Step(D(1000), D(100), D(200)).evaluate([D(2000)])
        self.assertFalse(result.trace["capped"])
        self.assertIsNone(result.trace["next"])

    def test_next_row(self):
        """The trace names the next row and what is missing to reach it."""
        none, middle, top = Whole(rows(*SLABS)).evaluate([D(4), D("12.5"), D(30)])
        self.assertIsNone(none.trace["row"])
        self.assertEqual(none.trace["next"], {"from": "10", "value": "5", "missing": "6"})
        self.assertEqual(middle.trace["row"], {"from": "10", "value": "5"})
        self.assertEqual(middle.trace["next"], {"from": "20", "value": "7", "missing": "7.5"})
        self.assertIsNone(top.trace["next"])

    def test_two_inputs(self):
        """Both bounds must be reached; the highest first bound wins, then the second."""
        grid = rows((90, 90, 3), (90, 95, 4), (100, 90, "4.5"), (100, 95, "5.6"))
        random.Random(7).shuffle(grid)
        table = Whole(grid, inputs=2)
        values = [(90, 90), (99, 200), (100, 94), (100, 95), (89, 200), (200, 89)]
        self.assertEqual([r.rate for r in table.evaluate(values)], [3, 4, D("4.5"), D("5.6"), 0, 0])

    def test_two_inputs_most_specific(self):
        """A row with a higher first bound wins even where its value is lower."""
        table = Band(rows((0, 50, 9), (10, 0, 1)), inputs=2)
        self.assertEqual(pair_amounts(table, (10, 60), (9, 60)), [1, 9])

    def test_two_inputs_above(self):
        table = Band(rows((10, 20, 1)), inputs=2, bound="above")
        self.assertEqual(pair_amounts(table, (10, 21), (11, 20), (11, 21)), [0, 0, 1])

    def test_two_inputs_next(self):
        """The nearest row that would win: least missing first, then the most specific."""
        table = Whole(rows((90, 90, 3), (90, 95, 4), (100, 90, 5), (100, 95, 6)), inputs=2)
        first, second, top = table.evaluate([(92, 91), (85, 99), (100, 95)])
        self.assertEqual(
            first.trace["next"],
            {"from": "90", "from_2": "95", "value": "4", "missing": "0", "missing_2": "4"},
        )
        self.assertEqual(
            second.trace["next"],
            {"from": "90", "from_2": "95", "value": "4", "missing": "5", "missing_2": "0"},
        )
        self.assertIsNone(top.trace["next"])

    def test_two_inputs_next_would_win(self):
        """A row that is not reached, but would lose to the one reached, is no next row."""
        [result] = Whole(rows((90, 95, 9), (100, 90, 5)), inputs=2).evaluate([(100, 91)])
        self.assertEqual(result.rate, 5)
        self.assertIsNone(result.trace["next"])

    def test_refused_tables(self):
        self.assertRefused("no_rows", Whole, [])
        self.assertRefused("duplicate", Whole, rows((1, 2), (1, 3)))
        self.assertRefused("duplicate", Whole, rows((1, 0, 2), (1, 5, 3)))
        self.assertRefused("duplicate", Whole, rows((1, 5, 2), (1, 5, 3)), inputs=2)
        self.assertRefused("inputs", Incremental, rows((1, 5, 2)), inputs=2)
        self.assertRefused("inputs", Whole, rows((1, 5)), inputs=3)
        self.assertRefused("incremental_unit", Incremental, rows((1, 5)), unit="amount")
        self.assertRefused("unit", Whole, rows((1, 5)), unit="per cent")
        self.assertRefused("bound", Whole, rows((1, 5)), bound="to")
        self.assertRefused("open_below", Whole, rows((1, 5, 2)), inputs=2, open_below=True)
        self.assertRefused("step_every", Step, D(0), D(1))
        self.assertRefused("step_give", Step, D(1), D(-1))
        self.assertRefused("step_cap", Step, D(1), D(1), D(-1))

    def test_refused_numbers(self):
        """NaN and the infinities have no place in a bound, a value or a figure."""
        for text in ("NaN", "sNaN", "Infinity", "-Infinity"):
            self.assertRefused("not_finite", Row, D(text), D(1))
            self.assertRefused("not_finite", Row, D(1), D(text))
            self.assertRefused("not_finite", Whole(rows((0, 1))).evaluate, [D(text)])
            self.assertRefused("not_finite", Whole(rows((0, 1))).evaluate, [D(1)], [D(text)])
            self.assertRefused("not_finite", Step, D(1), D(text))
            self.assertRefused("not_finite", to_decimal, text)
        for number in (float("nan"), float("inf"), -float("inf")):
            self.assertRefused("not_finite", to_decimal, number)
        self.assertIsInstance(RateTableError("x", "y"), ValueError)

    def test_floats_refused(self):
        """A threshold is never compared with a float."""
        table = Whole(rows((0, 1)))
        for bad in (0.1, True, "1", None):
            with self.assertRaises(TypeError):
                table.evaluate([bad])
        with self.assertRaises(TypeError):
            Row(0.1, D(1))
        self.assertEqual(to_decimal(0.1), D("0.1"))
        self.assertEqual(to_decimal(9999.99), D("9999.99"))

    def test_input_count(self):
        self.assertRefused("input_count", Whole(rows((0, 1))).evaluate, [(D(1), D(2))])
        self.assertRefused("input_count", Whole(rows((0, 0, 1)), inputs=2).evaluate, [D(1)])

    def test_trace_is_json(self):
        for table in (
            Whole(rows(*SLABS)),
            Incremental(rows(*SLABS)),
            Band(rows(*SLABS)),
            Step(D(10), D(1), D(2)),
        ):
            for result in table.evaluate([D("-3.50"), D("1E+3"), D(25)]):
                self.assertEqual(json.loads(json.dumps(result.trace)), result.trace)
                self.assertEqual(Decimal(result.trace["amount"]), result.amount)
                self.assertEqual(Decimal(result.trace["rate"]), result.rate)
                self.assertEqual(result.trace["method"], table.method)

    def test_as_text(self):
        numbers = ("1E+3", "2.50", "-0.0", "100", "0.000001")
        self.assertEqual([as_text(D(n)) for n in numbers], ["1000", "2.5", "0", "100", "0.000001"])

    def test_nothing_in_nothing_out(self):
        self.assertEqual(Whole(rows((0, 1))).evaluate([]), [])


def pair_amounts(table, *pairs):
    return [result.amount for result in table.evaluate(pairs)]
