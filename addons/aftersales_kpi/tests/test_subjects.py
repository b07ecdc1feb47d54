# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import MONTH, KpiCommon

SEPTEMBER = (MONTH, date(2026, 9, 30))


@tagged("post_install", "-at_install")
class TestSubjects(KpiCommon):
    """Sheets of teams, outlets, dealers and the company; months and quarters; who is in which."""

    def make_scheme(self, kind, **vals):
        return self.env["aftersales.kpi.scheme"].create(
            {
                "name": f"Scheme of a {kind}",
                "company_id": self.company.id,
                "subject_kind": kind,
                "date_from": date(2026, 1, 1),
                "line_ids": [
                    (0, 0, {"indicator_id": self.speed.id, "table_id": self.speed_table.id}),
                    (0, 0, {"indicator_id": self.fix.id, "table_id": self.fix_table.id}),
                ],
                **vals,
            }
        )

    @classmethod
    def make_team(cls, name, employees, leader=None):
        return cls.env["aftersales.team"].create(
            {
                "name": name,
                "code": name,
                "company_id": cls.company.id,
                "leader_id": leader and leader.id,
                "member_ids": [
                    (0, 0, {"employee_id": employee.id, "date_from": date(2026, 1, 1)})
                    for employee in employees
                ],
            }
        )

    def test_K10_one_sheet_for_each_kind_of_subject(self):
        """The same two jobs, seen by employee, team, outlet, dealer and company."""
        self.outlet.write({"kind": "store", "partner_id": self.customer.id})
        dealer = self.outlet.dealer_id
        dealer.is_dealer = True
        team = self.make_team("T1", self.tech | self.other, leader=self.tech)
        for technician, days in ((self.tech, 2), (self.other, 4)):
            self.make_job(technician, days=days)
        subjects = {"team": team, "outlet": self.outlet, "dealer": dealer, "company": self.company}
        for kind, subject in subjects.items():
            vals = {f"{kind}_ids": subject.ids} if kind != "company" else {}
            self.make_scheme(kind, **vals)
        sheets = self.generate()
        for kind, subject in subjects.items():
            with self.subTest(kind):
                sheet = sheets.filtered(lambda s, kind=kind: s.subject_kind == kind)
                self.assertEqual(sheet._get_subject(), subject)
                self.assertEqual(sheet.subject_name, subject.name)
                self.assertEqual(self.line(sheet, self.speed).value, 3)
                self.assertEqual(sheet.score, 100)
                self.assertFalse(sheet.employee_id)
        employees = sheets.filtered(lambda s: s.subject_kind == "employee")
        self.assertEqual(employees.employee_id, self.tech | self.other)
        self.assertEqual(self.generate(subject_kind="team").team_id, team)
        self.assertEqual(self.generate(), sheets)

    def test_K4_the_leader_agrees_for_the_team_and_the_manager_for_the_outlet(self):
        team = self.make_team("T1", self.tech, leader=self.tech)
        self.outlet.manager_id = self.tech
        self.make_scheme("team", team_ids=team.ids)
        self.make_scheme("outlet", outlet_ids=self.outlet.ids)
        self.make_job(self.other)
        self.make_job(self.tech)
        for kind in ("team", "outlet"):
            sheet = self.generate(subject_kind=kind)
            sheet.with_user(self.manager).action_discuss()
            own = sheet.with_user(self.user)
            self.assertEqual(own.subject_name, sheet.subject_name)
            self.assertTrue(own.line_ids.mapped("figure"))
            own.action_agree()
            self.assertEqual(sheet.agreed_by_id, self.user)

    def test_K10_outlets_by_area_and_kind(self):
        region = self.env["aftersales.area"].create({"name": "Region"})
        district = self.env["aftersales.area"].create({"name": "D", "parent_id": region.id})
        self.outlet.area_ids = district
        store = self.env["aftersales.outlet"].create(
            {"name": "S", "code": "KPI-S", "kind": "store", "company_id": self.company.id}
        )
        scheme = self.make_scheme("outlet", area_ids=region.ids)
        self.assertEqual(self.generate(subject_kind="outlet").outlet_id, self.outlet)
        scheme.write({"area_ids": False, "outlet_kind": "store"})
        self.assertEqual(self.generate(schemes=scheme).outlet_id, store)

    def test_a_quarter_is_computed_with_its_last_month(self):
        self.scheme.period = "quarter"
        self.make_job(self.tech, days=4)
        self.assertFalse(self.generate(date(2026, 8, 1)))
        sheet = self.generate(employees=self.tech)
        self.assertEqual(
            (sheet.period_start, sheet.period_end), (date(2026, 7, 1), date(2026, 9, 30))
        )
        self.assertEqual(self.line(sheet, self.speed).value, 4)
        self.assertIn("Q3 2026", sheet.display_name)
        sheet.action_recompute()
        self.assertEqual(self.line(sheet, self.speed).value, 4)

    def test_an_indicator_that_cannot_measure_such_subjects(self):
        kind = self.speed._get_kind()
        self.patch(
            type(self.speed),
            "_get_kind",
            lambda self: type(kind)(unit="days", formula="x", subjects=("outlet",)),
        )
        with self.assertRaisesRegex(UserError, "does not measure"):
            self.make_scheme("team")

    def test_overlapping_schemes_are_refused_by_name(self):
        """Both schemes and somebody who is in both are named."""
        both = "“Second” and “Field scheme” are both for (Tara|Theo)"
        with self.assertRaisesRegex(ValidationError, both), self.cr.savepoint():
            self.scheme.copy({"name": "Second", "date_from": date(2026, 6, 1)})
        later = self.scheme.copy({"name": "Second", "date_from": date(2027, 1, 1), "active": False})
        self.scheme.date_to = date(2026, 12, 31)
        later.active = True
        with self.assertRaisesRegex(ValidationError, "both for"), self.cr.savepoint():
            self.scheme.date_to = False
        self.make_scheme("outlet")
        with self.assertRaisesRegex(ValidationError, r"both for \[KPI-N\] North"):
            self.make_scheme("outlet", outlet_ids=self.outlet.ids)

    def test_who_moves_into_a_second_scheme_is_found_when_computing(self):
        elsewhere = self.make_department("Workshop")
        job = self.env["hr.job"].create({"name": "Technician", "company_id": self.company.id})
        self.scheme.copy(
            {
                "name": "Second",
                "department_ids": [(5, 0)],
                "job_ids": [(6, 0, job.ids)],
            }
        )
        self.other.write({"department_id": elsewhere.id, "job_id": job.id})
        self.assertEqual(set(self.generate().mapped("scheme_id.name")), {"Second", "Field scheme"})
        self.other.department_id = self.department
        with self.assertRaisesRegex(UserError, "are both for Theo"):
            self.generate()

    def test_queries_do_not_depend_on_the_number_of_subjects(self):
        """5 or 50 of each kind: the same number of queries."""
        Team, Outlet = self.env["aftersales.team"], self.env["aftersales.outlet"]
        vals = [
            {"name": f"N{number}", "code": f"N{number}", "company_id": self.company.id}
            for number in range(50)
        ]
        teams, outlets = Team.create(vals), Outlet.create(vals)
        by_team = self.make_scheme("team", team_ids=teams[:5].ids)
        by_outlet = self.make_scheme("outlet", outlet_ids=outlets[:5].ids)
        counts = []
        for number in (5, 50):
            by_team.team_ids = teams[:number]
            by_outlet.outlet_ids = outlets[:number]
            for _time in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                found = self.generate(schemes=by_team | by_outlet)
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
                self.assertEqual(len(found), 2 * number)
        first_few, again_few, first_many, again_many = counts
        # 45 are new each time: what is written is written in batches.
        self.assertLessEqual(first_many, max(first_few, again_few) + 10)
        self.assertLessEqual(again_many, again_few)
