# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import golden
from .metric_common import MetricCommon


@tagged("post_install", "-at_install")
class TestFormula(MetricCommon):
    """Metrics with formulas: what is refused, and what stays."""

    def test_metric_refuses_what_it_cannot_read(self):
        """A metric says which character of its formula is wrong, and which code is unknown."""
        with self.assertRaisesRegex(ValidationError, "character 5"), self.env.cr.savepoint():
            self._create_metric("bad", "formula", formula="1 + $")
        with self.assertRaisesRegex(ValidationError, "nowhere"), self.env.cr.savepoint():
            self._create_metric("bad", "formula", formula="nowhere * 2")
        for code in ("Upper", "1st", "min", "with space", "a-b", "a" * 41, "é"):
            with (
                self.subTest(code),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self._create_metric(code)

    def test_cycles_are_refused(self):
        """No metric is computed from itself, over however many steps."""
        one = self._create_metric("one")
        two = self._create_metric("two", "formula", formula="one + 1")
        three = self._create_metric("three", "formula", formula="two + 1")
        share = self._create_metric(
            "portion", "computed", measure="share", operand_id=three.id, divisor_id=one.id
        )
        for metric, formula in ((two, "two"), (two, "three"), (two, "portion + one")):
            with self.subTest(formula), self.assertRaises(ValidationError):
                metric.formula = formula
        self.assertEqual(share._get_all_formula_parts(), one | two | three)

    def test_a_code_in_a_formula_stays(self):
        """What a formula names is neither renamed nor deleted."""
        one = self._create_metric("one")
        self._create_metric("two", "formula", formula="one + 1")
        with self.assertRaises(UserError):
            one.code = "uno"
        with self.assertRaises(UserError):
            one.unlink()
        one.code = "one"

    def test_R8_limit_and_over(self):
        """R8: the limit is one formula; complaints at it earn, one more does not."""
        given, expect = golden("R8-limit")
        over, _expect = golden("R8-over")
        cars = self._create_metric("new_cars")
        visits = self._create_metric("visits")
        limit = self._create_metric(
            "complaint_limit", "formula", formula="new_cars * 0.01 + 10 + visits * 0.001 + 20"
        )
        year = (self._date("2026-01-01"), self._date("2026-12-31"))
        self._value(cars, year, given["new_cars"])
        self._value(visits, year, given["visits"])
        value = self._read(limit, year)
        self.assertEqual(value, expect["limit"])
        self.assertLessEqual(given["complaints"], value)
        self.assertGreater(over["complaints"], value)
