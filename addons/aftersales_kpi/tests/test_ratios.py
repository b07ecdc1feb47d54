# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_accounts import AccountsCommon


@tagged("post_install", "-at_install")
class TestRatios(AccountsCommon):
    """Accounting ratios, recomputed by hand from one month of a small store (K9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map_all()
        # After-sales 100,000 at 45,000; sales 300,000 + 100,000 at 380,000; rebates 20,000;
        # cost: operating 8,000 + 2,000, administrative 6,000, finance 4,000, staff 20,000 of
        # which after-sales 12,000; tax 5,000.
        cls.book(
            {
                "repair": -100_000,
                "parts_used": 45_000,
                "new_units": -300_000,
                "to_dealers": -100_000,
                "units_sold": 380_000,
                "rebates": -20_000,
                "advertising": 8_000,
                "testing": 2_000,
                "office": 6_000,
                "interest": 4_000,
                "wages": 8_000,
                "service_wages": 12_000,
                "levy": 5_000,
            }
        )

    def ratio(self, code, **kwargs):
        value = self.value(code, **kwargs)
        return value if value is None else value.quantize(Decimal("0.01"))

    def test_K9_after_sales_margin(self):
        """(100,000 − 45,000) ÷ 100,000; the reference is 50 %."""
        self.assertEqual(self.ratio("as_margin"), 55)
        self.assertEqual(self.indicator("as_margin").target, 50)
        self.assertEqual(self.ratio("as_gross_profit"), 55_000)

    def test_K9_support_ratio(self):
        """55,000 ÷ (10,000 + 6,000 + 4,000 + 20,000)."""
        self.assertEqual(self.ratio("support_ratio"), Decimal("137.50"))

    def test_K9_absorption(self):
        """After-sales profit (55,000 − wages 12,000) ÷ all store cost 40,000."""
        self.assertEqual(self.ratio("as_profit"), 43_000)
        self.assertEqual(self.ratio("absorption"), Decimal("107.50"))

    def test_K9_cost_to_gross_profit(self):
        """40,000 ÷ (520,000 − 425,000 − 5,000); above 100 % the store loses money."""
        self.assertEqual(self.ratio("store_gross_profit"), 90_000)
        self.assertEqual(self.ratio("cost_to_gross_profit"), Decimal("44.44"))
        self.book({"office": 60_000})
        self.assertEqual(self.ratio("cost_to_gross_profit"), Decimal("111.11"))
        self.assertLess(self.value("assessed_profit"), 0)

    def test_K9_operating_margin(self):
        """(520,000 − 425,000 − 5,000 − 40,000) ÷ 520,000."""
        self.assertEqual(self.ratio("assessed_profit"), 50_000)
        self.assertEqual(self.ratio("operating_margin"), Decimal("9.62"))

    def test_K9_sales_margin_without_the_makers_rebates(self):
        """(400,000 − 380,000) ÷ 400,000; with rebates 40,000 ÷ 400,000; rebates apart."""
        self.assertEqual(self.ratio("sales_margin"), 5)
        self.assertEqual(self.ratio("sales_margin_with_rebates"), 10)
        self.assertEqual(self.ratio("rebate_ratio"), 5)

    def test_K9_task_completion(self):
        """Profit of the year so far, 30,000 in August and 50,000, ÷ 400,000 of the year."""
        self.book({"repair": -30_000}, date(2026, 8, 10))
        self.book({"repair": -999}, date(2025, 12, 31))
        self.assertIsNone(self.value("task_completion"), "no target yet")
        target = self.env["aftersales.kpi.target"].create(
            {
                "indicator_id": self.indicator("assessed_profit").id,
                "company_id": self.company.id,
                "subject_kind": "company",
                "period_kind": "year",
                "period_start": date(2026, 1, 1),
                "value": 400_000,
            }
        )
        self.assertEqual(self.ratio("task_completion"), 20)
        self.assertTrue(target.is_locked)

    def test_K9_assessed_profit_per_head(self):
        """50,000 ÷ 2 people; a third one from June makes the mean of nine months 2.44, 2."""
        self.assertEqual(self.ratio("assessed_profit_per_head"), 25_000)
        self.make_employee("Third", date_version=date(2026, 6, 1))
        self.assertEqual(self.ratio("assessed_profit_per_head"), 25_000)
        self.make_employee("Fourth", date_version=date(2026, 1, 1))
        self.assertEqual(self.ratio("assessed_profit_per_head"), Decimal("16666.67"))
        self.assertEqual(self.ratio("as_income_per_head"), Decimal("33333.33"))

    def test_K9_nothing_to_divide_by_is_no_figure(self):
        """A month without income has no margin, and is no error."""
        self.assertIsNone(self.value("as_margin", date(2026, 7, 1), date(2026, 7, 31)))
        self.book({"parts_used": 5}, date(2026, 7, 3))
        self.assertIsNone(self.value("as_margin", date(2026, 7, 1), date(2026, 7, 31)))
        self.assertEqual(self.value("as_gross_profit", date(2026, 7, 1), date(2026, 7, 31)), -5)

    def test_K9_ratios_of_an_outlet(self):
        """By the share of its analytic account."""
        north = self.make_analytic("North")
        self.outlet.analytic_account_id = north
        shares = {str(north.id): 50}
        self.book({"repair": -1_000, "parts_used": 300}, analytic_distribution=shares)
        self.assertEqual(self.ratio("as_margin", subject=self.outlet), 70)
        self.assertEqual(self.value("as_income", subject=self.outlet), 500)

    def test_K9_every_ratio_is_explained_and_in_a_scheme(self):
        """K4: from the formula on the sheet the figure can be recomputed."""
        indicators = self.env["aftersales.kpi.indicator"].search([("measure", "=", "formula")])
        self.assertGreater(len(indicators), 15)
        for indicator in indicators:
            self.assertIn(indicator.expression, indicator.formula)
            self.assertTrue(indicator.unit, indicator.code)

    def test_K4_controllable_cost_falls(self):
        """Operating and administrative cost 16,000 after 20,000: −20 %."""
        self.assertIsNone(self.value("controllable_cost_change"), "there is nothing before")
        self.book({"advertising": 20_000}, date(2026, 8, 31))
        self.assertEqual(self.ratio("controllable_cost_change"), -20)
        self.assertEqual(self.indicator("controllable_cost_change").better, "lower")

    def test_K4_complaints_fall(self):
        """Two in August, one in September: −50 %."""
        for day in (datetime(2026, 8, 3), datetime(2026, 8, 31), datetime(2026, 9, 1)):
            self.env["aftersales.complaint"].create(
                {
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "subject": "Late",
                    "registered_at": day,
                }
            )
        self.assertEqual(self.value("complaints_change"), -50)

    def test_K4_change_on_the_year(self):
        change = self.indicator("controllable_cost_change").copy({"compare_to": "year"})
        self.book({"office": 12_800}, date(2025, 9, 30))
        self.book({"office": 99}, date(2025, 10, 1))
        found = change._measure(self.company, date(2026, 9, 1), date(2026, 9, 30), "company")
        self.assertEqual(found[self.company.id].value, 25)

    def test_K4_change_periods(self):
        """Whole months are compared with as many whole months, other days with as many days."""
        Indicator = self.env["aftersales.kpi.indicator"]
        before = Indicator.new({"measure": "change"})._get_earlier_period
        self.assertEqual(
            before(date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 2, 1), date(2026, 2, 28))
        )
        self.assertEqual(
            before(date(2026, 1, 1), date(2026, 3, 31)), (date(2025, 10, 1), date(2025, 12, 31))
        )
        self.assertEqual(
            before(date(2026, 3, 8), date(2026, 3, 14)), (date(2026, 3, 1), date(2026, 3, 7))
        )
        year = Indicator.new({"measure": "change", "compare_to": "year"})._get_earlier_period
        self.assertEqual(
            year(date(2029, 2, 1), date(2029, 2, 28)), (date(2028, 2, 1), date(2028, 2, 29))
        )

    def test_indicators_that_need_another_one_do_not_go_in_circles(self):
        Indicator = self.env["aftersales.kpi.indicator"]
        with self.assertRefused(ValidationError, "needs the figures"):
            Indicator.create({"name": "No base", "code": "no_base", "measure": "change"})
        headcount = self.indicator("headcount_average")
        change = Indicator.create(
            {
                "name": "Change",
                "code": "circle_change",
                "measure": "change",
                "base_indicator_id": headcount.id,
            }
        )
        with self.assertRefused(ValidationError, "computed from itself"):
            headcount.base_indicator_id = change
        formula = Indicator.create(
            {
                "name": "Formula",
                "code": "circle_formula",
                "measure": "formula",
                "expression": "circle_change + 1",
            }
        )
        with self.assertRefused(ValidationError, "computed from itself"):
            change.base_indicator_id = formula
