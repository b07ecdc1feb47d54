# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError, ValidationError
from odoo.tests import BaseCase, tagged

from odoo.addons.rate_table.formula import FormulaError, parse

from .common import MONTH
from .measure_common import MeasureCommon

FIGURES = {code: st.integers(-(10**6), 10**6) for code in ("a", "b", "c")}


def leaves():
    numbers = st.decimals(0, 10**6, places=4).map(lambda n: (f"{n:f}", lambda _v, n=n: Fraction(n)))
    codes = st.sampled_from("abc").map(lambda code: (code, lambda v, code=code: Fraction(v[code])))
    return numbers | codes


def combine(children):
    """Bigger formulas with what exact fractions say of them; None: no value."""

    def join(symbol, one, two):
        def reckon(values):
            first, second = one[1](values), two[1](values)
            if first is None or second is None or (symbol == "/" and not second):
                return None
            return {
                "+": lambda: first + second,
                "-": lambda: first - second,
                "*": lambda: first * second,
                "/": lambda: first / second,
                "min": lambda: min(first, second),
                "max": lambda: max(first, second),
            }[symbol]()

        if symbol in ("min", "max"):
            return f"{symbol}({one[0]}, {two[0]})", reckon
        return f"({one[0]}) {symbol} ({two[0]})", reckon

    symbols = st.sampled_from(["+", "-", "*", "/", "min", "max"])
    return st.builds(join, symbols, children, children)


@tagged("post_install", "-at_install")
class TestFormulaProperties(BaseCase):
    """What must hold for every formula."""

    @settings(max_examples=150, deadline=None, database=None)
    @given(st.recursive(leaves(), combine, max_leaves=6), st.fixed_dictionaries(FIGURES))
    def test_formulas_equal_exact_fractions(self, formula, figures):
        text, reckon = formula
        exact = reckon(figures)
        found = parse(text).evaluate({code: Decimal(n) for code, n in figures.items()})
        if exact is None or abs(exact) >= 10**18:
            self.assertIsNone(found, text)
        elif found is not None:
            self.assertLess(abs(Fraction(found) - exact), max(1, abs(exact)) / 10**25, text)
        else:
            # Only what is divided by a difference too small for fifty digits has no value.
            self.assertIn("/", text)

    @settings(max_examples=300, deadline=None, database=None)
    @given(st.text(alphabet="ab1.0eE+-*/(),_ minmaxround\"'[]{}=;:\\\n%^&|~<>!@#$²×€", max_size=60))
    def test_any_text_is_a_formula_or_refused(self, text):
        try:
            parse(text).evaluate({"a": Decimal(3), "b": Decimal(0)})
        except FormulaError as error:
            self.assertGreaterEqual(error.position, 1)


@tagged("post_install", "-at_install")
class TestFormula(MeasureCommon):
    """Indicators made of others: exact, closed to the system, honest about what is missing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.margin = cls.make_formula(
            "t_margin", "100 * (t_income - t_cost) / t_income", own_unit="percent"
        )

    def test_K9_margin_of_all_subjects(self):
        for employee, income, cost in ((self.tech, 300, 200), (self.other, 200, 50)):
            self.make_value(self.income, employee, income)
            self.make_value(self.cost, employee, cost)
        measured = self.measure(self.margin)
        self.assertEqual(measured[self.tech.id].rounded, Decimal("33.3333"))
        self.assertEqual(measured[self.other.id].value, 75)
        self.assertEqual(
            list(self.measure(self.margin, subject_ids=self.other.ids)), [self.other.id]
        )

    def test_each_indicator_is_asked_once(self):
        """However many subjects, and however often a formula names one."""
        twice = self.make_formula("t_twice", "t_margin + t_income + t_cost + t_income")
        for number in range(6):
            employee = self.make_employee(f"T{number}")
            self.make_value(self.income, employee, 10 + number)
            self.make_value(self.cost, employee, 1)
        self.measure(twice)
        with self.assertQueryCount(2):
            self.assertEqual(len(self.measure(twice)), 6)

    def test_nothing_typed_and_nothing_to_divide_by_is_said(self):
        """No figure, never a nought; and the reason."""
        self.make_value(self.income, self.tech, 5)
        self.make_value(self.income, self.other, 0)
        self.make_value(self.cost, self.other, 3)
        self.assertEqual(self.measure(self.margin), {})
        show = (
            self.env["aftersales.kpi.figures"]
            .with_user(self.manager)
            .create({"indicator_id": self.margin.id, "month": MONTH, "company_id": self.company.id})
        )
        show.action_show()
        notes = {line.employee_id: line.note for line in show.line_ids}
        self.assertIn("T_Cost", notes[self.tech])
        self.assertIn("zero", notes[self.other])
        self.assertFalse(any(show.line_ids.mapped("is_measured")))

    def test_a_sum_of_no_records_is_nought(self):
        """A figure that nobody typed is a gap; documents that are not there add up to 0."""
        self.assertIsNone(self.income._get_kind().nothing)
        self.assertIsNone(self.speed._get_kind().nothing)
        counted = replace(self.speed._get_kind(), is_ratio=False)
        self.assertEqual(counted.nothing, 0)
        self.make_value(self.income, self.tech, 8)
        rate = self.make_formula("t_rate", "t_cost / t_income")
        kind = replace(self.cost._get_kind(), empty_is_zero=True)
        self.assertEqual(self.measure(rate), {})
        with patch.object(type(self.cost), "_get_kind", lambda _self: kind):
            self.assertEqual(self.measure(rate)[self.tech.id].value, 0)

    def test_attacks_are_refused_on_save(self):
        for text in (
            "__import__('os').system('id')",
            "t_income.__class__",
            "self.env.cr",
            "2 ** 999999",
            "1e999999",
            "9" * 40,
            "(" * 60 + "t_income" + ")" * 60,
            "t_income if 1 else 2",
            "open(1)",
            "t_income +",
            "",
            "x" * 900,
        ):
            with self.subTest(text[:30]), self.assertRaises(ValidationError):
                with self.env.cr.savepoint():
                    self.margin.expression = text
        self.margin.invalidate_recordset()
        self.assertIn("t_income", self.margin.expression)

    def test_huge_results_are_no_figures(self):
        self.make_value(self.income, self.tech, 10**9)
        big = self.make_formula("t_big", "t_income * t_income * t_income")
        self.assertEqual(self.measure(big), {})

    def test_unknown_codes_and_circles_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "t_nowhere"), self.env.cr.savepoint():
            self.make_formula("t_bad", "t_nowhere + 1")
        user = self.make_formula("t_user", "t_margin + 1")
        for expression in ("t_margin", "t_user + 1", "t_income + t_user"):
            with self.subTest(expression), self.assertRaisesRegex(ValidationError, "itself"):
                with self.env.cr.savepoint():
                    self.margin.expression = expression
        self.assertEqual(user._get_all_formula_parts(), self.margin | self.income | self.cost)

    def test_a_code_in_a_formula_stays(self):
        with self.assertRaisesRegex(UserError, "T_Margin"), self.env.cr.savepoint():
            self.income.code = "t_revenue"
        with self.assertRaisesRegex(UserError, "T_Margin"), self.env.cr.savepoint():
            self.income.unlink()
        self.income.code = "t_income"
        self.income.active = False
        self.make_value(self.income, self.tech, 10)
        self.make_value(self.cost, self.tech, 5)
        self.assertEqual(self.measure(self.margin)[self.tech.id].value, 50)

    def test_K4_the_reader_can_recompute(self):
        """The formula in words, with its parts; kept with the figure as it was."""
        self.assertIn("t_income = T_Income", self.margin.formula)
        self.assertEqual(self.margin.unit, "%")
        terms = self.margin._get_terms()
        self.margin.expression = "t_income"
        kept = self.Indicator.new(terms)
        self.assertIn("100 * (t_income - t_cost) / t_income", kept.formula)
        self.assertIn("t_cost = T_Cost", kept.formula)
        self.assertEqual(kept.unit, "%")

    def test_a_formula_measures_whom_all_its_parts_measure(self):
        """Bays belong to outlets: an employee has no turnover of bays, nor a formula of it."""
        everybody = ("employee", "team", "outlet", "dealer", "company")
        self.assertEqual(self.margin._get_kind().subjects, everybody)
        bays = self.make_formula("t_bays", "bay_turnover * t_income")
        self.assertEqual(bays._get_kind().subjects, ("outlet", "dealer", "company"))
        self.assertEqual(self.measure(bays, subject="outlet"), {})
        with self.assertRaisesRegex(UserError, "T_Bays"):
            self.measure(bays)

    def test_drill_down_shows_the_parts(self):
        self.make_value(self.income, self.tech, 300)
        typed = self.make_value(self.cost, self.tech, 200)
        show = (
            self.env["aftersales.kpi.figures"]
            .with_user(self.manager)
            .create({"indicator_id": self.margin.id, "month": MONTH, "company_id": self.company.id})
        )
        show.action_show()
        action = show.line_ids.action_view_records()
        parts = show.line_ids.search(action["domain"])
        self.assertEqual(parts.indicator_id, self.income | self.cost)
        cost = parts.filtered(lambda line: line.indicator_id == self.cost)
        self.assertEqual((cost.value, cost.amount), (200, 200))
        action = cost.action_view_records()
        self.assertEqual(action["domain"], [("id", "in", typed.ids)])
