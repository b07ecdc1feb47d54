# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from decimal import Decimal

from odoo.tests import tagged

from .common import KpiCommon, golden


@tagged("post_install", "-at_install")
class TestIndicator(KpiCommon):
    """What is measured, of whom, and in which month."""

    def test_K2_speed_golden(self):
        """One technician for each golden figure, through scheme and sheet."""
        case = golden("K2-speed")
        team = [self.make_employee(f"Tech {days}") for days in case["given"]["days"]]
        for technician, days in zip(team, case["given"]["days"], strict=True):
            self.make_job(technician, days=days)
        sheets = {sheet.employee_id: sheet for sheet in self.generate()}
        lines = [self.line(sheets[technician], self.speed) for technician in team]
        self.assertEqual([Decimal(str(line.value)) for line in lines], case["given"]["days"])
        self.assertEqual([line.points for line in lines], case["expect"]["points"])

    def test_K2_speed_is_the_mean_of_the_jobs(self):
        jobs = self.make_job(self.tech, days=1) | self.make_job(self.tech, days=4)
        measure = self.measure(self.speed)[self.tech.id]
        self.assertEqual(measure.value, Decimal("2.5"))
        self.assertEqual(set(measure.source_ids), set(jobs.ids))

    def test_K2_speed_counts_the_first_callback_that_reached(self):
        """A try without an answer does not stop the clock; later callbacks do not move it."""
        self.make_job(
            self.tech, days=1, outcomes=("no_answer", "dissatisfied", "no_answer", "satisfied")
        )
        self.assertEqual(self.measure(self.speed)[self.tech.id].value, 2)

    def test_K2_speed_until_done(self):
        """The switch of the indicator: the clock stops when the job is done."""
        until_done = self.env["aftersales.kpi.indicator"].create(
            {"name": "Done", "code": "done", "measure": "speed", "speed_until": "done"}
        )
        self.make_job(self.tech, datetime(2026, 9, 7, 8), days=6, done=datetime(2026, 9, 8, 20))
        self.assertEqual(self.measure(until_done)[self.tech.id].value, Decimal("1.5"))
        self.assertNotEqual(until_done.formula, self.speed.formula)

    def test_K2_speed_counts_in_the_month_of_the_callback(self):
        self.make_job(self.tech, datetime(2026, 8, 30, 12), days=2)
        self.assertEqual(self.measure(self.speed)[self.tech.id].value, 2)
        august = self.measure(self.speed, date(2026, 8, 1), date(2026, 8, 31))
        self.assertEqual(august, {})

    def test_month_in_the_time_zone_of_the_company(self):
        """16:30 UTC on the last of September is October in Shanghai."""
        self.make_job(self.tech, datetime(2026, 9, 29, 16, 30), done=datetime(2026, 9, 30, 16, 29))
        self.company.partner_id.tz = "Asia/Shanghai"
        self.assertNotIn(self.tech.id, self.measure(self.speed))
        october = self.measure(self.speed, date(2026, 10, 1), date(2026, 10, 31))
        self.assertIn(self.tech.id, october)
        self.company.partner_id.tz = "UTC"
        self.assertIn(self.tech.id, self.measure(self.speed))

    def test_only_finished_jobs_of_the_company(self):
        """Solved by phone, cancelled, open or another company's: not measured."""
        phone = self.make_open_job()
        phone._solve_by_phone(at=datetime(2026, 9, 8))
        cancelled = self.make_open_job()
        cancelled._dispatch(at=datetime(2026, 9, 8))
        cancelled._cancel("wrong number", at=datetime(2026, 9, 8))
        self.make_open_job()._dispatch(at=datetime(2026, 9, 8))
        self.assertEqual(self.measure(self.speed), {})
        self.assertEqual(self.measure(self.fix), {})
        self.make_job(self.tech)
        elsewhere = self.speed._measure(self.env.company, date(2026, 9, 1), date(2026, 9, 30))
        self.assertNotIn(self.tech.id, elsewhere)

    def test_K9_first_time_fix(self):
        """Not fixed on callback, and confirmed rework, fail; the rework itself is not counted."""
        fixed = self.make_job(self.tech)
        self.make_job(self.tech, outcomes=("not_fixed_first", "satisfied"))
        self.make_job(self.tech, outcomes=("not_fixed_repeated",))
        reworked = self.make_job(self.tech)
        rework = self.make_job(self.other)
        rework._write_step({"rework_of_id": reworked.id})
        measured = self.measure(self.fix)
        self.assertEqual(measured[self.tech.id].value, 25)
        self.assertEqual(len(measured[self.tech.id].source_ids), 4)
        self.assertIn(fixed.id, measured[self.tech.id].source_ids)
        self.assertNotIn(self.other.id, measured)

    def test_internal_work_is_not_measured(self):
        """S2 D: no customer waits for it or finds it not fixed; it would lift every figure."""
        until_done = self.env["aftersales.kpi.indicator"].create(
            {"name": "Done", "code": "done", "measure": "speed", "speed_until": "done"}
        )
        self.make_job(self.tech, days=4, outcomes=("not_fixed_first",))
        internal = self.make_job(self.tech, days=1, outcomes=(), service_type="D", partner_id=False)
        self.assertEqual(internal.state, "done")
        self.assertEqual(self.measure(self.fix)[self.tech.id].value, 0)
        self.assertEqual(self.measure(until_done)[self.tech.id].value, 2)

    def test_K9_rework_that_was_cancelled_does_not_count(self):
        first = self.make_job(self.tech)
        again = self.make_open_job()
        again._write_step({"rework_of_id": first.id})
        self.assertEqual(self.measure(self.fix)[self.tech.id].value, 0)
        again._cancel("customer withdrew", at=datetime(2026, 9, 9))
        self.assertEqual(self.measure(self.fix)[self.tech.id].value, 100)

    def test_rounding_is_what_is_shown(self):
        """Thirds of a day: the figure is rounded half up to four decimals, then graded."""
        for days in (1, 1, 2):
            self.make_job(self.tech, days=days)
        measure = self.measure(self.speed)[self.tech.id]
        self.assertEqual(measure.rounded, Decimal("1.3333"))

    def test_measures_outlets_too(self):
        self.make_job(self.tech, days=1)
        self.make_job(self.other, days=3)
        measured = self.measure(self.speed, subject="outlet")
        self.assertEqual(measured[self.outlet.id].value, 2)
        with self.assertRaises(ValueError):
            self.measure(self.speed, subject="customer")

    def test_one_query_for_all_subjects(self):
        for technician in [self.make_employee(f"T{n}") for n in range(8)]:
            self.make_job(technician)
        self.env.flush_all()
        for indicator in (self.speed, self.fix):
            self.measure(indicator)  # time zone of the company, into the cache
            with self.assertQueryCount(1):
                self.assertEqual(len(self.measure(indicator)), 8)

    def test_a_duplicated_indicator_has_a_code_of_its_own(self):
        self.assertEqual(self.speed.copy().code, "speed-2")

    def test_every_measure_is_explained(self):
        """K4: an employee can recompute the figure."""
        for key, _label in self.speed._fields["measure"].selection:
            for until, _label in self.speed._fields["speed_until"].selection:
                indicator = self.env["aftersales.kpi.indicator"].new(
                    {"measure": key, "speed_until": until}
                )
                self.assertTrue(indicator.formula and indicator.unit, key)
                self.assertTrue(
                    hasattr(indicator, f"_measure_{key}") or hasattr(indicator, f"_get_rows_{key}")
                )
