# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, warmup
from odoo.tools import SQL

from .common import ServiceCommon
from .screens import multiply


@tagged("post_install", "-at_install")
class TestReminder(ServiceCommon):
    """Reminders by months, meter, ends and birthdays, made by a set-based run (S13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Shipped and demo rules are of another company, and stay out of the run.
        cls.env["aftersales.reminder.rule"].search([]).active = False
        cls.env["aftersales.reminder"].search([]).send_on = False
        cls.adviser = cls._user("t_adviser", "sales_team.group_sale_salesman")
        cls.customer.write({"user_id": cls.adviser.id, "email": "t.customer@example.com"})
        cls.unit.write({"sold_on": date(2024, 1, 31), "warranty_end": False})
        cls.rule = cls._rule(months=12)

    @classmethod
    def _rule(cls, **values):
        return cls.env["aftersales.reminder.rule"].create(
            {
                "name": "T rule",
                "product_ids": [(6, 0, cls.model.ids)],
                "lead_days": 0,
                "text": "{customer}: {unit} on {due}",
                **values,
            }
        )

    def _run(self, day, rule=None):
        """The run of one night, for one rule.

        :return: the reminders that it made
        """
        rule = rule or self.rule
        before = self._reminders(rule)
        while rule._run_chunk(day):
            pass
        return self._reminders(rule) - before

    def _reminders(self, rule):
        return self.env["aftersales.reminder"].search([("rule_id", "=", rule.id)])

    def _maintain(self, day, **values):
        """A maintenance job on the unit that was done on a day."""
        at = datetime.combine(day, datetime.min.time()) + timedelta(hours=10)
        job = self._voucher(kind="maintenance", registered_at=at, **values)
        job._dispatch(at)
        job._start(at)
        return self._finish(job, at)

    # === WHEN IT FALLS DUE === #

    def test_S13_month_ends(self):
        """31 January and one month is the last of February, and the 31st again in March."""
        rule = self._rule(months=1)
        for day, expected in (
            (date(2024, 2, 28), None),
            (date(2024, 2, 29), date(2024, 2, 29)),
            (date(2024, 3, 30), None),
            (date(2024, 3, 31), date(2024, 3, 31)),
            (date(2024, 4, 30), date(2024, 4, 30)),
        ):
            made = self._run(day, rule)
            with self.subTest(day=day):
                self.assertEqual(made.due_on, expected or False)
        self.unit.sold_on = date(2023, 1, 31)
        self.assertEqual(self._run(date(2023, 2, 28), rule).due_on, date(2023, 2, 28))

    def test_S13_so_many_days_before(self):
        self.rule.lead_days = 14
        self.assertFalse(self._run(date(2025, 1, 16)))
        made = self._run(date(2025, 1, 17))
        self.assertEqual((made.due_on, made.due_by), (date(2025, 1, 31), "date"))
        self.assertEqual(made.partner_id, self.customer)
        self.assertEqual(made.user_id, self.adviser)
        self.assertFalse(self._run(date(2025, 1, 18)), "one for each cycle")

    def test_S13_two_cycles_missed_give_one_reminder(self):
        made = self._run(date(2026, 5, 1))
        self.assertEqual(len(made), 1)
        self.assertEqual((made.due_on, made.cycle), (date(2026, 1, 31), 2))

    def test_S13_the_next_cycle_takes_the_place_of_an_open_one(self):
        first = self._run(date(2025, 1, 31))
        first._notify()
        self.assertTrue(first.activity_ids)
        second = self._run(date(2026, 1, 31))
        self.assertEqual((first.state, second.state), ("cancelled", "due"))
        self.assertFalse(first.activity_ids)

    def test_S13_maintenance_starts_the_clock_again(self):
        self._run(date(2025, 1, 31))
        self._maintain(date(2025, 3, 10))
        self.assertFalse(self._run(date(2026, 1, 31)), "counted from the job")
        made = self._run(date(2026, 3, 10))
        self.assertEqual((made.due_on, made.cycle_start), (date(2026, 3, 10), date(2025, 3, 10)))

    def test_S13_other_jobs_do_not(self):
        at = datetime(2024, 9, 1, 9)
        job = self._voucher(kind="repair", registered_at=at)
        job._dispatch(at)
        job._start(at)
        self._finish(job, at)
        self.assertEqual(self._run(date(2025, 1, 31)).cycle_start, date(2024, 1, 31))

    def test_S13_by_meter_before_the_months(self):
        """500 hours come after 250 days at 2 hours a day: earlier than a year."""
        self.rule.write({"meter": 500, "meter_unit": "hours"})
        self.unit._take_meter_reading(200, day=date(2024, 5, 10))
        self.assertEqual(self.unit.meter_per_day, 2)
        self.assertFalse(self._run(date(2024, 10, 6)), "498 hours")
        made = self._run(date(2024, 10, 7))
        self.assertEqual((made.due_by, made.due_meter), ("meter", 500))
        self.assertEqual(made.due_on, date(2024, 10, 7))
        self.assertFalse(self._run(date(2025, 1, 31)), "the year is the same cycle")

    def test_S13_by_months_before_the_meter(self):
        self.rule.write({"meter": 500, "meter_unit": "hours"})
        self.unit._take_meter_reading(20, day=date(2024, 5, 10))
        made = self._run(date(2025, 1, 31))
        self.assertEqual((made.due_by, made.due_on), ("date", date(2025, 1, 31)))

    def test_S13_the_meter_counts_from_the_last_maintenance(self):
        self.rule.write({"months": 0, "meter": 500, "meter_unit": "hours"})
        self.unit._take_meter_reading(200, day=date(2024, 5, 10))
        self._maintain(date(2024, 8, 18), meter_reading=400)
        self.assertFalse(self._run(date(2024, 10, 7)))
        # 900 hours at 2 a day: 250 days after the job.
        self.assertFalse(self._run(date(2025, 4, 24)))
        made = self._run(date(2025, 4, 25))
        self.assertEqual((made.due_meter, made.due_on), (900, date(2025, 4, 25)))

    def test_S13_kilometres_are_no_hours(self):
        self.rule.write({"months": 0, "meter": 500, "meter_unit": "km"})
        self.unit._take_meter_reading(2000, day=date(2024, 5, 10))
        self.assertFalse(self._run(date(2025, 1, 31)))

    def test_S13_not_of_years_ago(self):
        self.rule.late_days = 60
        self.assertFalse(self._run(date(2025, 5, 1)), "due on 31 January")
        self.assertTrue(self._run(date(2026, 3, 1)))

    def test_S13_ends(self):
        self.unit.write(
            {"warranty_end": date(2025, 6, 30), "contract_end": date(2025, 6, 30)},
        )
        for kind in ("warranty_end", "contract_end"):
            rule = self._rule(kind=kind, lead_days=30)
            with self.subTest(kind=kind):
                self.assertFalse(self._run(date(2025, 5, 30), rule))
                made = self._run(date(2025, 5, 31), rule)
                self.assertEqual(made.due_on, date(2025, 6, 30))
                # The term is prolonged: the old reminder gives way to that of the new end.
                name = "warranty_end" if kind == "warranty_end" else "contract_end"
                self.unit[name] = date(2026, 6, 30)
                again = self._run(date(2026, 6, 1), rule)
                self.assertEqual(again.due_on, date(2026, 6, 30))
                self.assertEqual(made.state, "cancelled")
                self.assertFalse(self._run(date(2026, 7, 1), rule), "over is over")

    def test_S13_insurance(self):
        insurer = self.env["res.partner"].create({"name": "T insurer"})
        policy = self.env["aftersales.insurance.policy"].create(
            {
                "name": "T-POLICY",
                "lot_id": self.unit.id,
                "insurer_id": insurer.id,
                "date_from": date(2025, 1, 1),
                "date_to": date(2025, 12, 31),
            }
        )
        rule = self._rule(kind="insurance_end", lead_days=45)
        made = self._run(date(2025, 12, 1), rule)
        self.assertEqual(made.due_on, date(2025, 12, 31))
        policy.copy(
            {
                "name": "T-POLICY-2",
                "date_from": date(2026, 1, 1),
                "date_to": date(2026, 12, 31),
                "is_renewal": True,
            }
        )
        self.assertFalse(self._run(date(2025, 12, 20), rule), "it is renewed")
        self.assertEqual(self._run(date(2026, 12, 1), rule).due_on, date(2026, 12, 31))

    def test_S13_birthday(self):
        """That of 29 February is on the 28th in common years, and one a year."""
        self.customer.aftersales_birthday = date(1980, 2, 29)
        stranger = self.env["res.partner"].create(
            {"name": "T nobody's user", "aftersales_birthday": date(1980, 2, 29)}
        )
        rule = self._rule(kind="birthday", lead_days=3)
        self.assertFalse(self._run(date(2025, 2, 24), rule))
        self.assertEqual(self._run(date(2025, 2, 25), rule).due_on, date(2025, 2, 28))
        self.assertFalse(self._run(date(2025, 2, 26), rule))
        self.assertEqual(self._run(date(2028, 2, 28), rule).due_on, date(2028, 2, 29))
        self.assertNotIn(stranger, self._reminders(rule).partner_id)
        # Over the turn of the year.
        self.customer.aftersales_birthday = date(1980, 1, 2)
        self.assertEqual(self._run(date(2029, 12, 31), rule).due_on, date(2030, 1, 2))

    def test_S13_for_whom(self):
        """Models, categories with those below, and classes of customers narrow a rule."""
        day = date(2025, 1, 31)
        parent = self.env["product.category"].create({"name": "T machines"})
        child = self.env["product.category"].create({"name": "T small", "parent_id": parent.id})
        tag = self.env["res.partner.category"].create({"name": "T fleet"})
        everything = {"product_ids": False}
        by_category = self._rule(categ_ids=[(6, 0, parent.ids)], **everything)
        by_class = self._rule(partner_category_ids=[(6, 0, tag.ids)])
        by_model = self._rule(product_ids=[(6, 0, self.serial_part.ids)])
        for rule in (by_category, by_class, by_model):
            self.assertFalse(self._run(day, rule))
        self.model.categ_id = child
        self.customer.category_id = tag
        self.assertEqual(self._run(day, by_category).lot_id, self.unit)
        self.assertEqual(self._run(day, by_class).lot_id, self.unit)
        self.assertFalse(self._run(day, by_model))

    def test_S13_units_of_another_company_are_not_ours(self):
        self.unit.company_id = self.env["res.company"].create({"name": "T elsewhere"})
        self.assertFalse(self._run(date(2025, 1, 31)))

    def test_S13_who_asked_to_be_left_alone_gets_none(self):
        self.company.aftersales_no_contact_percent = 100
        self.customer.write(
            {"aftersales_no_contact": True, "aftersales_no_contact_reason": "By mail"}
        )
        self.assertFalse(self._run(date(2025, 1, 31)))

    # === SENDING === #

    def _mails(self, reminders):
        return self.env["mail.mail"].search(
            [("model", "=", "aftersales.reminder"), ("res_id", "in", reminders.ids)]
        )

    def test_S13_customer_and_adviser_are_told(self):
        made = self._run(date(2025, 1, 31))
        made._notify()
        mail = self._mails(made)
        self.assertEqual(mail.state, "outgoing", "it waits in the queue")
        self.assertIn("T customer: T-SERIAL-1 on", mail.body_html)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertEqual(made.activity_ids.user_id, self.adviser)
        self.assertEqual((made.state, made.sent_count, made.send_on), ("sent", 1, False))

    def test_S13_each_audience(self):
        for audience, mails, activities in (("customer", 1, 0), ("adviser", 0, 1)):
            rule = self._rule(audience=audience)
            made = self._run(date(2025, 1, 31), rule)
            made._notify()
            with self.subTest(audience=audience):
                self.assertEqual(len(self._mails(made)), mails)
                self.assertEqual(len(made.activity_ids), activities)

    def test_S13_without_an_address_the_adviser_calls(self):
        self.rule.audience = "customer"
        self.customer.email = False
        made = self._run(date(2025, 1, 31))
        made._notify()
        self.assertEqual((made.state, made.activity_ids.user_id), ("sent", self.adviser))
        self.customer.user_id = False
        unreached = self._run(date(2026, 1, 31))
        unreached._notify()
        self.assertEqual(unreached.state, "due")
        self.assertIn("No mail address", unreached.problem)

    def test_S13_again_until_it_is_done(self):
        self.rule.write({"repeat_days": 30, "repeat_max": 2})
        made = self._run(date(2025, 1, 31))
        made._notify()
        self.assertTrue(made.send_on)
        made._notify()
        self.assertEqual((made.sent_count, made.send_on), (2, False), "twice at most")
        self.assertEqual(len(made.activity_ids), 1, "one activity is enough")

    def test_S13_marked_meanwhile(self):
        made = self._run(date(2025, 1, 31))
        self.company.aftersales_no_contact_percent = 100
        self.customer.write(
            {"aftersales_no_contact": True, "aftersales_no_contact_reason": "By mail"}
        )
        made._notify()
        self.assertEqual(made.state, "cancelled")
        self.assertFalse(self._mails(made))

    # === JOBS === #

    def test_S13_a_job_answers_and_settles_it(self):
        made = self._run(date(2025, 1, 31))
        made._notify()
        repair = self._voucher(kind="repair")
        self.assertFalse(made.voucher_id)
        job = self._voucher(kind="maintenance")
        self.assertEqual(made.voucher_id, job)
        self.assertFalse(repair.reminder_ids)
        job._dispatch()
        job._start()
        # Loaded history: without the checklist of maintenance.
        self._finish(job.with_user(self.technician_user), at=datetime(2025, 2, 3, 9))
        self.assertEqual((made.state, made.done_on), ("done", date(2025, 2, 3)))
        self.assertFalse(made.activity_ids)

    def test_S13_a_job_that_comes_to_nothing(self):
        made = self._run(date(2025, 1, 31))
        job = self._voucher(kind="maintenance")
        self.assertFalse(made.send_on)
        job.with_user(self.clerk).action_cancel(reason="Sold the machine")
        self.assertFalse(made.voucher_id)
        self.assertTrue(made.send_on, "it was never sent")
        other = self._voucher(kind="repair")
        other.kind = "maintenance"
        self.assertEqual(made.voucher_id, other)
        other.kind = "repair"
        self.assertFalse(made.voucher_id)

    def test_S13_nobody_is_reminded_of_what_is_registered(self):
        self._voucher(kind="maintenance")
        self.assertFalse(self._run(date(2025, 1, 31)))

    def test_S13_days_that_have_passed(self):
        birthday = self._rule(kind="birthday")
        self.customer.aftersales_birthday = date(1980, 5, 5)
        sent, unsent = self._run(date(2024, 5, 5), birthday), self._run(date(2025, 5, 5), birthday)
        sent._notify()
        maintenance = self._run(date(2025, 1, 31))
        self.env["aftersales.reminder"]._close_passed()
        self.assertEqual((sent.state, unsent.state), ("done", "cancelled"))
        self.assertEqual(maintenance.state, "due", "still to be done")

    # === RULES AND RIGHTS === #

    def test_S13_a_text_with_an_unknown_word(self):
        with self.assertRefused(ValidationError, r"\{serial\} in the text of T rule"):
            self.rule.text = "Dear {customer}, {serial} is due"

    def test_S13_a_text_reveals_nothing_else(self):
        with self.assertRaises(ValidationError):
            self.rule.text = "{customer} {__class__}"
        self.rule.text = "{customer.__class__} {due}"
        made = self._run(date(2025, 1, 31))
        self.assertIn("{customer.__class__}", made.message)

    def test_S13_reminders_are_not_typed(self):
        made = self._run(date(2025, 1, 31)).with_user(self.clerk)
        with self.assertRefused(UserError, "written by the nightly run"):
            made.state = "done"
        with self.assertRaises(UserError):
            made.with_user(self.supervisor).copy()
        made.user_id = self.clerk
        made.action_done()
        self.assertEqual(made.state, "done")
        with self.assertRaises(UserError):
            made.action_send()
        with self.assertRaises(AccessError):
            self.rule.with_user(self.clerk).action_run()

    # === THE RUN === #

    def _progress(self, stop_at=None):
        calls = []

        def commit_progress(_cron, processed=0, *, remaining=None, deactivate=False):
            calls.append((processed, remaining))
            return 0 if len(calls) == stop_at else 60

        return calls, patch.object(type(self.env["ir.cron"]), "_commit_progress", commit_progress)

    def _units(self, count):
        """So many units like ours, by one statement."""
        multiply(self.unit, count, name=SQL("'T-MANY-' || nth"))

    def test_S13_a_run_that_is_stopped_goes_on(self):
        self._units(30)
        name = "odoo.addons.aftersales_service.models.aftersales_reminder_rule"
        rules = self.env["aftersales.reminder.rule"]
        self.unit.sold_on = date(2020, 1, 31)
        calls, progress = self._progress(stop_at=1)
        with patch(f"{name}.CHUNK", 10), progress:
            rules._cron_make_reminders()
        self.assertEqual(len(calls), 1)
        self.assertTrue(self.rule.run_position)
        self.assertTrue(0 < self.rule.run_progress < 100)
        first = len(self._reminders(self.rule))
        calls, progress = self._progress()
        with patch(f"{name}.CHUNK", 10), progress:
            rules._cron_make_reminders()
        self.assertGreaterEqual(len(calls), 3)
        self.assertEqual(calls[-1][1], 0)
        self.assertEqual((self.rule.run_position, self.rule.run_progress), (0, 100))
        self.assertEqual(len(self._reminders(self.rule)), 31)
        self.assertEqual(self.rule.run_count, 31)
        self.assertLess(first, 31)
        calls, progress = self._progress()
        with progress:
            rules._cron_make_reminders()
        self.assertFalse(calls, "once a day")

    def test_S13_sending_is_done_in_batches(self):
        self._units(5)
        self._run(date(2025, 1, 31))
        calls, progress = self._progress()
        with (
            patch("odoo.addons.aftersales_service.models.aftersales_reminder.BATCH", 4),
            progress,
        ):
            self.env["aftersales.reminder"]._cron_send_reminders()
        self.assertEqual([processed for processed, _remaining in calls][:2], [4, 2])
        self.assertEqual(set(self._reminders(self.rule).mapped("state")), {"sent"})

    @warmup
    def test_S13_queries_of_the_run_do_not_grow_with_the_units(self):
        self.rule.write({"meter": 500, "meter_unit": "hours"})

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._run(date(2025, 1, 31))
            return self.env.cr.sql_log_count - before

        count()
        self._units(20)
        few = count()
        self._units(2000)
        many = count()
        self.assertEqual(len(self._reminders(self.rule)), 2021)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 15)

    @warmup
    def test_S13_queries_of_sending_do_not_grow_with_each_reminder(self):
        self.rule.audience = "adviser"
        self._units(60)
        reminders = self._run(date(2025, 1, 31))

        def count(batch):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            batch._notify()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(reminders[:1])
        few, many = count(reminders[1:11]), count(reminders[11:])
        self.assertLessEqual(many, few + 5)
