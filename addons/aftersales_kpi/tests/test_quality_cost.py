# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import golden
from .common_accounts import AccountsCommon


@tagged("post_install", "-at_install")
class TestQualityCost(AccountsCommon):
    """What satisfaction costs (K6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_hourly_cost = 100.0
        cls.family = cls.env["product.category"].create({"name": "KPI machines"})
        cls.subfamily = cls.env["product.category"].create(
            {"name": "KPI tractors", "parent_id": cls.family.id}
        )
        cls.model = cls.make_model("KPI tractor", cls.subfamily)
        cls.labour = cls.env["product.product"].create({"name": "KPI work", "type": "service"})
        cls.map("conforming_quality", "testing")

    @classmethod
    def make_model(cls, name, category):
        return cls.env["product.product"].create(
            {"name": name, "type": "consu", "categ_id": category.id}
        )

    def serve(self, hours, model=None, **vals):
        """A job done in September with so many hours of work, an hour at 100."""
        hour = self.env.ref("uom.product_uom_hour")
        line = {
            "line_type": "labour",
            "product_id": self.labour.id,
            "quantity": float(hours),
            "uom_id": hour.id,
        }
        self.labour.uom_id = hour
        return self.make_job(
            self.tech, product_id=(model or self.model).id, line_ids=[(0, 0, line)], **vals
        )

    def amplify(self, category, **vals):
        return self.env["aftersales.kpi.amplification"].create({"category_id": category.id, **vals})

    def costs(self, **kwargs):
        names = ("regular_service_cost", "non_conformity_cost", "service_cost", "satisfaction_cost")
        return [self.value(name, **kwargs) for name in names]

    def test_K6_golden(self):
        """Regular cost of jobs, the family's factor, what is booked for conforming quality."""
        case = golden("K6")
        given, expect = case["given"], case["expect"]
        self.amplify(self.subfamily, factor=float(given["amplification"]))
        self.serve(given["regular_service"] / 100)
        self.book({"testing": float(given["conforming"])})
        self.assertEqual(
            self.costs(),
            [
                given["regular_service"],
                expect["non_conformity"],
                expect["service"],
                expect["total"],
            ],
        )
        self.env.flush_all()
        rows = self.env["aftersales.kpi.quality.cost"].search(
            [("company_id", "=", self.company.id)]
        )
        for name in ("non_conformity", "service", "total"):
            self.assertAlmostEqual(sum(rows.mapped(name)), float(expect[name]), 2)
        self.assertEqual(rows.category_id, self.subfamily)

    def test_K6_factor_of_the_nearest_family(self):
        """The category's own, else that of one above, else 1."""
        self.serve(10)
        self.assertEqual(self.value("non_conformity_cost"), 1000)
        self.amplify(self.family, factor=2)
        self.assertEqual(self.value("non_conformity_cost"), 2000)
        self.amplify(self.subfamily, factor=3)
        self.assertEqual(self.value("non_conformity_cost"), 3000)
        self.serve(10, self.make_model("KPI plough", self.family))
        self.assertEqual(self.value("non_conformity_cost"), 5000)

    def test_K6_factor_is_proposed(self):
        """1, and a quarter more a level; it can be typed."""
        factor = self.amplify(self.family)
        self.assertEqual(factor.factor, 1)
        factor.write({"importance": "2", "frequency": "1", "weight_level": "1"})
        self.assertEqual(factor.factor, 2)
        factor.factor = 1.3
        self.assertEqual(factor.factor, 1.3)
        with self.assertRefused(ValidationError, "must not be negative"):
            factor.factor = -1
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.amplify(self.family)

    def test_K6_whose_jobs_count(self):
        """Of an outlet and a technician too; internal work and another month do not."""
        self.serve(10)
        self.serve(5, service_type="D", partner_id=False, outcomes=())
        self.serve(7, registered=datetime(2026, 7, 7, 8))
        september = (date(2026, 9, 1), date(2026, 9, 30))
        indicator = self.indicator("regular_service_cost")
        for subject, record in (("employee", self.tech), ("company", self.company)):
            found = indicator._measure(self.company, *september, subject)
            self.assertEqual(found[record.id].value, 1000)
            self.assertEqual(len(found[record.id].source_ids), 1)
        self.assertEqual(self.value("regular_service_cost", subject=self.outlet), 1000)

    def test_K6_conforming_quality_by_product(self):
        """An item with a product counts for the product's family."""
        self.book({"testing": 300}, product_id=self.model.id)
        self.book({"testing": 200})
        self.env.flush_all()
        groups = self.env["aftersales.kpi.quality.cost"]._read_group(
            [("company_id", "=", self.company.id)], ["category_id"], ["conforming:sum"]
        )
        found = {category.name: amount for category, amount in groups}
        self.assertEqual(found, {"KPI tractors": 300, False: 200})

    def test_K6_report_is_for_managers(self):
        self.serve(10)
        self.env.flush_all()
        report = self.env["aftersales.kpi.quality.cost"].with_user(self.manager)
        self.assertEqual(report.search([]).mapped("total"), [2000])

    def test_K5_golden(self):
        """The shipped formula, over two typed figures."""
        case = golden("K5")
        total = self.indicator("total_satisfaction")
        codes = {"product_satisfaction": "typed_product", "service_satisfaction": "typed_service"}
        for asked, code in codes.items():
            typed = self.env["aftersales.kpi.indicator"].create(
                {"name": code, "code": code, "measure": "manual"}
            )
            self.env["aftersales.kpi.value"].create(
                {
                    "indicator_id": typed.id,
                    "company_id": self.company.id,
                    "subject_kind": "company",
                    "period_start": date(2026, 9, 1),
                    "value": float(case["given"][asked.split("_")[0]]),
                }
            ).action_confirm()
            self.assertIn(asked, total.part_ids.mapped("code"))
        expression = total.expression
        for asked, code in codes.items():
            expression = expression.replace(asked, code)
        self.assertIn(str(case["given"]["weight"]), expression)
        copied = total.copy({"code": "typed_total", "expression": expression})
        found = copied._measure(self.company, date(2026, 9, 1), date(2026, 9, 30), "company")
        self.assertEqual(found[self.company.id].value, case["expect"]["satisfaction"])

    def test_one_query_for_all_technicians(self):
        for number in range(4):
            employee = self.make_employee(f"T{number}")
            self.make_job(employee, product_id=self.model.id)
        self.env.flush_all()
        indicator = self.indicator("regular_service_cost")
        september = (date(2026, 9, 1), date(2026, 9, 30))
        indicator._measure(self.company, *september)  # the company's time zone, into the cache
        with self.assertQueryCount(2):  # the unit of an hour, and the figures
            indicator._measure(self.company, *september)
