# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import doctest
import random
from decimal import Decimal
from fractions import Fraction

from odoo.tests import BaseCase, tagged

from odoo.addons.rate_table import formula as formula_module
from odoo.addons.rate_table.formula import MAX_LENGTH, FormulaError, is_code, parse

ATTACKS = (
    "__import__('os').system('id')",
    "().__class__.__bases__[0].__subclasses__()",
    "env.cr.execute",
    "a.__class__",
    "self",
    "a if a else b",
    "[a for a in b]",
    "lambda: a",
    "a := 1",
    "a; b",
    "a\\nb",
    "eval(a)",
    "open(a)",
    "exec",
    "abs(a)",
    "2**9",
    "2^9",
    "a // b",
    "a % b",
    "a == b",
    "a and b",
    "not a",
    "a or b",
    "'a'",
    '"a" * 9',
    "f'{a}'",
    "1e308",
    "1E9",
    "0x1f",
    "1_000",
    "1j",
    "1.",
    ".5",
    "1.2.3",
    "NaN",
    "Infinity",
    "９",
    "ａ",
    "a\x00b",
    "a‮b",
    "min",
    "min(a)max(b)",
    "max()",
    "min(a,)",
    "(a",
    "a)",
    "",
    "   ",
    "a b",
    "a * * b",
    "* a",
    "a +",
    "9" * 16,
    "a" * 41,
    "(" * 300 + "a" + ")" * 300,
    "min(" * 50 + "a" + ")" * 50,
    "a+" * MAX_LENGTH + "a",
)


@tagged("post_install", "-at_install")
class TestFormula(BaseCase):
    """Formulas: exact, closed to the system, clear about what is wrong."""

    def test_doctests(self):
        """The examples in the module are true."""
        results = doctest.testmod(formula_module)
        self.assertGreater(results.attempted, 0)
        self.assertEqual(results.failed, 0)

    def test_attacks_are_refused_with_a_position(self):
        """Whatever is not numbers, codes and four operations is refused, and nothing runs."""
        for text in ATTACKS:
            with self.subTest(text[:40]):
                # "self" is a code like any other: it reads a metric of that name, nothing else.
                if is_code(text):
                    self.assertEqual(parse(text).codes, {text})
                    self.assertIsNone(parse(text).evaluate({}))
                    continue
                with self.assertRaises(FormulaError) as caught:
                    parse(text)
                self.assertGreaterEqual(caught.exception.position, 1)
                self.assertLessEqual(caught.exception.position, max(len(text), MAX_LENGTH) + 1)

    def test_position_of_an_error(self):
        """The message names the character that does not belong there."""
        for text, position in (("a + ", 5), ("a $ b", 3), ("(a", 3), ("a b", 3), ("abs(a)", 1)):
            with self.subTest(text), self.assertRaises(FormulaError) as caught:
                parse(text)
            self.assertEqual(caught.exception.position, position, text)

    def test_no_value_is_no_error(self):
        """Division by zero, missing figures and absurd results are no value, never 0."""
        values = {"a": Decimal(5), "b": None, "big": Decimal(10) ** 14}
        for text in ("a / 0", "a / (a - a)", "b", "a + c", "min(a, b)", "big * big", "1 / 0 * 0"):
            with self.subTest(text):
                self.assertIsNone(parse(text).evaluate(values))
        self.assertIsNone(parse("a").evaluate({"a": Decimal("NaN")}))
        self.assertIsNone(parse("a").evaluate({"a": Decimal("Infinity")}))
        with self.assertRaises(TypeError):
            parse("a").evaluate({"a": 0.1})

    def test_decimals_are_exact(self):
        """0.1 + 0.2 is 0.3; other signs of the trade are read as well."""
        self.assertEqual(parse("0.1 + 0.2").evaluate({}), Decimal("0.3"))
        self.assertEqual(parse("6 ÷ 4 − 1 × 2").evaluate({}), Decimal("-0.5"))
        self.assertEqual(parse("2 - 3 - 4").evaluate({}), Decimal(-5))
        self.assertEqual(parse("- - 2 * -3").evaluate({}), Decimal(-6))
        self.assertEqual(parse("max(min(4, 2, 3), 1) * 2").evaluate({}), Decimal(4))

    def test_random_formulas_equal_exact_fractions(self):
        """Property: any formula gives what exact fractions give, to 28 digits."""
        rng = random.Random(20260401)
        checked = 0
        for _round in range(300):
            names = {code: rng.randint(-50, 50) for code in "abc"}
            text, exact = self._make_formula(rng, names, depth=3)
            result = parse(text).evaluate({code: Decimal(n) for code, n in names.items()})
            if exact is None:
                self.assertIsNone(result, text)
                continue
            checked += 1
            difference = abs(Fraction(result) - exact)
            self.assertLess(difference, Fraction(1, 10**28) * max(1, abs(exact)), text)
        self.assertGreater(checked, 100)

    def _make_formula(self, rng, names, depth):
        """A random text and its exact value, None where something is divided by zero."""
        kind = rng.choice(("number", "code", "chain", "negative", "min", "max"))
        if depth == 0 or kind == "number":
            number = rng.randint(0, 9999)
            return f"{number / 100:.2f}", Fraction(number, 100)
        if kind == "code":
            code = rng.choice(list(names))
            return code, Fraction(names[code])
        one, first = self._make_formula(rng, names, depth - 1)
        if kind == "negative":
            return f"-({one})", None if first is None else -first
        two, second = self._make_formula(rng, names, depth - 1)
        if kind in ("min", "max"):
            value = (
                None if None in (first, second) else {"min": min, "max": max}[kind](first, second)
            )
            return f"{kind}({one}, {two})", value
        symbol = rng.choice("+-*/")
        text = f"({one}) {symbol} ({two})"
        if first is None or second is None or (symbol == "/" and not second):
            return text, None
        return text, {
            "+": lambda: first + second,
            "-": lambda: first - second,
            "*": lambda: first * second,
            "/": lambda: first / second,
        }[symbol]()

    def test_random_bytes_never_do_anything_else_than_refuse(self):
        """Property: any text is a formula or a FormulaError, nothing else."""
        rng = random.Random(7)
        alphabet = "ab1.0+-*/(), min_max\"'[]{}=;:\\\n\t²½×€𝟙"
        for _round in range(2000):
            text = "".join(rng.choice(alphabet) for _n in range(rng.randint(0, 40)))
            try:
                parse(text).evaluate({"a": Decimal(1), "b": Decimal(2)})
            except FormulaError:
                continue
