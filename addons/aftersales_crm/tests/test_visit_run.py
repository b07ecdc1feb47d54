# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged, warmup

from .common import CrmCommon

RUN = "odoo.addons.aftersales_crm.models.aftersales_visit_run"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestVisitRun(CrmCommon):
    """The nightly run plans what the plan of each class asks for."""

    @contextmanager
    def _progress(self, stop_at=0):
        """Count the transactions of a run, which stops at one of them."""
        calls = []

        def progress(_self, processed=0, *, remaining=None, deactivate=False):
            calls.append(remaining)
            return 0 if len(calls) == stop_at else 60

        path = "odoo.addons.base.models.ir_cron.IrCron._commit_progress"
        with patch(path, progress):
            yield calls

    def _run(self, stop_at=0):
        # Only this company's plans: the demo's own customers are none of these tests.
        self.env["aftersales.visit.plan"].search(
            [("company_id", "!=", self.company.id)]
        ).active = False
        with self._progress(stop_at) as calls:
            self.env["aftersales.visit"]._cron_plan_visits()
        return calls

    def _visits(self, partners=None):
        return self.env["aftersales.visit"].search(
            [("partner_id", "in", (partners or self.customer).ids)], order="seniority, id"
        )

    def test_S12_every_class_and_seniority_gets_its_visit(self):
        self._classify(self.customer)
        self._run()
        ordinary, senior = self._visits()
        self.assertEqual((ordinary.seniority, senior.seniority), ("ordinary", "senior"))
        self.assertEqual(ordinary.employee_id, self.technician, "who visits the customer")
        self.assertEqual(ordinary.user_id, self.technician_user)
        self.assertEqual(senior.employee_id, self.senior, "else who the plan names")
        self.assertEqual(ordinary.class_id, self.customer_class)
        for visit, days in ((ordinary, 30), (senior, 180)):
            ahead = (visit.due_on - date(2026, 3, 10)).days
            self.assertTrue(0 < ahead <= days, "the first ones are spread over the interval")
            self.assertEqual(visit.planned_on, visit.due_on)
        self._run()
        self.assertEqual(len(self._visits()), 2, "what is planned is not planned again")

    def test_S12_the_next_one_follows_the_last_one_made(self):
        self._classify(self.customer)
        made = self._visit(planned_on="2026-02-20", result="Well")
        made.visited_on = "2026-02-28"
        made.action_done()
        self._run()
        following = self._visits().filtered(lambda v: v.seniority == "ordinary") - made
        self.assertEqual(following.due_on, date(2026, 3, 28))
        following._cancel("T")
        self._run()
        last = self._visits().filtered(lambda v: v.seniority == "ordinary") - made - following
        self.assertEqual(last.due_on, date(2026, 4, 28), "a cancelled one does not come back")

    def test_S12_what_should_have_been_is_late(self):
        self._classify(self.customer)
        made = self._visit(planned_on="2025-12-01", result="Well")
        made.visited_on = "2025-12-01"
        made.action_done()
        self._run()
        following = self._visits().filtered(lambda v: v.seniority == "ordinary") - made
        self.assertEqual(following.due_on, date(2026, 1, 1))
        self.assertEqual(following.planned_on, date(2026, 3, 10))

    def test_S12_a_leave_moves_the_visit_behind_it(self):
        self._classify(self.customer)
        made = self._visit(planned_on="2026-02-20", result="Well")
        made.visited_on = "2026-02-20"
        made.action_done()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": self.technician.resource_id.id,
                "calendar_id": False,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 16),
                "date_to": datetime(2026, 3, 22, 17),
            }
        )
        self._run()
        following = self._visits().filtered(lambda v: v.seniority == "ordinary") - made
        self.assertEqual(
            (following.due_on, following.planned_on), (date(2026, 3, 20), date(2026, 3, 23))
        )

    def test_S12_S13_nobody_who_asked_to_be_left_alone(self):
        self.company.aftersales_no_contact_percent = 100
        firm = self.env["res.partner"].create({"name": "T firm", "is_company": True})
        person = self.env["res.partner"].create({"name": "T person", "parent_id": firm.id})
        self._classify(firm + person)
        firm.write({"aftersales_no_contact": True, "aftersales_no_contact_reason": "Letter"})
        self._run()
        self.assertFalse(self._visits(firm + person))

    def test_S12_who_left_is_replaced(self):
        self._classify(self.customer)
        self.technician.active = False
        self._run()
        ordinary, senior = self._visits()
        self.assertFalse(ordinary.employee_id)
        self.assertFalse(ordinary.activity_ids)
        # Archived without Odoo's knowing, by a script: the run finds it.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE resource_resource SET active = false WHERE id = %s",
            [self.senior.resource_id.id],
        )
        self.env.cr.execute("UPDATE hr_employee SET active = false WHERE id = %s", [self.senior.id])
        self.env.invalidate_all()
        self._run()
        self.assertFalse(senior.employee_id)

    def test_S12_each_company_visits_its_own_customers(self):
        self._classify(self.customer)
        elsewhere = self._other_company()
        self.env["aftersales.visit.plan"].create(
            {"class_id": self.customer_class.id, "months": 2, "company_id": elsewhere.id}
        )
        with self._progress():
            self.env["aftersales.visit"]._cron_plan_visits()
        self.assertEqual(self._visits().company_id, self.company)
        self.customer.with_company(elsewhere).aftersales_class_id = self.customer_class
        with self._progress():
            self.env["aftersales.visit"]._cron_plan_visits()
        there = self.env["aftersales.visit"].search(
            [("partner_id", "=", self.customer.id), ("company_id", "=", elsewhere.id)]
        )
        self.assertEqual(len(there), 1)
        self.assertFalse(there.employee_id, "who visits for another company does not for this one")
        self.assertFalse(there.with_user(self.clerk).search([("id", "=", there.id)]))

    def test_S12_visitors_are_told_some_days_before(self):
        self._classify(self.customer)
        with freeze_time("2026-01-01 12:00:00"):
            self._run()
        ordinary = self._visits()[0]
        ordinary._drop_activities()
        early, soon = ordinary.planned_on - timedelta(15), ordinary.planned_on - timedelta(14)
        with freeze_time(datetime.combine(early, datetime.min.time())):
            self._run()
            self.assertFalse(ordinary.activity_ids)
        with freeze_time(datetime.combine(soon, datetime.min.time())):
            self._run()
            self._run()
            self.assertEqual(ordinary.activity_ids.user_id, self.technician_user)

    def test_S12_a_run_that_is_stopped_goes_on(self):
        customers = self._customers(25)
        with patch(f"{RUN}.CHUNK", 10):
            calls = self._run(stop_at=1)
            self.assertEqual((len(calls), len(self._visits(customers))), (1, 10))
            self.assertTrue(calls[0])
            calls = self._run()
        self.assertEqual(len(self._visits(customers)), 50)
        self.assertGreaterEqual(len(calls), 4)
        self.assertEqual(calls[-1], 0)

    @warmup
    def test_S12_queries_of_the_run_do_not_grow_with_the_customers(self):
        self.company.aftersales_visit_lead_days = 0

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._run()
            return self.env.cr.sql_log_count - before

        count()
        self._customers(10)
        few = count()
        customers = self._customers(1000)
        many = count()
        self.assertEqual(len(self._visits(customers)), 2000)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 20)

    @warmup
    def test_S12_queries_of_activities_do_not_grow_with_each_visit(self):
        visits = self._visit() + self._visit()
        self._customers(40)
        self.company.aftersales_visit_lead_days = 400
        self._run()
        visits = self.env["aftersales.visit"].search([("company_id", "=", self.company.id)])
        visits._drop_activities()

        def count(batch):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            batch._plan_activities()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(visits[:1])
        few, many = count(visits[1:11]), count(visits[11:])
        self.assertLessEqual(many, few + 5)
