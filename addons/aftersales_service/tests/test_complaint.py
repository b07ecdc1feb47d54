# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import ServiceCommon


class ComplaintCommon(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = cls._user("t_quality", "aftersales_service.group_service_quality")
        cls.hr = cls._user("t_hr", "hr.group_hr_user")
        cls.caller = cls._user("t_caller", "aftersales_service.group_service_caller")

    @classmethod
    def _complaint(cls, **values):
        return cls.env["aftersales.complaint"].create({"subject": "T complaint", **values})

    @classmethod
    def _try(cls, complaint, result="unsolved", user=None):
        return (
            cls.env["aftersales.complaint.attempt"]
            .with_user(user or cls.quality)
            .create({"complaint_id": complaint.id, "note": "Offered help", "result": result})
        )

    @classmethod
    def _settle(cls, complaint):
        complaint.write({"cause": "service", "action": "Spoke with everybody"})
        complaint.action_settle()
        return complaint

    @classmethod
    def _judge(cls, complaint, **values):
        """Found true against the employee, with proved harm."""
        cls._settle(complaint)
        complaint.write(
            {
                "finding": "true",
                "proof": "Three witnesses",
                "ground": "words",
                "harmed": True,
                "harm_proved": True,
                **values,
            }
        )
        complaint.with_user(cls.quality).action_judge()
        return complaint


@tagged("post_install", "-at_install")
class TestComplaint(ComplaintCommon):
    def test_S11_registered_with_its_number_and_what_the_job_knows(self):
        voucher = self._finish(self._job())
        complaint = (
            self.env["aftersales.complaint"]
            .with_user(self.clerk)
            .create({"subject": "Left dirt", "voucher_id": voucher.id})
        )
        self.assertRegex(complaint.name, r"^CMP/\d{4}/\d+$")
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.lot_id, self.unit)
        self.assertEqual(complaint.product_id, self.model)
        self.assertEqual(complaint.outlet_id, self.outlet)
        self.assertEqual(complaint.registered_by_id, self.clerk)
        self.assertFalse(complaint.user_id, "the hotline registers, quality engineers handle")
        self.assertEqual(complaint.state, "open")

    def test_S11_a_low_one_is_high_from_the_third_attempt(self):
        complaint = self._complaint()
        first, second = self._try(complaint), self._try(complaint)
        third = self._try(complaint)
        self.assertEqual((first + second).mapped("level"), ["low", "low"])
        self.assertEqual(third.level, "high")
        self.assertEqual(complaint.level, "high")
        self.assertTrue(complaint.level_raised_at)
        with self.assertRefused(UserError, "stays one until"):
            complaint.with_user(self.quality).level = "low"

    def test_S11_what_is_solved_is_no_failed_attempt(self):
        complaint = self._complaint()
        self._try(complaint)
        self._try(complaint, result="solved")
        self.assertEqual(complaint.level, "low")
        self.company.aftersales_complaint_attempts = 1
        other = self._complaint()
        self._try(other)
        self.assertEqual(other.level, "high", "how many is the company's setting")

    def test_S11_attempts_are_a_log(self):
        complaint = self._complaint()
        attempt = self._try(complaint, user=self.clerk)
        self.assertEqual(attempt.user_id, self.clerk)
        with self.assertRaises(AccessError):
            attempt.with_user(self.quality).note = "Something else"
        with self.assertRaises(AccessError):
            attempt.with_user(self.quality).unlink()
        planted = (
            self.env["aftersales.complaint.attempt"]
            .with_user(self.clerk)
            .with_context(default_level="high")
            .create(
                {
                    "complaint_id": complaint.id,
                    "note": "T",
                    "user_id": self.quality.id,
                    "made_at": "2020-01-01 00:00:00",
                    "level": "high",
                }
            )
        )
        self.assertEqual(planted.user_id, self.clerk)
        self.assertGreater(planted.made_at.year, 2020)
        self.assertEqual(planted.level, "low")
        self._settle(complaint)
        with self.assertRefused(UserError, "settled already"):
            self._try(complaint)

    def test_S11_from_open_to_judged(self):
        complaint = self._complaint(cause="product").with_user(self.quality)
        with self.assertRefused(UserError, "This step needs"):
            complaint.action_judge()
        complaint.action_answer()
        self.assertEqual(complaint.state, "answered")
        with self.assertRefused(UserError, "write what was done"):
            complaint.action_settle()
        complaint.action = "Exchanged the seal"
        complaint.action_settle()
        with self.assertRefused(UserError, "whether it was found true"):
            complaint.action_judge()
        complaint.finding = "true"
        with self.assertRefused(UserError, "what proves it"):
            complaint.action_judge()
        complaint.proof = "The seal was from the wrong batch"
        complaint.action_judge()
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.judged_by_id, self.quality)
        for vals in ({"subject": "T"}, {"finding": "not_true"}, {"weight": 3}):
            with self.subTest(vals), self.assertRefused(UserError, "does not change any more"):
                complaint.write(vals)
        self.assertFalse(complaint.sudo().discipline_ids, "it is about nobody")

    def test_S11_withdrawn_with_a_reason(self):
        complaint = self._complaint()
        with self.assertRaises(AccessError):
            complaint.with_user(self.clerk).action_withdraw(reason="T")
        with self.assertRefused(UserError, "Write the reason"):
            complaint.with_user(self.quality).action_withdraw(reason=" ")
        action = complaint.with_user(self.quality).action_withdraw()
        wizard = (
            self.env["aftersales.reason"]
            .with_user(self.quality)
            .with_context(**action["context"])
            .create({"reason": "Registered twice"})
        )
        wizard.action_confirm()
        self.assertEqual(
            (complaint.state, complaint.withdraw_reason), ("withdrawn", "Registered twice")
        )

    def test_S11_steps_and_stamps_are_not_typed(self):
        complaint = self._complaint().with_user(self.quality)
        for vals in (
            {"state": "closed"},
            {"answered_at": "2026-01-01 00:00:00"},
            {"registered_by_id": self.quality.id},
            {"compensation_amount": 100.0},
            {"name": "T"},
        ):
            with self.subTest(vals), self.assertRefused(UserError, "by the steps of the complaint"):
                complaint.write(vals)
        planted = complaint.with_context(
            default_state="closed", default_compensation_amount=5.0
        ).create({"subject": "T"})
        self.assertEqual((planted.state, planted.compensation_amount), ("open", 0.0))

    def test_S11_only_quality_engineers_find_and_judge(self):
        complaint = self._settle(self._complaint())
        for user in (self.clerk, self.supervisor):
            with self.subTest(user.login):
                with self.assertRefused(AccessError, "Only a quality engineer judges"):
                    complaint.with_user(user).finding = "true"
                with self.assertRefused(AccessError, "Only a quality engineer judges"):
                    complaint.with_user(user).action_judge()
                with self.assertRefused(AccessError, "Only a quality engineer judges"):
                    complaint.with_user(user).create({"subject": "T", "finding": "true"})
        with self.assertRefused(AccessError, "answer and settle"):
            self._complaint().with_user(self.clerk).action_answer()

    def test_S11_nobody_handles_or_judges_himself(self):
        employee = self.env["hr.employee"].create({"name": "Q", "user_id": self.quality.id})
        complaint = self._complaint(employee_id=employee.id)
        with self.assertRefused(AccessError, "about yourself"):
            complaint.with_user(self.quality).action_answer()
        with self.assertRefused(AccessError, "about yourself"):
            complaint.with_user(self.quality).finding = "not_true"
        self._settle(complaint)
        with self.assertRefused(AccessError, "about yourself"):
            complaint.with_user(self.quality).action_judge()

    def test_S11_complaints_about_an_employee_are_not_for_the_whole_hotline(self):
        boss = self.env["hr.employee"].create({"name": "Boss", "user_id": self.supervisor.id})
        about_nobody, about_tess, about_boss = (
            self._complaint(employee_id=employee.id)
            for employee in (self.env["hr.employee"], self.technician, boss)
        )
        mine = (
            self.env["aftersales.complaint"]
            .with_user(self.clerk)
            .create({"subject": "T", "employee_id": self.technician.id})
        )
        everything = about_nobody + about_tess + about_boss + mine
        seen = {
            self.clerk: about_nobody + mine,
            self.caller: about_nobody,
            self.supervisor: about_nobody + about_tess + mine,
            self.quality: everything,
        }
        for user, expected in seen.items():
            found = everything.with_user(user).search([("id", "in", everything.ids)])
            with self.subTest(user.login):
                self.assertEqual(found.sudo(False).sorted("id").ids, expected.sorted("id").ids)
        with self.assertRaises(AccessError):
            about_tess.with_user(self.technician_user).read(["subject"])

    def test_S11_multi_company(self):
        company = self.env["res.company"].create({"name": "T elsewhere"})
        there = self._complaint(company_id=company.id)
        attempt = self.env["aftersales.complaint.attempt"].create(
            {"complaint_id": there.id, "note": "T"}
        )
        for user in (self.clerk, self.quality, self.supervisor):
            for record in (there, attempt):
                with self.subTest(user=user.login, record=record), self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])

    def test_S11_media_reports_are_judged_without_settling(self):
        report = self._complaint(
            kind="media", media_name="The Daily", media_date=date(2026, 3, 1), finding="not_true"
        )
        report.with_user(self.quality).action_judge()
        self.assertEqual(report.state, "closed")
        self.assertFalse(report.sla_deadline_ids, "nobody is to be answered")

    @freeze_time("2026-03-02 08:00:00")
    def test_S8_S11_answered_within_24_hours_settled_within_a_month(self):
        complaint = self._complaint(registered_at=datetime(2026, 3, 2, 8))
        deadlines = {d.policy_id.name: d for d in complaint.sla_deadline_ids}
        answered = deadlines["Complaint first answered"]
        settled = deadlines["Complaint settled"]
        self.assertEqual(answered.due_at, datetime(2026, 3, 3, 8))
        self.assertEqual(settled.due_at, datetime(2026, 4, 2, 8))
        with freeze_time("2026-03-03 08:00:01"):
            self._try(complaint, result="solved")
            self.assertEqual(answered.state, "missed", "the first attempt is the first answer")
            self._settle(complaint)
        self.assertEqual(settled.state, "met")

    def test_S8_shipped_promises_are_told_apart_by_their_names(self):
        shipped = self.env["ir.model.data"].search(
            [("module", "=", "aftersales_service"), ("model", "=", "aftersales.sla.policy")]
        )
        names = self.env["aftersales.sla.policy"].browse(shipped.mapped("res_id")).mapped("name")
        self.assertGreater(len(names), 5)
        self.assertEqual(len(names), len(set(names)), sorted(names))

    def test_S11_the_hotline_registers_the_follow_up(self):
        voucher = self._finish(self._job(fault_id=self.fault.id))
        complaint = self._complaint(voucher_id=voucher.id, description="Still drips", level="high")
        with self.assertRaises(AccessError):
            complaint.with_user(self.quality).action_register_followup()
        complaint.with_user(self.clerk).action_register_followup()
        job = complaint.followup_id
        self.assertEqual((job.kind, job.priority), ("complaint", "1"))
        self.assertEqual(job.followup_of_id, voucher)
        self.assertEqual(job.partner_id, self.customer)
        self.assertIn("Still drips", job.fault_description)
        with self.assertRefused(UserError, "has its follow-up already"):
            complaint.with_user(self.clerk).action_register_followup()

    def test_S11_printed(self):
        complaint = self._complaint(description="It is too loud", partner_id=self.customer.id)
        self._try(complaint)
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.quality)
            ._render_qweb_html("aftersales_service.report_complaint", complaint.ids)
        )
        for text in (complaint.name, "It is too loud", "T customer", "Offered help"):
            self.assertIn(text, html.decode())


@tagged("post_install", "-at_install")
class TestCompensation(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"aftersales_delay_rate": 12.5, "aftersales_delay_cap": 0.0})

    def _late(self, **values):
        return self._complaint(
            **{
                "agreed_on": date(2026, 3, 1),
                "delivered_on": date(2026, 3, 6),
                "delay_cause": "ours",
                **values,
            }
        )

    def test_S11_per_day_from_the_agreed_day(self):
        complaint = self._late()
        self.assertEqual(complaint.delay_days, 5)
        self.assertEqual(complaint.compensation_proposed, 62.5)
        on_time = self._late(delivered_on=date(2026, 3, 1))
        self.assertEqual((on_time.delay_days, on_time.compensation_proposed), (0, 0))

    def test_S11_only_within_our_power_and_up_to_the_limit(self):
        for cause in ("customer", "outside", False):
            with self.subTest(cause):
                self.assertEqual(self._late(delay_cause=cause).compensation_proposed, 0)
        self.company.aftersales_delay_cap = 50.0
        self.assertEqual(self._late().compensation_proposed, 50.0)

    @freeze_time("2026-03-10 20:00:00")
    def test_S11_while_nothing_has_come_every_day_of_the_company_counts(self):
        complaint = self._late(delivered_on=False)
        self.assertEqual(complaint.delay_days, 9)
        self.company.partner_id.tz = "Asia/Shanghai"
        complaint.invalidate_recordset()
        self.assertEqual(complaint.delay_days, 10, "it is the 11th there already")

    def test_S11_days_come_from_the_order_and_the_delivery(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "commitment_date": datetime(2026, 3, 1, 12),
                "order_line": [Command.create({"product_id": self.part.id})],
            }
        )
        complaint = self._late(agreed_on=False, delivered_on=False, sale_order_id=order.id)
        self.assertEqual(complaint.agreed_on or date(2026, 3, 1), date(2026, 3, 1))
        picked = self._complaint(sale_order_id=order.id)
        self.assertEqual(picked.agreed_on, date(2026, 3, 1))

    def test_S11_the_supervisor_decides_before_it_is_closed(self):
        complaint = self._late()
        for user in (self.clerk, self.quality):
            with self.subTest(user.login), self.assertRaises(AccessError):
                complaint.with_user(user).action_approve_compensation()
        self._settle(complaint)
        complaint.with_user(self.quality).finding = "not_true"
        with self.assertRefused(UserError, "decides on the compensation"):
            complaint.with_user(self.quality).action_judge()
        complaint.with_user(self.supervisor).action_approve_compensation()
        self.assertEqual(complaint.compensation_amount, 62.5)
        self.assertEqual(complaint.compensation_by_id, self.supervisor)
        self.company.aftersales_delay_rate = 99.0
        self.assertEqual(complaint.compensation_amount, 62.5, "decided is decided")
        with self.assertRefused(UserError, "is decided"):
            complaint.with_user(self.quality).delivered_on = date(2026, 3, 20)
        with self.assertRefused(UserError, "decided already"):
            complaint.with_user(self.supervisor).action_approve_compensation()
        complaint.with_user(self.quality).action_judge()
        self.assertEqual(complaint.state, "closed")

    def test_S11_refused_with_a_reason(self):
        complaint = self._late()
        with self.assertRefused(UserError, "Write the reason"):
            complaint.with_user(self.supervisor).action_refuse_compensation(reason="")
        complaint.with_user(self.supervisor).action_refuse_compensation(reason="Agreed in writing")
        self.assertEqual(complaint.compensation_state, "refused")
        self.assertFalse(complaint.compensation_amount)
        with self.assertRefused(UserError, "no compensation to decide on"):
            self._late(delay_cause="outside").with_user(
                self.supervisor
            ).action_approve_compensation()


@tagged("post_install", "-at_install")
class TestCompensationCredit(ComplaintCommon):
    """What was granted becomes a credit note, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.company.write({"aftersales_delay_rate": 12.5, "aftersales_delay_cap": 0.0})
        cls.complaint = cls._complaint(
            partner_id=cls.customer.id,
            agreed_on=date(2026, 3, 1),
            delivered_on=date(2026, 3, 6),
            delay_cause="ours",
        )

    def test_S11_a_granted_compensation_is_credited_once(self):
        complaint = self.complaint.with_user(self.supervisor)
        with self.assertRefused(UserError, "No compensation was granted"):
            complaint.action_credit_compensation()
        complaint.action_approve_compensation()
        complaint.action_credit_compensation()
        move = self.complaint.compensation_move_id
        self.assertRecordValues(
            move,
            [
                {
                    "move_type": "out_refund",
                    "state": "draft",
                    "partner_id": self.customer.id,
                    "amount_total": 62.5,
                    "currency_id": self.company.currency_id.id,
                    "ref": complaint.name,
                }
            ],
        )
        with self.assertRefused(UserError, "has its credit note already"):
            complaint.action_credit_compensation()
        move.action_post()
        self.assertEqual(complaint.compensation_move_state, "posted")
        with self.assertRefused(UserError, "has its credit note already"):
            complaint.action_credit_compensation()

    def test_S11_a_cancelled_draft_makes_room_for_another(self):
        self.complaint.with_user(self.supervisor).action_approve_compensation()
        self.complaint.action_credit_compensation()
        first = self.complaint.compensation_move_id
        first.button_cancel()
        self.complaint.action_credit_compensation()
        second = self.complaint.compensation_move_id
        self.assertNotEqual(first, second)
        second.unlink()
        self.assertFalse(self.complaint.compensation_move_id)

    def test_S11_who_makes_the_credit_note(self):
        self.complaint.with_user(self.supervisor).action_approve_compensation()
        for user in (self.clerk, self.quality):
            with self.subTest(user.login), self.assertRefused(AccessError, "or an accountant"):
                self.complaint.with_user(user).action_credit_compensation()
        with self.assertRefused(UserError, "by the steps of the complaint"):
            self.complaint.with_user(self.supervisor).compensation_move_id = False
        accountant = self._user(
            "t_accountant",
            "account.group_account_invoice,aftersales_service.group_service_quality",
        )
        action = self.complaint.with_user(accountant).action_credit_compensation()
        self.assertEqual(action["res_model"], "account.move")

    def test_S11_refused_or_without_a_customer_is_not_credited(self):
        self.complaint.with_user(self.supervisor).action_refuse_compensation(reason="Agreed")
        with self.assertRefused(UserError, "No compensation was granted"):
            self.complaint.action_credit_compensation()
        nobody = self.complaint.copy(
            {"agreed_on": date(2026, 3, 1), "delivered_on": date(2026, 3, 6), "delay_cause": "ours"}
        )
        nobody.partner_id = False
        nobody.with_user(self.supervisor).action_approve_compensation()
        with self.assertRefused(UserError, "names no customer"):
            nobody.action_credit_compensation()
