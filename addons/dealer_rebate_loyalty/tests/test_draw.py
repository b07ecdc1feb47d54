# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..drawing import choose_winners
from .common import LoyaltyCommon

BEFORE, DURING, AFTER = "2026-02-20 08:00:00", "2026-03-10 08:00:00", "2026-04-02 08:00:00"


@tagged("post_install", "-at_install")
class TestDraw(LoyaltyCommon):
    """Draws of R5: a coupon per full amount, a published seed, winners once for all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Farm {n}", "is_company": True} for n in range(8)]
        )

    @classmethod
    def _create_draw(cls, publish=True, **vals):
        draw = cls.env["rebate.draw"].create(
            {
                "name": "Spring draw",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "full_amount": 1000,
                "prize_count": 2,
                "seed": "published long before",
                "partner_domain": str([("id", "in", (cls.customers | cls.dealer).ids)]),
            }
            | vals
        )
        if publish:
            with freeze_time(BEFORE):
                draw.action_publish()
        return draw

    @classmethod
    def _buy(cls, *amounts, date="2026-03-10"):
        """Invoices of the first customers."""
        return cls._post_invoices(
            *(
                cls._prepare_invoice(customer, date, [amount])
                for customer, amount in zip(cls.customers, amounts, strict=False)
                if amount
            )
        )

    def _draw(self, draw):
        with freeze_time(AFTER):
            draw.action_draw()

    def _coupons(self, draw):
        return {
            self.customers.browse(partner).name: count
            for partner, (_total, count) in draw._count_coupons().items()
        }

    def test_R5_coupon_per_full_amount(self):
        """R5: each full 1,000 of a customer over the promotion, not of an invoice."""
        draw = self._create_draw()
        self._buy(999.99, 1000, 2999.99, 600)
        self._buy(0, 0, 0, 400)
        self._buy(5000, date="2026-02-28")
        self._buy(5000, date="2026-04-01")
        self._buy(0, 0, 0, 0, 10000, date="2026-03-31")
        self.assertEqual(
            self._coupons(draw), {"Farm 0": 0, "Farm 1": 1, "Farm 2": 2, "Farm 3": 1, "Farm 4": 10}
        )

    def test_R5_returns_take_coupons_back(self):
        """R5: what is credited before the draw has no coupon; afterwards nothing changes."""
        draw = self._create_draw(prize_count=1)
        kept, returned, part = self._buy(2000, 2000, 3000)
        self._credit(returned, "2026-03-20")
        self._invoice(part.partner_id, "2026-03-21", -1500)
        self.assertEqual(self._coupons(draw), {"Farm 0": 2, "Farm 1": 0, "Farm 2": 1})
        self._draw(draw)
        self.assertEqual(draw.entry_ids.partner_id, (kept | part).partner_id)
        winners = draw.winner_ids.mapped("number")
        self._credit(kept, "2026-03-25")
        self.assertEqual(draw.winner_ids.mapped("number"), winners)
        self.assertEqual(draw.coupon_count, 3)
        self.assertTrue(draw._is_verified())

    def test_R5_limit_filter_and_products(self):
        """R5: at most so many coupons; only who and what the draw names."""
        draw = self._create_draw(
            coupon_limit=3,
            product_ids=[Command.set(self.product_a.ids)],
            partner_domain=str([("id", "in", self.customers[:2].ids)]),
        )
        self._buy(50000, 2000, 7000)
        invoice = self._prepare_invoice(self.customers[1], "2026-03-10", [9000])
        invoice["invoice_line_ids"][0][2]["product_id"] = self.product_b.id
        self._post_invoices(invoice)
        self.assertEqual(self._coupons(draw), {"Farm 0": 3, "Farm 1": 2})

    def test_R5_participants_are_end_customers(self):
        """R5: by default dealers have no coupon in a promotion to end customers."""
        draw = self.env["rebate.draw"].create(
            {"name": "Default", "date_from": "2026-03-01", "date_to": "2026-03-31"}
        )
        self._invoice(self.dealer, "2026-03-05", 9000)
        self._invoice(self.customer, "2026-03-05", 9000)
        coupons = draw._count_coupons()
        self.assertIn(self.customer.id, coupons)
        self.assertNotIn(self.dealer.id, coupons)

    def test_R5_same_seed_same_winners(self):
        """R5: the winners follow from seed and list; a twin with the seed draws the same."""
        self._buy(*range(1000, 9000, 1000))
        draw, twin = self._create_draw(), self._create_draw()
        other = self._create_draw(seed="another one", prize_count=8)
        for one in (draw, twin, other):
            self._draw(one)
        self.assertEqual(
            draw.winner_ids.mapped(lambda w: (w.rank, w.number, w.digest)),
            twin.winner_ids.mapped(lambda w: (w.rank, w.number, w.digest)),
        )
        self.assertEqual(draw.fingerprint, twin.fingerprint)
        entries = [
            (entry.partner_id.id, entry.first_number, entry.last_number) for entry in draw.entry_ids
        ]
        expected = choose_winners("published long before", entries, 2)
        self.assertEqual([(w.digest, w.number, w.partner_id.id) for w in draw.winner_ids], expected)
        self.assertNotEqual(other.winner_ids.mapped("digest")[:2], draw.winner_ids.mapped("digest"))
        self.assertEqual(len(other.winner_ids.partner_id), 8)

    def test_R5_one_prize_or_several(self):
        """R5: one prize a customer, unless the draw says otherwise; fewer people than prizes."""
        self._buy(5000)
        once, several = self._create_draw(), self._create_draw(prize_once=False)
        self._draw(once)
        self._draw(several)
        self.assertEqual(len(once.winner_ids), 1)
        self.assertEqual(len(several.winner_ids), 2)
        self.assertIn("nobody was there for: 1", once.message_ids[0].body)

    def test_R5_published_first_and_drawn_after(self):
        """R5: no seed after the beginning, no winners before the end or without a seed."""
        self._buy(5000)
        late = self._create_draw(publish=False)
        with freeze_time(DURING), self.assertRaisesRegex(UserError, "could favour"):
            late.action_publish()
        with self.assertRaisesRegex(UserError, "not published"):
            self._draw(late)
        draw = self._create_draw()
        with freeze_time("2026-03-31 08:00:00"), self.assertRaisesRegex(UserError, "runs until"):
            draw.action_draw()
        self.assertEqual(draw.state, "published")
        self.assertIn("published long before", draw.message_ids[0].body)

    def test_R5_no_redraw(self):
        """R5: drawn is drawn: a second draw is refused, and so is every change."""
        self._buy(5000, 5000, 5000)
        draw = self._create_draw()
        with self.assertRaisesRegex(UserError, "is published"):
            draw.seed = "a better one"
        self._draw(draw)
        before = draw.winner_ids.mapped("digest")
        self.assertIn(before[0], draw.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "once for all"):
            self._draw(draw)
        for vals in ({"prize_count": 3}, {"seed": "x"}, {"date_to": "2026-04-30"}):
            for env in (draw, draw.sudo()):
                with self.subTest(vals), self.assertRaisesRegex(UserError, "is published"):
                    env.write(vals)
        for vals in ({"state": "draft"}, {"winner_ids": [Command.clear()]}, {"fingerprint": "x"}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "buttons of the draw"):
                draw.write(vals)
        with self.assertRaisesRegex(UserError, "is published"):
            draw.unlink()
        self.assertEqual(draw.winner_ids.mapped("digest"), before)

    def test_R5_verifying_finds_what_was_changed(self):
        """R5: who changes list or winners behind the draw's back is found out."""
        self._buy(5000, 5000, 5000)
        draw = self._create_draw()
        self._draw(draw)
        self.assertEqual(draw.action_verify()["params"]["type"], "success")
        winner = draw.winner_ids[0]
        winner.sudo().entry_id = draw.entry_ids - draw.winner_ids.entry_id
        self.assertEqual(draw.action_verify()["params"]["type"], "danger")
        draw.invalidate_recordset()
        winner.sudo().entry_id = draw.entry_ids.filtered(
            lambda entry: entry.first_number <= winner.number <= entry.last_number
        )
        self.assertTrue(draw._is_verified())
        draw.entry_ids[-1].sudo().last_number += 5
        self.assertFalse(draw._is_verified())

    def test_R5_nobody_takes_part(self):
        """R5: without a coupon nothing is drawn, and the draw can still be done."""
        draw = self._create_draw()
        with self.assertRaisesRegex(UserError, "Nobody has a coupon"), self.env.cr.savepoint():
            self._draw(draw)
        draw.invalidate_recordset()
        self.assertEqual(draw.state, "published")

    def test_R5_prize_is_a_coupon(self):
        """R5: each winner, and nobody else, gets a coupon that brings the gift on an order."""
        program = self._create_program("rebate_prize")
        self._buy(5000, 5000, 5000)
        draw = self._create_draw(program_id=program.id, prize_expiration="2099-12-31")
        self._draw(draw)
        cards = program.coupon_ids
        self.assertEqual(cards.partner_id, draw.winner_ids.partner_id)
        self.assertEqual(len(cards), 2)
        self.assertEqual({str(card.expiration_date) for card in cards}, {"2099-12-31"})
        order = self._order(self.pump, partner=cards[0].partner_id)
        status = order._try_apply_code(cards[0].code)
        self.assertNotIn("error", status)
        for coupon, rewards in status.items():
            order._apply_program_reward(rewards, coupon)
        gift = order.order_line.filtered("is_reward_line")
        self.assertEqual(gift.product_id, program.reward_ids.reward_product_id)
        self.assertEqual(gift.price_total, 0)

    def test_R5_prizes_are_mailed_once(self):
        """R5: winners are mailed when the manager says so, once; the draw stands before."""
        program = self._create_program("rebate_prize")
        self._buy(5000, 5000, 5000)
        draw = self._create_draw(program_id=program.id)
        cards = self.registry["loyalty.card"]
        with patch.object(cards, "_send_creation_communication", autospec=True) as mail:
            draw.action_mail_prizes()
            mail.assert_not_called()
            self._draw(draw)
            mail.reset_mock()
            draw.action_mail_prizes()
            mail.assert_called_once_with(draw.winner_ids.card_id)
            with self.assertRaisesRegex(UserError, "already"):
                draw.action_mail_prizes()

    def test_R5_merged_customers_stay_verifiable(self):
        """R5: merging two customers afterwards changes neither winners nor the check."""
        self._buy(5000, 5000, 5000)
        draw = self._create_draw()
        self._draw(draw)
        merge = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        merge._merge(self.customers[:2].ids, self.customers[1])
        draw.invalidate_recordset()
        draw.entry_ids.invalidate_recordset()
        self.assertEqual(len(draw.entry_ids), 3)
        self.assertTrue(draw._is_verified())
