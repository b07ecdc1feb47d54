# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestDeadline(ServiceCommon):
    """Promises on documents (S8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The policies that the company starts with are configuration: tests make their own.
        cls.env["aftersales.sla.policy"].search([]).active = False
        cls.event = {
            (kind.model, kind.code): kind
            for kind in cls.env["aftersales.sla.event.type"].search([])
        }
        cls.question = cls._policy("registered", "done", 4, pauses=["waiting_customer"])
        cls.now = fields.Datetime.now()

    @classmethod
    def _policy(cls, start, stop, amount, model="aftersales.voucher", pauses=(), **values):
        return cls.env["aftersales.sla.policy"].create(
            {
                "name": f"T {start} to {stop}",
                "model_id": cls.env["ir.model"]._get_id(model),
                "domain": "[('kind', '=', 'guidance')]" if model == "aftersales.voucher" else "[]",
                "start_type_id": cls.event[model, start].id,
                "stop_type_id": cls.event[model, stop].id,
                "pause_type_ids": [Command.set([cls.event[model, code].id for code in pauses])],
                "amount": amount,
                "unit": "hours",
                "company_id": cls.company.id,
                **values,
            }
        )

    def _ask(self, hours_ago=0.0, **values):
        """A question that was registered so many hours ago."""
        at = self.now - timedelta(hours=hours_ago)
        return self._voucher(kind="guidance", registered_at=at, **values)

    def _deadline(self, record, policy=None):
        deadlines = record.sla_deadline_ids
        return deadlines.filtered(lambda d: d.policy_id == (policy or self.question))

    def _pass_time(self, seconds_left=60):
        """What the scheduler does every ten minutes."""
        with patch.object(IrCron, "_commit_progress", return_value=seconds_left):
            self.env["aftersales.sla.deadline"]._cron_clock()

    def assertReplayed(self, deadlines):
        """What is stored is what the log says."""
        for deadline, values in deadlines._replay().items():
            for name, value in values.items():
                self.assertEqual(deadline[name], value, name)

    # ------------------------------------------------------------------
    # Clock
    # ------------------------------------------------------------------

    def test_S8_question_answered_in_time(self):
        voucher = self._ask(1)
        deadline = self._deadline(voucher)
        self.assertEqual(deadline.state, "running")
        self.assertEqual(deadline.started_at, voucher.registered_at)
        self.assertEqual(deadline.due_at, voucher.registered_at + timedelta(hours=4))
        self.assertEqual(voucher.sla_due_at, deadline.due_at)
        voucher._solve_by_phone()
        self.assertEqual(deadline.state, "met")
        self.assertEqual(deadline.stopped_at, voucher.done_at)
        self.assertEqual(deadline.late_hours, 0.0)
        self.assertFalse(deadline.breached_at)
        self.assertFalse(voucher.sla_due_at)
        self.assertReplayed(deadline)

    def test_S8_other_jobs_are_not_promised_it(self):
        self.assertFalse(self._deadline(self._voucher(kind="repair")))

    def test_S8_late_answer_is_missed_by_so_much(self):
        voucher = self._ask(6)
        deadline = self._deadline(voucher)
        self.assertEqual(deadline.state, "overdue")
        self.assertEqual(deadline.breached_at, deadline.due_at)
        voucher._solve_by_phone(at=deadline.due_at + timedelta(hours=1.5))
        self.assertEqual((deadline.state, deadline.late_hours), ("missed", 1.5))
        self.assertReplayed(deadline)

    def test_S8_time_alone_breaks_a_promise(self):
        deadline = self._deadline(self._ask(1))
        deadline.sudo().due_at = self.now - timedelta(minutes=1)
        self._pass_time()
        self.assertEqual(deadline.state, "overdue")
        self.assertEqual(deadline.breached_at, deadline.due_at)

    def test_S8_a_broken_promise_stays_broken(self):
        voucher = self._ask(5)
        deadline = self._deadline(voucher)
        due = deadline.due_at
        self.question.amount = 8
        self.question.action_recompute()
        deadline.sudo().to_recompute = True
        self._pass_time()
        self.assertEqual((deadline.state, deadline.due_at), ("overdue", due))
        voucher.log_sla_event("waiting_customer", at=self.now - timedelta(hours=4), reason="T")
        voucher.log_sla_event("waiting_customer", end=True)
        self.assertEqual((deadline.state, deadline.due_at), ("overdue", due))
        voucher._solve_by_phone()
        self.assertEqual(deadline.state, "missed")

    def test_S8_open_promises_follow_their_policy(self):
        deadline = self._deadline(self._ask(1))
        self.question.amount = 8
        self.assertEqual(deadline.amount, 4, "terms are frozen until they are counted anew")
        self.question.action_recompute()
        self._pass_time()
        self.assertEqual(deadline.due_at, deadline.started_at + timedelta(hours=8))
        self.assertFalse(deadline.to_recompute)

    def test_S8_job_that_becomes_urgent_is_judged_from_the_call(self):
        urgent = self._policy(
            "registered",
            "done",
            1,
            domain="[('kind', '=', 'guidance'), ('priority', '=', '1')]",
        )
        voucher = self._ask(2)
        self.assertFalse(self._deadline(voucher, urgent))
        voucher.priority = "1"
        deadline = self._deadline(voucher, urgent)
        self.assertEqual(deadline.started_at, voucher.registered_at)
        self.assertEqual(deadline.state, "overdue")
        voucher.priority = "0"
        self.assertEqual(deadline.state, "overdue", "what is broken is not talked away")

    def test_S8_promise_that_does_not_apply_any_more_is_dropped_and_taken_up_again(self):
        voucher = self._ask(1)
        deadline = self._deadline(voucher)
        voucher.kind = "repair"
        self.assertEqual(deadline.state, "dropped")
        self.assertFalse(voucher.sla_due_at)
        voucher.kind = "guidance"
        self.assertEqual(self._deadline(voucher), deadline)
        self.assertEqual(deadline.state, "running")

    def test_S8_pause_needs_a_reason_and_moves_the_deadline(self):
        voucher = self._ask(3)
        deadline = self._deadline(voucher)
        due = deadline.due_at
        dialogue = self._dialogue(voucher, "waiting_customer")
        with self.assertRefused(AssertionError, "reason is a required field"):
            dialogue.save()
        dialogue.reason = "  "
        with self.assertRefused(UserError, "Write the reason"):
            dialogue.save().action_record()
        dialogue = self._dialogue(voucher, "waiting_customer")
        dialogue.reason = "The caller looks for the serial"
        dialogue.save().action_record()
        self.assertEqual(deadline.state, "paused")
        self.assertTrue(deadline.paused_at)
        begin = self._log(voucher)[:1]
        self.assertEqual(begin.reason, "The caller looks for the serial")
        self.assertEqual(begin.user_id, self.clerk)
        # Two hours pass.
        self.env.cr.execute(
            "UPDATE aftersales_sla_event SET at = at - interval '2 hours' WHERE id = %s",
            [begin.id],
        )
        begin.invalidate_recordset()
        end = self._dialogue(voucher, "waiting_customer")
        self.assertTrue(end.is_held)
        end.save().action_record()
        self.assertEqual(deadline.state, "running")
        self.assertAlmostEqual(deadline.paused_hours, 2, places=1)
        self.assertLess(abs(deadline.due_at - due - timedelta(hours=2)), timedelta(minutes=2))
        self.assertReplayed(deadline)

    def test_S8_held_promise_is_not_broken_by_time(self):
        voucher = self._ask(1)
        voucher.log_sla_event("waiting_customer", reason="T")
        deadline = self._deadline(voucher)
        deadline.sudo().due_at = self.now - timedelta(minutes=1)
        self._pass_time()
        self.assertEqual(deadline.state, "paused")

    def test_S8_counting_anew_stops_in_time_and_goes_on(self):
        vouchers = self._many(5)
        self.question.amount = 8
        self.question.action_recompute()
        flagged = [("to_recompute", "=", True), ("res_id", "in", vouchers.ids)]
        with patch("odoo.addons.aftersales_service.models.aftersales_sla_deadline.BATCH", 2):
            self._pass_time(seconds_left=0)
            self.assertEqual(self.env["aftersales.sla.deadline"].search_count(flagged), 3)
            self._pass_time()
        self.assertFalse(self.env["aftersales.sla.deadline"].search_count(flagged))
        self.assertEqual(set(self._deadline(vouchers).mapped("amount")), {8})

    def test_S8_job_that_is_struck_off(self):
        self.question.end_type_ids = self.event["aftersales.voucher", "cancelled"]
        early, late = self._ask(1), self._ask(6)
        (early + late)._cancel("T")
        self.assertEqual(self._deadline(early).state, "dropped")
        self.assertEqual(self._deadline(late).state, "missed", "it was late when it was given up")
        self.assertReplayed(self._deadline(early) + self._deadline(late))

    def test_S8_working_hours_and_holidays(self):
        calendar = self.env["resource.calendar"].create({"name": "T office", "tz": "UTC"})
        self.question.calendar_id = calendar
        # Friday 20 November 2026; Monday is a holiday of the company.
        self.env["resource.calendar.leaves"].create(
            {
                "name": "T holiday",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 11, 23, 0, 0),
                "date_to": datetime(2026, 11, 23, 23, 59, 59),
            }
        )
        voucher = self._voucher(kind="guidance", registered_at=datetime(2026, 11, 20, 15, 30))
        self.assertEqual(self._deadline(voucher).due_at, datetime(2026, 11, 24, 10, 30))

    def test_S8_calendar_without_working_time(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "T never", "attendance_ids": [Command.clear()]}
        )
        with self.assertRefused(UserError, "no working time in the next five years"):
            self.question.calendar_id = calendar

    # ------------------------------------------------------------------
    # Other documents
    # ------------------------------------------------------------------

    def test_S8_goods_are_shipped_after_payment(self):
        policy = self._policy("paid", "shipped", 2, model="sale.order", unit="days")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.part.id})],
            }
        )
        order.action_confirm()
        self.assertFalse(order.sla_deadline_ids)
        order._mark_aftersales_paid()
        deadline = self._deadline(order, policy)
        self.assertEqual(deadline.started_at, order.aftersales_paid_at)
        self.assertEqual(deadline.due_at, order.aftersales_paid_at + timedelta(days=2))
        paid = order.aftersales_paid_at
        order._mark_aftersales_paid()
        self.assertEqual(order.aftersales_paid_at, paid, "the first payment counts")
        order.picking_ids.move_ids.quantity = 1
        order.picking_ids.button_validate()
        self.env.flush_all()
        self.assertEqual((deadline.state, deadline.stopped_at), ("met", order.effective_date))

    def test_S8_first_shipment_to_a_new_dealer(self):
        policy = self._policy("dealer", "first_shipment", 10, model="res.partner", unit="days")
        dealer = self.env["res.partner"].create({"name": "T dealer", "is_dealer": True})
        deadline = self._deadline(dealer, policy)
        self.assertEqual(deadline.state, "running")
        for _shipment in range(2):
            order = self.env["sale.order"].create(
                {
                    "partner_id": dealer.id,
                    "order_line": [Command.create({"product_id": self.part.id})],
                }
            )
            order.action_confirm()
            order.picking_ids.move_ids.quantity = 1
            order.picking_ids.button_validate()
        self.assertEqual(deadline.state, "met")
        self.assertEqual(len(self._log(dealer)), 2, "only the shipment that was awaited")

    def test_S8_direct_user_is_reported_on_each_quarter(self):
        policy = self._policy("advised", "advised", 3, model="res.partner", unit="months")
        user = self.customer
        user.log_sla_event("advised", at=datetime(2026, 1, 31, 10))
        user.log_sla_event("advised", at=datetime(2026, 4, 15, 10))
        first, second = self._deadline(user, policy).sorted("started_at")
        self.assertEqual((first.state, first.due_at), ("met", datetime(2026, 4, 30, 10)))
        self.assertEqual(second.due_at, datetime(2026, 7, 15, 10))
        self.assertTrue(second.is_open)

    def test_S8_customer_is_told_of_a_delay_at_once(self):
        policy = self._policy(
            "late",
            "customer_told",
            1,
            model="stock.picking",
            domain="[('picking_type_code', '=', 'outgoing')]",
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.part.id})],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.scheduled_date = self.now + timedelta(days=1)
        self._pass_time()
        self.assertFalse(picking.sla_deadline_ids)
        picking.scheduled_date = self.now - timedelta(minutes=30)
        self._pass_time()
        self._pass_time()
        deadline = self._deadline(picking, policy)
        self.assertEqual(len(deadline), 1)
        self.assertEqual(deadline.started_at, picking.scheduled_date)
        picking.log_sla_event("customer_told", reason="Called")
        self.assertEqual(deadline.state, "met")

    def test_S8_documents_older_than_the_promise(self):
        old = self._ask(3)
        closed = self._ask(3)
        closed._solve_by_phone()
        newer = self._policy("registered", "done", 6)
        newer.action_apply()
        deadline = self._deadline(old, newer)
        self.assertEqual(deadline.due_at, old.registered_at + timedelta(hours=6))
        self.assertFalse(self._deadline(closed, newer))
        by_hand = self._policy("sample_received", "done", 6)
        with self.assertRefused(UserError, "leaves no date"):
            by_hand.action_apply()

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    def test_S8_people_are_told_once_before_and_after(self):
        voucher = self._ask(1)
        deadline = self._deadline(voucher)
        self.question.escalation_ids = [
            Command.create({"offset_hours": offset}) for offset in (-2, -1, 0)
        ]
        self._pass_time()
        self.assertFalse(voucher.activity_ids)
        self._age(deadline, 1)
        self._pass_time()
        self._pass_time()
        self.assertEqual(len(voucher.activity_ids), 1)
        self.assertEqual(voucher.activity_ids.user_id, self.technician_user)
        self.assertIn("is due", str(voucher.activity_ids.note))
        self._age(deadline, 3)
        self._pass_time()
        self.assertEqual(len(voucher.activity_ids), 3)
        self.assertIn("is late", str(voucher.activity_ids.sorted("id")[-1].note))

    def _age(self, deadline, hours):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE aftersales_sla_deadline SET due_at = due_at - %s * interval '1 hour'"
            " WHERE id = %s",
            [hours, deadline.id],
        )
        deadline.invalidate_recordset()

    def test_S8_waiver_is_a_record_and_mends_nothing(self):
        deadline = self._deadline(self._ask(6))
        waivers = self.env["aftersales.sla.waiver"]
        values = {"deadline_id": deadline.id, "reason": "Flood"}
        with self.assertRaises(AccessError):
            waivers.with_user(self.clerk).create(values)
        waiver = waivers.with_user(self.supervisor).create(values)
        self.assertEqual(waiver.user_id, self.supervisor)
        self.assertTrue(deadline.is_waived)
        self.assertEqual(deadline.state, "overdue")
        with self.assertRefused(ValidationError, "is not late"):
            waivers.create({"deadline_id": self._deadline(self._ask(1)).id, "reason": "Flood"})

    def test_S8_nobody_types_a_deadline_or_an_event(self):
        deadline = self._deadline(self._ask(1))
        later = {"due_at": self.now + timedelta(days=9)}
        for user in (self.technician_user, self.supervisor):
            with self.assertRefused(UserError, "written by the system"):
                deadline.with_user(user).write(later)
        with self.assertRefused(UserError, "not rewritten"):
            deadline.start_event_id.at = self.now

    def test_S8_technicians_see_the_deadlines_of_their_own_jobs(self):
        mine = self._deadline(self._ask(1))
        other = self._deadline(self._ask(1, technician_id=self.other_technician.id))
        found = self.env["aftersales.sla.deadline"].with_user(self.technician_user)
        self.assertEqual(found.search([("id", "in", (mine + other).ids)]), mine)
        voucher = self.env["aftersales.voucher"].browse(other.res_id)
        voucher.technician_id = self.technician
        self.assertEqual(other.user_id, self.technician_user, "the job went to somebody else")

    def test_S8_late_jobs_are_found(self):
        late, fine, none = self._ask(6), self._ask(1), self._voucher()
        ours = [("id", "in", (late + fine + none).ids)]
        vouchers = self.env["aftersales.voucher"].with_user(self.clerk)
        self.assertEqual(vouchers.search([*ours, ("sla_state", "=", "overdue")]), late)
        self.assertEqual(vouchers.search([*ours, ("sla_state", "=", False)]), none)

    def test_S8_seller_without_service_rights_keeps_the_promise_on_an_order(self):
        policy = self._policy("paid", "shipped", 2, model="sale.order")
        seller = self._user("t_sla_seller", "sales_team.group_sale_salesman_all_leads")
        order = (
            self.env["sale.order"]
            .with_user(seller)
            .create({"partner_id": self.customer.id, "user_id": seller.id})
        )
        order._mark_aftersales_paid()
        self.assertEqual(order.read()[0]["id"], order.id)
        self.assertNotIn("sla_deadline_ids", order.fields_get())
        self.assertEqual(self._deadline(order.with_user(self.env.user), policy).user_id, seller)

    def test_S8_bad_conditions_and_events_are_refused(self):
        for values, message in (
            ({"domain": "[('no_such', '=', 1)]"}, "cannot be read"),
            ({"domain": "__import__('os')"}, "cannot be read"),
            ({"amount": 1.5, "unit": "days"}, "whole ones"),
            ({"stop_type_id": self.event["sale.order", "paid"].id}, "own document"),
        ):
            with self.subTest(values), self.assertRefused(ValidationError, message):
                self.question.write(values)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.question.amount = 0
            self.env.flush_all()
        with self.assertRefused(UserError, "There is no event"):
            self._ask(1).log_sla_event("no_such")

    # ------------------------------------------------------------------
    # Speed
    # ------------------------------------------------------------------

    def _count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _many(self, count):
        return self.env["aftersales.voucher"].create(
            [{"lot_id": self.unit.id, "kind": "guidance"} for _i in range(count)]
        )

    def test_S8_two_deadlines_each_cost_no_query_each(self):
        self._policy("registered", "done", 8)
        self._many(3)
        few, many = self._count(lambda: self._many(10)), self._count(lambda: self._many(200))
        self.assertLessEqual(many, few + 12, "the ORM's own batches of a hundred")
        self.assertLessEqual(many, 100, "half a query a call")

    def test_S8_counting_anew_costs_no_query_each(self):
        calendar = self.env["resource.calendar"].create({"name": "T office", "tz": "UTC"})
        self.question.calendar_id = calendar
        vouchers = self._many(210)
        self.question.amount = 6

        def recompute(chosen):
            deadlines = self._deadline(chosen).sudo()
            deadlines._take_terms()
            deadlines._refresh()

        few = self._count(lambda: recompute(vouchers[:10]))
        many = self._count(lambda: recompute(vouchers[10:]))
        self.assertLessEqual(many, few + 8)

    def _dialogue(self, voucher, code):
        form = Form(
            self.env["aftersales.sla.record"]
            .with_user(self.clerk)
            .with_context(default_res_model=voucher._name, default_res_id=voucher.id)
        )
        form.type_id = self.event[voucher._name, code]
        return form

    def _log(self, record):
        return self.env["aftersales.sla.event"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )
