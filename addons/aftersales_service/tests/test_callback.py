# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestCallback(ServiceCommon):
    def _call(self, voucher, outcome):
        return (
            self.env["aftersales.callback"]
            .with_user(self.clerk)
            .create({"voucher_id": voucher.id, "outcome": outcome})
        )

    def test_S9_satisfied_callback_closes(self):
        voucher = self._finish(self._job())
        call = self._call(voucher, "satisfied")
        self.assertEqual(voucher.state, "closed")
        self.assertEqual(voucher.first_callback_at, call.called_at)
        self.assertEqual(voucher.closed_at, call.called_at)
        self.assertEqual(call.user_id, self.clerk)

    def test_S9_other_outcomes_keep_the_job_open(self):
        for outcome in (
            "dissatisfied",
            "complaint",
            "not_fixed_first",
            "not_fixed_repeated",
            "bad_attitude",
        ):
            with self.subTest(outcome):
                voucher = self._finish(self._job())
                self._call(voucher, outcome)
                self.assertEqual(voucher.state, "done")
                self.assertEqual(voucher.callback_outcome, outcome)
                self.assertTrue(voucher.first_callback_at)
                with self.assertRefused(UserError, "cannot be closed yet"):
                    voucher.with_user(self.clerk).action_close()

    def test_S9_three_tries_without_an_answer_may_close(self):
        voucher = self._finish(self._job())
        for tries in (1, 2):
            self._call(voucher, "no_answer")
            self.assertEqual(voucher.callback_tries, tries)
            with self.assertRaises(UserError):
                voucher.with_user(self.clerk).action_close()
        self._call(voucher, "no_answer")
        self.assertFalse(voucher.first_callback_at, "nobody was reached")
        voucher.with_user(self.clerk).action_close()
        self.assertEqual(voucher.state, "closed")

    def test_S9_a_dissatisfied_customer_is_not_closed_by_silence(self):
        """Tries count from the last answer on."""
        voucher = self._finish(self._job())
        self._call(voucher, "no_answer")
        self._call(voucher, "no_answer")
        self._call(voucher, "dissatisfied")
        self._call(voucher, "no_answer")
        self.assertEqual(voucher.callback_tries, 1)
        with self.assertRaises(UserError):
            voucher.with_user(self.clerk).action_close()

    def test_S9_number_of_tries_is_the_companys(self):
        self.company.aftersales_callback_tries = 1
        voucher = self._finish(self._job())
        self._call(voucher, "no_answer")
        voucher.with_user(self.clerk).action_close()
        self.assertEqual(voucher.state, "closed")

    def test_S9_callbacks_come_after_the_job_and_are_a_log(self):
        with self.assertRefused(UserError, "is not done"):
            self._call(self._job(), "satisfied")
        voucher = self._finish(self._job())
        call = self._call(voucher, "dissatisfied")
        with self.assertRaises(AccessError):
            call.outcome = "satisfied"
        with self.assertRaises(AccessError):
            call.unlink()
        with self.assertRaises(AccessError):
            self.env["aftersales.callback"].with_user(self.technician_user).create(
                {"voucher_id": voucher.id, "outcome": "satisfied"}
            )

    def test_S9_caller_and_time_are_not_the_callers_to_choose(self):
        voucher = self._finish(self._job())
        call = (
            self.env["aftersales.callback"]
            .with_user(self.clerk)
            .create(
                {
                    "voucher_id": voucher.id,
                    "outcome": "satisfied",
                    "user_id": self.supervisor.id,
                    "called_at": "2020-01-01 00:00:00",
                }
            )
        )
        self.assertEqual(call.user_id, self.clerk)
        self.assertGreater(call.called_at.year, 2020)

    def test_S9_caller_and_time_are_no_defaults_of_a_context(self):
        voucher = self._finish(self._job())
        calls = self.env["aftersales.callback"].with_user(self.clerk)
        call = calls.with_context(
            default_called_at="2020-01-01 00:00:00", default_user_id=self.supervisor.id
        ).create({"voucher_id": voucher.id, "outcome": "dissatisfied"})
        self.assertEqual(call.user_id, self.clerk)
        self.assertGreater(call.called_at.year, 2020)
