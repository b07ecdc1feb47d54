# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..grading import grade
from ..measures import Measure
from .common import MONTH, KpiCommon, golden

NUMBERS = st.decimals(min_value=0, max_value=10**6, places=4)


@tagged("post_install", "-at_install")
class TestProportion(BaseCase):
    """Points in proportion to a target stay within their limits, whatever the figures."""

    @settings(max_examples=60, deadline=None)
    @given(NUMBERS, NUMBERS, st.sampled_from(["higher", "lower"]), st.integers(-20, 0))
    def test_within_limits_and_right_way_round(self, value, target, better, least):
        terms = {
            "grading": "proportional",
            "better": better,
            "points": "10",
            "most": "12",
            "least": str(least),
        }
        more = value + 1
        first, second = grade(terms, [value, more], [target, target])
        for found in (first, second):
            self.assertLessEqual(least, found.points)
            self.assertLessEqual(found.points, 12)
        if better == "higher":
            self.assertLessEqual(first.points, second.points)
        else:
            self.assertGreaterEqual(first.points, second.points)


@tagged("post_install", "-at_install")
class TestGrading(KpiCommon):
    """What a figure is worth: bands, proportion, limits, weights, gates, par."""

    def give(self, figures):
        """Let indicators measure what a test says: {indicator: {employee: figure}}."""
        found = {
            indicator: {
                employee.id: Measure(Decimal(str(figure)), (7,))
                for employee, figure in people.items()
            }
            for indicator, people in figures.items()
        }
        self.patch(
            type(self.speed),
            "_measure",
            lambda self, company, start, end, subject="employee", ids=None, **kw: found.get(
                self, {}
            ),
        )

    def set_lines(self, *lines):
        self.scheme.line_ids.unlink()
        self.scheme.line_ids = [(0, 0, vals) for vals in lines]

    def sheet_of(self, employee=None):
        return self.generate(employees=employee or self.tech)

    def test_K2_speed(self):
        """Golden: the bands of the four-indicator sheet."""
        case = golden("K2-speed")
        line = self.scheme.line_ids[0]
        line.table_id = self.env.ref("aftersales_kpi.rate_table_speed")
        for days, points in zip(case["given"]["days"], case["expect"]["points"], strict=True):
            self.give({self.speed: {self.tech: days}})
            self.assertEqual(self.line(self.sheet_of(), self.speed).points, points, days)

    def test_K2_the_four_indicator_sheet_comes_ready(self):
        """Satisfaction, speed, quality, skill: 10 points each, as the answers are worth."""
        self.scheme.date_to = date(2026, 8, 31)
        wizard = self.env["aftersales.kpi.template"].with_user(self.manager)
        wizard = wizard.with_company(self.company).create(
            {"date_from": MONTH, "department_ids": [(6, 0, self.department.ids)]}
        )
        scheme = self.scheme.browse(wizard.action_create()["res_id"])
        self.assertEqual((scheme.max_points, len(scheme.line_ids)), (40, 4))
        satisfaction, speed, quality, skill = scheme.line_ids.indicator_id
        for figures, points in (
            ((10, 3, 10, 10), [10, 10, 10, 10]),
            ((8, 4, 8, 8), [8, 8, 8, 8]),
            ((5, 6, 5, 5), [5, 5, 5, 5]),
            ((7.5, 1, 10, 0), [7.5, 10, 10, 0]),
        ):
            values = zip((satisfaction, speed, quality, skill), figures, strict=True)
            self.give({indicator: {self.tech: figure} for indicator, figure in values})
            sheet = self.sheet_of()
            self.assertEqual(sheet.line_ids.mapped("points"), points)
            self.assertEqual(sheet.max_points, 40)
        history = sheet.action_view_history()
        found = self.env["aftersales.kpi.sheet.line"].search(history["domain"])
        self.assertEqual(found, sheet.line_ids)
        self.assertEqual(found.mapped("share"), [75, 100, 100, 0])

    def test_K10_proportional_to_the_target(self):
        self.set_lines(
            {"indicator_id": self.fix.id, "grading": "proportional", "target": 90, "cap": 120},
            {"indicator_id": self.speed.id, "grading": "proportional", "target": 2},
        )
        for fix, speed, points in ((45, 4, (5, 5)), (90, 2, (10, 10)), (120, 1, (12, 10))):
            self.give({self.fix: {self.tech: fix}, self.speed: {self.tech: speed}})
            sheet = self.sheet_of()
            lines = [self.line(sheet, indicator) for indicator in (self.fix, self.speed)]
            self.assertEqual(tuple(line.points for line in lines), points)
            self.assertEqual(lines[0].target, 90)
        self.assertEqual(sheet.score, 110)
        self.assertIn("10 × 120 ÷ 90 = 13.33, within its limits 12", lines[0].explanation)
        self.assertIn("10 × 2 ÷ 1 = 20, within its limits 10", lines[1].explanation)
        self.assertEqual(lines[1].bands, "10 × target 2 ÷ figure, at most 10, at least 0")

    def test_target_of_the_indicator_and_none_at_all(self):
        self.set_lines({"indicator_id": self.fix.id, "grading": "proportional"})
        self.give({self.fix: {self.tech: 40}})
        with self.assertRaisesRegex(UserError, "has no target for Tara"):
            self.sheet_of()
        self.fix.target = 80
        self.assertEqual(self.sheet_of().points, 5)

    def test_no_complaint_of_none_allowed(self):
        """Lower is better and the target 0: none is all the points, one is none."""
        self.set_lines({"indicator_id": self.speed.id, "grading": "proportional"})
        for figure, points in ((0, 10), (1, 0)):
            self.give({self.speed: {self.tech: figure}})
            self.assertEqual(self.sheet_of().points, points)

    def test_negative_points(self):
        """Points are taken off by bands below 0, to the line's least."""
        table = self.make_table("from", ((0, 10), (5, -4), (10, -50)))
        self.set_lines(
            {"indicator_id": self.speed.id, "table_id": table.id, "min_points": -10},
            {"indicator_id": self.fix.id, "table_id": self.fix_table.id},
        )
        for figure, points, total in ((5, -4, 6), (10, -10, 0)):
            self.give({self.speed: {self.tech: figure}, self.fix: {self.tech: 100}})
            sheet = self.sheet_of()
            self.assertEqual(self.line(sheet, self.speed).points, points)
            self.assertEqual(sheet.points, total)

    def test_K10_weights(self):
        self.scheme.line_ids[0].weight = 30
        self.scheme.line_ids[1].weight = 70
        self.give({self.speed: {self.tech: 6}, self.fix: {self.tech: 100}})
        sheet = self.sheet_of()
        self.assertEqual((sheet.points, sheet.score), (15, 85))
        self.assertEqual(sheet.kpi_value, 1.0625)
        self.scheme.line_ids[0].weight = 0
        self.assertEqual(self.sheet_of().score, 100)

    def test_K1_par_is_a_kpi_value_of_1(self):
        self.scheme.par_score = 75
        self.give({self.speed: {self.tech: 6}, self.fix: {self.tech: 100}})
        sheet = self.sheet_of()
        self.assertEqual((sheet.score, sheet.kpi_value), (75, 1))
        self.scheme.par_score = 90
        self.assertEqual(sheet.kpi_value, 1, "a sheet keeps its par")

    def test_gates_cost_the_score(self):
        """Each condition with its figure, verdict and what it cost."""
        self.scheme.gate_ids = [
            (
                0,
                0,
                {
                    "indicator_id": self.fix.id,
                    "operator": ">=",
                    "threshold": 80,
                    "effect": "cap",
                    "cap_score": 60,
                },
            ),
            (0, 0, {"indicator_id": self.speed.id, "operator": "<", "threshold": 9}),
        ]
        cases = (
            (80, 1, 90, (True, True), (0, 0)),
            (79.9999, 1, 60, (False, True), (30, 0)),
            (79, 9, 0, (False, False), (5, 65)),
        )
        for fix, speed, score, verdicts, costs in cases:
            self.give({self.fix: {self.tech: fix}, self.speed: {self.tech: speed}})
            sheet = self.sheet_of()
            self.assertEqual(sheet.score, score)
            self.assertEqual(tuple(sheet.gate_ids.mapped("holds")), verdicts)
            self.assertEqual(tuple(sheet.gate_ids.mapped("cost")), costs)
        self.assertEqual(sheet.score_before_gates, 65)
        self.assertEqual(sheet.gate_ids[0].action_view_sources()["domain"], [("id", "in", [7])])

    def test_a_gate_with_nothing_to_measure(self):
        self.scheme.gate_ids = [(0, 0, {"indicator_id": self.fix.id, "threshold": 80})]
        self.give({self.speed: {self.tech: 1}})
        self.assertEqual(self.sheet_of().score, 100)
        self.scheme.gate_ids.needs_measure = True
        self.assertEqual(self.sheet_of().score, 0)

    @mute_logger("odoo.sql_db")
    def test_limits_that_make_no_sense(self):
        with self.assertRaises(IntegrityError):
            self.scheme.line_ids[0].min_points = 11

    # K1: is the scheme at fault?

    def close(self, kpis):
        """A month in which people come out with these KPI values."""
        self.set_lines(
            {"indicator_id": self.fix.id, "grading": "proportional", "target": 100, "cap": 900}
        )
        people = self.tech | self.other
        for number in range(len(kpis) - 2):
            people |= self.make_employee(f"P{number}")
        values = dict(zip(people, kpis, strict=True))
        self.give({self.fix: {person: kpi * 80 for person, kpi in values.items()}})
        sheets = self.generate()
        found = {sheet.employee_id: Decimal(str(sheet.kpi_value)) for sheet in sheets}
        self.assertEqual(found, values)
        closing = self.env["aftersales.kpi.closing"].with_user(self.manager)
        return closing._open_period(self.company, MONTH), sheets

    def test_K1_fault(self):
        """Golden: 80 % below 1 flags the scheme; it is closed with a logged reason only."""
        case = golden("K1-fault")
        closing, sheets = self.close(case["given"]["kpis"])
        self.assertEqual(closing.is_fault, case["expect"]["flagged"])
        sheets._write_step({"state": "agreed"})
        with self.assertRaisesRegex(UserError, "scheme is at fault, not they"):
            sheets[0].with_user(self.manager).action_lock()
        with self.assertRaisesRegex(UserError, "scheme is at fault, not they"):
            closing.action_close()
        with self.assertRaisesRegex(UserError, "Say why"):
            closing._override("  ")
        wizard = self.env["aftersales.kpi.override"].with_user(self.manager)
        wizard.create({"closing_id": closing.id, "reason": "New in the job."}).action_override()
        self.assertEqual(closing.override_by_id, self.manager)
        self.assertIn("4 of 5 come out below 1: New in the job.", closing.message_ids[0].body)
        closing.action_close()
        self.assertEqual(set(sheets.mapped("state")), {"locked"})
        self.assertEqual(closing.state, "closed")

    def test_K1_no_fault(self):
        """Golden: three of five below 1, one at exactly 1, is no fault."""
        case = golden("K1-no-fault")
        closing, sheets = self.close(case["given"]["kpis"])
        self.assertEqual(closing.is_fault, case["expect"]["flagged"])
        self.assertEqual((closing.below_count, closing.below_share), (3, 60))
        sheets._write_step({"state": "agreed"})
        with self.assertRaisesRegex(UserError, "is not at fault"):
            closing._override("Why not")
        closing.action_close()
        self.assertEqual(set(sheets.mapped("state")), {"locked"})

    def test_K1_share_is_configured(self):
        self.scheme.fault_share = 60
        closing, _sheets = self.close([Decimal("0.5"), 1, Decimal("0.99")])
        self.assertTrue(closing.is_fault)

    def test_versions(self):
        """K4: from a day on other terms hold; what was computed keeps its own."""
        self.give({self.speed: {self.tech: 4}, self.fix: {self.tech: 100}})
        sheet = self.sheet_of()
        wizard = self.env["aftersales.kpi.renew"].with_user(self.manager)
        action = wizard.create(
            {"scheme_id": self.scheme.id, "date_from": date(2026, 10, 1), "note": "Stricter"}
        ).action_renew()
        version = self.scheme.browse(action["res_id"])
        self.assertEqual((version.version, version.name), (2, "Field scheme"))
        self.assertEqual(self.scheme.date_to, date(2026, 9, 30))
        self.assertEqual(version.changes, "Nothing yet.")
        version.line_ids[0].weight = 5
        version.par_score = 90
        version.invalidate_recordset(["changes"])
        self.assertIn("Par score 80 % → Par score 90 %", version.changes)
        self.assertIn("weight 10, ", version.changes)
        self.assertEqual(self.sheet_of().scheme_id, self.scheme)
        later = self.generate(date(2026, 10, 1), employees=self.tech)
        self.assertEqual((later.scheme_id, later.par_score), (version, 90))
        self.assertEqual(sheet.par_score, 80)
        with self.assertRaisesRegex(UserError, "cannot be followed"):
            self.scheme._renew(date(2026, 8, 1), "x")
