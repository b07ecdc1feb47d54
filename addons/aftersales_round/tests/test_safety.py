# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MONDAY, RoundCommon


@tagged("post_install", "-at_install")
class TestSafety(RoundCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.safety = cls._plan(
            name="T safety",
            kind="safety",
            frequency="daily",
            leader_id=cls.boss.id,
            checklist_id=cls.safety_list.id,
            equipment_ids=[Command.set((cls.lift + cls.wrench).ids)],
        )
        cls.job = cls._make(cls.safety)
        lines = cls.job.checklist_line_ids
        cls.lift_line = lines.filtered(lambda line: line.equipment_id == cls.lift)
        cls.wrench_line = lines - cls.lift_line

    def test_S21_each_keeper_checks_his_equipment(self):
        """One step an equipment; the keeper answers without seeing the job."""
        self.assertEqual(self.job.state, "in_progress")
        self.assertEqual(self.lift_line.keeper_id, self.technician)
        lines = self.env["aftersales.checklist.line"].with_user(self.technician_user)
        self.assertEqual(lines.search([("voucher_id", "=", self.job.id)]), self.lift_line)
        self.lift_line.with_user(self.technician_user).result = "ok"
        self.assertEqual(self.lift_line.done_by_id, self.technician_user)
        with self.assertRaises(AccessError):
            self.wrench_line.with_user(self.technician_user).result = "ok"
        self.assertFalse(self.job.with_user(self.technician_user).has_access("read"))

    def test_S21_not_in_order_makes_a_finding_of_the_keeper_once(self):
        line = self.lift_line.with_user(self.technician_user)
        line.write({"result": "not_ok", "note": "Cable worn"})
        finding = self.lift_line.finding_ids
        self.assertEqual(
            (finding.name, finding.employee_id, finding.category, finding.equipment_id),
            ("Safe: Cable worn", self.technician, "safety", self.lift),
        )
        self.assertEqual(finding.found_by_id, self.technician_user)
        self.assertEqual(finding.verifier_id, self.supervisor)
        self.assertEqual(finding.activity_ids.user_id, self.technician_user)
        line.note = "Cable worn, lift locked"
        self.assertEqual(len(self.lift_line.finding_ids), 1)

    def test_S21_a_missed_check_shows_and_stays_missed(self):
        """The next day closes the job; what nobody checked is missed for good."""
        self.lift_line.with_user(self.technician_user).result = "ok"
        missed = [("is_missed", "=", True), ("voucher_id", "=", self.job.id)]
        lines = self.env["aftersales.checklist.line"].with_user(self.supervisor)
        with freeze_time("2026-03-02 20:00:00"):
            self.assertFalse(lines.search(missed))
        self._make(self.safety, MONDAY + timedelta(days=1))
        with freeze_time("2026-03-03 20:00:00"):
            self.assertEqual(lines.search(missed), self.wrench_line)
            self.assertTrue(self.wrench_line.is_missed)
            self.assertFalse(self.lift_line.is_missed)
        self.assertEqual(self.job.state, "closed")
        with self.assertRefused(UserError, "do not change any more"):
            self.wrench_line.with_user(self.other_user).result = "ok"

    def test_S21_other_jobs_make_no_findings(self):
        """What a customer's checklist finds is no finding of a round."""
        job = self._job()
        line = self.env["aftersales.checklist.line"].create(
            {"voucher_id": job.id, "phase": "work", "name": "Tyres", "answer_kind": "result"}
        )
        line.result = "not_ok"
        self.assertTrue(line.is_finding)
        self.assertFalse(line.finding_ids)
