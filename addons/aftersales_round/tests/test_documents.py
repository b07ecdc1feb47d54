# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tool counts and visits of customers: documents with a job of their own."""

from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import RoundCommon


@tagged("post_install", "-at_install")
class TestToolCount(RoundCommon):
    def _count(self, **values):
        count = self.env["aftersales.tool.count"].create(
            {"outlet_id": self.outlet.id, "counter_id": self.technician.id, **values}
        )
        return count.with_user(self.technician_user)

    def test_S21_count_sheet_closes_with_states_and_requests(self):
        """The counter sees all tools of the outlet; what is missing or broken is asked for."""
        count = self._count()
        count.action_start()
        self.assertEqual(count.voucher_id.state, "in_progress")
        self.assertEqual(count.line_ids.equipment_id, self.lift + self.wrench)
        lift, wrench = count.line_ids.sorted("equipment_id")
        with self.assertRefused(UserError, "not counted yet"):
            count.action_close()
        wrench.write({"found": "broken", "note": "Jaw cracked"})
        count.action_all_present()
        self.assertEqual(lift.found, "present")
        count.action_close()
        self.assertEqual((self.lift.tool_state, self.wrench.tool_state), ("in_order", "broken"))
        self.assertEqual(self.wrench.last_count_on, count.date)
        request = wrench.sudo().request_id
        self.assertEqual(request.equipment_id, self.wrench)
        self.assertFalse(lift.sudo().request_id)
        self.assertEqual((count.state, count.voucher_id.state), ("done", "closed"))
        with self.assertRefused(UserError, "needs: Counting"):
            wrench.found = "present"
        request.stage_id = self.env["maintenance.stage"].search([("done", "=", True)], limit=1)
        self.assertEqual(self.wrench.tool_state, "in_order")

    def test_S21_an_open_request_is_not_made_twice(self):
        requests = []
        for _time in range(2):
            count = self._count()
            count.action_start()
            count.line_ids.write({"found": "missing"})
            count.action_close()
            requests.append(count.sudo().line_ids.request_id)
        self.assertEqual(requests[0], requests[1])
        self.assertEqual(len(requests[0]), 2)

    def test_S21_no_request_where_none_is_wanted(self):
        count = self._count()
        count.action_start()
        count.line_ids.write({"found": "missing"})
        count.line_ids.write({"replace": False})
        count.action_close()
        self.assertFalse(count.sudo().line_ids.request_id)
        self.assertEqual(self.lift.tool_state, "missing")

    def test_S21_count_of_a_plan_and_of_categories(self):
        category = self.env["maintenance.equipment.category"].create(
            {"name": "T instruments", "company_id": self.company.id}
        )
        self.lift.category_id = category
        plan = self._plan(kind="count", category_ids=[Command.set(category.ids)])
        job = self._make(plan)
        count = self.env["aftersales.tool.count"].search([("voucher_id", "=", job.id)])
        count.action_start()
        self.assertEqual(count.line_ids.equipment_id, self.lift)
        self.assertEqual(count.voucher_id, job)

    def test_S21_nothing_to_count_and_cancelled(self):
        (self.lift + self.wrench).outlet_id = False
        count = self._count()
        with self.assertRefused(UserError, "no tool is kept"):
            count.action_start()
        count.action_cancel(reason="Moved")
        self.assertEqual((count.state, count.reason), ("cancelled", "Moved"))
        with self.assertRaises(AccessError):
            count.with_user(self.other_user).action_start()

    def test_S21_the_sheet_prints(self):
        count = self._count()
        count.action_start()
        report = self.env["ir.actions.report"].with_user(self.technician_user)
        html, _kind = report._render_qweb_html("aftersales_round.report_tool_count", count.ids)
        self.assertIn("T-Wrench", html.decode())
        self.assertIn(count.name, html.decode())


@tagged("post_install", "-at_install")
class TestReception(RoundCommon):
    def _visit(self, **values):
        visit = self.env["aftersales.reception"].create(
            {
                "name": "Acceptance",
                "partner_id": self.customer.id,
                "host_id": self.technician.id,
                "outlet_id": self.outlet.id,
                "date_from": datetime(2026, 3, 2, 8),
                "date_to": datetime(2026, 3, 4, 18),
                "appointment_ids": [
                    Command.create(
                        {
                            "name": "Test run",
                            "start": datetime(2026, 3, 3, 9),
                            "stop": datetime(2026, 3, 3, 11),
                            "employee_ids": [Command.set(self.boss.ids)],
                        }
                    )
                ],
                **values,
            }
        )
        return visit.with_user(self.technician_user)

    def test_S21_a_visit_from_agreement_to_return(self):
        """The host's job has the steps; nobody leaves before lodging and ticket are clear."""
        visit = self._visit()
        self.assertTrue(visit.checklist_id)
        visit.action_confirm()
        self.assertEqual(visit.voucher_id.state, "in_progress")
        self.assertEqual(visit.sudo().activity_ids.user_id, self.technician_user)
        self.assertTrue(visit.is_unprepared)
        visit.action_arrive()
        with self.assertRefused(UserError, "still to be booked"):
            visit.action_done()
        with self.assertRefused(ValidationError, "enter the hotel"):
            visit.lodging_state = "booked"
        with self.assertRefused(ValidationError, "train or flight"):
            visit.ticket_state = "booked"
        visit.write({"lodging_state": "none", "ticket_state": "handed", "ticket_note": "G12"})
        with self.assertRefused(UserError, "checklist .* is not complete"):
            visit.action_done()
        visit.checklist_line_ids.write({"tick": True})
        visit.action_done()
        self.assertEqual((visit.state, visit.voucher_id.state), ("done", "closed"))
        with self.assertRefused(UserError, "is over"):
            visit.ticket_note = "G13"

    def test_S21_appointments_lie_within_the_visit(self):
        visit = self._visit()
        with self.assertRefused(ValidationError, "lies outside the visit"):
            visit.appointment_ids.start = datetime(2026, 3, 1, 9)
        with self.assertRefused(ValidationError, "lies outside the visit"):
            visit.date_to = datetime(2026, 3, 3, 10)

    def test_S21_a_visit_that_is_cancelled_strikes_its_job_off(self):
        visit = self._visit()
        visit.action_confirm()
        visit.action_cancel(reason="Flight cancelled")
        self.assertEqual(visit.voucher_id.state, "cancelled")
        self.assertFalse(visit.sudo().activity_ids)

    def test_S21_unprepared_visits_show(self):
        visit = self._visit()
        visit.action_confirm()
        unprepared = [("is_unprepared", "=", True), ("id", "=", visit.id)]
        self.assertEqual(visit.search(unprepared), visit)
        visit.write({"lodging_state": "none", "ticket_state": "none"})
        self.assertFalse(visit.search(unprepared))

    def test_S21_the_programme_prints(self):
        visit = self._visit(guest_names="Ann\nBen")
        report = self.env["ir.actions.report"].with_user(self.technician_user)
        html, _kind = report._render_qweb_html("aftersales_round.report_reception", visit.ids)
        for text in ("Test run", "Ben", "Tess", "Bo"):
            self.assertIn(text, html.decode())
