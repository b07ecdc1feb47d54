# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import MONTH, KpiCommon


@tagged("post_install", "-at_install")
class TestGenerate(KpiCommon):
    """Computing a month: who gets a sheet, by which scheme, and what happens the second time."""

    def test_sheets_of_a_month(self):
        job = self.make_job(self.tech, days=4)
        sheets = self.generate(date(2026, 9, 17))
        self.assertEqual(sheets.employee_id, self.tech | self.other)
        sheet = sheets.filtered(lambda s: s.employee_id == self.tech)
        self.assertRecordValues(
            sheet,
            [
                {
                    "period_start": MONTH,
                    "period_end": date(2026, 9, 30),
                    "state": "computed",
                    "scheme_id": self.scheme.id,
                    "department_id": self.department.id,
                    "points": 18,
                    "max_points": 20,
                    "score": 90,
                }
            ],
        )
        self.assertRecordValues(
            sheet.line_ids,
            [
                {"indicator_id": self.speed.id, "value": 4, "points": 8, "source_count": 1},
                {"indicator_id": self.fix.id, "value": 100, "points": 10, "source_count": 1},
            ],
        )
        self.assertEqual(sheet.line_ids[0].source_ids, job.ids)

    def test_nothing_to_measure_counts_neither_way(self):
        """No jobs is not "within 3 days": no points, and nothing they are out of."""
        sheet = self.generate(employees=self.other)
        self.assertEqual(sheet.line_ids.mapped("is_measured"), [False, False])
        self.assertEqual((sheet.points, sheet.max_points, sheet.score), (0, 0, 0))
        self.assertIn("Nothing to measure", sheet.line_ids[0].explanation)

    def test_again_is_the_same(self):
        """Computing twice changes nothing; late data refresh a sheet that is only computed."""
        self.make_job(self.tech, days=1)
        sheets = self.generate()
        before = sheets.line_ids.read(["indicator_id", "value", "points", "source_ids"])
        again = self.generate()
        self.assertEqual(sheets, again)
        after = again.line_ids.read(["indicator_id", "value", "points", "source_ids"])
        strip = [{k: v for k, v in row.items() if k != "id"} for row in before]
        self.assertEqual(strip, [{k: v for k, v in row.items() if k != "id"} for row in after])
        self.make_job(self.tech, days=7)
        self.generate()
        line = self.line(sheets.filtered(lambda s: s.employee_id == self.tech), self.speed)
        self.assertEqual((line.value, line.points), (4, 8))

    def test_discussed_sheets_stay(self):
        self.make_job(self.tech, days=1)
        sheet = self.generate(employees=self.tech)
        sheet.action_discuss()
        self.make_job(self.tech, days=7)
        self.assertIn(sheet, self.generate())
        self.assertEqual(self.line(sheet, self.speed).value, 1)
        sheet.action_recompute()
        self.assertEqual(sheet.state, "computed")
        self.assertFalse(sheet.discussed_at)
        self.assertEqual(self.line(sheet, self.speed).value, 4)

    def test_department_and_job_of_the_month(self):
        """A transfer in October does not touch September's sheet, nor its scheme."""
        job = self.env["hr.job"].create({"name": "Technician", "company_id": self.company.id})
        self.tech.write({"job_id": job.id})
        elsewhere = self.make_department("Training")
        self.tech.create_version(
            {"date_version": date(2026, 10, 1), "department_id": elsewhere.id, "job_id": False}
        )
        sheet = self.generate(employees=self.tech)
        self.assertEqual((sheet.department_id, sheet.job_id), (self.department, job))
        self.assertFalse(self.generate(date(2026, 10, 1), employees=self.tech))
        self.tech._cron_update_current_version_id()
        self.assertEqual((sheet.department_id, sheet.job_id), (self.department, job))

    def test_departments_below_are_included(self):
        below = self.make_department("Field North", parent_id=self.department.id)
        employee = self.make_employee("Below", department_id=below.id)
        self.assertIn(employee, self.generate().employee_id)

    def test_job_positions_narrow_a_scheme(self):
        """Department and job both have to fit; without departments the job alone decides."""
        job = self.env["hr.job"].create({"name": "Technician", "company_id": self.company.id})
        self.scheme.job_ids = job
        self.assertFalse(self.generate())
        self.tech.job_id = job
        self.assertEqual(self.generate().employee_id, self.tech)
        elsewhere = self.make_department("Workshop")
        fitter = self.make_employee("Fitter", department_id=elsewhere.id, job_id=job.id)
        self.assertEqual(self.generate().employee_id, self.tech)
        self.scheme.department_ids = False
        self.assertEqual(self.generate().employee_id, self.tech | fitter)

    def test_scheme_holds_for_months_that_begin_in_it(self):
        self.scheme.write({"date_from": date(2026, 9, 2), "date_to": date(2026, 11, 1)})
        self.assertFalse(self.generate(date(2026, 9, 1)))
        self.assertTrue(self.generate(date(2026, 10, 1)))
        self.assertTrue(self.generate(date(2026, 11, 1)))
        self.assertFalse(self.generate(date(2026, 12, 1)))

    def test_who_came_later_or_left(self):
        """Not yet hired: no sheet. Left since: a sheet for the month of the work."""
        self.make_employee("Newcomer", date_version=date(2026, 10, 5))
        self.make_job(self.other)
        self.other.action_archive()
        idle = self.make_employee("Idle and gone")
        idle.action_archive()
        self.assertEqual(self.generate().employee_id, self.tech | self.other)

    def test_points_are_capped(self):
        self.scheme.line_ids[0].max_points = 9
        self.make_job(self.tech, days=1)
        line = self.line(self.generate(employees=self.tech), self.speed)
        self.assertEqual((line.points, line.max_points), (9, 9))

    def test_queries_do_not_grow_with_the_team(self):
        """Three people or twenty-three: the same number of queries, first time and again."""
        few = self.env["hr.employee"].union(*[self.make_employee(f"F{n}") for n in range(3)])
        many = self.env["hr.employee"].union(*[self.make_employee(f"M{n}") for n in range(23)])
        for employee in few | many:
            self.make_job(employee)
        counts = []
        for team in (few, many):
            for _time in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                sheets = self.generate(employees=team)
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
                self.assertEqual(len(sheets), len(team))
        first_few, again_few, first_many, again_many = counts
        self.assertLessEqual(first_many, first_few)
        self.assertLessEqual(again_many, again_few)

    def test_wizard(self):
        """The wizard proposes last month and opens the sheets."""
        self.make_job(self.tech)
        wizard = Form(
            self.env["aftersales.kpi.generate"].with_user(self.manager).with_company(self.company)
        )
        self.assertEqual(wizard.month.day, 1)
        wizard.month = MONTH + timedelta(days=12)
        action = wizard.save().action_generate()
        sheets = self.Sheet.search(action["domain"])
        self.assertEqual(sheets.employee_id, self.tech | self.other)
        self.assertEqual(set(sheets.mapped("period_start")), {MONTH})

    def test_wizard_says_why_there_is_nothing(self):
        self.scheme.action_archive()
        wizard = self.env["aftersales.kpi.generate"].create(
            {"company_id": self.company.id, "month": MONTH}
        )
        with self.assertRaisesRegex(UserError, "no scheme"):
            wizard.action_generate()

    def test_only_managers_generate(self):
        with self.assertRaises(AccessError):
            self.Sheet.with_user(self.user)._generate(self.company, MONTH)
