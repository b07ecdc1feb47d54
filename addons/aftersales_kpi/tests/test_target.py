# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MONTH
from .measure_common import OCTOBER, MeasureCommon


@tagged("post_install", "-at_install")
class TestTarget(MeasureCommon):
    """Targets: filled once, then locked (K9)."""

    def make_target(self, value=100, indicator=None, **vals):
        return (
            self.env["aftersales.kpi.target"]
            .with_user(self.manager)
            .create(
                {
                    "indicator_id": (indicator or self.income).id,
                    "company_id": self.company.id,
                    "subject_kind": "company",
                    "period_start": MONTH,
                    "value": value,
                    **vals,
                }
            )
        )

    def test_K9_filled_once_then_locked(self):
        target = self.make_target()
        self.assertTrue(target.is_locked)
        for vals in ({"value": 90}, {"is_locked": False}, {"note": "less"}):
            with self.subTest(vals), self.assertRaises(UserError):
                target.write(vals)
        with self.assertRaises(UserError):
            target.unlink()
        loaded = target.load([".id", "value"], [[str(target.id), "9"]])
        self.assertFalse(loaded["ids"])
        self.assertEqual(target.value, 100)

    def test_K9_unlocked_by_a_reason_that_stays(self):
        target = self.make_target()
        action = target.action_unlock()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.with_context(**action["context"]).create({"reason": "Opened <b>late</b>"})
        wizard.action_unlock()
        self.assertFalse(target.is_locked)
        self.assertIn("Opened &lt;b&gt;late", target.message_ids[0].body)
        self.assertEqual(target.message_ids[0].author_id, self.manager.partner_id)
        target.value = 90
        self.assertTrue(target.is_locked, "locked again with the change")
        with self.assertRaises(UserError):
            target.value = 80
        with self.assertRaises(UserError):
            target._unlock("  ")

    def test_only_managers_unlock(self):
        target = self.make_target(subject_kind="employee", employee_id=self.tech.id)
        self.assertEqual(target.with_user(self.user).value, 100, "the own target is readable")
        with self.assertRaises(AccessError):
            target.with_user(self.user)._unlock("more")
        others = self.make_target(subject_kind="employee", employee_id=self.other.id)
        with self.assertRaises(AccessError):
            others.with_user(self.user).read(["value"])

    def test_periods(self):
        year = self.make_target(1200, period_kind="year", period_start=date(2026, 5, 5))
        self.assertEqual(year.period_start, date(2026, 1, 1))
        month = self.make_target(100, period_start=date(2026, 9, 9))
        self.make_target(70, subject_kind="outlet", outlet_id=self.outlet.id)
        Target = self.env["aftersales.kpi.target"]
        key = (self.income.id, self.company.id)
        found = Target._get_targets(self.company, date(2026, 9, 30), "company")
        self.assertEqual(found, {key: Decimal(100)})
        found = Target._get_targets(self.company, date(2026, 9, 30), "company", "year")
        self.assertEqual(found, {key: Decimal(1200)})
        found = Target._get_targets(self.company, MONTH, "outlet", indicators=self.income)
        self.assertEqual(found, {(self.income.id, self.outlet.id): Decimal(70)})
        self.assertFalse(Target._get_targets(self.company, OCTOBER, "company"))
        self.assertIn("2026", year.display_name)
        self.assertIn("September", month.display_name)

    @mute_logger("odoo.sql_db")
    def test_one_target_a_subject_and_period(self):
        self.make_target()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.make_target(50)

    def test_K9_task_completion(self):
        """Assessed profit ÷ the year's target: a formula over a target."""
        goal = self.make_indicator(
            "t_goal", "target", target_of_id=self.income.id, target_period="year"
        )
        done = self.make_formula("t_done", "100 * t_income / t_goal", own_unit="percent")
        self.make_target(1200, period_kind="year", period_start=date(2026, 1, 1))
        self.make_value(self.income, self.company, 300)
        measured = self.measure(done, start=date(2026, 1, 1), subject="company")
        self.assertEqual(measured[self.company.id].value, 25)
        self.assertEqual(goal.unit, self.income.unit)
        self.assertEqual(self.measure(done, subject="outlet"), {})

    def test_months_add_up(self):
        goal = self.make_indicator("t_goal", "target", target_of_id=self.income.id)
        self.make_target(100)
        self.make_target(50, period_start=OCTOBER)
        measured = self.measure(goal, end=date(2026, 10, 31), subject="company")
        self.assertEqual(measured[self.company.id].value, 150)
