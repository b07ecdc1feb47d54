# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestEstimate(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.taxes = cls.env["account.tax"].create(
            [
                {
                    "name": name,
                    "amount": amount,
                    "type_tax_use": "sale",
                    "company_id": cls.company.id,
                    "country_id": cls.env.ref("base.us").id,
                    "tax_group_id": cls.env["account.tax.group"]
                    .create({"name": name, "company_id": cls.company.id})
                    .id,
                    "price_include_override": included,
                }
                for name, amount, included in (
                    ("T 10%", 10, "tax_excluded"),
                    ("T 7% inside", 7, "tax_included"),
                )
            ]
        )
        cls.part.taxes_id = [Command.set(cls.taxes[0].ids)]
        cls.voucher = cls._job(
            line_ids=[cls._line(cls.part, 2), cls._line(cls.labour, 1.5)],
        )

    def test_S15_breakdown_with_tax(self):
        self.assertEqual(self.voucher.amount_customer, 220)
        self.assertEqual(self.voucher.amount_customer_tax, 10)
        self.assertEqual(self.voucher.amount_customer_total, 230)
        groups = self.voucher._get_breakdown()
        self.assertEqual(
            [(group["line_type"], group["amount"]) for group in groups],
            [("part", 100), ("labour", 120)],
        )

    def test_S15_a_warranty_job_costs_the_customer_nothing(self):
        self.voucher.write({"service_type": "C", "service_type_reason": "Goodwill"})
        self.assertEqual(self.voucher.amount_customer_total, 0)
        with self.assertRefused(UserError, "nothing that the customer pays"):
            self.voucher._send_estimate()

    def test_S15_sent_accepted_and_logged(self):
        voucher = self.voucher.with_user(self.technician_user)
        self.assertEqual(voucher.estimate_state, "none")
        voucher.action_send_estimate()
        self.assertEqual(voucher.estimate_state, "sent")
        self.assertTrue(voucher.estimate_sent_at)
        voucher.action_accept_estimate("  Jo Payer ")
        self.assertEqual(voucher.estimate_state, "accepted")
        self.assertEqual(voucher.estimate_accepted_by, "Jo Payer")
        self.assertEqual(voucher.estimate_user_id, self.technician_user)
        self.assertEqual(voucher.estimate_amount, 230)
        self.assertIn("Jo Payer agreed to the estimate of", voucher.message_ids[0].body)

    def test_S15_it_is_mailed_with_its_breakdown(self):
        self.customer.email = "customer@example.com"
        mails = self.env["mail.mail"].sudo().search([])
        self.voucher.with_user(self.technician_user)._send_estimate()
        sent = self.env["mail.mail"].sudo().search([]) - mails
        self.assertEqual(sent.recipient_ids, self.customer)
        self.assertIn("230.00", sent.body_html)
        self.assertEqual(len(sent.attachment_ids), 1)

    def test_S15_lines_changed_afterwards_take_it_back(self):
        lines = self.voucher.line_ids
        changes = {
            "more hours": lambda: lines[1].write({"quantity": 9}),
            "another line": lambda: self.voucher.write({"line_ids": [self._line(self.part)]}),
            "one less": lambda: self.voucher.line_ids[-1].unlink(),
            "another payer": lambda: self.voucher.write(
                {"service_type": "C", "service_type_reason": "Goodwill"}
            ),
        }
        for name, change in changes.items():
            self.voucher._send_estimate()
            self.voucher._accept_estimate("Jo")
            change()
            with self.subTest(name):
                self.assertEqual(self.voucher.estimate_state, "none")
                self.assertFalse(self.voucher.estimate_accepted_at)
                self.assertFalse(self.voucher.estimate_accepted_by)
                with self.assertRefused(UserError, "No answer to the estimate"):
                    self.voucher._accept_estimate("Jo")
            if self.voucher.service_type == "C":
                self.voucher.write({"service_type": "A"})

    def test_S15_what_changes_nothing_keeps_it(self):
        self.voucher._send_estimate()
        self.voucher._accept_estimate("Jo")
        self.voucher.line_ids[0].write({"quantity": 2, "sequence": 3})
        self.voucher.write({"work_done": "Looked at it"})
        self.assertEqual(self.voucher.estimate_state, "accepted")

    def test_S15_refused_with_a_reason_then_asked_anew(self):
        self.voucher._send_estimate()
        with self.assertRefused(UserError, "Write why"):
            self.voucher._refuse_estimate(" ")
        self.voucher._refuse_estimate("Too dear")
        self.assertEqual(self.voucher.estimate_state, "refused")
        with self.assertRefused(UserError, "refused"):
            self.voucher._accept_estimate("Jo")
        self.voucher._send_estimate()
        self.assertFalse(self.voucher.estimate_refuse_reason)
        self.voucher._accept_estimate("Jo")
        self.assertEqual(self.voucher.estimate_state, "accepted")

    def test_S15_answers_that_are_refused(self):
        with self.assertRefused(UserError, "No answer to the estimate"):
            self.voucher._accept_estimate("Jo")
        self.voucher._send_estimate()
        with self.assertRefused(UserError, "Enter the name"):
            self.voucher._accept_estimate("")
        self.voucher._accept_estimate("Jo")
        with self.assertRefused(UserError, "accepted"):
            self.voucher._accept_estimate("Jo")
        self._finish(self.voucher)
        with self.assertRefused(UserError, "Done"):
            self.voucher._refuse_estimate("Too late")
        with self.assertRefused(UserError, "Done"):
            self.voucher._send_estimate()

    def test_S15_nobody_types_an_acceptance(self):
        self.voucher._send_estimate()
        for name in ("estimate_accepted_at", "estimate_accepted_by", "estimate_amount"):
            for user in (self.technician_user, self.supervisor):
                with self.subTest(name=name, user=user.login), self.assertRaises(UserError):
                    self.voucher.with_user(user).write({name: False})

    def test_S15_another_technicians_job_is_not_estimated(self):
        self.voucher._send_estimate()
        voucher = self.voucher.with_user(self.other_user)
        for call in (
            voucher.action_send_estimate,
            lambda: voucher.action_accept_estimate("Jo"),
            lambda: voucher.action_refuse_estimate("No"),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_S15_the_hotline_records_an_answer(self):
        self.voucher._send_estimate()
        wizard = self.env["aftersales.estimate.answer"].with_user(self.clerk)
        wizard.create(
            {"voucher_id": self.voucher.id, "answer": "refuse", "reason": "Too dear"}
        ).action_record()
        self.assertEqual(self.voucher.estimate_refuse_reason, "Too dear")

    def test_S15_printed(self):
        self.voucher._send_estimate()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.technician_user)
            ._render_qweb_html("aftersales_service.report_estimate", self.voucher.ids)
        )
        for text in ("Estimate", "Parts", "Labour", "T 10%", "230.00", "T customer"):
            self.assertIn(text, html.decode())

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.decimals("0.01", "999.99", places=2),
                st.decimals("0.25", "9.75", places=2),
                st.sampled_from(("none", "outside", "inside", "both")),
            ),
            min_size=1,
            max_size=5,
        )
    )
    def test_S15_what_is_shown_is_what_the_order_charges(self, rows):
        """To the cent, whatever the taxes: the customer's paper and the order agree."""
        taxes = {
            "none": self.taxes.browse(),
            "outside": self.taxes[0],
            "inside": self.taxes[1],
            "both": self.taxes,
        }
        products = self.env["product.product"].create(
            [
                {
                    "name": "T work",
                    "type": "service",
                    "list_price": float(price),
                    "taxes_id": [Command.set(taxes[name].ids)],
                }
                for price, _quantity, name in rows
            ]
        )
        voucher = self._job(
            line_ids=[
                self._line(product, float(row[1]))
                for product, row in zip(products, rows, strict=True)
            ]
        )
        shown = (voucher.amount_customer_tax, voucher.amount_customer_total)
        self._finish(voucher)
        order = voucher.sale_order_id
        self.assertEqual(shown, (order.amount_tax, order.amount_total))
