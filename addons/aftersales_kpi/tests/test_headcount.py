# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import tagged

from .common import KpiCommon, golden


@tagged("post_install", "-at_install")
class TestHeadcount(KpiCommon):
    """How many people there are on a month's last day, and in the mean of the year (K9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.headcount = cls.env.ref("aftersales_kpi.indicator_headcount")
        cls.average = cls.env.ref("aftersales_kpi.indicator_headcount_average")

    def count(self, month, indicator=None, kind="company", subject=None):
        """Figure of 2026's month."""
        start = date(2026, month, 1)
        end = date(2026, month + 1, 1) - (date(2026, 1, 2) - date(2026, 1, 1))
        found = (indicator or self.headcount)._measure(self.company, start, end, kind)
        measure = found.get((subject or self.company).id)
        return measure and measure.value

    def leave(self, employee, day):
        """Archive an employee as Odoo's departure does, or without a date."""
        employee.with_context(no_wizard=True).action_archive()
        if day:
            employee.departure_date = day

    def test_K9_headcount_as_of_the_last_day(self):
        """Tara and Theo, who came and went: archived people count while they were there."""
        self.assertEqual(self.count(8), 2)
        self.make_employee("Came on 20 September", date_version=date(2026, 9, 20))
        left = self.make_employee("Left on 15 September")
        self.leave(left, date(2026, 9, 15))
        stayed = self.make_employee("Left on 30 September")
        self.leave(stayed, date(2026, 9, 30))
        ended = self.make_employee("Contract until August")
        ended.version_id.write(
            {"contract_date_start": date(2026, 1, 1), "contract_date_end": date(2026, 8, 31)}
        )
        self.leave(self.make_employee("Nobody knows when"), None)
        self.assertEqual(self.count(8), 2 + 3)
        self.assertEqual(self.count(9), 2 + 2)
        self.assertEqual(self.count(10), 2 + 1)
        sources = self.headcount._measure(
            self.company, date(2026, 9, 1), date(2026, 9, 30), "company"
        )[self.company.id].source_ids
        self.assertIn(stayed.id, sources)
        self.assertNotIn(left.id, sources)

    def test_K9_headcount_counts_the_company_of_the_day(self):
        other = self.env["res.company"].create({"name": "KPI Sister"})
        self.env["hr.employee"].create(
            {"name": "Elsewhere", "company_id": other.id, "date_version": date(2026, 1, 1)}
        )
        self.assertEqual(self.count(9), 2)

    def test_K9_headcount_of_teams_and_outlets(self):
        team = self.env["aftersales.team"].create(
            {
                "name": "Repair",
                "code": "KPI-R",
                "company_id": self.company.id,
                "outlet_id": self.outlet.id,
                "member_ids": [
                    (0, 0, {"employee_id": self.tech.id, "date_from": date(2026, 1, 1)}),
                    (0, 0, {"employee_id": self.other.id, "date_from": date(2026, 9, 30)}),
                ],
            }
        )
        self.assertEqual(self.count(8, kind="team", subject=team), 1)
        self.assertEqual(self.count(9, kind="team", subject=team), 2)
        self.assertEqual(self.count(9, kind="outlet", subject=self.outlet), 2)

    def test_K9_average_headcount_of_versions(self):
        """2 in January and 3 in February: 2.5, half up 3."""
        self.make_employee("Third", date_version=date(2026, 2, 10))
        self.assertEqual(self.count(1, self.average), 2)
        self.assertEqual(self.count(2, self.average), 3)
        self.assertEqual(self.count(3, self.average), 3)

    def test_K9_average_headcount_golden(self):
        """Months that were typed: the mean of those so far, half up."""
        case = golden("K9-headcount")
        typed = self.env["aftersales.kpi.indicator"].create(
            {"name": "Typed headcount", "code": "typed_headcount", "measure": "manual"}
        )
        average = self.env["aftersales.kpi.indicator"].create(
            {
                "name": "Average of typed",
                "code": "typed_average",
                "measure": "months_mean",
                "base_indicator_id": typed.id,
            }
        )
        figures = self.env["aftersales.kpi.value"].create(
            [
                {
                    "indicator_id": typed.id,
                    "company_id": self.company.id,
                    "subject_kind": "company",
                    "period_start": date(2026, month, 1),
                    "value": float(figure),
                }
                for month, figure in enumerate(case["given"]["months"], 1)
            ]
        )
        figures.action_confirm()
        self.assertEqual(self.count(2, average), case["expect"]["after_2"])
        self.assertEqual(self.count(4, average), case["expect"]["after_4"])

    def test_one_query_for_all_teams(self):
        for number in range(5):
            self.env["aftersales.team"].create(
                {
                    "name": f"Team {number}",
                    "code": f"KPI-{number}",
                    "company_id": self.company.id,
                    "member_ids": [
                        (
                            0,
                            0,
                            {
                                "employee_id": self.make_employee(f"Member {number}").id,
                                "date_from": date(2026, 1, 1),
                            },
                        )
                    ],
                }
            )
        self.env.flush_all()
        self.count(9)  # time zone of the company, into the cache
        with self.assertQueryCount(1):
            found = self.headcount._measure(
                self.company, date(2026, 9, 1), date(2026, 9, 30), "team"
            )
        self.assertEqual(len(found), 5)
