# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import MONTH, KpiCommon


@tagged("post_install", "-at_install")
class TestSheet(KpiCommon):
    """From computed to locked, and that nothing changes on the way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.make_job(cls.tech, days=4)
        cls.sheet = cls.Sheet._generate(cls.company, MONTH, employees=cls.tech)
        cls.as_manager = cls.sheet.with_user(cls.manager)
        cls.as_employee = cls.sheet.with_user(cls.user)

    def agree(self):
        self.as_manager.action_discuss()
        self.as_employee.action_agree()

    def test_K4_steps(self):
        """Computed, discussed, agreed by the employee, locked; each stamped."""
        self.agree()
        self.assertEqual(self.sheet.agreed_by_id, self.user)
        self.as_manager.action_lock()
        self.assertEqual(self.sheet.state, "locked")
        for name in ("computed_at", "discussed_at", "agreed_at", "locked_at"):
            self.assertTrue(self.sheet[name], name)

    def test_steps_in_order(self):
        with self.assertRaisesRegex(UserError, "This step needs: Discussed"):
            self.as_employee.action_agree()
        with self.assertRaisesRegex(UserError, "This step needs: Agreed"):
            self.as_manager.action_lock()
        self.agree()
        with self.assertRaisesRegex(UserError, "This step needs: Computed"):
            self.as_manager.action_discuss()

    def test_K4_only_the_employee_agrees(self):
        """A manager does not agree for an employee who can log in."""
        self.as_manager.action_discuss()
        with self.assertRaisesRegex(AccessError, "Only Tara agrees"):
            self.as_manager.action_agree()
        stranger = self.make_user("kpi_stranger", "aftersales_kpi.group_kpi_user")
        with self.assertRaises(AccessError):
            self.sheet.with_user(stranger).action_agree()
        self.assertEqual(self.sheet.state, "discussed")

    def test_K4_for_who_left_the_manager_records_the_agreement(self):
        """A login that is closed cannot agree; the sheet must not hang for ever."""
        self.as_manager.action_discuss()
        self.assertTrue(self.as_employee.may_agree)
        self.assertFalse(self.as_manager.may_agree)
        self.user.active = False
        self.as_manager.invalidate_recordset(["may_agree"])
        self.assertTrue(self.as_manager.may_agree)
        self.as_manager.action_agree()
        self.assertEqual(self.sheet.agreed_by_id, self.manager)

    def test_K4_half_a_month_is_not_handed_out(self):
        """Midnight is the company's: 23:30 UTC of the last day is over in Shanghai."""
        self.company.partner_id.tz = "UTC"
        with freeze_time("2026-09-30 23:30:00"):
            with self.assertRaisesRegex(UserError, "is not over"):
                self.as_manager.action_discuss()
            self.company.partner_id.tz = "Asia/Shanghai"
            self.as_manager.action_discuss()
        self.assertEqual(self.sheet.state, "discussed")

    def test_computing_again_without_a_scheme_says_so(self):
        """Old figures must not pass for new ones."""
        self.as_manager.action_discuss()
        self.scheme.action_archive()
        with self.assertRaisesRegex(UserError, "No scheme fits Tara"):
            self.as_manager.action_recompute()

    def test_an_employee_who_changed_company_keeps_the_old_sheet(self):
        other = self.env["res.company"].create({"name": "Sister"})
        department = self.env["hr.department"].create({"name": "Field", "company_id": other.id})
        self.scheme.copy({"company_id": other.id, "department_ids": [(6, 0, department.ids)]})
        points = self.sheet.points
        self.tech.user_id = False
        self.tech.write({"company_id": other.id, "department_id": department.id})
        there = self.Sheet._generate(other, MONTH, employees=self.tech)
        self.assertEqual(there.company_id, other)
        self.assertEqual((self.sheet.company_id, self.sheet.points), (self.company, points))

    def test_manager_records_agreement_without_login(self):
        sheet = self.generate(employees=self.other)
        sheet.with_user(self.manager).action_discuss()
        sheet.with_user(self.manager).action_agree()
        self.assertEqual(sheet.agreed_by_id, self.manager)

    def test_managers_steps_are_theirs(self):
        for action in ("action_discuss", "action_lock", "action_recompute"):
            with self.assertRaises(AccessError):
                getattr(self.as_employee, action)()

    def test_agreed_and_locked_do_not_change(self):
        """No write, no recomputation, no deletion; not by a manager, a forged context or sudo."""
        self.agree()
        for _state in ("agreed", "locked"):
            before = self.sheet.line_ids.read()
            for sheet in (self.as_manager, self.sheet, self.sheet.sudo()):
                self.assert_frozen(sheet)
            self.make_job(self.tech, days=9)
            self.assertIn(self.sheet, self.generate())
            self.assertEqual(self.sheet.line_ids.read(), before)
            if self.sheet.state == "agreed":
                self.as_manager.action_lock()

    def assert_frozen(self, sheet):
        forged = sheet.with_context(**{sheet._get_step_key(): True})
        for target in (sheet, forged):
            for vals in ({"note": "x"}, {"state": "computed"}, {"points": 20}, {"line_ids": []}):
                with self.assertRaisesRegex(UserError, "does not change any more"):
                    target.write(vals)
        with self.assertRaisesRegex(UserError, "does not change any more"):
            sheet.action_recompute()
        with self.assertRaisesRegex(UserError, "does not change any more"):
            sheet.unlink()

    def test_figures_are_not_typed(self):
        """Before the agreement either: only the note is written by hand."""
        self.as_manager.note = "Talked about the hose."
        for vals in ({"state": "agreed"}, {"period_start": "2026-08-01"}, {"points": 20}):
            with self.assertRaisesRegex(UserError, "not typed"):
                self.as_manager.write(vals)
        line = self.sheet.line_ids[0]
        forged = line.with_context(**{line._get_step_key(): {"any": "thing"}})
        for record in (line, line.sudo(), line.with_user(self.manager), forged):
            with self.assertRaisesRegex(UserError, "not typed"):
                record.points = 10
        for record in (line, line.sudo(), forged):
            with self.assertRaisesRegex(UserError, "not typed"):
                record.unlink()
            with self.assertRaisesRegex(UserError, "not typed"):
                record.copy()
        with self.assertRaisesRegex(UserError, "computed, not typed"):
            self.sheet.copy({"period_start": date(2026, 8, 1)})

    def test_computed_sheet_can_be_deleted(self):
        lines = self.sheet.line_ids
        self.as_manager.unlink()
        self.assertFalse(lines.exists())

    @mute_logger("odoo.sql_db")
    def test_one_sheet_an_employee_and_month(self):
        vals = {
            "employee_id": self.tech.id,
            "company_id": self.company.id,
            "scheme_id": self.scheme.id,
            "period_start": MONTH,
        }
        with self.assertRaises(IntegrityError):
            self.Sheet._with_step().create(vals)
        with self.assertRaises(IntegrityError):
            self.Sheet._with_step().create({**vals, "period_start": date(2026, 8, 2)})

    def test_sources_are_the_very_vouchers(self):
        """The drill-down shows what was counted, also after a later job."""
        self.make_job(self.tech, days=2)
        self.assertTrue(self.sheet.line_ids)
        for line in self.sheet.line_ids:
            action = line.with_user(self.manager).action_view_sources()
            found = self.env[action["res_model"]].with_user(self.manager).search(action["domain"])
            self.assertEqual(found, self.job)
            self.assertEqual(line.source_count, 1)

    def test_snapshot_survives_new_bands(self):
        """Changing the table later changes neither points nor their explanation."""
        line = self.line(self.sheet, self.speed)
        explanation = line.explanation
        self.assertIn("lies in the row “above 3”: 8", explanation)
        self.speed_table.line_ids.value = 1
        self.env.invalidate_all()
        self.assertEqual((line.points, line.explanation), (8, explanation))

    def test_snapshot_keeps_formula_and_bands_as_they_were_agreed(self):
        """What the sheet prints is what the employee agreed to, not today's terms."""
        line = self.line(self.sheet, self.speed)
        before = (line.unit, line.formula, line.bands)
        self.assertEqual(line.bands, "up to 3: 10\nabove 3: 8\nabove 5: 5")
        self.assertIn("first callback", line.formula)
        self.speed_table.line_ids[0].value = 1
        self.speed.speed_until = "done"
        self.env.invalidate_all()
        self.assertEqual((line.unit, line.formula, line.bands), before)

    def test_a_table_that_no_longer_gives_points_stops_the_computing(self):
        self.speed_table.write({"method": "whole", "rate_unit": "percent"})
        with self.assertRaisesRegex(ValidationError, "does not give points"):
            self.as_manager.action_recompute()

    def test_scheme_refuses_what_does_not_fit(self):
        rates = self.speed_table.copy({"method": "whole"})
        with self.assertRaisesRegex(ValidationError, "table of bands"), self.cr.savepoint():
            self.scheme.line_ids[0].table_id = rates
        with self.assertRaisesRegex(ValidationError, "nobody in particular"):
            self.scheme.department_ids = False

    def test_multi_company(self):
        """Another company's manager sees neither scheme nor sheet."""
        stranger = new_test_user(
            self.env, "kpi_elsewhere", groups="aftersales_kpi.group_kpi_manager"
        )
        for record in (self.sheet, self.sheet.line_ids, self.scheme, self.scheme.line_ids):
            found = record.with_user(stranger).search([("id", "in", record.ids)])
            self.assertFalse(found, record._name)
            with self.assertRaises(AccessError):
                record.with_user(stranger).read()
