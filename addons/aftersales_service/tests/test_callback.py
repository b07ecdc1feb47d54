# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestCallback(ServiceCommon):
    def _call(self, voucher, outcome):
        return (
            self.env["aftersales.callback"]
            .with_user(self.clerk)
            .create({"voucher_id": voucher.id, "outcome": outcome})
        )

    def test_S9_satisfied_callback_closes(self):
        voucher = self._finish(self._job())
        call = self._call(voucher, "satisfied")
        self.assertEqual(voucher.state, "closed")
        self.assertEqual(voucher.first_callback_at, call.called_at)
        self.assertEqual(voucher.closed_at, call.called_at)
        self.assertEqual(call.user_id, self.clerk)

    def test_S9_other_outcomes_keep_the_job_open(self):
        for outcome in (
            "dissatisfied",
            "complaint",
            "not_fixed_first",
            "not_fixed_repeated",
            "bad_attitude",
        ):
            with self.subTest(outcome):
                voucher = self._finish(self._job())
                self._call(voucher, outcome)
                self.assertEqual(voucher.state, "done")
                self.assertEqual(voucher.callback_outcome, outcome)
                self.assertTrue(voucher.first_callback_at)
                with self.assertRefused(UserError, "cannot be closed yet"):
                    voucher.with_user(self.clerk).action_close()

    def test_S9_three_tries_without_an_answer_may_close(self):
        voucher = self._finish(self._job())
        for tries in (1, 2):
            self._call(voucher, "no_answer")
            self.assertEqual(voucher.callback_tries, tries)
            with self.assertRaises(UserError):
                voucher.with_user(self.clerk).action_close()
        self._call(voucher, "no_answer")
        self.assertFalse(voucher.first_callback_at, "nobody was reached")
        voucher.with_user(self.clerk).action_close()
        self.assertEqual(voucher.state, "closed")

    def test_S9_a_dissatisfied_customer_is_not_closed_by_silence(self):
        """Tries count from the last answer on."""
        voucher = self._finish(self._job())
        self._call(voucher, "no_answer")
        self._call(voucher, "no_answer")
        self._call(voucher, "dissatisfied")
        self._call(voucher, "no_answer")
        self.assertEqual(voucher.callback_tries, 1)
        with self.assertRaises(UserError):
            voucher.with_user(self.clerk).action_close()

    def test_S9_number_of_tries_is_the_companys(self):
        self.company.aftersales_callback_tries = 1
        voucher = self._finish(self._job())
        self._call(voucher, "no_answer")
        voucher.with_user(self.clerk).action_close()
        self.assertEqual(voucher.state, "closed")

    def test_S9_callbacks_come_after_the_job_and_are_a_log(self):
        with self.assertRefused(UserError, "is not done"):
            self._call(self._job(), "satisfied")
        voucher = self._finish(self._job())
        call = self._call(voucher, "dissatisfied")
        with self.assertRaises(AccessError):
            call.outcome = "satisfied"
        with self.assertRaises(AccessError):
            call.unlink()
        with self.assertRaises(AccessError):
            self.env["aftersales.callback"].with_user(self.technician_user).create(
                {"voucher_id": voucher.id, "outcome": "satisfied"}
            )

    def test_S9_caller_and_time_are_not_the_callers_to_choose(self):
        voucher = self._finish(self._job())
        call = (
            self.env["aftersales.callback"]
            .with_user(self.clerk)
            .create(
                {
                    "voucher_id": voucher.id,
                    "outcome": "satisfied",
                    "user_id": self.supervisor.id,
                    "called_at": "2020-01-01 00:00:00",
                }
            )
        )
        self.assertEqual(call.user_id, self.clerk)
        self.assertGreater(call.called_at.year, 2020)

    def test_S9_caller_and_time_are_no_defaults_of_a_context(self):
        voucher = self._finish(self._job())
        calls = self.env["aftersales.callback"].with_user(self.clerk)
        call = calls.with_context(
            default_called_at="2020-01-01 00:00:00", default_user_id=self.supervisor.id
        ).create({"voucher_id": voucher.id, "outcome": "dissatisfied"})
        self.assertEqual(call.user_id, self.clerk)
        self.assertGreater(call.called_at.year, 2020)


@tagged("post_install", "-at_install")
class TestCallbackQueue(ServiceCommon):
    """Who is to be called when, by whom, and what follows from it (S9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.caller = cls._user("t_caller", "aftersales_service.group_service_caller")
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "T 8 to 17",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {"name": "T", "dayofweek": str(day), "hour_from": 8, "hour_to": 17}
                        )
                        for day in range(5)
                    ),
                ],
            }
        )

    def _queue(self):
        return self.env["aftersales.voucher"].search([("callback_due_at", "!=", False)])

    def _record(self, voucher, outcome, user=None, **values):
        wizard = (
            self.env["aftersales.callback.record"]
            .with_user(user or self.caller)
            .create({"voucher_id": voucher.id, "outcome": outcome, **values})
        )
        return wizard.action_record()

    def test_S9_due_hours_after_the_job_is_done(self):
        self.company.aftersales_callback_hours = 6
        voucher = self._job(registered_at=datetime(2026, 3, 2, 6))
        self.assertFalse(voucher.callback_due_at)
        self._finish(voucher, at=datetime(2026, 3, 2, 9))
        self.assertEqual(voucher.callback_due_at, datetime(2026, 3, 2, 15))
        self.assertIn(voucher, self._queue())
        voucher.with_user(self.caller).action_callback_satisfied()
        self.assertEqual(voucher.state, "closed")
        self.assertFalse(voucher.callback_due_at)

    def test_S9_who_has_no_customer_is_not_called(self):
        internal = self._job(lot_id=False, service_type="D", outlet_id=self.outlet.id)
        internal._done()
        self.assertFalse(internal.callback_due_at)

    @freeze_time("2026-03-06 15:00:00")  # a Friday
    def test_S9_the_next_try_is_proposed_inside_working_hours(self):
        voucher = self._finish(self._job())
        voucher.with_user(self.caller).action_callback_no_answer()
        self.assertEqual(voucher.callback_due_at, datetime(2026, 3, 9, 8), "Monday morning")
        with freeze_time("2026-03-09 09:00:00"):
            voucher.with_user(self.caller).action_callback_no_answer()
            self.assertEqual(voucher.callback_due_at, datetime(2026, 3, 9, 13))
        with freeze_time("2026-03-09 13:00:00"):
            voucher.with_user(self.caller).action_callback_no_answer()
        self.assertEqual(voucher.callback_tries, 3)
        last = voucher.callback_ids.sorted("called_at")[-1]
        self.assertFalse(last.next_try_at, "three tries are enough")

    def test_S9_the_customer_says_when(self):
        voucher = self._finish(self._job())
        wish = datetime(2031, 5, 5, 10)
        self._record(voucher, "no_answer", next_try_at=wish)
        self.assertEqual(voucher.callback_due_at, wish)

    def test_S9_one_caller_at_a_time(self):
        voucher = self._finish(self._job())
        voucher.with_user(self.caller).action_take_callback()
        self.assertEqual(voucher.callback_user_id, self.caller)
        with self.assertRefused(UserError, "is calling about"):
            voucher.with_user(self.clerk).action_take_callback()
        voucher.with_user(self.clerk).action_release_callback()
        self.assertEqual(voucher.callback_user_id, self.caller, "not hers to give away")
        voucher.with_user(self.supervisor).action_take_callback()
        self.assertEqual(voucher.callback_user_id, self.supervisor)
        voucher.with_user(self.supervisor).action_release_callback()
        self.assertFalse(voucher.callback_user_id)
        with self.assertRaises(AccessError):
            voucher.with_user(self.technician_user).action_take_callback()
        with self.assertRefused(UserError, "by the steps of the job only"):
            voucher.with_user(self.supervisor).callback_user_id = self.clerk

    def test_S9_not_fixed_leads_to_a_follow_up(self):
        voucher = self._finish(
            self._job(fault_id=self.fault.id, registered_at=datetime(2026, 3, 2, 6))
        )
        with self.assertRefused(UserError, "Write down what the customer said"):
            self._record(voucher, "not_fixed_first")
        self._record(voucher, "not_fixed_first", note="It still leaks")
        job = voucher.followup_ids
        self.assertEqual(voucher.callback_ids.followup_id, job)
        self.assertEqual(job.fault_description, "It still leaks")
        self.assertEqual((job.user_id, job.state, job.priority), (self.caller, "registered", "1"))
        self.assertEqual((job.lot_id, job.fault_id), (self.unit, self.fault))
        self.assertEqual((job.partner_id, job.phone), (self.customer, self.customer.phone))
        self.assertEqual(job.rework_candidate_id, voucher, "rework is proposed (S18)")
        self.assertFalse(voucher.callback_due_at, "the follow-up carries the callback on")
        self.assertEqual(voucher.state, "done", "what is done stays as it is")
        with self.assertRefused(UserError, "under way already"):
            self._record(voucher, "not_fixed_repeated", note="And again")

    def test_S9_what_closes_the_follow_up_closes_the_first(self):
        voucher = self._finish(self._job(fault_id=self.fault.id))
        self._record(voucher, "dissatisfied", note="Too loud")
        job = voucher.followup_ids
        with self.assertRefused(UserError, "cannot be closed yet"):
            voucher.with_user(self.clerk).action_close()
        job.technician_id = self.technician
        job._dispatch()
        job._start()
        self._finish(job)
        self.assertTrue(job.callback_due_at)
        job.with_user(self.caller).action_callback_satisfied()
        self.assertEqual((job + voucher).mapped("state"), ["closed", "closed"])

    def test_S9_a_follow_up_that_is_struck_off_brings_the_callback_back(self):
        voucher = self._finish(self._job())
        self._record(voucher, "dissatisfied", note="Too loud")
        voucher.followup_ids._cancel("The customer changed his mind")
        self.assertTrue(voucher.callback_due_at)
        self._record(voucher, "dissatisfied", note="Still too loud")
        self.assertEqual(len(voucher.followup_ids), 2)

    def test_S9_the_clerk_may_leave_the_follow_up_out(self):
        voucher = self._finish(self._job())
        self._record(voucher, "dissatisfied", with_followup=False, note="Came late")
        self.assertFalse(voucher.followup_ids)
        self.assertTrue(voucher.callback_due_at, "he is called again")

    def test_S9_S11_a_complaint_is_opened_with_what_was_said(self):
        voucher = self._finish(self._job())
        self._record(voucher, "complaint", note="The yard is full of oil")
        self._record(voucher, "bad_attitude", note="He shouted at my wife")
        complaints = self.env["aftersales.complaint"].search([("voucher_id", "=", voucher.id)])
        shouted, oil = complaints
        self.assertEqual(oil.description, "The yard is full of oil")
        self.assertEqual((oil.partner_id, oil.lot_id), (self.customer, self.unit))
        self.assertFalse(oil.employee_id)
        self.assertEqual(oil.callback_id.outcome, "complaint")
        self.assertEqual(shouted.employee_id, self.technician)
        self.assertEqual((shouted.cause, shouted.state), ("service", "open"))
        self.assertEqual(shouted.registered_by_id, self.caller)
        self.assertFalse(voucher.followup_ids)

    def test_S9_callers_write_nothing_but_calls(self):
        voucher = self._finish(self._job())
        mine = voucher.with_user(self.caller)
        with self.assertRaises(AccessError):
            mine.contact_name = "Somebody else"
        with self.assertRaises(AccessError):
            mine.create({"contact_name": "T"})

    def test_S9_a_good_rating_replaces_the_call_where_the_company_says_so(self):
        for skips, rate, state in ((False, 5, "done"), (True, 3, "done"), (True, 4, "closed")):
            with self.subTest(skips=skips, rate=rate):
                self.company.aftersales_callback_skip_rated = skips
                voucher = self._finish(self._job())
                voucher.rating_apply(rate, token=voucher._rating_get_access_token())
                self.assertEqual(voucher.state, state)
                self.assertEqual(bool(voucher.callback_due_at), state == "done")

    def test_S9_the_queue_costs_no_query_a_job(self):
        def finished(count):
            jobs = self.env["aftersales.voucher"].create(
                [
                    {"lot_id": self.unit.id, "technician_id": self.technician.id}
                    for _job in range(count)
                ]
            )
            jobs._dispatch()
            jobs._start()
            for job in jobs:
                self._finish(job)
            return jobs

        def count(jobs):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            queue = self.env["aftersales.voucher"].with_user(self.caller)
            queue.search_fetch(
                [
                    ("callback_due_at", "<=", datetime.now() + timedelta(days=9)),
                    ("id", "in", jobs.ids),
                ],
                [
                    "callback_due_at",
                    "contact_name",
                    "phone",
                    "lot_id",
                    "work_done",
                    "callback_tries",
                ],
            ).mapped("lot_id.display_name")
            return self.env.cr.sql_log_count - before

        few, many = finished(2), finished(12)
        count(few)
        self.assertLessEqual(count(many), count(few))
