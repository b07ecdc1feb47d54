# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from decimal import Decimal

from odoo.tests import tagged

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestMeasureDeadline(KpiCommon):
    """Response, promises kept, calls solved by phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatcher = cls.make_employee(
            "Dis", user_id=cls.make_user("kpi_dispatcher", "base.group_user").id
        )
        policies = cls.env["aftersales.sla.policy"]
        policies.search([]).active = False
        data = "aftersales_service.sla_event_type_voucher_"
        cls.policy = policies.create(
            {
                "name": "Done within a day",
                "company_id": cls.company.id,
                "model_id": cls.env["ir.model"]._get_id("aftersales.voucher"),
                "start_type_id": cls.env.ref(f"{data}registered").id,
                "stop_type_id": cls.env.ref(f"{data}done").id,
                "amount": 24,
                "unit": "hours",
            }
        )

    def figure(self, code, employee=None, **kwargs):
        measured = self.measure(self.env.ref(f"aftersales_kpi.indicator_{code}"), **kwargs)
        return getattr(measured.get((employee or self.tech).id), "value", None)

    def test_response_from_registration_to_dispatch(self):
        """In hours, for who dispatched; the month is that of the dispatch."""
        for hours in (2, 5):
            job = self.make_open_job()
            job._dispatch(at=job.registered_at + timedelta(hours=hours))
            job._write_step({"dispatched_by_id": self.dispatcher.user_id.id})
        self.assertEqual(self.figure("response_dispatch", self.dispatcher), 3.5)
        self.assertIsNone(self.figure("response_dispatch"))

    def test_response_to_the_first_visit_that_was_kept(self):
        """A visit that nobody kept does not stop the clock; a second one does not move it."""
        job = self.make_open_job()
        job._dispatch(at=job.registered_at)
        visits = self.env["aftersales.appointment"].create(
            [
                {
                    "voucher_id": job.id,
                    "technician_id": technician.id,
                    "start": job.registered_at + timedelta(hours=hours),
                }
                for technician, hours in ((self.other, 3), (self.tech, 8), (self.other, 30))
            ]
        )
        visits[0]._write_step({"state": "missed"})
        for visit in visits[1:]:
            visit._write_step({"state": "done", "arrived_at": visit.start})
        self.assertEqual(self.figure("response_visit"), 8)
        self.assertIsNone(self.figure("response_visit", self.other))

    def test_S8_promises_kept(self):
        """Met ÷ decided: what is late and still open is broken already, not left out."""
        self.make_job(self.tech, done=datetime(2026, 9, 7, 20))
        self.make_job(self.tech, done=datetime(2026, 9, 9), days=3)
        still_open = self.make_open_job()
        still_open._dispatch(at=still_open.registered_at)
        deadlines = self.env["aftersales.sla.deadline"].search([("policy_id", "=", self.policy.id)])
        self.assertEqual(sorted(deadlines.mapped("state")), ["met", "missed", "overdue"])
        self.assertEqual(round(self.figure("promises_kept"), 2), Decimal("33.33"))
        self.assertEqual(round(self.figure("promises_kept", self.outlet, subject="outlet")), 33)

    def test_S8_what_was_excused_counts_neither_way(self):
        self.make_job(self.tech, done=datetime(2026, 9, 7, 20))
        self.make_job(self.tech, done=datetime(2026, 9, 9), days=3)
        self.assertEqual(self.figure("promises_kept"), 50)
        missed = self.env["aftersales.sla.deadline"].search(
            [("policy_id", "=", self.policy.id), ("state", "=", "missed")]
        )
        self.env["aftersales.sla.waiver"].create({"deadline_id": missed.id, "reason": "Flood"})
        self.assertEqual(self.figure("promises_kept"), 100)

    def test_promises_are_decided_in_the_company_s_month(self):
        """Broken at 01:00 in Shanghai on 1 October, which is September in UTC."""
        self.company.partner_id.tz = "Asia/Shanghai"
        self.make_job(self.tech, datetime(2026, 9, 29, 17), done=datetime(2026, 10, 2), days=5)
        self.assertIsNone(self.figure("promises_kept"))
        october = {"start": date(2026, 10, 1), "end": date(2026, 10, 31)}
        self.assertEqual(self.figure("promises_kept", **october), 0)

    def test_S6_solved_by_phone(self):
        """Of the calls of the month; a walk-in cannot be solved by phone."""
        clerk = self.dispatcher.user_id
        calls = self.make_open_job() | self.make_open_job() | self.make_open_job()
        calls._write_step({"user_id": clerk.id})
        self.make_open_job()._write_step({"user_id": clerk.id, "channel": "walk_in"})
        cancelled = self.make_open_job()
        cancelled._write_step({"user_id": clerk.id})
        cancelled._cancel("wrong number", at=datetime(2026, 9, 8))
        calls[0]._solve_by_phone(at=datetime(2026, 9, 8))
        self.assertEqual(round(self.figure("phone_rate", self.dispatcher), 2), Decimal("33.33"))
