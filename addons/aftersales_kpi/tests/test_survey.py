# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.aftersales_base.drawing import choose, get_digest

from .common import golden
from .quality import QualityCommon


@tagged("post_install", "-at_install")
class TestSurvey(QualityCommon):
    """K11: who is in the sample, mailed, drawn, phoned, and what the answers give."""

    # --- the sample ---

    def test_K11_every_visit_settled_in_the_window_is_in_the_sample(self):
        """30 days before the round, without its own day; in one round only."""
        first, last = self.make_visit(30), self.make_visit(1)
        self.make_visit(31)
        self.make_visit(0)
        one = self.make_round()
        one.with_user(self.manager).action_open()
        self.assertEqual(one.sample_ids.voucher_id, first | last)
        self.assertEqual(one.date_from, self.today - timedelta(days=30))
        again = self.make_round()
        again.with_user(self.manager).action_open()
        self.assertFalse(again.sample_ids, "a visit is asked about in one round")

    def test_K11_settled_is_done_and_nothing_left_to_invoice(self):
        free = self.make_visit()
        to_pay = self.make_visit()
        paid = self.make_visit(200)
        internal = self.make_visit(outcomes=(), service_type="D", partner_id=False)
        open_job = self.make_open_job()
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        journal = self.env["account.journal"].create(
            {"name": "J", "code": "KJ", "type": "general", "company_id": self.company.id}
        )
        invoice = self.env["account.move"].create(
            {"move_type": "entry", "date": self.today, "journal_id": journal.id}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET state = 'posted', invoice_date = %s WHERE id = %s",
            [self.today - timedelta(days=2), invoice.id],
        )
        self.env.cr.execute(
            "UPDATE aftersales_voucher SET amount_customer = 10, sale_order_id = %s WHERE id IN %s",
            [order.id, (to_pay.id, paid.id)],
        )
        self.env.cr.execute(
            "UPDATE aftersales_voucher SET invoice_id = %s WHERE id = %s", [invoice.id, paid.id]
        )
        self.env.invalidate_all()
        one = self.make_round()
        one.with_user(self.manager).action_open()
        self.assertEqual(one.sample_ids.voucher_id, free | paid)
        settled = {row.voucher_id: row.settled_on for row in one.sample_ids}
        self.assertEqual(settled[paid], self.today - timedelta(days=2))
        self.assertTrue(internal and open_job)

    def test_K11_S13_robinson_customers_get_none(self):
        """Neither in the sample, nor, marked later, mailed or phoned."""
        company = self.env["res.partner"].create({"name": "Quiet Ltd", "is_company": True})
        contact = self.env["res.partner"].create(
            {"name": "Q", "parent_id": company.id, "email": "q@example.com", "phone": "1"}
        )
        self.env.company.aftersales_no_contact_percent = 100
        quiet = self.make_visit(partner_id=contact.id)
        asked = self.make_visit()
        company.write({"aftersales_no_contact": True, "aftersales_no_contact_reason": "letter"})
        one, row = self.open_round(asked)
        self.assertNotIn(quiet, one.sample_ids.voucher_id)
        self.assertEqual(one.left_out_count, 1)
        self.customer.write(
            {"aftersales_no_contact": True, "aftersales_no_contact_reason": "by phone"}
        )
        one.action_push()
        self.assertEqual((row.state, row.push_count), ("left_out", 0))
        with self.assertRaisesRegex(UserError, "is over"):
            row._take_answers(self.answers())

    def test_K11_robinson_on_the_phone_list_is_not_called(self):
        self.company.aftersales_survey_phone_percent = 100
        one, row = self.open_round(self.make_visit())
        one.with_user(self.manager).action_draw()
        self.env.company.aftersales_no_contact_percent = 100
        self.customer.write(
            {"aftersales_no_contact": True, "aftersales_no_contact_reason": "by phone"}
        )
        with self.assertRaisesRegex(UserError, "do not call"):
            row.with_user(self.caller).action_record()

    # --- mails ---

    def test_K11_pushed_at_most_twice_a_visit(self):
        one, row = self.open_round(self.make_visit())
        mails = self.env["mail.mail"].search([])
        self.run_cron()
        self.assertEqual((row.state, row.push_count), ("asked", 1))
        self.run_cron()
        self.assertEqual(row.push_count, 1, "the second one waits")
        for _time in range(3):
            row.sudo().push_due_at = fields.Datetime.now()
            row._push()
        self.assertEqual(row.push_count, 2)
        sent = (self.env["mail.mail"].search([]) - mails).filtered(
            lambda mail: self.customer in mail.recipient_ids
        )
        self.assertEqual(len(sent), 2)
        for mail in sent:
            self.assertIn(row._get_key(), mail.body_html)
            self.assertFalse(mail.model or mail.res_id, "the link hangs on no document")
        self.assertEqual(one.state, "open")

    def test_K11_no_mail_address_is_told_once(self):
        quiet = self.env["res.partner"].create({"name": "No mail", "phone": "1"})
        self.company.aftersales_survey_user_id = self.manager
        one, row = self.open_round(self.make_visit(partner_id=quiet.id))
        for _time in range(2):
            row.sudo().push_due_at = fields.Datetime.now()
            self.run_cron()
        self.assertEqual((row.state, row.push_count), ("waiting", 0))
        self.assertEqual(row.activity_ids.user_id, self.manager)
        self.assertEqual(len(row.activity_ids), 1)
        quiet.email = "now@example.com"
        row.sudo().push_due_at = fields.Datetime.now()
        self.run_cron()
        self.assertEqual((row.state, row.push_count), ("asked", 1))
        self.assertFalse(row.activity_ids)
        self.assertEqual(one.state, "open")

    def test_K11_rounds_open_by_themselves_where_the_company_says_so(self):
        visit = self.make_visit()
        Round = self.env["aftersales.survey.round"]
        self.run_cron()
        self.assertFalse(Round.search([("company_id", "=", self.company.id)]))
        self.company.aftersales_survey_mail = True
        self.run_cron()
        one = Round.search([("company_id", "=", self.company.id)])
        self.assertEqual(one.sample_ids.voucher_id, visit)
        self.assertEqual(one.sample_ids.push_count, 1)
        self.run_cron()
        self.assertEqual(Round.search_count([("company_id", "=", self.company.id)]), 1)
        one.sudo().opened_at -= timedelta(days=10)
        self.run_cron()
        self.assertEqual(one.state, "drawn")

    # --- the draw ---

    def test_K11_draw_is_repeatable_and_by_outlet(self):
        self.company.aftersales_survey_phone_percent = 34
        visits = [self.make_visit() for _number in range(6)]
        one, *_rows = self.open_round(*visits)
        one.sample_ids[0]._take_answers(self.answers(), "phone")
        answered = one.sample_ids[0]
        one.with_user(self.manager).action_draw()
        drawn = one.sample_ids.filtered(lambda row: row.state == "phone")
        self.assertNotIn(answered, drawn, "who has answered is not phoned")
        pool = (one.sample_ids - answered).voucher_id.ids
        # 34 % of 5 is 1.7: two.
        self.assertEqual(set(drawn.voucher_id.ids), set(choose(one.seed, pool, 2)))
        for row in drawn:
            self.assertEqual(row.draw_digest, get_digest(one.seed, row.voucher_id.id))
        self.assertTrue(one._is_verified())
        others = one.sample_ids - drawn - answered
        drawn[0].sudo().phone_slot = 0
        others[0].sudo().phone_slot = 9
        self.assertFalse(one._is_verified())
        with self.assertRaises(UserError):
            one.with_user(self.manager).action_draw()

    def test_K11_at_most_so_many_per_outlet_and_quarter(self):
        """Over several rounds, for each outlet apart."""
        self.company.write(
            {"aftersales_survey_phone_percent": 100, "aftersales_survey_outlet_limit": 3}
        )
        south = self.outlet.copy({"name": "South", "code": "KPI-S"})
        for days in (8, 8, 7, 7):
            self.make_visit(days)
        elsewhere = self.make_visit(8, outlet_id=south.id)
        first = self.make_round(date=self.today - timedelta(days=7))
        first.with_user(self.manager).action_open()
        first.with_user(self.manager).action_draw()
        second = self.make_round()
        second.with_user(self.manager).action_open()
        second.with_user(self.manager).action_draw()
        rows = (first | second).sample_ids
        self.assertEqual(len(rows), 5)
        phoned = rows.filtered("phone_slot")
        self.assertEqual(sorted(phoned.filtered(self.is_north).mapped("phone_slot")), [1, 2, 3])
        self.assertIn(elsewhere, phoned.voucher_id)

    def is_north(self, row):
        return row.outlet_id == self.outlet

    def test_K11_one_statement_draws_for_all_outlets(self):
        """The number of queries does not depend on outlets and visits."""
        counts = []
        for outlets in (1, 4):
            for number in range(outlets):
                outlet = self.outlet.copy({"name": "O", "code": f"Q-{outlets}-{number}"})
                self.make_visit(outlet_id=outlet.id)
            one = self.make_round()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            one._open()
            one._draw()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertGreaterEqual(len(one.sample_ids), outlets)
        self.assertLessEqual(counts[1], counts[0])

    def test_K11_the_seed_is_not_chosen(self):
        for vals in ({"seed": "1"}, {"state": "open"}, {"opened_at": fields.Datetime.now()}):
            with self.assertRaises(UserError):
                self.env["aftersales.survey.round"].with_user(self.manager).create(vals)
        one = self.env["aftersales.survey.round"].with_user(self.manager).create({})
        with self.assertRaises(UserError):
            one.seed = "1"
        self.assertEqual(len(one.seed), 32)

    # --- the phone ---

    def phone(self, *visits):
        self.company.aftersales_survey_phone_percent = 100
        one, *rows = self.open_round(*visits)
        one.with_user(self.manager).action_draw()
        return [row.with_user(self.caller) for row in rows]

    def test_K11_callers_record_answers(self):
        (row,) = self.phone(self.make_visit())
        row.action_take()
        action = row.action_record()
        call = (
            self.env["aftersales.survey.call"]
            .with_user(self.caller)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(call.line_ids.question_id, self.questions)
        with self.assertRaisesRegex(UserError, "Please answer"), self.env.cr.savepoint():
            call.action_save()
        for line in call.line_ids:
            line.write({"step": "4", "number": "10", "remark": "Thanks"})
        call.action_save()
        self.assertEqual(
            (row.state, row.channel, row.caller_id), ("answered", "phone", self.caller)
        )
        self.assertEqual(row.service_score, 75)
        self.assertEqual(row.loyalty_score, 100)
        with self.assertRaises(UserError):
            row.action_record()

    def test_K11_who_has_answered_by_link_leaves_the_phone_list(self):
        (row,) = self.phone(self.make_visit())
        row.sudo().expires_at = fields.Datetime.now() + timedelta(days=1)
        row.sudo()._take_answers(self.answers())
        self.assertEqual(row.state, "answered")
        for step in (row.action_record, row.action_no_answer, row.action_refused):
            with self.assertRaises(UserError):
                step()

    def test_K11_tries_end(self):
        rows = self.phone(self.make_visit(), self.make_visit())
        for _try in range(3):
            rows[0].action_no_answer()
        rows[1].action_refused()
        self.assertEqual([row.state for row in rows], ["silent", "silent"])
        self.assertEqual(rows[0].tries, 3)
        self.assertNotEqual(rows[0].problem, rows[1].problem)

    def test_K11_two_callers_do_not_call_the_same_customer(self):
        (row,) = self.phone(self.make_visit())
        row.action_take()
        other = self.make_user("kpi_caller2", "aftersales_service.group_service_caller")
        with self.assertRaisesRegex(UserError, "calling"):
            row.with_user(other).action_take()

    # --- answers ---

    def test_K11_answers_feed_the_measures(self):
        """Mean of the answers from 0 to 100, with the answers as the records behind it."""
        visits = [self.make_visit(), self.make_visit(technician=self.other)]
        one, *rows = self.open_round(*visits)
        rows[0]._take_answers(self.answers("5", "4", "8"), "phone")
        rows[1]._take_answers(self.answers("1", "3", "0"), "phone")
        expected = {"product": (100, 0), "service": (75, 50), "loyalty": (80, 0)}
        for theme, (mine, theirs) in expected.items():
            indicator = self.env.ref(f"aftersales_kpi.indicator_survey_{theme}")
            with self.subTest(theme=theme):
                found = self.measure(indicator, self.today, self.today)
                self.assertEqual(found[self.tech.id].value, mine)
                self.assertEqual(found[self.other.id].value, theirs)
                outlets = self.measure(indicator, self.today, self.today, subject="outlet")
                self.assertEqual(outlets[self.outlet.id].value, Decimal(mine + theirs) / 2)
                answer = one.sample_ids.answer_ids.filtered(
                    lambda answer, theme=theme: (
                        answer.theme == theme and answer.technician_id == self.tech
                    )
                )
                self.assertEqual(found[self.tech.id].source_ids, (answer.id,))

    def test_K11_K5_golden(self):
        """Product and service satisfaction of K5, out of answers on a scale from 0 to 10."""
        given = golden("K5")["given"]
        questions = self.question_product | self.question_service
        questions.answer_kind = "scale"
        (self.question_loyalty | self.question_remark).action_archive()
        _one, row = self.open_round(self.make_visit())
        typed = {
            str(self.question_product.id): str(int(given["product"] / 10)),
            str(self.question_service.id): str(int(given["service"] / 10)),
        }
        row._take_answers(typed, "phone")
        product, service = (
            self.measure(
                self.env.ref(f"aftersales_kpi.indicator_survey_{theme}"), self.today, self.today
            )[self.tech.id].value
            for theme in ("product", "service")
        )
        self.assertEqual((product, service), (given["product"], given["service"]))
        weight = given["weight"]
        self.assertEqual(
            product * weight + service * (1 - weight), golden("K5")["expect"]["satisfaction"]
        )

    def test_K11_response_rate(self):
        rows = self.open_round(*(self.make_visit() for _number in range(4)))[1:]
        for row in rows:
            row._push()
        rows[0]._take_answers(self.answers(), "phone")
        indicator = self.env.ref("aftersales_kpi.indicator_survey_response")
        start = self.today - timedelta(days=10)
        self.assertEqual(self.measure(indicator, start, self.today)[self.tech.id].value, 25)

    def test_K11_K9_survey_negatives_are_not_complaints(self):
        complaints = self.env["aftersales.complaint"].search_count([])
        visit = self.make_visit()
        callbacks = len(visit.callback_ids)
        _one, row = self.open_round(visit)
        row._take_answers(self.answers("1", "1", "0", "Terrible"), "phone")
        self.assertEqual(self.env["aftersales.complaint"].search_count([]), complaints)
        self.assertEqual(len(visit.callback_ids), callbacks)
        self.assertEqual(
            self.env["aftersales.callback"].search_count(
                [("voucher_id", "=", visit.id), ("outcome", "!=", "satisfied")]
            ),
            0,
        )

    def test_K11_one_answer_a_visit(self):
        _one, row = self.open_round(self.make_visit())
        row._push()
        row._take_answers(self.answers("5", "5"))
        for channel in ("link", "phone"):
            with self.assertRaisesRegex(UserError, "has been answered"):
                row._take_answers(self.answers("1", "1"), channel)
        self.assertEqual(row.service_score, 100)
        self.assertEqual(len(row.answer_ids), 4)

    def test_K11_scripted_answers_are_refused_whole(self):
        """Values that are no choice, questions of others, missing ones: nothing is written."""
        other = self.make_question("Not asked", "service")
        _one, row = self.open_round(self.make_visit())
        other.action_archive()
        for bad in ("6", "0", "-1", "4.5", "４", "x", "4; DROP", "", None):
            with self.subTest(bad=bad), self.assertRaises(UserError), self.env.cr.savepoint():
                row._take_answers(self.answers(service=bad), "phone")
        self.assertFalse(row.answer_ids)
        self.assertEqual(row.state, "waiting")
        typed = self.answers(remark="x" * 5000 + "\x00") | {"abc": "5", "99999999": "5"}
        row._take_answers(typed, "phone")
        self.assertEqual(len(row.answer_ids), 4)
        self.assertEqual(len(row.answer_ids.filtered("remark").remark), 2000)

    def test_K11_expired_and_closed_links(self):
        one, row, late = self.open_round(self.make_visit(), self.make_visit())
        with self.assertRaisesRegex(UserError, "is over"):
            row._take_answers(self.answers())
        (row | late)._push()
        row.sudo().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        with self.assertRaisesRegex(UserError, "is over"):
            row._take_answers(self.answers())
        one.with_user(self.manager).action_close()
        self.assertEqual(late.state, "silent")
        with self.assertRaisesRegex(UserError, "is over"):
            late._take_answers(self.answers())

    def test_K11_keys_open_their_own_visit_only(self):
        _one, row, other = self.open_round(self.make_visit(), self.make_visit())
        Sample = self.env["aftersales.survey.sample"]
        self.assertEqual(Sample._find_by_key(row._get_key()), row)
        proof = row._get_key().partition("-")[2]
        bad = (f"{other.id}-{proof}", f"{row.id}-", str(row.id), "", "-", f"٣-{proof}", "9" * 12)
        for key in bad:
            self.assertFalse(Sample._find_by_key(key), key)

    def test_K11_a_question_that_was_answered_stays(self):
        _one, row = self.open_round(self.make_visit())
        row._take_answers(self.answers(), "phone")
        for vals in ({"name": "Other?"}, {"theme": "service"}, {"answer_kind": "scale"}):
            with self.assertRaisesRegex(UserError, "archive"):
                self.question_product.with_user(self.manager).write(vals)
        self.question_product.with_user(self.manager).action_archive()

    # --- rights ---

    def test_K11_nobody_writes_samples_and_answers(self):
        _one, row = self.open_round(self.make_visit())
        row._take_answers(self.answers(), "phone")
        for user in (self.manager, self.caller, self.auditor):
            with self.assertRaises(UserError):
                row.with_user(user).write({"state": "waiting"})
            with self.assertRaises(AccessError):
                row.answer_ids.with_user(user).write({"score": 100})
            self.assertTrue(row.with_user(user).answer_ids.mapped("score"))
        with self.assertRaises(AccessError):
            row.with_user(self.user).read(["state"])

    def test_K11_employees_see_answers_about_their_own_visits(self):
        _one, mine, theirs = self.open_round(
            self.make_visit(), self.make_visit(technician=self.other)
        )
        for row in (mine, theirs):
            row._take_answers(self.answers(), "phone")
        Answer = self.env["aftersales.survey.answer"].with_user(self.user)
        self.assertEqual(Answer.search([("company_id", "=", self.company.id)]), mine.answer_ids)

    def test_K11_only_the_hotline_phones(self):
        (row,) = self.phone(self.make_visit())
        with self.assertRaises(AccessError):
            row.with_user(self.manager).action_no_answer()

    def test_K11_another_company_sees_nothing(self):
        _one, row = self.open_round(self.make_visit())
        company = self.env["res.company"].create({"name": "Other KPI"})
        stranger = self.make_user("kpi_stranger", "aftersales_kpi.group_kpi_manager")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        Sample = self.env["aftersales.survey.sample"].with_user(stranger)
        self.assertFalse(Sample.search([("id", "=", row.id)]))
        with self.assertRaises(AccessError):
            row.round_id.with_user(stranger).action_draw()

    def test_mails_go_out_in_batches(self):
        rows = self.open_round(*(self.make_visit() for _number in range(3)))[1:]
        name = "odoo.addons.aftersales_kpi.models.aftersales_survey_sample.BATCH"
        with patch(name, 2):
            self.run_cron()
        self.assertEqual([row.push_count for row in rows], [1, 1, 1])
