# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .metric_common import MONTHS, Q1, MetricCommon
from .roles import RolesMixin


@tagged("post_install", "-at_install")
class TestMetricAccess(RolesMixin, MetricCommon):
    """Who may do what with figures: roles, steps, four eyes, other companies."""

    entered = {"rebate_user": "rwcd", "rebate_manager": "rwcd"}
    kept = {"rebate_user": "r", "rebate_manager": "rwcd"}
    rights = {
        "rebate.metric": kept,
        "rebate.metric.value": entered,
        "rebate.metric.item": entered,
        "rebate.target": kept,
        "rebate.metric.import": entered,
        "rebate.metric.reject": {"rebate_manager": "rwcd"},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales = cls._create_metric("sales")
        cls.cases = cls._create_metric("cases", "items")
        cls.value = cls._value(cls.sales, Q1, 1, verify=False)
        cls.item = cls._items(cls.cases, {"date": "2026-01-05"})
        cls.target = cls._target(cls.sales, Q1, 1)
        cls.records = {
            "rebate.metric": cls.sales | cls.cases,
            "rebate.metric.value": cls.value,
            "rebate.metric.item": cls.item,
            "rebate.target": cls.target,
        }

    def test_other_companies_enter_nothing(self):
        """Nobody of another company adds a figure to a metric here."""
        other = self.setup_other_company()["company"]
        user = self._create_user("metric_far", "dealer_rebate.group_rebate_manager", other)
        with self.assertRaises(AccessError):
            self.env["rebate.metric.value"].with_user(user).create(
                {
                    "metric_id": self.sales.id,
                    "partner_id": self.dealer.id,
                    "date_from": MONTHS[0][0],
                    "date_to": MONTHS[0][1],
                    "value": 1,
                }
            )

    def _draft(self, user=None, **context):
        return (
            self.env["rebate.metric.value"]
            .with_user(user or self.clerk)
            .with_context(**context)
            .create(
                {
                    "metric_id": self.sales.id,
                    "partner_id": self.dealer.id,
                    "date_from": MONTHS[0][0],
                    "date_to": MONTHS[0][1],
                    "value": 1,
                }
            )
        )

    def test_R3_four_eyes(self):
        """R3: who entered or handed in a figure does not verify it, manager or not."""
        own = self._draft(self.verifier)
        own.action_submit()
        with self.assertRaises(UserError):
            own.action_verify()
        with self.assertRaises(UserError):
            own.sudo().action_verify()
        second = self._create_user("metric_second", "dealer_rebate.group_rebate_manager")
        own.with_user(second).action_verify()
        self.assertEqual(own.verified_by_id, second)
        with self.assertRaises(AccessError):
            self.value.with_user(self.clerk).action_verify()

    def test_R3_who_changes_a_figure_entered_it(self):
        """R3: changing another's draft makes it one's own, so nobody verifies what he wrote."""
        draft = self._draft()
        draft.with_user(self.verifier).value = 99
        draft.action_submit()
        with self.assertRaises(UserError):
            draft.with_user(self.verifier).action_verify()

    def test_steps_are_written_by_buttons_only(self):
        """No state, stamp or verdict by create, write, default or import."""
        process = {
            "state": "verified",
            "entered_by_id": self.verifier.id,
            "submitted_by_id": self.verifier.id,
            "submitted_on": "2026-01-01 00:00:00",
            "verified_by_id": self.verifier.id,
            "verified_on": "2026-01-01 00:00:00",
            "rejection": "x",
            "is_late": True,
            "deadline": "2026-01-01 00:00:00",
        }
        draft = self._draft()
        for field, value in process.items():
            with self.subTest(field), self.assertRaises(AccessError):
                draft.write({field: value})
            with self.subTest(field), self.assertRaises(AccessError):
                self.env["rebate.metric.value"].with_user(self.clerk).create({field: value})
        draft.unlink()
        draft = self._draft(**{f"default_{field}": value for field, value in process.items()})
        self.assertEqual((draft.state, draft.is_late), ("draft", False))
        self.assertEqual(draft.entered_by_id, self.clerk)
        self.assertFalse(draft.verified_by_id)
        self.assertFalse(draft.submitted_on)

    def test_what_was_handed_in_stays(self):
        """Figures that were handed in do not change and are not deleted, by nobody."""
        for user in (self.clerk, self.verifier):
            record = self.value.with_user(user)
            for vals in ({"value": 5}, {"partner_id": self.dealer_2.id}, {"date_to": "2026-06-30"}):
                with self.assertRaises(UserError):
                    record.write(vals)
            with self.assertRaises(UserError):
                record.unlink()
        self.value.with_user(self.clerk).note = "A note is no figure"
        with self.assertRaises(UserError):
            self.item.with_user(self.verifier).write({"weight": 100})

    def test_reopening_what_is_verified_is_the_managers(self):
        """A verified figure comes back to draft by a manager only, and counts no more."""
        self.value.with_user(self.verifier).action_verify()
        self.assertEqual(self._read(self.sales), 1)
        with self.assertRaises(AccessError):
            self.value.with_user(self.clerk).action_draft()
        self.value.with_user(self.verifier).action_draft()
        self.assertIsNone(self._read(self.sales))

    def test_rejection_has_a_reason(self):
        """Rejecting asks why, and stays with the figure until it is handed in again."""
        action = self.value.with_user(self.verifier).action_reject()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.verifier)
            .with_context(**action["context"])
            .create({"reason": "Wrong month"})
        )
        wizard.action_reject()
        self.assertEqual((self.value.state, self.value.rejection), ("rejected", "Wrong month"))
        with self.assertRaises(AccessError):
            self.value.with_user(self.clerk)._reject("x")
        self.value.with_user(self.clerk).action_draft()
        self.assertEqual(self.value.rejection, "Wrong month")
        self.value.with_user(self.clerk).action_submit()
        self.assertFalse(self.value.rejection)

    def test_waiver_is_the_managers(self):
        """Who hands in does not waive lateness, neither by write nor by create or default."""
        with self.assertRaises(AccessError):
            self.value.with_user(self.clerk).waiver = "please"
        with self.assertRaises(AccessError):
            self._draft(default_waiver="please")
        self.value.with_user(self.verifier).waiver = "Our portal was down"

    def test_evidence(self):
        """Where a metric asks for evidence nothing is handed in without a document."""
        self.sales.needs_evidence = True
        draft = self._draft()
        with self.assertRaises(UserError):
            draft.action_submit()
        self.env["ir.attachment"].with_user(self.clerk).create(
            {"name": "report.pdf", "res_model": draft._name, "res_id": draft.id, "raw": b"x"}
        )
        draft.invalidate_recordset()
        draft.action_submit()
        self.assertEqual(draft.state, "submitted")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_buttons_open_what_they_say(self):
        """Smart buttons lead to the figures of the metric."""
        action = self.sales.action_view_values()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), self.value)
        action = self.cases.action_view_items()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), self.item)
        action = self.sales.action_view_targets()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), self.target)
        self.assertEqual(
            (self.sales.value_count, self.cases.item_count, self.sales.target_count), (1, 1, 1)
        )
