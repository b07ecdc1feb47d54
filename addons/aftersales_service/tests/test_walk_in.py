# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import SIGNATURE
from .test_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestWalkIn(RepairCommon):
    @classmethod
    def _walk_in(cls, **values):
        """A customer at the counter; nobody to send anywhere."""
        return cls._voucher(
            **{
                "channel": "walk_in",
                "technician_id": False,
                "promised_at": fields.Datetime.now() + timedelta(hours=4),
                **values,
            }
        )

    def _steps(self, **phases):
        """One required step a phase."""
        for phase, place in phases.items():
            self.env["aftersales.checklist"].create(
                {
                    "name": phase,
                    "phase": phase,
                    "place": place,
                    "step_ids": [Command.create({"name": f"T {phase}"})],
                }
            )

    def _answer(self, voucher, phase):
        lines = voucher.checklist_line_ids.filtered(lambda line: line.phase == phase)
        self.assertTrue(lines, phase)
        lines.tick = True

    def test_S23_walk_in_needs_no_dispatch(self):
        voucher = self._walk_in()
        with self.assertRaises(AccessError):
            voucher.with_user(self.technician_user).action_receive()
        voucher.with_user(self.clerk).action_receive()
        self.assertEqual(voucher.state, "in_workshop")
        self.assertTrue(voucher.number)
        self.assertEqual(voucher.received_by_id, self.clerk)
        self.assertFalse(voucher.dispatched_at or voucher.technician_id)
        with self.assertRaises(UserError):
            voucher.action_receive()

    def test_S23_reception_wants_a_promise_and_a_walk_in(self):
        with self.assertRefused(UserError, "promised hand-over"):
            self._walk_in(promised_at=False).action_receive()
        with self.assertRefused(UserError, "did not walk in"):
            self._voucher().action_receive()
        with self.assertRefused(UserError, "enter Outlet"):
            self._walk_in(outlet_id=False, area_id=False).action_receive()
        # A call that is dispatched still needs somebody to go.
        with self.assertRefused(UserError, "enter Technician"):
            self._voucher(technician_id=False)._dispatch()

    def test_S23_numbers_have_no_gap_between_counter_and_dispatch(self):
        first = self._walk_in()
        first._receive()
        second = self._voucher()
        second._dispatch()
        self.assertEqual(second.number_index, first.number_index + 1)

    def test_S23_the_whole_way_with_checklists(self):
        self._steps(reception="walk_in", work="workshop", inspection="walk_in", hand_over="walk_in")
        voucher = self._walk_in()
        voucher.action_receive()
        self.assertEqual(voucher.checklist_line_ids.mapped("name"), ["T reception"])
        with self.assertRefused(UserError, "T reception"):
            voucher.action_start_work()
        self._answer(voucher, "reception")
        voucher.action_start_work()
        with self.assertRefused(UserError, "T work"):
            voucher.action_ready()
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo"})
        self._answer(voucher, "work")
        with self.assertRefused(UserError, "not ready"):
            voucher.action_done()
        voucher.action_ready()
        self.assertTrue(voucher.ready_at)
        for phase in ("inspection", "hand_over"):
            with self.assertRefused(UserError, f"T {phase}"):
                voucher.action_done()
            self._answer(voucher, phase)
        voucher.action_done()
        self.assertEqual(voucher.state, "done")
        self.assertTrue(voucher.handed_over_at and voucher.is_on_time)

    def test_S23_goods_left_at_the_counter(self):
        voucher = self._walk_in()
        voucher.action_receive()
        receipt = self._taken_in(voucher)
        self.assertFalse(voucher.started_at, "its work has not begun")
        self.assertEqual(voucher.state, "in_workshop")
        voucher.action_start_work()
        card = self._waiting(self._card(voucher))
        with self.assertRefused(UserError, "is open"):
            voucher.action_ready()
        card.action_pass()
        self.assertTrue(voucher.ready_at, "ready with its last card")
        receipt._go_out("returned", "Jo", SIGNATURE)
        self.assertTrue(voucher.handed_over_at)
        handed = voucher.handed_over_at
        self._finish(voucher)
        self.assertEqual(voucher.handed_over_at, handed, "stamped once")

    def test_S23_hand_over_on_time_late_and_without_a_promise(self):
        start = datetime(2031, 3, 3, 8)
        for promised, handed, expected in (
            (start + timedelta(hours=4), start + timedelta(hours=4), (True, 1.0, 0.0, 4.0)),
            (start + timedelta(hours=4), start + timedelta(hours=5.5), (False, 0.0, 1.5, 5.5)),
            (False, start + timedelta(hours=2), (True, 1.0, 0.0, 2.0)),
        ):
            voucher = self._walk_in(promised_at=promised)
            voucher._receive(at=start)
            self._finish(voucher, at=handed)
            self.assertEqual(
                (
                    voucher.is_on_time,
                    voucher.on_time_rate,
                    voucher.hand_over_delay,
                    voucher.hours_in_workshop,
                ),
                expected,
            )

    def test_S23_facts_are_grouped_for_the_analysis(self):
        start = datetime(2031, 3, 3, 8)
        vouchers = self.env["aftersales.voucher"]
        for delay in (-1, 2):
            voucher = self._walk_in(promised_at=start + timedelta(hours=4))
            voucher._receive(at=start)
            vouchers |= self._finish(voucher, at=start + timedelta(hours=4 + delay))
        ((count, rate, delay, stay),) = vouchers._read_group(
            [("id", "in", vouchers.ids)],
            [],
            ["__count", "on_time_rate:avg", "hand_over_delay:avg", "hours_in_workshop:avg"],
        )
        self.assertEqual((count, rate, delay, stay), (2, 0.5, 1.0, 4.5))

    def test_S8_S23_a_late_hand_over_is_seen(self):
        policy = self.env.ref("aftersales_service.sla_policy_walk_in_hand_over")
        policy.active = True
        on_time, late = self._walk_in(), self._walk_in()
        (on_time + late)._receive()
        on_time.action_start_work()
        on_time.action_ready()
        self._finish(on_time)
        later = fields.Datetime.now() + timedelta(hours=5)
        with freeze_time(later):
            # The clock's job commits; in a test its query alone is asked.
            domain = late._get_sla_passed_domain() & fields.Domain("promised_at", "<", later)
            passed = late.search(domain & fields.Domain("id", "in", (on_time + late).ids))
            self.assertEqual(passed, late)
            passed._sla_log_date(policy.start_type_id)
            deadline = late.sla_deadline_ids.filtered(lambda d: d.policy_id == policy)
            self.assertEqual(deadline.started_at, late.promised_at)
            late.action_start_work()
            late.action_ready()
            self._finish(late)
        self.assertEqual(deadline.state, "missed")
        self.assertAlmostEqual(deadline.late_hours, 1, 1)
        self.assertFalse(on_time.sla_deadline_ids.filtered(lambda d: d.policy_id == policy))

    def test_S23_steps_belong_to_received_walk_ins(self):
        voucher = self._job()
        self._taken_in(voucher)
        for step in ("action_start_work", "action_ready"):
            with self.assertRefused(UserError, "no walk-in"):
                getattr(voucher, step)()
        for name in ("received_at", "handed_over_at", "ready_at", "is_on_time"):
            with self.assertRefused(UserError, "steps of the job"):
                voucher.with_user(self.supervisor).write({name: False})
