# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .measure_common import OCTOBER, MeasureCommon


@tagged("post_install", "-at_install")
class TestValue(MeasureCommon):
    """Figures that no document holds: typed, confirmed, corrected by another one."""

    def test_K2_skill_is_chosen_by_name(self):
        """Each choice of the shipped indicator gives its points, through scheme and sheet."""
        table = self.env.ref("aftersales_kpi.rate_table_skill")
        self.scheme.line_ids = [(0, 0, {"indicator_id": self.skill.id, "table_id": table.id})]
        choices = self.skill.choice_ids
        self.assertEqual(choices.mapped("value"), [10, 8, 5, 0])
        team = [self.make_employee(f"T {choice.name}") for choice in choices]
        for employee, choice in zip(team, choices, strict=True):
            self.make_value(self.skill, employee, choice.value, choice_id=choice.id)
        sheets = {sheet.employee_id: sheet for sheet in self.generate()}
        lines = [self.line(sheets[employee], self.skill) for employee in team]
        self.assertEqual([line.points for line in lines], choices.mapped("value"))
        self.assertIn("Solves all alone", lines[0].formula)
        self.assertEqual(lines[0].source_model, "aftersales.kpi.value")

    def test_only_confirmed_figures_count(self):
        draft = self.make_value(self.income, self.tech, 7, confirm=False)
        self.assertEqual(self.measure(self.income), {})
        draft.with_user(self.manager).action_confirm()
        measure = self.measure(self.income)[self.tech.id]
        self.assertEqual((measure.value, measure.source_ids), (Decimal(7), (draft.id,)))
        self.assertEqual(draft.confirmed_by_id, self.manager)
        self.assertTrue(draft.confirmed_at)
        self.assertEqual(self.measure(self.income, subject="outlet"), {})

    def test_several_months_add_up_or_are_a_mean(self):
        points = self.make_indicator("t_points", own_unit="points")
        for indicator in (self.income, points):
            self.make_value(indicator, self.tech, 4)
            self.make_value(indicator, self.tech, 8, month=OCTOBER)
        both = {"end": date(2026, 10, 31)}
        self.assertEqual(self.measure(self.income, **both)[self.tech.id].value, 12)
        self.assertEqual(self.measure(points, **both)[self.tech.id].value, 6)

    def test_any_day_of_the_month(self):
        figure = self.make_value(self.income, self.tech, 1, month=date(2026, 9, 17))
        self.assertEqual(figure.period_start, date(2026, 9, 1))

    def test_a_confirmed_figure_does_not_change(self):
        """Not by a form, by RPC, by an import, by its evidence; nor is it deleted."""
        figure = self.make_value(self.income, self.tech, 7).with_user(self.manager)
        for vals in ({"value": 8}, {"note": "x"}, {"period_start": OCTOBER}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "does not change"):
                figure.write(vals)
        for vals in ({"state": "draft"}, {"confirmed_by_id": self.user.id}, {"corrects_id": 1}):
            with self.subTest(vals), self.assertRaises(UserError):
                figure.write(vals)
        with self.assertRaisesRegex(UserError, "does not change"):
            figure.unlink()
        rows = [[str(figure.id), "9"]]
        loaded = figure.env["aftersales.kpi.value"].load([".id", "value"], rows)
        self.assertFalse(loaded["ids"])
        self.assertIn("does not change", loaded["messages"][0]["message"])
        self.assertEqual(figure.value, 7)

    def test_nobody_creates_a_confirmed_figure(self):
        vals = self.Value._prepare_vals(self.income, self.company, "employee", self.tech, OCTOBER)
        Value = self.Value.with_user(self.manager)
        with self.assertRaises(UserError):
            Value.create({**vals, "state": "confirmed"})
        self.assertEqual(Value.with_context(default_state="confirmed").create(vals).state, "draft")

    def test_evidence_is_asked_for_and_stays(self):
        self.income.needs_evidence = True
        figure = self.make_value(self.income, self.tech, 7, confirm=False).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "evidence"):
            figure.action_confirm()
        proof = self.attach(figure).with_user(self.manager)
        figure.action_confirm()
        with self.assertRaisesRegex(UserError, "evidence"):
            proof.unlink()
        for vals in ({"raw": b"other"}, {"res_id": 0}, {"res_model": False}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "evidence"):
                proof.write(vals)
        self.assertEqual(figure.attachment_ids.raw, b"seen")
        self.attach(figure, "more.txt")
        self.assertEqual(len(figure.attachment_ids), 2)

    def test_a_correction_supersedes(self):
        figure = self.make_value(self.income, self.tech, 7).with_user(self.manager)
        action = figure.action_correct()
        correction = self.Value.with_user(self.manager).browse(action["res_id"])
        self.assertEqual(figure.action_correct()["res_id"], correction.id)
        correction.value = 9
        self.assertEqual(self.measure(self.income)[self.tech.id].value, 7)
        correction.action_confirm()
        self.assertEqual((figure.state, figure.value), ("superseded", 7))
        self.assertEqual(self.measure(self.income)[self.tech.id].value, 9)

    @mute_logger("odoo.sql_db")
    def test_one_confirmed_figure_a_subject_and_month(self):
        self.make_value(self.income, self.tech, 7)
        twin = self.make_value(self.income, self.tech, 8, confirm=False)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            twin.action_confirm()
        self.make_value(self.income, self.other, 8)
        self.make_value(self.income, self.tech, 8, month=OCTOBER)

    def test_choices_are_kept_to(self):
        other = self.make_indicator("t_other", choice_ids=[(0, 0, {"name": "So", "value": 3})])
        for vals in ({"value": 9}, {"choice_id": other.choice_ids.id, "value": 3}):
            with self.subTest(vals), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.make_value(self.skill, self.tech, **vals)
        figure = self.make_value(self.skill, self.tech, 10, choice_id=self.skill.choice_ids[0].id)
        self.skill.choice_ids[0].value = 12
        self.assertEqual(figure.value, 10, "a confirmed figure keeps what the choice was")

    def test_computed_indicators_take_no_figures(self):
        with self.assertRaisesRegex(ValidationError, "typed"):
            self.make_value(self.speed, self.tech, 1)

    def test_who_confirms_and_who_reads(self):
        figure = self.make_value(self.income, self.tech, 7, confirm=False)
        others = self.make_value(self.income, self.other, 7)
        Value = self.Value.with_user(self.user)
        both = figure + others
        self.assertFalse(Value.search([("id", "in", both.ids)]), "drafts are the manager's")
        with self.assertRaises(AccessError):
            figure.with_user(self.user).action_confirm()
        figure.action_confirm()
        self.assertEqual(Value.search([("id", "in", both.ids)]), figure)
        stranger = self.env["res.company"].create({"name": "Elsewhere"})
        away = self.make_user("kpi_away", "aftersales_kpi.group_kpi_manager")
        away.write({"company_ids": [(6, 0, stranger.ids)], "company_id": stranger.id})
        self.assertFalse(self.Value.with_user(away).search([("id", "in", both.ids)]))
