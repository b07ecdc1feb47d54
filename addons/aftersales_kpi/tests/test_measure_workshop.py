# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from decimal import Decimal

from odoo.tests import tagged

from .common import KpiCommon, golden


@tagged("post_install", "-at_install")
class TestMeasureWorkshop(KpiCommon):
    """The workshop: hand-over, bays, visits, units, customers; quality and rework."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["aftersales.sla.policy"].search([]).active = False
        cls.fault = cls.env["aftersales.fault"].create({"name": "Leak", "code": "KPI-L"})
        cls.model = cls.env["product.product"].create(
            {"name": "Loader", "type": "consu", "is_storable": True, "tracking": "serial"}
        )
        cls.unit = cls.env["stock.lot"].create(
            {"name": "KPI-1", "product_id": cls.model.id, "company_id": cls.company.id}
        )

    def figure(self, code, subject="employee", subject_id=None, **kwargs):
        indicator = self.env.ref(f"aftersales_kpi.indicator_{code}")
        measured = self.measure(indicator, subject=subject, **kwargs)
        return getattr(measured.get(subject_id or self.tech.id), "value", None)

    def walk_in(self, promised=4, handed_over=4, **vals):
        """A walk-in of 8 September: hours after its reception."""
        at = datetime(2026, 9, 8, 8)
        voucher = self.make_open_job()
        voucher.write({"channel": "walk_in", **vals})
        voucher._write_step(
            {
                "received_at": at,
                "promised_at": promised and at + timedelta(hours=promised),
                "handed_over_at": handed_over and at + timedelta(hours=handed_over),
            }
        )
        return voucher

    def test_S23_K9_on_time_hand_over(self):
        """By the minute of the promise is on time; what is here or unpromised is left out."""
        self.walk_in()
        self.walk_in(handed_over=3)
        self.walk_in(handed_over=5)
        self.walk_in(handed_over=False)
        self.walk_in(promised=False)
        self.assertEqual(
            self.figure("on_time_hand_over").quantize(Decimal("0.0001")), Decimal("66.6667")
        )

    def test_K9_bay_turnover(self):
        """Bays of an outlet where nobody came count too; an outlet without bays does not."""
        self.outlet.aftersales_bay_count = 2
        idle, none = self.env["aftersales.outlet"].create(
            [
                {"name": name, "code": code, "company_id": self.company.id}
                for name, code in (("Idle", "KPI-I"), ("None", "KPI-0"))
            ]
        )
        idle.aftersales_bay_count = 3
        for _number in range(5):
            self.walk_in()
        self.walk_in(outlet_id=none.id, technician_id=False)
        self.assertEqual(self.figure("bay_turnover", "outlet", self.outlet.id), Decimal("2.5"))
        self.assertEqual(self.figure("bay_turnover", "outlet", idle.id), 0)
        self.assertIsNone(self.figure("bay_turnover", "outlet", none.id))
        self.assertEqual(self.figure("bay_turnover", "company", self.company.id), 1)

    def test_K9_visits_and_units_seen(self):
        self.make_job(self.tech, lot_id=self.unit.id)
        self.make_job(self.tech, lot_id=self.unit.id)
        self.make_job(self.other, lot_id=self.unit.id)
        self.make_job(self.tech)
        self.assertEqual(self.figure("visits"), 3)
        self.assertEqual(self.figure("units_seen"), 2)
        self.assertEqual(self.figure("units_seen", "company", self.company.id), 2)
        self.assertEqual(self.figure("visits", "outlet", self.outlet.id), 4)

    def test_K9_active_golden(self):
        """One customer for each last visit."""
        case = golden("K9-active")
        month = date.fromisoformat(f"{case['given']['month']}-01")
        for number, day in enumerate(case["given"]["last_visits"]):
            done = datetime.fromisoformat(day) + timedelta(hours=12)
            customer = self.env["res.partner"].create({"name": f"Customer {number}"})
            self.make_job(
                self.tech, done - timedelta(days=1), days=2, done=done, partner_id=customer.id
            )
        period = {"start": month, "end": date(month.year, month.month, 31)}
        self.assertEqual(self.figure("active_customers", **period), case["expect"]["active"])
        customers = len(case["given"]["last_visits"])
        lost = customers - case["expect"]["active"]
        self.assertEqual(self.figure("loss_rate", **period), lost * Decimal(100) / customers)

    def test_K9_a_customer_counts_once_with_all_addresses(self):
        branch = self.env["res.partner"].create(
            {"name": "Yard", "type": "delivery", "parent_id": self.customer.id}
        )
        self.customer.is_company = True
        self.make_job(self.tech)
        self.make_job(self.tech, partner_id=branch.id)
        self.assertEqual(self.figure("active_customers"), 1)
        self.assertEqual(self.figure("loss_rate"), 0)

    # === QUALITY === #

    def known_job(self, **kwargs):
        return self.make_job(
            self.tech, fault_id=self.fault.id, work_done="Seal replaced.", **kwargs
        )

    def test_K2_quality_at_once(self):
        self.known_job()
        self.assertEqual(self.figure("quality"), 10)

    def test_K2_quality_cause_not_found(self):
        self.make_job(self.tech, work_done="Looked at it.")
        self.make_job(self.tech, fault_id=self.fault.id, work_done=" ")
        self.assertEqual(self.figure("quality"), 8)

    def test_K2_quality_not_fixed_first_time(self):
        self.known_job(outcomes=("not_fixed_first", "satisfied"))
        self.assertEqual(self.figure("quality"), 8)
        self.known_job()
        self.assertEqual(self.figure("quality"), 9)

    def test_K2_quality_dragged_out(self):
        """Not fixed after several repairs; two reworks; each rework counts with its first job."""
        self.known_job(outcomes=("not_fixed_repeated",))
        self.assertEqual(self.figure("quality"), 5)
        first = self.known_job()
        again = self.make_job(self.other)
        again._write_step({"rework_of_id": first.id})
        self.assertEqual(self.figure("quality"), Decimal("6.5"))
        self.assertIsNone(self.figure("quality", subject_id=self.other.id))
        third = self.make_job(self.other)
        third._write_step({"rework_of_id": first.id})
        self.assertEqual(self.figure("quality"), 5)

    def test_K2_quality_late(self):
        """A broken deadline makes it 8, and with rework 5; an excused one does not count."""
        data = "aftersales_service.sla_event_type_voucher_"
        self.env["aftersales.sla.policy"].create(
            {
                "name": "Done within an hour",
                "company_id": self.company.id,
                "model_id": self.env["ir.model"]._get_id("aftersales.voucher"),
                "start_type_id": self.env.ref(f"{data}registered").id,
                "stop_type_id": self.env.ref(f"{data}done").id,
                "amount": 1,
                "unit": "hours",
            }
        )
        job = self.known_job()
        self.assertEqual(self.figure("quality"), 8)
        again = self.make_open_job()
        again._write_step({"rework_of_id": job.id})
        self.assertEqual(self.figure("quality"), 5)
        again._cancel("mistake", at=datetime(2026, 9, 9))
        late = self.env["aftersales.sla.deadline"].search(
            [("res_model", "=", "aftersales.voucher"), ("res_id", "=", job.id)]
        )
        self.env["aftersales.sla.waiver"].create({"deadline_id": late.id, "reason": "Storm"})
        self.assertEqual(self.figure("quality"), 10)

    def test_S18_rework_rate_and_number(self):
        """The rate stands with the first job's month, the number with the rework's."""
        first = self.make_job(self.tech, datetime(2026, 8, 30), days=1)
        self.make_job(self.tech)
        again = self.make_open_job()
        again._write_step({"rework_of_id": first.id})
        self.assertEqual(self.figure("rework_rate"), 0)
        self.assertEqual(self.figure("rework_count"), 1)
        august = {"start": date(2026, 8, 1), "end": date(2026, 8, 31)}
        self.assertEqual(self.figure("rework_rate", **august), 100)
        self.assertIsNone(self.figure("rework_count", **august))
        again._cancel("mistake", at=datetime(2026, 9, 9))
        self.assertIsNone(self.figure("rework_count"))
        self.assertEqual(self.figure("rework_rate", **august), 0)
