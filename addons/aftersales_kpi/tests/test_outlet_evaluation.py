# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..measures import Measure
from .outlet_common import OCTOBER, SEPTEMBER, OutletCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-12-05 10:00:00")
class TestOutletEvaluation(OutletCommon):
    """K10: sheets → score → grade, previewed, published once, with what lost the points."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheme.copy(
            {
                "name": "Outlets",
                "subject_kind": "outlet",
                "department_ids": False,
                "date_from": date(2026, 1, 1),
            }
        )
        cls.company.partner_id.tz = "UTC"
        cls.Evaluation = cls.env["aftersales.outlet.evaluation"].with_user(cls.manager)

    def make_cases(self, month=9, days=(1, 4)):
        """The agent is quick; our own outlet slow, and has to come twice."""
        self.quick = self.make_job_of(self.agent, month, days[0])
        self.slow = self.make_job(
            self.tech,
            registered=datetime(2026, month, 7, 8),
            days=days[1],
            outcomes=("not_fixed_first", "satisfied"),
        )

    def make_job_of(self, outlet, month, days):
        job = self.make_outlet_job(
            outlet, done=datetime(2026, month, 9, 8), registered_at=datetime(2026, month, 7, 8)
        )
        self.env["aftersales.callback"].create(
            {
                "voucher_id": job.id,
                "called_at": datetime(2026, month, 9 + days, 8),
                "outcome": "satisfied",
            }
        )
        return job

    def evaluate(self, start=SEPTEMBER, kind="month"):
        evaluation = self.Evaluation.create(
            {"company_id": self.company.id, "kind": kind, "period_start": start}
        )
        evaluation.action_compute()
        return evaluation

    def line_of(self, evaluation, outlet):
        return evaluation.line_ids.filtered(lambda line: line.outlet_id == outlet)

    def test_K10_score_grade_rank_and_coefficient(self):
        self.make_cases()
        self.give_grade(self.outlet, "A")
        evaluation = self.evaluate()
        best, worst = (self.line_of(evaluation, one) for one in (self.agent, self.outlet))
        self.assertEqual((best.score, best.rank, best.grade_id.name), (100, 1, "A"))
        # Speed 8 of 10, first-time fix 5 of 10.
        self.assertEqual((worst.score, worst.rank, worst.grade_id.name), (65, 2, "D"))
        self.assertEqual((worst.grade_before_id.name, worst.is_change), ("A", True))
        self.assertEqual(best.sheet_ids.outlet_id, self.agent)
        self.assertEqual(self.outlet.grade, "A", "nothing changes before it is published")
        evaluation.action_preview()
        evaluation.action_publish()
        self.assertEqual(self.outlet.grade, "D")
        grading = self.outlet.grading_ids.filtered("evaluation_id")
        self.assertEqual((grading.date_from, grading.coefficient), (OCTOBER, 0.5))
        self.assertIn("65.00", self.outlet.message_ids[0].body)

    def test_K10_score_on_the_edge_of_a_grade(self):
        grades = self.env["aftersales.outlet.grade"]._get_grades(self.company)
        found = [
            grades._find_grade(Decimal(score)).name
            for score in ("85", "84.99", "70.00", "69.99", "0", "-3", "120")
        ]
        self.assertEqual(found, ["A", "B", "B", "D", "D", "D", "A"])

    def test_K10_indicators_that_lost_most_with_their_cases(self):
        self.fix_table.line_ids.filtered(lambda row: row.from_value == 50).value = 5
        self.make_cases()
        good = self.make_job(self.tech, registered=datetime(2026, 9, 14, 8), days=4)
        line = self.line_of(self.evaluate(), self.outlet)
        (first, cases), (second, slow) = line._get_losses()
        self.assertEqual(
            [(loss.indicator_id, loss.lost_points) for loss in (first, second)],
            [(self.fix, 5), (self.speed, 2)],
        )
        self.assertEqual(cases[0], self.slow, "the one that was not fixed comes first")
        self.assertEqual(set(slow), {self.slow, good})
        self.assertEqual(set(first.source_ids), {self.slow.id, good.id})
        self.assertEqual(first.action_view_sources()["res_model"], "aftersales.voucher")

    def test_K10_unticked_and_overruled_need_a_reason(self):
        self.make_cases()
        self.give_grade(self.outlet, "A")
        evaluation = self.evaluate()
        kept, raised = (self.line_of(evaluation, one) for one in (self.outlet, self.agent))
        kept.is_accepted = False
        with self.assertRaisesRegex(UserError, self.outlet.name):
            evaluation.action_preview()
        kept.reason = "The crane was broken"
        raised.write({"overruled_grade_id": self.grades["B"].id, "reason": "New, be careful"})
        evaluation.action_preview()
        self.assertEqual(evaluation.change_count, 1)
        with self.assertRaises(UserError):
            raised.is_accepted = False
        evaluation.action_publish()
        self.assertEqual((self.outlet.grade, self.agent.grade), ("A", "B"))
        self.assertFalse(self.outlet.grading_ids.filtered("evaluation_id"))

    def test_K10_published_does_not_change(self):
        self.make_cases()
        evaluation = self.evaluate()
        with self.assertRaises(UserError):
            evaluation.action_publish()
        evaluation.action_preview()
        evaluation.action_publish()
        line = self.line_of(evaluation, self.agent)
        changes = (
            lambda: evaluation.action_compute(),
            lambda: evaluation.action_publish(),
            lambda: evaluation.write({"state": "draft"}),
            lambda: evaluation.write({"period_start": OCTOBER}),
            lambda: evaluation.unlink(),
            lambda: line.write({"is_accepted": False}),
            lambda: line.sudo().write({"score": 1}),
            lambda: self.agent.grading_ids.write({"date_from": SEPTEMBER}),
            lambda: self.agent.grading_ids.unlink(),
        )
        for change in changes:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.assertEqual(self.agent.grade, "A")

    def test_K10_period_must_be_over(self):
        self.make_job_of(self.agent, 12, 1)
        evaluation = self.evaluate(date(2026, 12, 3))
        self.assertEqual(evaluation.period_start, date(2026, 12, 1))
        evaluation.action_preview()
        with self.assertRaisesRegex(UserError, "not over"):
            evaluation.action_publish()

    def test_K10_quarter_is_the_mean_of_its_months_shown_against_earlier(self):
        self.make_job_of(self.agent, 5, 1)
        second = self.evaluate(date(2026, 5, 20), "quarter")
        self.assertEqual(
            (second.period_start, second.period_end), (date(2026, 4, 1), date(2026, 6, 30))
        )
        second.action_preview()
        second.action_publish()
        self.make_job_of(self.agent, 7, 1)
        self.make_job_of(self.agent, 8, 6)
        third = self.evaluate(date(2026, 7, 1), "quarter")
        line = self.line_of(third, self.agent)
        # July 100 %; August: speed 5 of 10, fixed 10 of 10.
        self.assertEqual((line.score, line.score_before, line.difference), (87.5, 100, -12.5))
        self.assertEqual(line._get_history().mapped("score"), [100, 87.5])
        self.assertEqual(third.date_effective, OCTOBER)

    def test_K10_grades_are_dated_on_the_outlet(self):
        """The grade on the outlet is today's; one typed holds from today; a later one waits."""
        self.agent.grade = "B"
        self.assertEqual(self.agent.grading_ids.grade_id, self.grades["B"])
        self.give_grade(self.agent, "A", date(2026, 12, 6))
        self.assertEqual(self.agent.grade, "B")
        with freeze_time("2026-12-06 12:00:00"):
            self.agent.invalidate_recordset()
            self.env["aftersales.outlet"]._cron_refresh_grades()
        self.assertEqual(self.agent.grade, "A")
        with self.assertRaisesRegex(UserError, "no grade of"):
            self.agent.grade = "Z"
        with self.assertRaises(ValidationError):
            self.env["aftersales.outlet.grading"].with_user(self.manager).create(
                {"outlet_id": self.agent.id, "grade_id": self.grades["A"].id}
            )
        clerk = self.make_user("kpi_base", "aftersales_base.group_aftersales_manager")
        with self.assertRaises(AccessError):
            self.agent.with_user(clerk).grade = "D"

    def test_K10_evaluation_is_for_managers_of_the_company(self):
        with self.assertRaises(AccessError):
            self.Evaluation.with_user(self.user).create({"company_id": self.company.id})
        self.make_cases()
        evaluation = self.evaluate()
        other = self.env["res.company"].create({"name": "KPI Else"})
        stranger = self.make_user("kpi_else", "aftersales_kpi.group_kpi_manager")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            evaluation.with_user(stranger).read(["state"])

    def test_K10_R13_score_and_coefficient_are_indicators(self):
        self.make_cases()
        dealer = self.env["res.partner"].create({"name": "Dealer", "is_company": True})
        self.agent.dealer_id = dealer
        evaluation = self.evaluate()
        score = self.env.ref("aftersales_kpi.indicator_outlet_score")
        self.assertFalse(self.measure(score, subject="outlet"), "not published yet")
        evaluation.action_preview()
        evaluation.action_publish()
        found = self.measure(score, subject="outlet")
        self.assertEqual(found[self.outlet.id].value, 65)
        self.assertEqual(found[self.agent.id].source_ids, self.line_of(evaluation, self.agent)._ids)
        self.assertEqual(self.measure(score, subject="dealer")[dealer.id].value, 100)
        coefficient = self.env.ref("aftersales_kpi.indicator_outlet_coefficient")
        self.assertFalse(self.measure(coefficient, subject="outlet"))
        october = self.measure(coefficient, OCTOBER, date(2026, 10, 31), subject="outlet")
        self.assertEqual(october[self.outlet.id].value, Decimal("0.5"))
        with self.assertRaises(UserError):
            self.measure(coefficient)

    def test_K10_yearly_ranking(self):
        """The lowest mean of ranks is first; better-when of each indicator; ties share a rank."""
        third = self.make_agent("Third", "KPI-3", self.make_vendor("Third"))
        ranking = (
            self.env["aftersales.outlet.ranking"]
            .with_user(self.manager)
            .create(
                {
                    "company_id": self.company.id,
                    "year": 2026,
                    "indicator_ids": [(6, 0, (self.speed | self.fix).ids)],
                }
            )
        )
        figures = {
            self.speed: {self.agent: 2, self.outlet: 5, third: 2},
            self.fix: {self.agent: 90, self.outlet: 95, third: 80},
        }
        asked = []

        def measure(indicator, company, start, end, subject, **_kwargs):
            asked.append((company, start, end, subject))
            return {
                outlet.id: Measure(Decimal(value)) for outlet, value in figures[indicator].items()
            }

        with patch.object(type(self.speed), "_measure", measure):
            ranking.action_compute()
            ranking.action_compute()
        self.assertEqual(asked[0], (self.company, date(2026, 1, 1), date(2026, 12, 31), "outlet"))
        self.assertEqual(len(ranking.line_ids), 6)
        ranks = {
            (line.outlet_id, line.indicator_id): (line.rank, line.total_rank)
            for line in ranking.line_ids
        }
        self.assertEqual(ranks[self.agent, self.speed], (1, 1))
        self.assertEqual(ranks[third, self.speed], (1, 2))
        self.assertEqual(ranks[self.outlet, self.speed], (3, 2))
        self.assertEqual(ranks[self.outlet, self.fix], (1, 2))

    def test_K10_scorecard_prints(self):
        self.make_cases()
        self.give_grade(self.outlet, "A")
        line = self.line_of(self.evaluate(), self.outlet)
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.manager)
            ._render_qweb_html("aftersales_kpi.report_outlet_scorecard", line.ids)
        )
        text = html.decode()
        for part in ("Not published", "North", "65.00", "First-time fix", self.slow.display_name):
            self.assertIn(part, text)

    def test_K10_queries_do_not_grow_with_outlets(self):
        agents = self.agent
        for n in range(4):
            agents |= self.make_agent(f"E{n}", f"KPI-E{n}", self.make_vendor(f"E{n}"))

        def count(month, outlets):
            for outlet in outlets:
                self.make_job_of(outlet, month, 1)
            evaluation = self.Evaluation.create(
                {"company_id": self.company.id, "period_start": date(2026, month, 1)}
            )
            evaluation._compute_sheets()
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            evaluation._compute_lines()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(8, self.agent)  # caches
        self.assertLessEqual(count(10, agents), count(9, self.agent) + 4)
