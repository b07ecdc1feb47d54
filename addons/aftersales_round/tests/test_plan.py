# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MONDAY, RoundCommon


@tagged("post_install", "-at_install")
class TestPlan(RoundCommon):
    def test_S21_the_job_of_a_period_is_made_once(self):
        """A type-D job with its number and checklist; a second run makes nothing."""
        job = self._make(self.plan)
        self.assertEqual(len(job), 1)
        self.assertEqual(
            (job.service_type, job.state, job.technician_id, job.round_date, job.round_period),
            ("D", "dispatched", self.technician, MONDAY, MONDAY),
        )
        self.assertTrue(job.number)
        self.assertFalse(self._make(self.plan))
        self.assertFalse(self._make(self.plan, MONDAY + timedelta(days=3)))
        self.assertEqual(len(self._make(self.plan, MONDAY + timedelta(days=7))), 1)

    def test_S21_a_missed_day_is_made_up_within_its_week(self):
        job = self._make(self.plan, MONDAY + timedelta(days=2))
        self.assertEqual(job.round_date, MONDAY)

    def test_S21_the_database_refuses_a_second_job_of_the_period(self):
        job = self._make(self.plan)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            job.copy()._write_step({"round_plan_id": self.plan.id, "round_period": MONDAY})
            self.env.flush_all()

    def test_S21_not_before_the_start_nor_after_the_end(self):
        self.plan.write({"date_start": MONDAY + timedelta(days=7), "date_stop": date(2026, 3, 10)})
        self.assertFalse(self._make(self.plan))
        self.assertTrue(self._make(self.plan, MONDAY + timedelta(days=7)))
        self.assertFalse(self._make(self.plan, MONDAY + timedelta(days=14)))

    def test_S21_an_outlet_that_does_not_work_yet_holds_nobody_up(self):
        prospect = self.outlet.copy({"name": "T prospect", "code": "T-P", "phase": "preparation"})
        plan = self._plan(outlet_id=prospect.id)
        self.assertFalse(self._make(plan))
        self.assertEqual(self.plan.voucher_count, 1)
        self.assertFalse(plan.next_day)

    def test_S21_holidays_and_weekends_put_off(self):
        """Monday is a holiday of the company: the walk is on Tuesday; daily rounds skip days."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 2),
                "date_to": datetime(2026, 3, 2, 23, 59),
            }
        )
        daily = self._plan(frequency="daily")
        self.assertFalse(self._make(self.plan))
        tuesday = MONDAY + timedelta(days=1)
        self.assertEqual(self._make(self.plan, tuesday).round_date, tuesday)
        sunday = MONDAY + timedelta(days=6)
        self.assertFalse(self._make(daily, sunday))
        self.assertTrue(self._make(daily, sunday + timedelta(days=1)))

    def test_S21_the_day_is_the_companys(self):
        """Half past eleven on Sunday in UTC is Monday in Shanghai."""
        self.company.partner_id.tz = "Asia/Shanghai"
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.assertTrue(self._make(self.plan, MONDAY - timedelta(days=1), hour=23))

    def test_S21_next_day(self):
        with freeze_time("2026-03-03 08:00:00"):
            self.assertEqual(self.plan.next_day, date(2026, 3, 9))
            self.plan.weekday = "4"
            self.assertEqual(self.plan.next_day, date(2026, 3, 6))

    def test_S21_one_set_of_queries_for_many_plans(self):
        """Looking at plans that have their jobs does not cost more with more plans."""
        self._make(self.plan)
        with freeze_time("2026-03-02 09:00:00"):
            Plan, today = self.env["aftersales.round.plan"], MONDAY
            Plan._make_due(self.company, today)
            self.env.invalidate_all()
            few = self._count_queries(lambda: Plan._make_due(self.company, today))
            for _plan in range(8):
                self._plan()
            Plan._make_due(self.company, today)
            self.env.invalidate_all()
            many = self._count_queries(lambda: Plan._make_due(self.company, today))
        self.assertLessEqual(many, few + 1)

    def _count_queries(self, call):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_S21_cron_makes_the_jobs_of_each_company(self):
        with freeze_time("2026-03-02 09:00:00"):
            self.env["aftersales.round.plan"].search([("id", "!=", self.plan.id)]).active = False
            # The run commits after each company, which a test does not.
            self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: True)
            self.env["aftersales.round.plan"]._cron_make_rounds()
        self.assertEqual(self.plan.voucher_count, 1)

    def test_S21_only_the_checklist_of_the_plan(self):
        """Steps of the round's own checklist, and no round's steps on other jobs."""
        job = self._make(self.plan)
        job._start()
        self.assertEqual(job.checklist_line_ids.mapped("name"), ["Gangways free", "Exits free"])
        other = self._job()
        self.assertFalse(other.checklist_line_ids.checklist_id & self.checklist)

    def test_S21_a_checklist_of_rounds_has_one_phase(self):
        with self.assertRefused(ValidationError, "choose Work"):
            self.checklist.phase = "hand_over"

    def test_S21_each_equipment_has_a_keeper(self):
        self.wrench.employee_id = False
        with self.assertRefused(ValidationError, "Wrench.* has no keeper"):
            self._plan(
                kind="safety",
                checklist_id=self.safety_list.id,
                equipment_ids=[Command.set(self.wrench.ids)],
            )
        with self.assertRefused(ValidationError, "the areas"):
            self._plan(kind="six_s")

    def test_S21_a_round_is_led_by_anybody_other_jobs_by_technicians(self):
        self.plan.leader_id = self.boss
        self.assertEqual(self._make(self.plan).technician_id, self.boss)
        with self.assertRefused(ValidationError, "does not belong to outlet"):
            self._voucher(technician_id=self.boss.id, outlet_id=self.outlet.id)

    def test_S21_a_round_stays_administrative_and_is_not_typed(self):
        job = self._make(self.plan)
        with self.assertRefused(ValidationError, "leave its service type"):
            job.write(
                {
                    "service_type": "A",
                    "service_type_reason": "T",
                    "partner_id": self.customer.id,
                    "contact_name": "T",
                }
            )
        with self.assertRefused(UserError, "Round"):
            job.with_user(self.supervisor).write({"round_date": date(2026, 4, 1)})

    def test_S21_a_calendar_calls_a_round_what_it_is(self):
        job = self._make(self.plan)
        name = f"T weekly walk ({job.display_name})"
        self.assertEqual(job.with_context(round_names=True).display_name, name)

    def test_S21_overdue_rounds_show(self):
        job = self._make(self.plan)
        vouchers = self.env["aftersales.voucher"].with_user(self.supervisor)
        domain = [("is_round_overdue", "=", True), ("id", "=", job.id)]
        with freeze_time("2026-03-02 20:00:00"):
            self.assertFalse(vouchers.search(domain))
        with freeze_time("2026-03-03 08:00:00"):
            self.assertEqual(vouchers.search(domain), job)
            self.assertTrue(vouchers.browse(job.id).is_round_overdue)

    def test_S21_make_one_now_is_the_supervisors(self):
        action = self.plan.with_user(self.supervisor).action_make_now()
        job = self.env["aftersales.voucher"].browse(action["res_id"])
        self.assertFalse(job.round_period)
        self.assertEqual(job.state, "dispatched")
        with self.assertRaises(AccessError):
            self.plan.with_user(self.technician_user).action_make_now()
        with self.assertRefused(UserError, "archive it"):
            self.plan.unlink()

    def test_S21_six_s_walk_is_marked_area_by_area(self):
        """Six marks an area; not done before each is marked; the keeper of the day stays."""
        plan = self._plan(kind="six_s", area_ids=[Command.set((self.bay + self.store).ids)])
        job = self._make(plan).with_user(self.technician_user)
        job.action_start()
        bay, store = job.round_score_ids.sorted("area_id")
        bay.write({"sort_mark": 5, "order_mark": 4, "sweep_mark": 3, "clean_mark": 3})
        self.assertEqual((bay.total, bay.percent, bay.is_low), (15, 50.0, True))
        job.checklist_line_ids.write({"result": "ok"})
        with self.assertRefused(UserError, "still open: T store"):
            job.action_done()
        with self.assertRefused(ValidationError, "0 to 5"):
            store.safety_mark = 6
        with self.assertRefused(UserError, "Keeper"):
            store.keeper_id = self.boss
        store.write({name: 0 for name in ("sort_mark", "order_mark")})
        job.action_done()
        self.assertEqual(job.state, "closed")
        with self.assertRefused(UserError, "do not change any more"):
            store.sort_mark = 5
        self.assertTrue(store.is_frozen, "the form lets nobody try")
        self.bay.keeper_id = self.boss
        self.assertEqual(bay.keeper_id, self.technician)
        self.assertEqual((self.bay.last_percent, self.bay.last_date), (50.0, MONDAY))
