# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestProgram(LoyaltyCommon):
    """The promotions of R5 as Odoo's own programs, made from templates."""

    def test_R5_templates_are_in_the_gallery(self):
        """R5: Odoo's gallery offers each promotion, and each becomes a program of the company."""
        programs = self.env["loyalty.program"]
        gallery = programs.get_program_templates()
        self.assertIn("promotion", gallery)
        for key, template in programs._get_rebate_templates().items():
            with self.subTest(key):
                self.assertEqual(gallery[key], template)
                program = self._create_program(key)
                self.assertEqual(program.name, template["title"])
                self.assertEqual(program.company_id, self.company)
                self.assertEqual(program.currency_id, self.company.currency_id)
                self.assertTrue(program.reward_ids)
        cards = programs.with_context(menu_type="gift_ewallet").get_program_templates()
        self.assertFalse(set(cards) & set(programs._get_rebate_templates()))

    def test_R5_wizard_starts_from_a_template(self):
        """R5: with programs there already, the wizard makes one and opens it."""
        wizard = self.env["rebate.program.template"].create({"template": "rebate_points"})
        self.assertIn("point", wizard.summary)
        program = self.env["loyalty.program"].browse(wizard.action_create()["res_id"])
        self.assertEqual(program.program_type, "loyalty")

    def test_R5_voucher_for_the_next_purchase(self):
        """R5: an order of 1,000 brings a voucher of 100 for the next one, not for itself."""
        program = self._create_program("rebate_voucher")
        small = self._claim(self._order(self.pump, partner=self.customer))
        small.action_confirm()
        self.assertFalse(program.coupon_ids)
        order = self._claim(self._order(self.pump, self.filter, partner=self.customer))
        order.action_confirm()
        voucher = program.coupon_ids
        self.assertEqual((voucher.partner_id, order.amount_total), (self.customer, 1000))
        following = self._order(self.pump, partner=self.customer)
        status = following._try_apply_code(voucher.code)
        self.assertNotIn("error", status)
        for coupon, rewards in status.items():
            following._apply_program_reward(rewards, coupon)
        self.assertEqual(following.amount_total, 500)

    def test_R5_points_as_money_or_gift(self):
        """R5: a point for each 1 spent; points are money on a later order, or a gift."""
        program = self._create_program("rebate_points")
        order = self._claim(self._order(self.pump, self.filter, partner=self.customer))
        order.order_line.filtered("is_reward_line").unlink()
        order.action_confirm()
        card = program.coupon_ids
        self.assertEqual((card.partner_id, card.points), (self.customer, 1000))
        money = program.reward_ids.filtered(lambda reward: reward.reward_type == "discount")
        gift = program.reward_ids - money
        following = self._order(self.filter, partner=self.customer)
        following._update_programs_and_rewards()
        # 1,000 points on the card and 400 of this very order.
        self.assertFalse(following._apply_program_reward(money, card).get("error"))
        self.assertEqual(following.amount_total, 400 - 14)
        self.assertIn("error", self._order(self.filter)._apply_program_reward(gift, card))
        card.points = 5000
        present = self._order(self.filter, partner=self.customer)
        present._update_programs_and_rewards()
        self.assertFalse(present._apply_program_reward(gift, card).get("error"))
        self.assertIn(gift.reward_product_id, present.order_line.product_id)
        self.assertEqual(present.amount_total, 400)

    def test_R5_limited_time_discount(self):
        """R5: half price for the products with the tag, in those days only."""
        program = self._create_program("rebate_limited")
        today = fields.Date.context_today(program)
        self.assertEqual(program.date_to - program.date_from, timedelta(days=6))
        self.assertEqual(program.date_from, today)
        untagged = self._claim(self._order(self.pump, self.filter, partner=self.customer))
        self.assertEqual(untagged.amount_total, 1000)
        self.pump.product_tag_ids = self.env.ref("dealer_rebate_loyalty.product_tag_limited")
        order = self._claim(self._order(self.pump, self.filter, partner=self.customer))
        self.assertEqual(order.amount_total, 300 + 400)
        program.write(
            {"date_from": today - timedelta(days=9), "date_to": today - timedelta(days=1)}
        )
        late = self._claim(self._order(self.pump, self.filter, partner=self.customer))
        self.assertEqual(late.amount_total, 1000)
