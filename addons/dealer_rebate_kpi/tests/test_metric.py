# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.dealer_rebate.tests.metric_common import Q1, Q2, MetricCommon


@tagged("post_install", "-at_install")
class TestMetric(MetricCommon):
    """Indicators as metrics of agreements: gates and rates by what service measured."""

    @classmethod
    def get_default_groups(cls):
        return (
            super().get_default_groups()
            | cls.quick_ref("aftersales_kpi.group_kpi_manager")
            | cls.quick_ref("aftersales_service.group_service_supervisor")
            | cls.quick_ref("aftersales_base.group_aftersales_manager")
            | cls.quick_ref("sales_team.group_sale_salesman")
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.penetration = cls._create_metric(
            "measured_penetration",
            kind="indicator",
            indicator_id=cls.env.ref("aftersales_kpi.indicator_contract_penetration").id,
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Loader", "is_storable": True, "tracking": "serial"}
        )
        cls.package = cls.env["aftersales.contract.kind"].create(
            {"name": "R10 package", "weight": 2.5}
        )
        cls.lots = cls.env["stock.lot"].create(
            [
                {
                    "name": f"R10-{number}",
                    "product_id": cls.product.id,
                    "company_id": cls.company.id,
                    "dealer_id": cls.dealer.id,
                    "sold_on": date(2026, 2, 1),
                }
                for number in range(10)
            ]
        )

    @classmethod
    def _contract(cls, lot):
        contract = cls.env["aftersales.contract"].create(
            {
                "partner_id": cls.dealer_2.id,
                "kind_id": cls.package.id,
                "date_from": date(2026, 3, 1),
                "months": 12,
                "price": 1000,
                "unit_ids": [Command.create({"lot_id": lot.id})],
                "service_ids": [
                    Command.create(
                        {"service_type": "visit", "job_kind": "maintenance", "quantity": 4}
                    )
                ],
            }
        )
        contract._activate()

    def _read(self, metric, window=Q1, agreement=None):
        return metric._read_values(agreement or self.agreement, [window])

    def test_R10_contracts_open_the_bonus(self):
        """A package on one of ten units: 2.5 ÷ 10 = 25 %, which opens the gate of 15 %."""
        component = {
            "rate_table_id": self._create_table([(0, 2)]).id,
            "gate_ids": [Command.create({"metric_id": self.penetration.id, "threshold": 15})],
        }
        agreement = self._scheme([component], name="Excellence", period="quarter")
        self._invoice(self.dealer, "2026-02-01", 1000)
        self.assertEqual(self._settle(agreement, "2026-03-31").line_ids.amount, 0)
        self._contract(self.lots[0])
        found = self._read(self.penetration)
        self.assertEqual(found, {(self.penetration.id, self.dealer.id, 0, Q1[0]): Decimal(25)})
        # What the gate kept back comes with the next settlement, as a restatement.
        self.assertEqual(self._settle(agreement, "2026-06-30").line_ids.mapped("amount"), [20])

    def test_R10_nothing_measured_is_no_value(self):
        self._contract(self.lots[0])
        self.assertEqual(self._read(self.penetration, Q2), {})

    def test_stores_are_measured_where_the_agreement_is_by_store(self):
        outlet = self.env["aftersales.outlet"].create(
            {"name": "Store", "code": "R-ST", "kind": "store", "partner_id": self.dealer.id}
        )
        metric = self._create_metric(
            "fixed",
            kind="indicator",
            indicator_id=self.env.ref("aftersales_kpi.indicator_first_time_fix").id,
        )
        employee = self.env["hr.employee"].sudo().create({"name": "Ada"})
        outlet.technician_ids = employee
        job = (
            self.env["aftersales.voucher"]
            .sudo()
            .create(
                {
                    "partner_id": self.dealer_2.id,
                    "registered_at": "2026-02-03 08:00:00",
                    "outlet_id": outlet.id,
                    "technician_id": employee.id,
                }
            )
        )
        job._write_step({"state": "done", "done_at": "2026-02-03 18:00:00", "number": "T-R13-1"})
        agreement = self._create_agreement(
            self._create_table([(0, 1)]), subject="store", name="By store"
        )
        by_store = self._read(metric, agreement=agreement)
        self.assertEqual(by_store, {(metric.id, self.dealer.id, outlet.id, Q1[0]): Decimal(100)})
        by_dealer = self._read(metric)
        self.assertEqual(by_dealer, {(metric.id, self.dealer.id, 0, Q1[0]): Decimal(100)})

    def test_R13_the_grade_of_an_outlet_as_a_metric(self):
        """K10's coefficient on the last day of the window opens the bonus of who runs it."""
        outlet = self.env["aftersales.outlet"].create(
            {"name": "Store", "code": "R-GR", "kind": "store", "partner_id": self.dealer.id}
        )
        grades = self.env["aftersales.outlet.grade"].create(
            [
                {"name": "T-B", "score_from": 700, "coefficient": 0.9},
                {"name": "T-A", "score_from": 900, "coefficient": 1.2},
            ]
        )
        self.env["aftersales.outlet.grading"].create(
            [
                {
                    "outlet_id": outlet.id,
                    "grade_id": grade.id,
                    "date_from": day,
                    "reason": "Inspected",
                }
                for grade, day in zip(grades, (Q1[0], Q2[0]), strict=True)
            ]
        )
        metric = self._create_metric(
            "grade",
            kind="indicator",
            indicator_id=self.env.ref("aftersales_kpi.indicator_outlet_coefficient").id,
        )
        for window, coefficient in ((Q1, "0.9"), (Q2, "1.2")):
            found = self._read(metric, window)
            self.assertEqual(
                found, {(metric.id, self.dealer.id, 0, window[0]): Decimal(coefficient)}
            )

    def test_an_indicator_in_force_keeps_its_meaning(self):
        indicator = self.env["aftersales.kpi.indicator"].create(
            {"name": "Own speed", "code": "own_speed", "measure": "speed"}
        )
        metric = self._create_metric("own_speed", kind="indicator", indicator_id=indicator.id)
        component = {
            "rate_table_id": self._create_table([(0, 2)]).id,
            "gate_ids": [Command.create({"metric_id": metric.id, "threshold": 3})],
        }
        agreement = self._scheme([component], name="Quick ones")
        with self.assertRaisesRegex(UserError, "is in force and uses"):
            indicator.speed_until = "done"
        with self.assertRaisesRegex(UserError, "is in force and uses"):
            metric.indicator_id = self.env.ref("aftersales_kpi.indicator_first_time_fix")
        indicator.name = "Speed, as agreed"
        self.assertEqual(agreement.state, "active")
        self.assertIn("speed_until", metric._get_terms()["own_speed"]["indicator"])

    def test_an_indicator_of_employees_only_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "dealers or outlets"):
            self._create_metric("nothing", kind="indicator")

    def test_rebate_clerks_need_not_see_the_jobs(self):
        self._contract(self.lots[0])
        read = self.penetration.with_user(self.clerk)._read_values(
            self.agreement.with_user(self.clerk), [Q1]
        )
        self.assertEqual(list(read.values()), [Decimal(25)])
        self.assertFalse(
            self.env["aftersales.kpi.indicator"].with_user(self.clerk).has_access("write")
        )
