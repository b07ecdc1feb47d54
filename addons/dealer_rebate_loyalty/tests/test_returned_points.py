# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.tests import tagged

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestReturnedPoints(LoyaltyCommon):
    """What goods had earned goes when they come back (R5)."""

    def _earn(self, template, *products):
        """A confirmed order of the customer, invoiced; (order, invoice, card or voucher)."""
        program = self._create_program(template)
        order = self._claim(self._order(*products, partner=self.customer))
        order.order_line.filtered("is_reward_line").unlink()
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        return order, invoice, program.coupon_ids

    def _credit_goods(self, invoice, *products, price=None):
        """A posted credit note for these products of the invoice."""
        wizard = self.env["account.move.reversal"].create(
            {"move_ids": [Command.set(invoice.ids)], "journal_id": invoice.journal_id.id}
        )
        note = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        lines = note.invoice_line_ids
        lines.filtered(lambda line: line.product_id not in products).unlink()
        if price is not None:
            note.invoice_line_ids.price_unit = price
        note.action_post()
        return note

    def test_R5_points_of_returned_goods_are_taken_back(self):
        """R5: a point for each 1 spent goes with each 1 credited, and comes again with it."""
        order, invoice, card = self._earn("rebate_points", self.pump, self.filter)
        self.assertEqual(card.points, 1000)
        note = self._credit_goods(invoice, self.filter)
        self.assertEqual(card.points, 600)
        self.assertEqual(order.coupon_point_ids.points_returned, 400)
        row = card.history_ids[0]
        self.assertEqual((row.used, row.order_id), (400, order.id))
        self.assertIn(note.name, row.description)
        note.button_draft()
        self.assertEqual(card.points, 1000)
        note.action_post()
        self.assertEqual(card.points, 600)
        self._credit_goods(invoice, self.pump, price=100)
        self.assertEqual(card.points, 500, "a lower price is paid back in part")

    def test_R5_spent_points_cannot_be_taken(self):
        """R5: points that are spent stay spent; the credit note says what is missing."""
        _order, invoice, card = self._earn("rebate_points", self.pump, self.filter)
        card.points = 250
        note = self._credit_goods(invoice, self.filter)
        self.assertEqual(card.points, 0)
        self.assertIn("150 points", note.message_ids[0].body)

    def test_R5_voucher_goes_when_its_full_amount_is_no_longer_reached(self):
        """R5: 1,000 brought a voucher; 600 that are left bring none."""
        _order, invoice, voucher = self._earn("rebate_voucher", self.pump, self.filter)
        self.assertTrue(voucher.points)
        note = self._credit_goods(invoice, self.filter)
        self.assertFalse(voucher.points)
        following = self._order(self.pump, partner=self.customer)
        self.assertIn("error", following._try_apply_code(voucher.code))
        note.button_draft()
        self.assertTrue(voucher.points)

    def test_R5_voucher_stays_while_its_full_amount_is_reached(self):
        """R5: what is left still makes the full 1,000."""
        _order, invoice, voucher = self._earn("rebate_voucher", self.pump, self.pump, self.filter)
        before = voucher.points
        self._credit_goods(invoice, self.filter)
        self.assertEqual(voucher.points, before)

    def test_R5_invoice_made_anew_earns_again(self):
        """R5: credited and invoiced again is no return."""
        order, invoice, card = self._earn("rebate_points", self.pump)
        self._credit_goods(invoice, self.pump)
        self.assertEqual(card.points, 0)
        order._create_invoices().action_post()
        self.assertEqual(card.points, 600)

    def test_R5_rules_of_today_take_nothing_back(self):
        """R5: a program that changed since decides the share only, not what was earned."""
        _order, invoice, card = self._earn("rebate_points", self.pump, self.filter)
        card.program_id.rule_ids.reward_point_amount = 3
        self._credit_goods(invoice, self.filter)
        self.assertEqual(card.points, 600)
        card.program_id.rule_ids.minimum_amount = 5000
        self._credit_goods(invoice, self.pump, price=300)
        self.assertEqual(card.points, 300, "by the amount, where today's rules give nothing")

    def test_R5_cancelled_order_takes_the_rest_only(self):
        """R5: what was taken back once is not taken by the cancellation again."""
        order, invoice, card = self._earn("rebate_points", self.pump, self.filter)
        card.points += 50
        self._credit_goods(invoice, self.filter)
        order._action_cancel()
        self.assertEqual(card.points, 50)
