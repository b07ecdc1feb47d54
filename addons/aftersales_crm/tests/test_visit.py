# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import CrmCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestVisit(CrmCommon):
    """What visitors, the hotline and supervisors do with visits."""

    def test_S12_overdue_visit_shows(self):
        """Filter, smart button and tile count the same."""
        late = self._visit(planned_on="2026-03-09")
        self._visit(planned_on="2026-03-10")
        made = self._visit(planned_on="2026-03-01", result="All well")
        made.action_done()
        tile = self.env.ref("aftersales_crm.tile_customer_visit_late").with_user(self.supervisor)
        self.assertEqual(tile.count, 1)
        found = self.env["aftersales.visit"].search(tile.action_open()["domain"])
        self.assertEqual(found & self.customer_visits(), late)
        self.assertEqual(self.customer.aftersales_visit_overdue_count, 1)
        self.assertEqual(self.customer.aftersales_visit_count, 3)
        action = self.customer.action_view_aftersales_visits()
        self.assertEqual(self.env["aftersales.visit"].search_count(action["domain"]), 3)

    def test_a_visit_is_called_by_customer_and_day(self):
        """The day is written as the reader's language writes it; a new visit has no name yet."""
        self.assertEqual(
            self._visit(planned_on="2026-03-09").display_name, "T customer – 03/09/2026"
        )
        self.assertFalse(self.env["aftersales.visit"].new({}).display_name)

    def customer_visits(self):
        return self.env["aftersales.visit"].search([("partner_id", "=", self.customer.id)])

    def test_S12_a_visit_made_says_what_was_found(self):
        visit = self._visit(planned_on="2026-03-05").with_user(self.technician_user)
        with self.assertRefused(UserError, "what was found at T customer"):
            visit.action_done()
        visit.write({"result": "Leaks a little", "visited_on": "2026-03-11"})
        with self.assertRefused(UserError, "still to come"):
            visit.action_done()
        visit.write({"visited_on": "2026-03-08", "next_step": "Seal kit"})
        visit.action_done()
        self.assertEqual((visit.state, visit.days_late, visit.kept_rate), ("done", 3, 0.0))
        self.assertFalse(visit.activity_ids)
        with self.assertRefused(UserError, "does not change any more"):
            visit.result = "Nothing"
        with self.assertRefused(UserError, "This step needs: Planned"):
            visit.action_done()
        with self.assertRefused(UserError, "stays in the file"):
            visit.with_user(self.supervisor).unlink()

    def test_S12_a_visit_opens_a_call_and_a_lead(self):
        visit = self._visit(planned_on="2026-03-05", result="Leaks", next_step="Seal kit")
        visit.action_done()
        desk = visit.with_user(self.clerk)
        call = (
            self.env["aftersales.call"]
            .with_user(self.clerk)
            .with_context(**desk.action_register_job()["context"])
            .create({})
        )
        call.action_register()
        job = self.env["aftersales.voucher"].search(desk.action_view_jobs()["domain"])
        self.assertEqual((job.partner_id, job.fault_description), (self.customer, "Seal kit"))
        context = desk.action_create_lead()["context"]
        lead = self.env["crm.lead"].with_user(self.clerk).with_context(**context)
        made = lead.create({"name": "T"})
        self.assertEqual((made.partner_id, made.aftersales_lead_kind), (self.customer, "other"))
        self.assertEqual((desk.voucher_count, desk.lead_count), (1, 1))
        self.assertEqual(made.search(desk.action_view_leads()["domain"]), made)

    def test_S12_put_off_by_so_many_days_only(self):
        visit = self._visit(planned_on="2026-03-12")
        own = visit.with_user(self.technician_user)
        own.planned_on = "2026-03-26"
        self.assertEqual((visit.due_on, visit.planned_on), (date(2026, 3, 12), date(2026, 3, 26)))
        with self.assertRefused(UserError, "put off by 14 days at most"):
            own.planned_on = "2026-03-27"
        visit.with_user(self.supervisor).planned_on = "2026-04-30"
        self.assertEqual(visit.due_on, date(2026, 3, 12))
        self.company.aftersales_visit_postpone_days = 60
        own.planned_on = "2026-04-20"

    def test_S12_an_activity_for_who_has_to_go(self):
        visit = self._visit(planned_on="2026-03-20")
        self.assertEqual(visit.activity_ids.user_id, self.technician_user)
        self.assertEqual(visit.activity_ids.date_deadline, date(2026, 3, 20))
        visit.with_user(self.technician_user).planned_on = "2026-03-22"
        self.assertEqual(visit.activity_ids.date_deadline, date(2026, 3, 22))
        visit.with_user(self.clerk).employee_id = self.other_technician
        self.assertEqual(visit.activity_ids.user_id, self.other_user)
        far = self._visit(planned_on="2026-03-25")
        self.assertFalse(far.activity_ids, "15 days ahead: told by the nightly run")

    def test_S12_cancelled_with_a_reason(self):
        visit = self._visit(planned_on="2026-03-12")
        with self.assertRefused(AccessError, "Only a supervisor"):
            visit.with_user(self.clerk).action_cancel(reason="No time")
        desk = visit.with_user(self.supervisor)
        action = desk.action_cancel()
        with self.assertRefused(UserError, "Write the reason"):
            desk.action_cancel(reason=" ")
        dialogue = self.env["aftersales.reason"].with_user(self.supervisor)
        dialogue.with_context(**action["context"]).create({"reason": "Closed"}).action_confirm()
        self.assertEqual((visit.state, visit.cancel_reason), ("cancelled", "Closed"))
        self.assertFalse(visit.activity_ids)

    def test_S12_senior_visits_by_senior_staff(self):
        with self.assertRefused(ValidationError, "Tess is not senior staff"):
            self._visit(seniority="senior")
        with self.assertRefused(ValidationError, "Tess is not senior staff"):
            self.customer.aftersales_senior_visitor_id = self.technician
        with self.assertRefused(ValidationError, "Tess is not senior staff"):
            self.senior_plan.employee_id = self.technician
        self.assertTrue(self._visit(seniority="senior", employee_id=self.senior.id))

    def test_S12_S13_who_is_not_to_be_contacted_is_not_visited(self):
        visit = self._visit(planned_on="2026-03-12")
        self.company.aftersales_no_contact_percent = 100
        self.customer.write(
            {"aftersales_no_contact": True, "aftersales_no_contact_reason": "By phone"}
        )
        self.assertEqual(visit.state, "cancelled")
        self.assertFalse(visit.activity_ids)
        with self.assertRefused(ValidationError, "asked not to be contacted"):
            self._visit()

    def test_S12_who_leaves_visits_nobody(self):
        first = self._visit(plan_id=self.ordinary_plan.id)
        second = self._visit(seniority="senior", employee_id=self.senior.id)
        self.ordinary_plan.employee_id = self.other_technician
        (self.technician + self.senior).active = False
        self.assertEqual(first.employee_id, self.other_technician)
        self.assertEqual(first.activity_ids.user_id, self.other_user)
        self.assertFalse(second.employee_id)
        self.assertFalse(second.activity_ids)

    def test_S12_steps_write_what_steps_write(self):
        visit = self._visit(planned_on="2026-03-12").with_user(self.clerk)
        for name, value in (("state", "done"), ("due_on", "2027-01-01"), ("kept_rate", 1)):
            with self.subTest(name), self.assertRefused(UserError, "by the plan and the buttons"):
                visit.write({name: value})
        planted = (
            self.env["aftersales.visit"]
            .with_user(self.clerk)
            .with_context(default_state="done")
            .create({"partner_id": self.customer.id})
        )
        self.assertEqual(planted.state, "planned")
        with self.assertRefused(AccessError, "Ask the hotline"):
            visit.with_user(self.technician_user).employee_id = self.other_technician
