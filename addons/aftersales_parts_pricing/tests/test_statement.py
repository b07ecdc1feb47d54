# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import io
from datetime import datetime, timedelta

import openpyxl
from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import Command, api, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_statement import StatementCommon


@tagged("post_install", "-at_install")
class TestStatement(StatementCommon):
    def test_P12_balance_is_the_receivable(self):
        """Opening, invoices, credit notes, payments and entries add up to the accounts."""
        before = self._invoice(self.month_1 - timedelta(days=3), [(self.part, 50)])
        invoice = self._invoice(self.month_1, [(self.part, 100), (self.machine, 1000)])
        self._invoice(self.end_1, [(self.part, 30)], move_type="out_refund")
        self._pay(self.end_1, 400, invoice=invoice)
        self._invoice(self.month_2, [(self.part, 7)])
        self._invoice(self.month_1, [(self.part, 999)], partner=self.dealer_2)
        statement = self._statement(self.end_1)
        self.assertAddsUp(statement)
        self.assertEqual(statement.opening_balance, before.amount_total)
        self.assertEqual(statement.closing_balance, self._accounts(self.dealer, self.end_1))
        self.assertEqual(statement.closing_balance, 55 + 1210 - 33 - 400)
        self.assertEqual(statement.amount_invoiced, 1210 - 33)
        self.assertEqual(statement.parts_amount, 110 - 33)
        self.assertEqual(statement.amount_paid, -400)
        kinds = statement.line_ids.mapped("kind")
        self.assertEqual(sorted(kinds), ["credit_note", "invoice", "payment"])
        self.assertFalse(any(statement.line_ids.mapped("is_late")))

    def test_P12_late_changed_and_cancelled_documents_come_next(self):
        """What was sent stays; the next one opens with it and takes up what differs."""
        kept = self._invoice(self.month_1, [(self.part, 100)])
        changed = self._invoice(self.month_1, [(self.part, 200)])
        cancelled = self._invoice(self.month_1, [(self.machine, 300)])
        first = self._statement(self.end_1)
        first.action_send()
        told = [(line.document, line.amount) for line in first.line_ids]
        late = self._invoice(self.end_1, [(self.part, 10)])
        changed.button_draft()
        changed.invoice_line_ids.price_unit = 250
        changed.action_post()
        cancelled.button_draft()
        cancelled.button_cancel()
        new = self._invoice(self.month_2, [(self.part, 40)])
        second = self._statement(self.end_2)
        self.assertEqual(second.opening_balance, first.closing_balance)
        self.assertAddsUp(second)
        self.assertEqual(second.closing_balance, self._accounts(self.dealer, self.end_2))
        found = {
            line.move_id: (line.amount, line.parts_amount, line.is_late)
            for line in second.line_ids
            if line.section == "account"
        }
        self.assertEqual(
            found,
            {
                late: (11, 11, True),
                changed: (55, 55, True),
                cancelled: (-330, 0, True),
                new: (44, 44, False),
            },
        )
        self.assertNotIn(kept, found)
        self.assertEqual([(line.document, line.amount) for line in first.line_ids], told)

    def test_P12_document_moved_to_another_period_and_deleted_one(self):
        """Moved within the next period: told once, moved beyond it: taken back until then."""
        moved = self._invoice(self.month_1, [(self.part, 100)])
        gone = self._invoice(self.month_1, [(self.part, 20)])
        first = self._statement(self.end_1)
        first.action_send()
        moved.button_draft()
        moved.date = moved.invoice_date = self.today
        moved.action_post()
        gone.button_draft()
        name, gone_id = gone.name, gone.id
        gone.with_context(force_delete=True).unlink()
        second = self._statement(self.end_2)
        self.assertAddsUp(second)
        self.assertEqual(second.closing_balance, 0)
        lines = second.line_ids.filtered(lambda line: line.section == "account")
        self.assertEqual(sorted(lines.mapped("amount")), [-110, -22])
        self.assertEqual(lines.filtered(lambda line: line.move_key == gone_id).document, name)

    def test_P12_late_documents_before_the_first_statement(self):
        """They have no line of their own to differ from: one line says what they change."""
        self._invoice(self.month_1, [(self.part, 100)])
        first = self._statement(self.end_1)
        first.action_send()
        self._invoice(self.month_1 - timedelta(days=10), [(self.part, 60)])
        second = self._statement(self.end_2)
        self.assertAddsUp(second)
        (line,) = second.line_ids.filtered(lambda line: line.section == "account")
        self.assertEqual((line.amount, line.is_late, line.move_id.id), (66, True, False))
        self.assertEqual(second.closing_balance, self._accounts(self.dealer, self.end_2))

    def test_P12_each_currency(self):
        """A statement a currency; what another currency paid is taken off in both."""
        self._invoice(self.month_1, [(self.part, 100)])
        euros = self._invoice(self.month_1, [(self.part, 200)], currency=self.eur)
        statements = self._statements(self.end_1).filtered(
            lambda statement: statement.partner_id == self.dealer
        )
        self.assertEqual(statements.currency_id, self.usd | self.eur)
        self.assertEqual(
            {statement.currency_id: statement.closing_balance for statement in statements},
            {self.usd: 110, self.eur: 220},
        )
        statements.action_send()
        self._pay(self.month_2, 90, invoice=euros)
        open_now = {
            currency: sum(
                line.amount_residual_currency
                for line in self.env["account.move.line"].search(
                    [
                        ("partner_id", "=", self.dealer.id),
                        ("account_id.account_type", "=", "asset_receivable"),
                        ("parent_state", "=", "posted"),
                        ("currency_id", "=", currency.id),
                    ]
                )
            )
            for currency in (self.usd, self.eur)
        }
        self.assertLess(open_now[self.eur], 220)
        second = self._statements(self.end_2).filtered(
            lambda statement: statement.partner_id == self.dealer
        )
        for statement in second:
            self.assertAddsUp(statement)
            self.assertAlmostEqual(statement.closing_balance, open_now[statement.currency_id], 2)
        paid = second.filtered(lambda s: s.currency_id == self.eur).line_ids
        self.assertEqual(paid.kind, "payment")

    def test_P12_orders_deliveries_and_what_is_open(self):
        """As of the last day: what came or was invoiced later is not there yet."""
        order = self._sell([(self.part, 10, 12), (self.part_2, 4, 5)], self.month_1)
        done = self._deliver(order, self.month_1 + timedelta(days=1), share=0.5)
        self._return(done, self.end_1, 1)
        self._deliver(order, self.month_2, share=1)
        order._create_invoices(final=True).write({"invoice_date": self.month_2})
        order.invoice_ids.action_post()
        statement = self._statement(self.end_1)
        self.assertEqual(self._section(statement, "order"), [(order.name, 0, 140)])
        self.assertEqual(
            [row[2] for row in self._section(statement, "delivery")], [5 * 12 + 2 * 5, -12]
        )
        self.assertEqual(
            self._section(statement, "to_invoice"), [(order.name, 4, 48), (order.name, 2, 10)]
        )
        self.assertEqual(
            self._section(statement, "to_deliver"), [(order.name, 6, 72), (order.name, 2, 10)]
        )
        self.assertEqual(statement.amount_to_invoice, 58)
        self.assertEqual(statement.amount_to_deliver, 82)
        statement.action_send()
        second = self._statement(self.end_2)
        self.assertFalse(self._section(second, "to_invoice"))
        self.assertFalse(self._section(second, "order"))

    def test_P12_open_quantities_are_odoos_own(self):
        """At the end of all, what is open is what Odoo's sale orders say, units included."""
        order = self._sell([(self.part, 2, 120)], self.month_1)
        order.order_line.product_uom_id = self.dozen
        order.order_line.price_unit = 120
        self._deliver(order, self.month_1, share=0.75)
        (open_line,) = self._section(self._statement(self.end_1), "to_invoice")
        self.assertEqual(open_line[1], order.order_line.qty_to_invoice)
        self.assertAlmostEqual(open_line[2], order.order_line.untaxed_amount_to_invoice, 2)

    def test_P12_parts_only_beside_the_account(self):
        """Other goods and restricted parts are in the balance, not in the sections of parts."""
        core = self._create_part("restricted", 5)
        order = self._sell([(self.machine, 1, 900)], self.month_1)
        core_order = self._sell([(self.part, 1, 9)], self.month_1)
        core_order.order_line.product_id.product_tmpl_id.flush_recordset()
        self.env.cr.execute(
            "UPDATE sale_order_line SET product_id = %s WHERE order_id = %s",
            (core.id, core_order.id),
        )
        self.env.invalidate_all()
        self._invoice(self.month_1, [(self.machine, 900)])
        statement = self._statement(self.end_1)
        self.assertEqual(statement.line_ids.mapped("section"), ["account"])
        self.assertEqual(statement.closing_balance, 990)
        self.assertEqual(statement.parts_amount, 0)
        self.assertEqual(order.state, "sale")

    def test_P12_company_calendar_and_time_zone(self):
        """The evening of the last day in UTC is the next month in the company's east."""
        self.company.partner_id.tz = "Asia/Shanghai"
        order = self._sell([(self.part, 1, 10)], self.month_1)
        order.date_order = datetime.combine(self.end_1, datetime.min.time()) + timedelta(hours=20)
        self._invoice(self.month_1, [(self.part, 1)])
        self.assertFalse(self._section(self._statement(self.end_1), "order"))
        self.env["parts.statement"].search([("company_id", "=", self.company.id)]).action_send()
        self.assertEqual(self._section(self._statement(self.end_2), "order"), [(order.name, 0, 10)])

    def test_P12_month_or_quarter_as_agreed(self):
        """A dealer who settles by quarters is in the quarter's settlement only."""
        self.dealer.parts_settlement_period = "quarter"
        self.company.fiscalyear_last_month = "5"
        self._invoice(fields.Date.to_date("2026-07-15"), [(self.part, 100)])
        self._invoice(fields.Date.to_date("2026-07-15"), [(self.part, 10)], self.dealer_2)
        bounds = self.company._get_settlement_bounds("quarter", fields.Date.to_date("2026-07-15"))
        self.assertEqual([str(day) for day in bounds], ["2026-06-01", "2026-08-31"])
        statements = self._statements("2026-07-15", "quarter")
        self.assertEqual(statements.partner_id, self.dealer)
        self.assertEqual(str(statements.date_to), "2026-08-31")
        self.assertEqual(self._statements("2026-07-01").partner_id, self.dealer_2)

    def test_P12_one_statement_a_dealer_currency_and_period(self):
        """Made twice: nothing more, and the database says no to a second one."""
        self._invoice(self.month_1, [(self.part, 100)])
        settlement = self._settlement(self.end_1)
        settlement.action_make_statements()
        statement = settlement.statement_ids
        with self.assertRefused(UserError, "No statement to make"):
            settlement.action_make_statements()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            statement.sudo().copy({"key": statement.key}).flush_recordset()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._settlement(self.month_1)

    def test_P12_earlier_draft_comes_first(self):
        """The next statement waits until the earlier one was sent, and says so."""
        self._invoice(self.month_1, [(self.part, 100)])
        self._invoice(self.month_2, [(self.part, 1)], partner=self.dealer_2)
        first = self._statement(self.end_1)
        settlement = self._settlement(self.end_2)
        settlement.action_make_statements()
        self.assertEqual(settlement.statement_ids.partner_id, self.dealer_2)
        self.assertIn(first.name, settlement.message_ids[0].body)
        first.action_send()
        settlement.action_make_statements()
        self.assertEqual(settlement.statement_ids.partner_id, self.dealer | self.dealer_2)

    def test_P12_sent_figures_are_those_of_the_accounts_at_that_moment(self):
        self._invoice(self.month_1, [(self.part, 100)])
        statement = self._statement(self.end_1)
        self._invoice(self.end_1, [(self.part, 1)])
        statement.action_send()
        self.assertEqual(statement.closing_balance, self._accounts(self.dealer, self.end_1))
        with self.assertRefused(UserError, "was sent and stays"):
            statement.action_compute()
        with self.assertRefused(UserError, "was sent and stays"):
            statement.unlink()

    def test_P12_same_queries_for_many_dealers(self):
        """One query a section, however many dealers there are; other add-ons have theirs."""
        dealers = self.env["res.partner"].create(
            [{"name": f"Many {i}", "is_company": True, "is_dealer": True} for i in range(6)]
        )
        for dealer in dealers:
            self._invoice(self.month_1, [(self.part, 100)], partner=dealer)
            self._sell([(self.part, 1, 10)], self.month_1, partner=dealer)
        statements = self.env["parts.statement"]
        counts = []
        for asked in (dealers[:1], dealers[:1], dealers):
            self.env.flush_all()
            before = self.cr.sql_log_count
            figures = statements._collect(self.company, asked, self.month_1, self.end_1)
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(figures), len(asked))
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 8)

    def test_P12_merging_dealers_keeps_both_accounts(self):
        """Sent statements of both stay; drafts become one; the next one opens with both."""
        self._invoice(self.month_1, [(self.part, 100)])
        self._invoice(self.month_1, [(self.part, 10)], partner=self.dealer_2)
        first = self._statements(self.end_1)
        first.action_send()
        self._invoice(self.month_2, [(self.part, 1)], partner=self.dealer_2)
        drafts = self._statements(self.end_2)
        self.assertEqual(len(drafts), 2)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.dealer | self.dealer_2).ids, self.dealer, extra_checks=False
        )
        draft = drafts.exists()
        self.assertEqual(len(draft), 1)
        self.assertEqual(first.exists(), first)
        self.assertEqual(first.partner_id, self.dealer)
        self.assertEqual(draft.opening_balance, 121)
        self.assertAddsUp(draft)
        self.assertEqual(draft.closing_balance, self._accounts(self.dealer, self.end_2))

    def test_P12_companies_are_apart(self):
        """Another company's invoices are not on the statement."""
        other = self.env["res.company"].create({"name": "Other", "currency_id": self.usd.id})
        self._invoice(self.month_1, [(self.part, 100)])
        statement = self._statement(self.end_1)
        other_settlement = self.env["parts.settlement"].create(
            {"company_id": other.id, "date_to": self.end_1}
        )
        self.assertFalse(other_settlement._make_statements())
        user = self._user("other", "aftersales_parts_pricing.group_parts_settlement")
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        seen = (
            self.env["parts.statement"].with_user(user).with_context(allowed_company_ids=other.ids)
        )
        self.assertFalse(seen.search([("id", "=", statement.id)]))

    def test_P12_two_people_at_once(self):
        """Whoever comes second fails to serialise, is tried again and sees the first."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            settlement_id = (
                env["parts.settlement"]
                .create({"company_id": env.ref("base.main_company").id, "date_to": "1999-01-31"})
                .id
            )
        try:
            with self.registry.cursor() as one, self.registry.cursor() as two:
                for cr in (one, two):
                    cr.execute(
                        "SELECT last_run FROM parts_settlement WHERE id = %s", (settlement_id,)
                    )
                api.Environment(one, 1, {})["parts.settlement"].browse(settlement_id)._claim()
                one.commit()
                with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                    api.Environment(two, 1, {})["parts.settlement"].browse(settlement_id)._claim()
                two.rollback()
        finally:
            with self.registry.cursor() as cr:
                cr.execute("DELETE FROM parts_settlement WHERE id = %s", (settlement_id,))


@tagged("post_install", "-at_install")
class TestStatementAnswers(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("statements", "aftersales_parts_pricing.group_parts_settlement")
        cls._invoice(cls.month_1, [(cls.part, 100)])
        cls._invoice(cls.month_1, [(cls.part_2, 20)])
        cls.statement = cls._statement(cls.end_1).with_user(cls.clerk)
        cls.statement.user_id = cls.clerk
        cls.statement.action_send()
        cls.line, cls.line_2 = cls.statement.line_ids

    def test_P12_agree(self):
        self.statement.action_agree()
        self.assertEqual(self.statement.state, "agreed")
        self.assertEqual(set(self.statement.line_ids.mapped("answer")), {"agreed"})
        with self.assertRefused(UserError, "can no longer be answered"):
            self.statement.sudo()._agree()
        self.statement.action_close()
        self.assertEqual(self.statement.state, "closed")

    def test_P12_line_by_line(self):
        statement = self.statement.sudo()
        statement._agree(self.line.sudo())
        self.assertEqual(statement.state, "sent")
        statement._agree(self.line_2.sudo())
        self.assertEqual(statement.state, "agreed")

    def test_P12_object_reply_agree(self):
        """An objection makes an activity; the reply goes to the dealer, who then agrees."""
        statement = self.statement.sudo()
        with self.assertRefused(UserError, "Say what is wrong"):
            statement._object(self.line.sudo(), "  ")
        statement._object(self.line.sudo(), "Not our order", self.dealer)
        self.assertEqual(statement.state, "objected")
        self.assertEqual(statement.activity_ids.user_id, self.clerk)
        self.assertIn("Not our order", statement.activity_ids.note)
        with self.assertRefused(UserError, "already"):
            statement._object(self.line.sudo(), "Again")
        with self.assertRefused(UserError, "Reply to them first"):
            self.statement.action_close()
        with self.assertRefused(UserError, "Write the reply"):
            self.line.action_answer()
        with self.assertRefused(UserError, "no open objection"):
            self.line_2.reply = "Hm"
        # As the form of the statement saves it.
        reply = {"reply": "It is order 7 of your branch."}
        self.statement.write({"line_ids": [Command.update(self.line.id, reply)]})
        statement.mail_due = False
        self.line.action_answer()
        self.assertEqual((statement.state, self.line.answer), ("sent", "answered"))
        self.assertTrue(statement.mail_due)
        self.assertFalse(statement.activity_ids)
        statement._agree(author=self.dealer)
        self.assertEqual(statement.state, "agreed")
        self.assertEqual(self.line.comment, "Not our order")

    def test_P12_silence_counts_as_agreed(self):
        statement = self.statement.sudo()
        self.env["parts.statement"]._cron_close_statements()
        self.assertEqual(statement.state, "sent")
        statement.deadline = self.today - timedelta(days=1)
        with self.assertRefused(UserError, "can no longer be answered"):
            statement._agree()
        self.env["parts.statement"]._cron_close_statements()
        self.assertEqual(statement.state, "closed")
        self.assertIn("counts as agreed", statement.message_ids[0].body)

    def test_P12_mails_leave_with_the_link(self):
        self.dealer.email = "dealer@example.com"
        statement = self.statement.sudo()
        statement.partner_id.email = "dealer@example.com"
        before = self.env["mail.mail"].search([])
        statement._mail_to_dealers()
        mail = self.env["mail.mail"].search([]) - before
        self.assertEqual(mail.recipient_ids, self.dealer)
        self.assertIn(statement.access_token, mail.body_html)
        self.assertTrue(mail.attachment_ids)
        self.assertFalse(statement.mail_due)

    def test_P12_figures_and_answers_are_not_typed(self):
        """Neither figures nor states nor answers by RPC, whatever the right on the model."""
        for vals in (
            {"closing_balance": 1},
            {"state": "closed"},
            {"partner_id": self.dealer_2.id},
            {"access_token": "known"},
        ):
            with self.subTest(vals=vals), self.assertRefused(UserError, "not entered"):
                self.statement.write(vals)
        for command in (
            Command.clear(),
            Command.delete(self.line.id),
            Command.create({"section": "account"}),
        ):
            with self.subTest(command=command), self.assertRaises(UserError):
                self.statement.write({"line_ids": [command]})
        with self.assertRefused(UserError, "not entered"):
            self.statement.write({"line_ids": [Command.update(self.line.id, {"amount": 1})]})
        for vals in ({"amount": 1}, {"answer": "agreed"}, {"statement_id": self.statement.id}):
            with self.subTest(vals=vals), self.assertRefused(UserError, "not entered"):
                self.line.write(vals)
        with self.assertRefused(UserError, "stays as the dealer got it"):
            self.statement.note = "Changed"

    def test_P12_paper_and_spreadsheet(self):
        """The PDF's text and the sheets hold the balance and each document."""
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            ._render_qweb_html(
                "aftersales_parts_pricing.action_report_parts_statement", self.statement.ids
            )
        )
        text = html.decode()
        for line in self.statement.line_ids:
            self.assertIn(line.document, text)
        self.assertIn("132.00", text)
        content = self.statement._get_xlsx()
        book = openpyxl.load_workbook(io.BytesIO(content))
        self.assertEqual(book.sheetnames, ["Statement", "Account"])
        cells = [[cell.value for cell in row] for row in book["Account"].iter_rows(min_row=2)]
        self.assertEqual([row[7] for row in cells], [110, 22])
