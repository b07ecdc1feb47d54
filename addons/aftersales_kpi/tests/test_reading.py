# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MONTH
from .measure_common import OCTOBER, MeasureCommon

AUGUST = date(2026, 8, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-05 03:00:00")
class TestReading(MeasureCommon):
    """The history of figures: read every night, closed after a while, honest about changes."""

    def test_a_reading_knows_the_months_before(self):
        self.income.fall_tolerance = 5
        self.make_value(self.income, self.tech, 100, month=date(2025, 9, 1))
        self.make_value(self.income, self.tech, 200, month=AUGUST)
        self.make_value(self.income, self.tech, 180)
        for month in (date(2025, 9, 1), AUGUST, MONTH):
            reading = self.read_month(self.income, month)
        self.assertEqual((reading.before, reading.change), (200, -20))
        self.assertEqual((reading.year_before, reading.year_change), (100, 80))
        self.assertTrue(reading.fell)
        self.assertEqual(reading._get_subject(), self.tech)
        self.income.fall_tolerance = 10
        self.assertFalse(self.read_month(self.income).fell, "10 % of 200 is tolerated")

    def test_what_is_lower_may_be_better(self):
        self.make_value(self.cost, self.tech, 100, month=AUGUST)
        self.make_value(self.cost, self.tech, 150)
        self.make_value(self.cost, self.other, 150, month=AUGUST)
        self.make_value(self.cost, self.other, 100)
        self.read_month(self.cost, AUGUST)
        readings = {one.employee_id: one for one in self.read_month(self.cost)}
        self.assertTrue(readings[self.tech].fell)
        self.assertFalse(readings[self.other].fell)

    def test_a_month_that_is_not_over_has_not_fallen(self):
        november = date(2026, 11, 1)
        self.make_value(self.income, self.tech, 100, month=OCTOBER)
        self.make_value(self.income, self.tech, 1, month=november)
        self.read_month(self.income, OCTOBER)
        self.assertFalse(self.read_month(self.income, november).fell)

    def test_targets_are_compared(self):
        self.income.target = 50
        self.make_value(self.income, self.tech, 60)
        self.make_value(self.income, self.other, 60)
        self.env["aftersales.kpi.target"].create(
            {
                "indicator_id": self.income.id,
                "company_id": self.company.id,
                "employee_id": self.other.id,
                "period_start": MONTH,
                "value": 70,
            }
        )
        readings = {one.employee_id: one for one in self.read_month(self.income)}
        self.assertEqual(readings[self.tech].target, 50)
        self.assertTrue(readings[self.tech].is_reached)
        self.assertEqual(readings[self.other].target, 70)
        self.assertFalse(readings[self.other].is_reached)

    def test_only_what_differs_is_written(self):
        self.make_value(self.income, self.tech, 60)
        typed = self.make_value(self.income, self.other, 60)
        first = self.read_month(self.income)
        self.assertEqual(self.read_month(self.income), first)
        typed.sudo().state = "superseded"
        second = self.read_month(self.income)
        self.assertEqual(second.employee_id, self.tech)
        self.assertLess(second, first)

    def _queries_of(self, number):
        indicator = self.make_indicator(f"t_many_{number}")
        for index in range(number):
            self.make_value(indicator, self.make_employee(f"T{number}-{index}"), index)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(len(self.read_month(indicator)), number)
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_subjects(self):
        self._queries_of(1)
        self.assertEqual(self._queries_of(2), self._queries_of(9))

    def _run_cron(self, seconds=60):
        calls = []

        def commit(_self, processed=0, remaining=None, **_kwargs):
            calls.append((processed, remaining))
            return seconds if len(calls) < 3 or seconds > 1 else 0

        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", commit):
            self.env["aftersales.kpi.reading"]._cron_take()
        return calls

    def test_the_nightly_run_reads_and_closes(self):
        self.Indicator.search([]).is_tracked = False
        self.income.write(
            {
                "track_outlet": False,
                "track_employee": True,
                "is_tracked": True,
                "tracked_from": AUGUST,
            }
        )
        for month in (AUGUST, MONTH, OCTOBER):
            self.make_value(self.income, self.tech, 10, month=month)
        self._run_cron()
        readings = self.income.reading_ids.sorted("period_start")
        self.assertEqual(readings.mapped("period_start"), [AUGUST, MONTH, OCTOBER])
        self.assertEqual(readings.mapped("is_closed"), [True, True, False])
        self.assertEqual(self.income.closed_until, MONTH)
        self.assertEqual(self.income._get_months_to_read(), [OCTOBER, date(2026, 11, 1)])
        self.assertEqual(len(self._run_cron()), 1, "once a night")
        self.Value.search([("indicator_id", "=", self.income.id)]).write({"value": 20})
        self.income.read_on = False
        self._run_cron()
        readings = self.income.reading_ids.sorted("period_start")
        self.assertEqual(readings.mapped("value"), [10, 10, 20], "what is closed stays")
        self.income.tracked_from = date(2026, 7, 1)
        self._run_cron()
        readings = self.income.reading_ids.sorted("period_start")
        self.assertEqual(readings.mapped("value"), [10, 10, 20])

    def test_the_nightly_run_goes_on_where_it_stopped(self):
        self.Indicator.search([]).is_tracked = False
        self.income.write({"track_employee": True, "is_tracked": True, "tracked_from": AUGUST})
        for month in (AUGUST, MONTH, OCTOBER):
            self.make_value(self.income, self.tech, 10, month=month)
        self._run_cron(seconds=1)
        self.assertFalse(self.income.read_on)
        self.assertEqual(self.income.closed_until, MONTH)
        self._run_cron()
        self.assertTrue(self.income.read_on)
        self.assertEqual(len(self.income.reading_ids), 3)

    def test_history_needs_somebody(self):
        nobody = {
            f"track_{kind}": False for kind in ("employee", "team", "outlet", "dealer", "company")
        }
        with self.assertRaises(ValidationError):
            self.income.write({"is_tracked": True, **nobody})

    def test_drill_down_says_what_changed(self):
        typed = self.make_value(self.income, self.tech, 60)
        reading = self.read_month(self.income).with_user(self.user)
        action = reading.action_view_records()
        self.assertEqual(action["domain"], [("id", "in", typed.ids)])
        typed.sudo().value = 61
        action = reading.action_view_records()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("61", action["params"]["message"])
        self.assertEqual(action["params"]["next"]["domain"], [("id", "in", typed.ids)])
        typed.sudo().state = "superseded"
        with self.assertRaisesRegex(UserError, "changed"):
            reading.action_view_records()

    def test_employees_look_into_their_own_formulas(self):
        self.make_value(self.income, self.tech, 60)
        double = self.make_formula("t_double", "2 * t_income")
        reading = self.read_month(double).with_user(self.user)
        action = reading.action_view_records()
        parts = self.env[action["res_model"]].with_user(self.user).search(action["domain"])
        self.assertEqual(parts.value, 60)
        self.assertTrue(parts.action_view_records()["domain"])

    def test_employees_see_their_own_readings(self):
        for employee in (self.tech, self.other):
            self.make_value(self.income, employee, 60)
        self.make_value(self.income, self.outlet, 60)
        readings = self.read_month(self.income) + self.read_month(self.income, kind="outlet")
        Reading = readings.with_user(self.user)
        own = readings.filtered(lambda one: one.employee_id == self.tech)
        self.assertEqual(Reading.search([("id", "in", readings.ids)]), own)
        with self.assertRaises(AccessError):
            (readings - own).with_user(self.user).read(["value"])
        with self.assertRaises(AccessError):
            own.with_user(self.manager).write({"value": 99})
        with self.assertRaises(AccessError):
            own.with_user(self.manager).unlink()
        self.assertEqual(
            len(readings.with_user(self.manager).search([("id", "in", readings.ids)])), 3
        )

    def test_only_managers_show_figures_and_in_their_companies(self):
        self.make_value(self.income, self.tech, 60)
        vals = {"indicator_id": self.income.id, "month": MONTH, "company_id": self.company.id}
        Figures = self.env["aftersales.kpi.figures"]
        with self.assertRaises(AccessError):
            Figures.with_user(self.user).create(vals)
        show = Figures.with_user(self.manager).create(vals)
        show.action_show()
        self.assertEqual(show.line_ids.value, 60)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(AccessError):
            Figures.with_user(self.manager).create(
                {**vals, "company_id": elsewhere.id}
            ).action_show()
        forged = show.line_ids.sudo().copy(
            {"company_id": elsewhere.id, "employee_id": False, "subject_kind": "company"}
        )
        with self.assertRaises(AccessError):
            forged.with_user(self.manager).action_view_records()
        with self.assertRaisesRegex(UserError, "nothing to measure"):
            Figures.with_user(self.manager).create({**vals, "month": AUGUST}).action_show()

    def test_read_now(self):
        with self.assertRaisesRegex(UserError, "keeps no history"):
            self.income.with_user(self.manager).action_read_now()
        self.income.write({"is_tracked": True, "track_employee": True, "tracked_from": OCTOBER})
        self.make_value(self.income, self.tech, 60, month=OCTOBER)
        self.income.with_user(self.manager).action_read_now()
        self.assertEqual(self.income.reading_ids.employee_id, self.tech)
        with self.assertRaises(AccessError):
            self.income.with_user(self.user).action_read_now()
