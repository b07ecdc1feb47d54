# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import RoundCommon


@tagged("post_install", "-at_install")
class TestTraining(RoundCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trainer_user = cls._user("t_trainer", "aftersales_service.group_service_trainer")
        cls.trainer = cls.env["hr.employee"].create({"name": "Tom", "user_id": cls.trainer_user.id})

    def _training(self, **values):
        training = self.env["aftersales.training"].create(
            {
                "name": "Safe work on lifts",
                "outlet_id": self.outlet.id,
                "trainer_id": self.trainer.id,
                "date": datetime(2026, 3, 6, 8),
                "attendee_ids": [
                    Command.create({"employee_id": employee.id})
                    for employee in self.technician + self.other_technician + self.boss
                ],
                **values,
            }
        )
        return training.with_user(self.trainer_user)

    def test_S21_training_with_a_test_and_its_results(self):
        """At the pass mark is passed; who is not shows; a retake keeps the first result."""
        training = self._training()
        tess, otto, boss = training.attendee_ids
        with self.assertRefused(UserError, "has not been held"):
            tess.points = 80
        training.action_hold()
        self.assertEqual(training.voucher_id.round_kind, "training")
        tess.points = 60
        with self.assertRefused(UserError, "mark the test of Otto, Bo"):
            training.action_done()
        otto.points = 0
        boss.present = False
        with self.assertRefused(ValidationError, "0 to 100"):
            tess.points = 101
        training.action_done()
        self.assertEqual(training.attendee_ids.mapped("result"), ["passed", "failed", "absent"])
        self.assertEqual((training.passed_count, training.failed_count), (1, 2))
        self.assertEqual(training.voucher_id.state, "closed")
        with self.assertRefused(UserError, "by a retake only"):
            otto.points = 99
        with self.assertRefused(UserError, "only who has not passed"):
            tess.action_retake()
        otto.action_retake()
        self.assertEqual((otto.result, otto.tries, otto.first_points), ("failed", 2, 0.0))
        otto.points = 75
        self.assertEqual(otto.result, "passed")
        boss.action_retake()
        boss.points = 20
        boss.action_retake()
        boss.points = 61
        self.assertEqual((boss.result, boss.tries), ("passed", 3))
        not_passed = [("result", "in", ("failed", "absent")), ("training_id", "=", training.id)]
        self.assertFalse(self.env["aftersales.training.attendee"].search(not_passed))

    def test_S21_training_without_a_test(self):
        training = self._training(has_test=False)
        training.action_hold()
        training.attendee_ids[0].present = False
        training.action_done()
        self.assertEqual(training.attendee_ids.mapped("result"), ["absent", "attended", "attended"])
        with self.assertRefused(UserError, "has no test"):
            training.attendee_ids[0].action_retake()

    def test_S21_everybody_sees_his_own_result(self):
        training = self._training()
        training.action_hold()
        own = self.env["aftersales.training.attendee"].with_user(self.technician_user)
        mine = own.search([("training_id", "=", training.id)])
        self.assertEqual(mine.employee_id, self.technician)
        with self.assertRaises(AccessError):
            mine.points = 100
        with self.assertRefused(UserError, "First Points|Try"):
            training.attendee_ids[0].tries = 5
        with self.assertRefused(UserError, "untick"):
            training.attendee_ids[0].unlink()

    def test_S21_weekly_training_of_a_plan(self):
        plan = self._plan(
            kind="training",
            leader_id=self.trainer.id,
            walker_ids=[Command.set((self.technician + self.boss).ids)],
        )
        job = self._make(plan)
        training = self.env["aftersales.training"].search([("voucher_id", "=", job.id)])
        self.assertEqual(training.attendee_ids.employee_id, self.technician + self.boss)
        self.assertEqual(training.date, datetime(2026, 3, 2, 9))
        training = training.with_user(self.trainer_user)
        training.action_cancel(reason="Trainer ill")
        self.assertEqual(job.state, "cancelled")

    def test_S21_a_marked_test_keeps_its_measure(self):
        training = self._training()
        training.action_hold()
        training.attendee_ids.write({"points": 50})
        training.action_done()
        with self.assertRefused(ValidationError, "do not change any more"):
            training.pass_points = 40

    def test_S21_the_attendance_list_prints(self):
        training = self._training()
        report = self.env["ir.actions.report"].with_user(self.trainer_user)
        html, _kind = report._render_qweb_html("aftersales_round.report_training", training.ids)
        for text in ("Safe work on lifts", "Tess", "Otto"):
            self.assertIn(text, html.decode())
