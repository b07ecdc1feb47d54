# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServiceCommon


class CashCommon(ServiceCommon):
    """A company with a chart of accounts, technician cash, a register, and an accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        # The chart gives its tax to products that have none.
        (cls.labour + cls.part).taxes_id = False
        # The list that fits everybody may be in another currency than this company.
        cls.customer.property_product_pricelist = cls.env["product.pricelist"].create(
            {
                "name": "T list",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
            }
        )
        cls.company.aftersales_collect_limit = 500
        cls.cash_journal = cls.company._setup_aftersales_cash()
        cls.cash_account = cls.cash_journal.inbound_payment_method_line_ids.payment_account_id
        cls.register = cls.env["account.journal"].create(
            {"name": "T register", "code": "TREG", "type": "cash", "company_id": cls.company.id}
        )
        cls.accountant = cls._user(
            "t_accountant", "account.group_account_invoice,aftersales_base.group_aftersales_user"
        )

    def _paid_job(self, hours=2, **values):
        """A job that is done: 80 an hour."""
        return self._finish(self._job(line_ids=[self._line(self.labour, hours)], **values))

    def _collected(self, hours=2, **values):
        voucher = self._paid_job(hours, **values)
        voucher._collect()
        return voucher

    def _balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(lines.mapped("balance"))

    def _handover(self, **values):
        return (
            self.env["aftersales.cash.handover"]
            .with_user(self.accountant)
            .create({"technician_id": self.technician.id, **values})
        )


@tagged("post_install", "-at_install")
class TestCollect(CashCommon):
    def test_S4_technician_collects_below_the_limit(self):
        voucher = self._paid_job(2)
        mine = voucher.with_user(self.technician_user)
        self.assertTrue(mine.is_collectable)
        mine.action_collect()
        self.assertFalse(mine.is_collectable)
        self.assertEqual(mine.collected_amount, 160)
        payment = voucher.payment_id
        self.assertEqual(payment.outstanding_account_id, self.cash_account)
        self.assertEqual(payment.partner_id, self.customer)
        self.assertEqual(payment.aftersales_technician_id, self.technician)
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(self._balance(self.cash_account), 160)

    def test_S4_the_limit_itself_is_invoiced(self):
        """6.25 h x 80 = 500.00 is not below 500; a cent less is."""
        at, below = self._paid_job(6.25), self._paid_job(6.24)
        self.assertEqual(at.sale_order_id.amount_total, 500)
        self.assertFalse(at.is_collectable)
        self.assertTrue(below.is_collectable)
        with self.assertRefused(UserError, "Only less than .*500.00 is collected"):
            at._collect()
        self.assertTrue(at.invoice_id, "invoiced the same day")
        self.assertFalse(below.invoice_id)
        self.company.aftersales_collect_limit = 0
        self.assertFalse(below.is_collectable)

    def test_S4_the_limit_counts_with_tax(self):
        tax = self.env["account.tax"].create(
            {"name": "T 25%", "amount": 25, "company_id": self.company.id}
        )
        self.labour.taxes_id = tax
        self.assertFalse(self._paid_job(5).is_collectable, "400 and 100 tax")
        self.assertTrue(self._paid_job(4.99).is_collectable)

    def test_S4_what_cannot_be_collected(self):
        running = self._job(line_ids=[self._line(self.labour)])
        with self.assertRefused(UserError, "In Progress"):
            running._collect()
        free = self._paid_job(1, service_type="C", service_type_reason="Goodwill")
        with self.assertRefused(UserError, "costs the customer nothing"):
            free._collect()
        twice = self._collected()
        with self.assertRefused(UserError, "collected already"):
            twice._collect()
        currency = self.env["res.currency"].create(
            {"name": "TCU", "symbol": "T", "rate_ids": [(0, 0, {"rate": 2})]}
        )
        foreign = self._job(line_ids=[self._line(self.labour)])
        foreign._write_step(
            {
                "pricelist_id": self.env["product.pricelist"]
                .create({"name": "T", "company_id": self.company.id, "currency_id": currency.id})
                .id
            }
        )
        self._finish(foreign)
        with self.assertRefused(UserError, "charged in TCU"):
            foreign._collect()

    def test_S4_another_technicians_money_is_not_taken(self):
        voucher = self._paid_job()
        with self.assertRaises(AccessError):
            voucher.with_user(self.other_user).action_collect()
        for user in (self._user("t_nobody", "base.group_user"), self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                voucher.with_user(user).action_collect()
        self.assertFalse(voucher.payment_id)

    @mute_logger("odoo.sql_db")
    def test_S4_the_database_refuses_a_second_payment(self):
        voucher = self._collected()
        method = self.company._get_aftersales_cash_method()
        with self.assertRaises(IntegrityError):
            self.env["account.payment"].create(voucher._prepare_payment_vals(method))

    def test_S4_technicians_get_no_accounting_rights(self):
        voucher = self._collected()
        for record in (voucher.payment_id, voucher.payment_id.move_id, self.cash_journal):
            with self.subTest(record=record), self.assertRaises(AccessError):
                record.with_user(self.technician_user).read(["display_name"])

    def test_S4_nobody_types_who_has_the_money(self):
        payment = self._collected().payment_id.with_user(self.accountant)
        for name, value in (
            ("aftersales_technician_id", self.other_technician.id),
            ("aftersales_voucher_id", False),
            ("aftersales_handover_id", False),
        ):
            with self.subTest(name=name), self.assertRefused(UserError, "collects or hands over"):
                payment.write({name: value})

    def test_S4_without_accounting_a_clear_sentence(self):
        bare = self.env["res.company"].create({"name": "T bare"})
        with self.assertRefused(UserError, "Accounting is not set up in T bare"):
            bare._get_aftersales_cash_method()
        with self.assertRefused(UserError, "Accounting is not set up in T bare"):
            bare._setup_aftersales_cash()
        voucher = self._paid_job()
        self.company.aftersales_cash_journal_id = False
        with self.assertRefused(UserError, "Technician cash is not set up in T company"):
            voucher._collect()
        self.assertFalse(voucher.collected_at)

    def test_S4_setting_up_twice_is_once(self):
        self.assertEqual(self.company._setup_aftersales_cash(), self.cash_journal)
        self.assertTrue(self.cash_account.reconcile)

    def test_S4_a_wrong_payment_is_cancelled_and_taken_anew(self):
        voucher = self._collected()
        first = voucher.payment_id
        with self.assertRefused(UserError, "cancel it instead"):
            first.with_user(self.accountant).unlink()
        first.with_user(self.accountant).action_draft()
        first.with_user(self.accountant).action_cancel()
        self.assertFalse(voucher.collected_at)
        self.assertEqual(self._balance(self.cash_account), 0)
        voucher._collect()
        self.assertNotEqual(voucher.payment_id, first)
        self.assertEqual(self._balance(self.cash_account), 160)

    def test_S4_receipt(self):
        voucher = self._collected()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.technician_user)
            ._render_qweb_html("aftersales_service.report_receipt", voucher.ids)
        )
        for text in ("Payment Receipt", voucher.number, "160.00", "T customer", "Tess"):
            self.assertIn(text, html.decode())

    # === IN WHOSE HANDS === #

    def _in_hand(self, user):
        return self.env["aftersales.cash.report"].with_user(user).search([])

    def test_S4_ageing_by_technician(self):
        today = fields.Date.today()
        old = self._paid_job()
        old._collect(today - timedelta(days=9))
        new = self._collected(3)
        other = self._collected(1, technician_id=self.other_technician.id)
        rows = self._in_hand(self.accountant)
        self.assertEqual(
            [(row.voucher_id, row.technician_id, row.amount, row.days, row.age) for row in rows],
            [
                (old, self.technician, 160, 9, "older"),
                (new, self.technician, 240, 0, "today"),
                (other, self.other_technician, 80, 0, "today"),
            ],
        )
        self.assertEqual(len(self._in_hand(self.supervisor)), 3)
        self.assertEqual(self._in_hand(self.other_user).voucher_id, other)
        self.assertEqual(self._in_hand(self.technician_user).voucher_id, old + new)

    def test_S4_hand_over(self):
        first, second = self._collected(2), self._collected(3)
        self._collected(1, technician_id=self.other_technician.id)
        rows = self._in_hand(self.accountant).filtered(
            lambda row: row.technician_id == self.technician
        )
        action = rows.action_hand_over()
        handover = self.env["aftersales.cash.handover"].browse(action["res_id"])
        handover = handover.with_user(self.accountant)
        self.assertEqual(handover.payment_ids, first.payment_id + second.payment_id)
        self.assertEqual(handover.amount_expected, 400)
        self.assertEqual(handover.journal_id.type, "cash")
        self.assertNotEqual(handover.journal_id, self.cash_journal)
        handover.write({"amount_counted": 400, "journal_id": self.register.id})
        handover.action_confirm()
        self.assertEqual(handover.state, "done")
        self.assertEqual(handover.taken_by_id, self.accountant)
        self.assertTrue(handover.taken_at)
        self.assertEqual(self._balance(self.cash_account), 80, "what the other one still has")
        self.assertEqual(self._balance(self.register.default_account_id), 400)
        self.assertTrue(all(p.is_matched for p in handover.payment_ids))
        self.assertEqual(self._in_hand(self.accountant).technician_id, self.other_technician)

    def test_S4_a_difference_is_booked(self):
        for counted, name in ((150, "loss_account_id"), (170, "profit_account_id")):
            self._collected()
            handover = self._handover(journal_id=self.register.id, amount_counted=counted)
            account = self.register[name]
            self.assertTrue(account)
            before = self._balance(account)
            handover.action_confirm()
            with self.subTest(counted=counted):
                self.assertEqual(handover.difference, counted - 160)
                self.assertEqual(self._balance(account) - before, 160 - counted)
                self.assertEqual(self._balance(self.cash_account), 0)
        self.assertEqual(self._balance(self.register.default_account_id), 320)
        self._collected()
        self.register.loss_account_id = False
        short = self._handover(journal_id=self.register.id, amount_counted=1)
        with self.assertRefused(UserError, "has no account for cash differences"):
            short.action_confirm()

    def test_S4_nothing_is_handed_over_twice(self):
        voucher = self._collected()
        handover = self._handover(journal_id=self.register.id, amount_counted=160)
        handover.action_confirm()
        with self.assertRefused(UserError, "Handed Over"):
            handover.action_confirm()
        with self.assertRefused(UserError, "has no money in hand"):
            self._handover()
        with self.assertRefused(UserError, "does not change"):
            handover.amount_counted = 1
        with self.assertRefused(UserError, "Handed Over"):
            handover.unlink()
        payment = voucher.payment_id.with_user(self.accountant)
        for step in (payment.action_draft, payment.action_cancel):
            with self.assertRefused(UserError, "was handed over with"):
                step()
        with self.assertRefused(UserError, "Use the button"):
            self._handover(state="done")

    @mute_logger("odoo.sql_db")
    def test_S4_one_count_a_technician(self):
        self._collected()
        self._handover()
        self._collected()
        with self.assertRaises(IntegrityError):
            self._handover()

    def test_S4_what_came_since_is_taken_up(self):
        self._collected()
        handover = self._handover(journal_id=self.register.id)
        self._collected(1)
        self.assertEqual(handover.amount_expected, 160)
        handover.action_refresh()
        self.assertEqual(handover.amount_expected, 240)
        handover.unlink()
        self.assertEqual(len(self._in_hand(self.accountant)), 2)

    def test_S4_only_accountants_take_over(self):
        self._collected()
        handover = self._handover(journal_id=self.register.id, amount_counted=160)
        for user in (self.technician_user, self.supervisor):
            with self.subTest(user=user.login):
                self.assertEqual(handover.with_user(user).amount_expected, 160)
                with self.assertRaises(AccessError):
                    handover.with_user(user).action_confirm()
        with self.assertRaises(AccessError):
            handover.with_user(self.other_user).read(["amount_expected"])
        rows = self._in_hand(self.supervisor)
        with self.assertRaises(AccessError):
            rows.action_hand_over()


@tagged("post_install", "-at_install")
class TestInvoice(CashCommon):
    def test_S4_the_invoice_is_paid_by_what_was_collected(self):
        """Collected first, invoiced afterwards by the accountant."""
        voucher = self._collected()
        self.assertTrue(voucher.is_to_invoice)
        voucher.with_user(self.accountant).action_create_invoice()
        invoice = voucher.invoice_id
        self.assertEqual(invoice.amount_total, 160)
        invoice.with_user(self.accountant).action_post()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(voucher.is_to_invoice)
        handover = self._handover(journal_id=self.register.id, amount_counted=160)
        handover.action_confirm()
        self.assertEqual(invoice.payment_state, "paid")

    def test_S4_invoiced_first_and_collected_afterwards(self):
        voucher = self._paid_job()
        voucher._create_invoices().action_post()
        self.assertTrue(voucher.is_collectable)
        voucher.with_user(self.technician_user).action_collect()
        self.assertEqual(voucher.invoice_id.amount_residual, 0)

    def test_S4_same_day_invoice_as_the_company_says(self):
        for mode, state in (("hand", False), ("draft", "draft"), ("posted", "posted")):
            self.company.aftersales_invoice_mode = mode
            job = self._job(line_ids=[self._line(self.labour, 10)])
            voucher = self._finish(job.with_user(self.technician_user))
            with self.subTest(mode=mode):
                self.assertEqual(voucher.sudo().invoice_id.state, state)
                self.assertEqual(voucher.is_to_invoice, mode == "hand")

    def test_S4_late_is_what_was_done_on_an_earlier_day(self):
        self.company.aftersales_invoice_mode = "hand"
        now = fields.Datetime.now()
        today = self._paid_job(10)
        late = self._finish(
            self._job(line_ids=[self._line(self.labour)]), at=now - timedelta(days=1)
        )
        free = self._paid_job(1, service_type="C", service_type_reason="Goodwill")
        vouchers = today + late + free
        self.assertEqual(vouchers.mapped("is_invoice_late"), [False, True, False])
        found = self.env["aftersales.voucher"].with_user(self.accountant)
        self.assertEqual(
            found.search([("is_to_invoice", "=", True), ("id", "in", vouchers.ids)], order="id"),
            today + late,
        )

    def test_S4_one_voucher_one_invoice(self):
        voucher = self._paid_job(10)
        invoice = voucher.invoice_id
        self.assertTrue(invoice)
        accountant = voucher.with_user(self.accountant)
        with self.assertRefused(UserError, "one voucher leads to one invoice"):
            accountant.action_create_invoice()
        order = voucher.sale_order_id.with_user(self.accountant)
        with self.assertRefused(UserError, "one voucher leads to one invoice"):
            order._create_invoices()
        invoice.action_post()
        credit = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}], cancel=True)
        self.assertEqual(credit.state, "posted")
        with self.assertRefused(UserError, "one voucher leads to one invoice"):
            accountant.action_create_invoice()
        with self.assertRefused(UserError, "one voucher leads to one invoice"):
            order._create_invoices(final=True)
        self.assertEqual(voucher.invoice_id, invoice)

    def test_S4_a_second_invoice_by_hand_is_not_posted(self):
        """Past every button: a bill that carries the order's lines."""
        voucher = self._paid_job(10)
        forged = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.labour.id,
                            "quantity": 1,
                            "price_unit": 5,
                            "sale_line_ids": [(4, voucher.sale_order_id.order_line.id)],
                        },
                    )
                ],
            }
        )
        with self.assertRefused(UserError, "one voucher leads to one invoice"):
            forged.action_post()

    def test_S4_a_cancelled_or_deleted_draft_frees_the_job(self):
        voucher = self._paid_job(10)
        voucher.invoice_id.button_cancel()
        self.assertFalse(voucher.invoice_id)
        voucher.with_user(self.accountant).action_create_invoice()
        voucher.invoice_id.unlink()
        self.assertFalse(voucher.invoice_id)
        self.assertTrue(voucher.is_to_invoice)

    def test_S4_an_invoice_of_several_orders_serves_them_all(self):
        self.company.aftersales_invoice_mode = "hand"
        vouchers = self._paid_job(1) + self._paid_job(2)
        invoice = vouchers.sale_order_id._create_invoices()
        self.assertEqual(len(invoice), 1)
        self.assertEqual(vouchers.invoice_id, invoice)

    def test_S4_done_does_not_wait_for_accounting(self):
        """Whatever accounting lacks, the customer's signature finishes the job."""
        self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")]
        ).active = False
        voucher = self._paid_job(10)
        self.assertEqual(voucher.state, "done")
        self.assertFalse(voucher.invoice_id)
        self.assertTrue(voucher.is_to_invoice)
        with self.assertRefused(UserError, "Accounting is not set up in T company"):
            voucher.with_user(self.accountant).action_create_invoice()

    def test_S4_only_accountants_invoice(self):
        self.company.aftersales_invoice_mode = "hand"
        voucher = self._paid_job(10)
        for user in (self.technician_user, self.clerk, self.supervisor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                voucher.with_user(user).action_create_invoice()
        with self.assertRaises(AccessError):
            self._job().with_user(self.accountant).write({"work_done": "Nothing"})

    def test_S4_an_accountant_opens_the_lists_and_forms(self):
        voucher = self._collected()
        for name in ("list", "form"):
            view = self.env.ref(f"aftersales_service.aftersales_voucher_view_{name}_invoice")
            mine = voucher.with_user(self.accountant)
            shown = mine.get_view(view.id, name)["models"]["aftersales.voucher"]
            with self.subTest(view=name):
                self.assertEqual(mine.web_read({n: {} for n in shown})[0]["id"], voucher.id)


@tagged("post_install", "-at_install")
class TestHandOverEntry(CashCommon):
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.integers(1, 49999), min_size=1, max_size=4),
        st.integers(0, 199999),
    )
    def test_S4_the_entry_balances_whatever_is_counted(self, cents, counted):
        """Technician cash goes down by what was collected, the register up by what was counted."""
        payments = self.env["account.payment"].union(
            *(
                self.env["account.payment"].new(
                    {
                        "amount": amount / 100,
                        "outstanding_account_id": self.cash_account.id,
                        "partner_id": self.customer.id,
                    }
                )
                for amount in cents
            )
        )
        handover = self.env["aftersales.cash.handover"].new(
            {
                "name": "T",
                "company_id": self.company.id,
                "technician_id": self.technician.id,
                "journal_id": self.register.id,
                "amount_counted": counted / 100,
            }
        )
        handover.payment_ids = payments
        lines = [command[2] for command in handover._prepare_move_vals()["line_ids"]]
        balances = {}
        for line in lines:
            account = line["account_id"]
            balances[account] = balances.get(account, Decimal(0)) + (
                Decimal(str(round(line["debit"] - line["credit"], 2)))
            )
        self.assertEqual(sum(balances.values()), 0)
        self.assertEqual(balances[self.cash_account.id], -Decimal(sum(cents)) / 100)
        register = balances.get(self.register.default_account_id.id, Decimal(0))
        self.assertEqual(register, Decimal(counted) / 100)
