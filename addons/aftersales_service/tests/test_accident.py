# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, warmup
from odoo.tests.common import BaseCase

from ..own_share import get_own_share, split
from .common import SIGNATURE
from .payers import PayersCommon

CENTS = st.integers(0, 10**8)


@tagged("post_install", "-at_install")
class TestOwnShare(BaseCase):
    @settings(max_examples=200, deadline=None)
    @given(st.lists(CENTS, min_size=1, max_size=50), st.data())
    def test_S25_parts_are_the_amount_and_none_is_unfair(self, weights, data):
        """Whatever is split over whatever lines: nothing is lost, and no line pays too much."""
        whole = data.draw(st.integers(0, sum(weights)))
        parts = split(whole / 100, [weight / 100 for weight in weights])
        cents = [round(Decimal(repr(part)) * 100) for part in parts]
        total = sum(weights)
        self.assertEqual(sum(cents), whole if total else 0)
        for part, weight in zip(cents, weights, strict=True):
            self.assertGreaterEqual(part, 0)
            self.assertLessEqual(part, weight)
            if total:
                self.assertLess(abs(Decimal(part) - Decimal(whole) * weight / total), 1)

    @settings(max_examples=100, deadline=None)
    @given(CENTS, CENTS, st.integers(0, 10000))
    def test_S25_own_share_is_within_the_damage(self, total, amount, percent):
        own = get_own_share(total / 100, amount / 100, percent / 100)
        self.assertGreaterEqual(own, min(amount, total) / 100)
        self.assertLessEqual(own, total / 100)

    def test_S25_amount_first_then_percent_of_the_rest(self):
        self.assertEqual(get_own_share(1000.0, 200.0, 0.0), 200.0)
        self.assertEqual(get_own_share(1000.0, 0.0, 10.0), 100.0)
        self.assertEqual(get_own_share(1000.0, 200.0, 10.0), 280.0)
        self.assertEqual(get_own_share(100.0, 200.0, 10.0), 100.0)
        self.assertEqual(get_own_share(0.05, 0.0, 50.0), 0.03, "half a cent is rounded up")
        self.assertEqual(get_own_share(1001.0, 0.0, 50.0, 1.0), 501.0)

    def test_S25_the_odd_cent_goes_to_the_largest_remainder(self):
        self.assertEqual(split(100.0, [1.0, 1.0, 1.0]), [33.34, 33.33, 33.33])
        self.assertEqual(split(0.02, [10.0, 20.0, 5.0]), [0.01, 0.01, 0.0])
        self.assertEqual(split(10.0, [0.0, 0.0]), [0.0, 0.0])
        self.assertEqual(split(1000.0, [1.0, 2.0], 1.0), [333.0, 667.0])


@tagged("post_install", "-at_install")
class TestAccident(PayersCommon):
    def _accident(self, *lines, **values):
        values = {"lot_id": self.sound.id, "kind": "accident", "line_ids": list(lines), **values}
        return self._job(service_type="A", service_type_reason="Accident", **values)

    def _lines(self):
        return (self._line(self.part, 3), self._line(self.other_part), self._line(self.labour, 2))

    def test_S25_the_policy_of_the_day_is_proposed(self):
        old = self._insure(self.sound, name="P-OLD", date_from="2015-01-01", date_to="2018-12-31")
        policy = self._insure(self.sound, deductible_amount=100, deductible_percent=10)
        voucher = self._accident(*self._lines())
        self.assertEqual((voucher.policy_id, voucher.insurer_id), (policy, self.insurer))
        self.assertEqual((voucher.own_share_amount, voucher.own_share_percent), (100, 10))
        voucher.accident_on = "2016-05-05"
        self.assertEqual(voucher.policy_id, old)
        self.assertEqual((voucher.own_share_amount, voucher.own_share_percent), (0, 0))
        voucher.accident_on = "2010-05-05"
        self.assertFalse(voucher.policy_id)
        repair = self._job(lot_id=self.sound.id)
        self.assertFalse(repair.policy_id or repair.insurer_id or repair.has_insurer)

    def test_S25_the_deductible_is_one_sum_for_the_whole_job(self):
        """150.00 + 33.33 + 160.00 = 343.33; own share 100 + 10 % of 243.33 = 124.33."""
        self._insure(self.sound, deductible_amount=100, deductible_percent=10)
        voucher = self._accident(*self._lines())
        self.assertEqual(voucher.amount_untaxed, 343.33)
        self.assertEqual(voucher.amount_customer, 124.33)
        self.assertEqual(voucher.amount_insurer, 219.0)
        for line in voucher.line_ids:
            self.assertEqual(line.cover_ids.mapped("payer"), ["insurer", "customer"])
            self.assertEqual(round(sum(line.cover_ids.mapped("amount")), 2), line.price_subtotal)
            share = line.cover_ids[0].amount / line.price_subtotal
            self.assertAlmostEqual(share, 219.0 / 343.33, 3)
        self.assertIn("P-T-SOUND-1: own share", voucher.line_ids[0].cover_ids[1].clause)
        # 63.7870 % of the line, on paper with two decimals.
        self.assertRegex(voucher.line_ids[0]._get_cover_note(), r" 63\.\d\d? % – ")

    def test_S25_a_line_that_changes_moves_the_deductible(self):
        self._insure(self.sound, deductible_amount=100)
        voucher = self._accident(*self._lines())
        self.assertEqual(voucher.amount_customer, 100)
        voucher.line_ids[0].quantity = 1
        self.assertEqual((voucher.amount_customer, voucher.amount_insurer), (100, 143.33))
        voucher.line_ids[2].unlink()
        self.assertEqual(voucher.amount_untaxed, 83.33)
        self.assertEqual((voucher.amount_customer, voucher.amount_insurer), (83.33, 0))
        voucher.write({"line_ids": [self._line(self.labour, 1)]})
        self.assertEqual((voucher.amount_customer, voucher.amount_insurer), (100, 63.33))

    @warmup
    def test_S25_queries_for_fifty_lines(self):
        self._insure(self.sound, deductible_amount=100, deductible_percent=10)
        voucher = self._accident(*(self._line(self.labour, hours) for hours in range(1, 51)))
        rows = voucher.line_ids.cover_ids
        self.assertEqual(len(rows), 100)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            voucher._propose_cover()
            self.env.flush_all()
        self.assertEqual(voucher.line_ids.cover_ids, rows, "nothing changed")

    def test_S25_what_is_above_the_approval_is_the_customers(self):
        self._insure(self.sound, deductible_amount=100)
        voucher = self._approve(self._accident(*self._lines()), insurer_approved_amount=200)
        self.assertEqual((voucher.amount_insurer, voucher.amount_customer), (200, 143.33))
        voucher.insurer_approved_amount = 1000
        self.assertEqual((voucher.amount_insurer, voucher.amount_customer), (243.33, 100))

    def test_S25_another_own_share_needs_a_reason(self):
        self._insure(self.sound, deductible_amount=100)
        voucher = self._accident(*self._lines())
        with self.assertRefused(ValidationError, "write the reason for the other own share"):
            voucher.own_share_amount = 50
        voucher.write({"own_share_amount": 50, "own_share_reason": "Agreed by the insurer"})
        self.assertEqual(voucher.amount_customer, 50)
        with self.assertRefused(AccessError, "A technician writes"):
            voucher.with_user(self.technician_user).own_share_amount = 0
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo"})
        voucher.write({"own_share_amount": 60})
        self.assertFalse(voucher.signature, "he signed for another amount")

    def test_S25_two_orders_and_two_invoices_to_the_cent(self):
        self._insure(self.sound, deductible_amount=100, deductible_percent=10)
        voucher = self._approve(self._accident(*self._lines()))
        self._finish(voucher)
        order, insured = voucher.sale_order_id, voucher.insurer_order_id
        self.assertEqual((order.partner_id, insured.partner_id), (self.customer, self.insurer))
        self.assertEqual((order.amount_untaxed, insured.amount_untaxed), (124.33, 219.0))
        self.assertEqual((order.state, insured.state), ("sale", "sale"))
        self.assertEqual(
            [(p, q) for p, q, _amount in self._charged(insured)],
            [(self.part, 3), (self.other_part, 1), (self.labour, 2)],
        )
        # Delivered once, counted by both.
        self.assertEqual(voucher.picking_id.move_ids.mapped("quantity"), [3, 1])
        self.assertEqual(len((order | insured).picking_ids), 1)
        self.assertEqual(insured.order_line.mapped("qty_delivered"), [3, 1, 2])
        self.assertEqual(order.order_line.mapped("qty_delivered"), [3, 1, 2])
        own, claimed = voucher.invoice_id, voucher.insurer_invoice_id
        self.assertTrue(own and claimed and own != claimed, "invoiced the same day")
        self.assertEqual((own.partner_id, own.amount_untaxed), (self.customer, 124.33))
        self.assertEqual((claimed.partner_id, claimed.amount_untaxed), (self.insurer, 219.0))
        self.assertEqual(claimed.ref, f"CASE-7 / {voucher.number}")
        self.assertEqual(own.ref, voucher.number)
        self.assertFalse(voucher.is_to_invoice)

    def test_S25_nobody_is_invoiced_twice(self):
        self._insure(self.sound, deductible_amount=100)
        voucher = self._finish(self._approve(self._accident(*self._lines())))
        claimed = voucher.insurer_invoice_id
        for order in voucher.sale_order_id + voucher.insurer_order_id:
            with self.assertRefused(UserError, "one voucher leads to one invoice"):
                order._create_invoices()
        with self.assertRefused(UserError, "one voucher leads to one invoice"):
            voucher.with_user(self.accountant).action_create_invoice()
        claimed.button_cancel()
        self.assertFalse(voucher.insurer_invoice_id)
        self.assertTrue(voucher.invoice_id, "the customer's stays")
        self.assertTrue(voucher.is_to_invoice)
        found = self.env["aftersales.voucher"].search([("is_to_invoice", "=", True)])
        self.assertIn(voucher, found)
        voucher.with_user(self.accountant).action_create_invoice()
        self.assertEqual(voucher.insurer_invoice_id.amount_untaxed, 243.33)
        forged = claimed.copy()
        forged.invoice_line_ids.sale_line_ids = voucher.insurer_order_id.order_line
        with self.assertRefused(UserError, "one voucher leads to one invoice"):
            forged.action_post()

    def test_S25_collecting_on_site_is_the_customers_part(self):
        self.company.aftersales_collect_limit = 500
        self._insure(self.sound, deductible_amount=100)
        voucher = self._finish(self._approve(self._accident(*self._lines())))
        self.assertTrue(voucher.is_collectable)
        self.assertFalse(voucher.invoice_id)
        self.assertTrue(voucher.insurer_invoice_id, "the insurer is invoiced the same day")
        voucher._collect()
        self.assertEqual(voucher.collected_amount, 100)

    def test_S25_the_insurer_pays_all(self):
        self._insure(self.sound)
        voucher = self._finish(self._approve(self._accident(*self._lines())))
        self.assertFalse(voucher.sale_order_id)
        self.assertEqual(voucher.insurer_order_id.amount_untaxed, 343.33)
        self.assertEqual(len(voucher.insurer_order_id.picking_ids), 1)
        self.assertEqual(voucher.insurer_order_id.picking_ids, voucher.picking_id)
        self.assertEqual(voucher.insurer_invoice_id.amount_untaxed, 343.33)

    def test_S25_not_done_before_the_insurer_approved(self):
        self._insure(self.sound)
        voucher = self._accident(*self._lines())
        with self.assertRefused(UserError, "T insurer has not approved .* Case Number"):
            self._finish(voucher)
        self.assertEqual(voucher.state, "in_progress")
        voucher.write({"policy_id": False, "insurer_id": False})
        self.assertEqual(voucher.amount_customer, 343.33)
        self._finish(voucher)
        self.assertEqual(voucher.sale_order_id.amount_untaxed, 343.33)
        self.assertFalse(voucher.insurer_order_id)

    def test_S25_who_cannot_be_the_insurer(self):
        other = self._insure(self.unit)
        voucher = self._accident(*self._lines())
        with self.assertRefused(ValidationError, "insures another unit"):
            voucher.policy_id = other
        with self.assertRefused(ValidationError, "cannot be customer and insurer"):
            voucher.insurer_id = self.customer
        repair = self._job(lot_id=self.sound.id)
        with self.assertRefused(ValidationError, "is no accident job"):
            repair.insurer_id = self.insurer
        voucher.insurer_id = self.insurer
        self.assertEqual(voucher.amount_insurer, 343.33, "the other party's insurer")

    def test_S25_the_warranty_does_not_pay_for_an_accident(self):
        voucher = self._job(lot_id=self.sound.id, kind="accident", line_ids=list(self._lines()))
        self.assertEqual(voucher.amount_customer, 343.33)
        self.assertIn("Damage by an accident", voucher.line_ids[0].cover_summary)

    def test_S25_nothing_of_it_changes_when_it_is_done(self):
        self._insure(self.sound)
        voucher = self._finish(self._approve(self._accident(*self._lines())))
        for vals in ({"insurer_id": False}, {"own_share_amount": 1}, {"insurer_case": "X"}):
            with self.subTest(vals=vals), self.assertRefused(UserError, "does not change"):
                voucher.write(vals)
        for name in ("insurer_order_id", "insurer_invoice_id"):
            with self.subTest(name=name), self.assertRefused(UserError, "Use the buttons"):
                self._voucher().write({name: False})

    def test_S25_income_of_accident_jobs_apart(self):
        self._insure(self.sound, deductible_amount=100)
        voucher = self._finish(self._approve(self._accident(*self._lines())))
        self._finish(self._job(line_ids=[self._line(self.labour, 1)]))
        day = voucher._get_company_date(voucher.done_at)
        tables = self.env["aftersales.monthly.report"]._get_tables(self.company, day, day)
        table = next(table for table in tables if table.title == "Accident jobs and others")
        accidents, others = table.rows
        cost = 3 * 30 + 20
        margin = round(343.33 - cost, 2)
        self.assertEqual(
            accidents,
            [
                "Accident jobs",
                1,
                343.33,
                243.33,
                margin,
                round(100 * margin / 343.33, 1),
                343.33,
                round(100 * margin / (margin + 80), 1),
            ],
        )
        self.assertEqual(others[1:5], [1, 80, 0, 80])
        ((ticket,),) = self.env["aftersales.service.report"]._read_group(
            [("voucher_id", "=", voucher.id)], [], ["ticket_size:avg"]
        )
        self.assertEqual(ticket, 343.33)
