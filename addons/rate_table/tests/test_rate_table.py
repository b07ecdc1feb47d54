# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import D, RateTableCommon

SLABS = ((10000, 5), (20000, 7), (30000, 10))


@tagged("post_install", "-at_install")
class TestRateTable(RateTableCommon):
    """The model: what it stores, refuses and says."""

    def test_evaluate_float_columns_exactly(self):
        """Bounds and rates are stored as typed, and compared as Decimals."""
        table = self.make_table((0.1, 0.3), (0.3, 0.7))
        self.env.invalidate_all()
        low, edge = table.evaluate([D("0.29999999999999999"), D("0.3")])
        self.assertEqual((low.rate, edge.rate), (D("0.3"), D("0.7")))

    def test_evaluate_queries(self):
        """A thousand values on twenty tables: three queries in all, none a value."""
        tables = self.env["rate.table"].union(*(self.make_table(*SLABS) for _i in range(20)))
        values = [D(i) for i in range(0, 50000, 50)]
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            for table in tables:
                self.assertEqual(len(table.evaluate(values)), len(values))

    def test_evaluate_refuses(self):
        empty = self.make_table()
        with self.assertRaisesRegex(UserError, "no rows"):
            empty.evaluate([D(1)])
        table = self.make_table(*SLABS)
        with self.assertRaisesRegex(UserError, "looks up 1 figure"):
            table.evaluate([(D(1), D(2))])
        with self.assertRaisesRegex(UserError, "ordinary numbers"):
            table.evaluate([D("NaN")])
        with self.assertRaises(TypeError):
            table.evaluate([1.5])
        slabs = self.make_table(*SLABS, method="incremental")
        with self.assertRaisesRegex(UserError, "cannot be applied to another basis"):
            slabs.evaluate([D(1)], [D(2)])

    @mute_logger("odoo.sql_db")
    def test_duplicate_bound_refused(self):
        table = self.make_table(*SLABS)
        with self.assertRaises(IntegrityError):
            table.write({"line_ids": [(0, 0, {"from_value": 10000, "value": 9})]})
        with self.assertRaises(IntegrityError):
            self.env["rate.table.line"].create({"table_id": table.id, "from_value": 20000})

    def test_bounds_can_be_moved_in_one_save(self):
        """Each bound takes the next one's place: allowed, as only the outcome counts."""
        table = self.make_table(*SLABS)
        first, second, third = table.line_ids
        table.write(
            {
                "line_ids": [
                    (1, first.id, {"from_value": 20000}),
                    (1, second.id, {"from_value": 30000}),
                    (1, third.id, {"from_value": 40000}),
                ]
            }
        )
        self.env.flush_all()
        self.assertEqual([r.rate for r in table.evaluate([D(19999), D(20000)])], [0, 5])

    def test_bad_numbers_refused(self):
        table = self.make_table(*SLABS)
        for name in ("from_value", "value"):
            for number in (float("nan"), float("inf"), float("-inf")):
                with self.assertRaises(ValidationError), self.cr.savepoint():
                    table.line_ids[0][name] = number
        with self.assertRaises(ValidationError):
            self.make_table(method="step", step_every=float("inf"), step_amount=1)

    def test_huge_numbers_refused(self):
        """What a float column cannot hold to the cent is no bound, no rate and no step."""
        table = self.make_table(*SLABS)
        for name in ("from_value", "value"):
            for number in (1e15, -1e15, 1e308):
                with self.assertRaisesRegex(ValidationError, "too large"), self.cr.savepoint():
                    table.line_ids[0][name] = number
            table.line_ids[0][name] = 999999999999.99
        with self.assertRaisesRegex(ValidationError, "too large"):
            self.make_table(method="step", step_every=1, step_amount=1, step_cap=1e300)

    def test_options_that_do_not_fit_refused(self):
        with self.assertRaisesRegex(ValidationError, "one figure"):
            self.make_table(*SLABS, method="incremental", inputs="two")
        with self.assertRaisesRegex(ValidationError, "one figure"):
            self.make_table(method="step", inputs="two", step_every=1, step_amount=1)
        with self.assertRaisesRegex(ValidationError, "needs a rate"):
            self.make_table(*SLABS, method="incremental", rate_unit="amount")
        with self.assertRaisesRegex(ValidationError, "length of a step"):
            self.make_table(method="step", step_amount=100)
        with self.assertRaisesRegex(ValidationError, "needs its bounds"):
            self.make_table((1, 2, 3), inputs="two", open_below=True)

    def test_second_bound_needs_two_figures(self):
        with self.assertRaisesRegex(ValidationError, "second bound"):
            self.make_table((1, 2, 3))
        table = self.make_table((1, 2, 3), inputs="two")
        with self.assertRaisesRegex(ValidationError, "second bound"):
            table.inputs = "one"

    @mute_logger("odoo.sql_db")
    def test_negative_step_refused(self):
        with self.assertRaises(IntegrityError):
            self.make_table(method="whole", step_every=-1, step_amount=1)

    def test_description(self):
        table = self.make_table(*SLABS)
        self.assertEqual(table.description, "from 10,000: 5 %\nfrom 20,000: 7 %\nfrom 30,000: 10 %")
        table.write({"rate_unit": "permille", "bound": "above"})
        self.assertTrue(table.description.startswith("above 10,000: 5 ‰"))
        table.open_below = True
        self.assertTrue(table.description.startswith("up to 20,000: 5 ‰\nabove 20,000"))
        step = self.make_table(method="step", step_every=1000, step_amount=100, step_cap=500)
        self.assertEqual(step.description, "each full 1,000 gives 100, at most 500")
        step.step_cap = 0
        self.assertEqual(step.description, "each full 1,000 gives 100")
        matrix = self.make_table((100, 95, 5.6), inputs="two", input_label="purchase")
        self.assertEqual(matrix.description, "purchase from 100, second figure from 95: 5.6 %")
        self.assertEqual(self.make_table((0.5, 3), method="band").description, "from 0.5: 3")

    def test_explain(self):
        table = self.make_table(*SLABS)
        none, middle = table.evaluate([D("9999.99"), D(25000)])
        self.assertEqual(
            table.explain(none),
            "9,999.99 reaches no row: nothing is due.\nNext row “from 10,000”: 5 %, 0.01 away",
        )
        self.assertEqual(
            table.explain(middle.trace),
            "25,000 lies in the row “from 20,000”: 7 %\n7 % of 25,000 = 1,750\n"
            "Next row “from 30,000”: 10 %, 5,000 away",
        )
        table.method = "incremental"
        self.assertIn("Together: 850", table.explain(table.evaluate([D(25000)])[0]))
        step = self.make_table(method="step", step_every=1000, step_amount=100, step_cap=500)
        self.assertEqual(
            step.explain(step.evaluate([D(7000)])[0]),
            "Full steps of 1,000: 7, amount 500\nLimited to 500.",
        )
        self.assertEqual(
            step.explain(step.evaluate([D(1600)])[0]),
            "Full steps of 1,000: 1, amount 100\nNext row “from 2,000”: 100, 400 away",
        )
        days = self.make_table((0, 10), (3, 8), method="band", bound="above", open_below=True)
        within, over = days.evaluate([D(2), D(4)])
        self.assertEqual(
            days.explain(within), "2 lies in the row “up to 3”: 10\nNext row “above 3”: 8, 1 away"
        )
        self.assertEqual(days.explain(over), "4 lies in the row “above 3”: 8")
        matrix = self.make_table((100, 95, 5.6), inputs="two", input_label="purchase")
        [below] = matrix.evaluate([(D(99), D(95))])
        self.assertEqual(
            matrix.explain(below),
            "99 and 95 reaches no row: nothing is due.\n"
            "Next row “purchase from 100, second figure from 95”: 5.6 %, 1 and 0 away",
        )
        flat = self.make_table((0, 5), open_below=True)
        [back] = flat.evaluate([D(-200)])
        self.assertEqual(
            flat.explain(back), "-200 lies in the row “any figure”: 5 %\n5 % of -200 = -10"
        )

    def test_copy(self):
        table = self.make_table(*SLABS)
        copy = table.copy()
        self.assertEqual(copy.name, "Table (copy)")
        self.assertEqual(copy.line_ids.mapped("value"), table.line_ids.mapped("value"))
        self.assertFalse(copy.line_ids & table.line_ids)

    def test_form(self):
        form = Form(self.env["rate.table"])
        form.name = "From the form"
        with form.line_ids.new() as line:
            line.from_value = 10
            line.value = 2
        self.assertEqual(form.description, "from 10: 2 %")
        self.assertEqual(form.save().evaluate([D(50)])[0].amount, 1)

    def test_try_it(self):
        table = self.make_table(*SLABS)
        action = table.action_try()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        form.value = 25000
        self.assertEqual((form.rate, form.amount, form.basis), (7, 1750, 25000))
        form.basis = 100
        self.assertEqual(form.amount, 7)
        self.assertIn("7 % of 100 = 7", form.explanation)
        matrix = self.make_table((100, 95, 5.6), inputs="two")
        form = Form(self.env["rate.table.try"].with_context(default_table_id=matrix.id))
        form.value, form.value_2 = 100, 95
        self.assertEqual(form.rate, 5.6)
        form = Form(self.env["rate.table.try"].with_context(default_table_id=self.make_table().id))
        form.value = 1
        self.assertIn("no rows", form.explanation)
