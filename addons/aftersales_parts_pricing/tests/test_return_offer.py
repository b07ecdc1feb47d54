# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, http
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_reserve import ReserveCommon


class ReturnOfferCommon(ReserveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_part("general", 100, name="Gear pump")
        cls.fresh = cls._create_part("general", 50, name="Fresh valve")
        cls.core = cls._create_part("restricted", 500, name="Core")
        cls.policy = cls._create_policy(classes={"general": {"markup_percent": 50}})
        cls._publish(cls.policy)
        for part in (cls.part, cls.fresh):
            cls._receive(part, 50, cls.today.replace(year=cls.today.year - 3, day=1))
        cls.dealer.email = "dealer@example.com"

    def _deliver(self, part, pieces, day, partner=None):
        picking = self.env["stock.picking"].create(
            {
                "partner_id": (partner or self.dealer).id,
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
            }
        )
        return self._sell(part, pieces, day, picking_id=picking.id)

    def _outlet(self):
        return self.env["aftersales.outlet"].create(
            {
                "name": "Main store",
                "code": "T-1",
                "kind": "store",
                "partner_id": self.dealer.id,
                "location_id": self.store.id,
                "company_id": self.company.id,
            }
        )

    def _offer(self, **vals):
        return (
            self.env["parts.return.offer"]
            .with_user(self.planner)
            .create({"partner_id": self.dealer.id, "warehouse_id": self.warehouse.id} | vals)
        )

    def _sent(self, **vals):
        lines = [
            Command.create({"product_id": part.id, "quantity": 3, "price_unit": 80})
            for part in (self.part, self.fresh)
        ]
        offer = self._offer(line_ids=lines, **vals)
        offer.action_send()
        return offer


@tagged("post_install", "-at_install")
class TestReturnOffer(ReturnOfferCommon):
    def test_P10_pieces_delivered_long_ago_and_never_again_are_proposed(self):
        address = self.env["res.partner"].create({"name": "Store", "parent_id": self.dealer.id})
        other = self.dealer.copy({"name": "Other dealer", "is_dealer": True})
        self._deliver(self.part, 5, self._ago(months=20))
        self._deliver(self.part, 2, self._ago(months=14), address)
        self._deliver(self.part, 9, self._ago(months=14), other)
        self._deliver(self.fresh, 4, self._ago(months=20))
        self._deliver(self.fresh, 1, self._ago(months=2))
        offer = self._offer(price_percent=80)
        offer.action_propose()
        line = offer.line_ids
        self.assertEqual((line.product_id, line.quantity), (self.part, 7))
        # Settlement price 150, of which 80 %.
        self.assertEqual((line.price_unit, offer.amount), (120, 840))
        self.assertEqual(line.date_last_demand, self._ago(months=14))
        self.assertIn("not ordered since", line.reason)

    def test_P10_returned_pieces_are_not_proposed_again(self):
        sold = self._deliver(self.part, 5, self._ago(months=20))
        self._move(
            self.part,
            4,
            self.customers,
            self.stock,
            self._ago(months=19),
            picking_id=sold.picking_id.id,
        )
        offer = self._offer()
        offer.action_propose()
        self.assertEqual(offer.line_ids.quantity, 1)

    def test_P10_dead_pieces_at_the_dealers_outlet(self):
        outlet = self._outlet()
        for part in (self.part, self.fresh):
            self._move(part, 6, self.stock, self.store, self._ago(months=18))
        self._sell(self.fresh, 1, self._ago(months=1), self.store)
        self._sell(self.part, 1, self._ago(months=13), self.store)
        offer = self._offer(outlet_id=outlet.id)
        offer.action_propose()
        self.assertEqual((offer.line_ids.product_id, offer.line_ids.quantity), (self.part, 5))
        self.assertIn("Last asked for", offer.line_ids.reason)
        offer.action_send()
        offer.sudo()._answer({offer.line_ids.id: 5}, self.dealer)
        picking = offer.picking_ids
        self.assertEqual(
            (picking.picking_type_id, picking.location_id, picking.state),
            (self.warehouse.int_type_id, self.store, "draft"),
        )

    def test_P10_nothing_dead_says_so(self):
        with self.assertRefused(UserError, "no piece that was without demand"):
            self._offer().action_propose()

    def test_P2_restricted_parts_are_never_offered(self):
        with self.assertRefused(ValidationError, "cannot be offered"):
            self._offer(line_ids=[Command.create({"product_id": self.core.id, "price_unit": 1})])
        outlet = self._outlet()
        self.core.part_class = "general"
        self._put_in_stock(self.core, 3, self.store)
        self.core.part_class = "restricted"
        with self.assertRefused(UserError, "no piece"):
            self._offer(outlet_id=outlet.id).action_propose()

    def test_P10_offer_is_complete_before_it_is_sent(self):
        offer = self._offer()
        with self.assertRefused(UserError, "offers nothing yet"):
            offer.action_send()
        offer.line_ids = [Command.create({"product_id": self.part.id, "price_unit": 0})]
        with self.assertRefused(UserError, "no buy-back price"):
            offer.action_send()
        offer.line_ids.price_unit = 5
        offer.date_last = self._ago(days=1)
        with self.assertRefused(UserError, "last day of .* is past"):
            offer.action_send()
        offer.date_last = self.today
        offer.action_send()
        mail = self.env["mail.mail"].sudo().search([("res_id", "=", offer.id)], limit=1)
        self.assertIn(f"/my/return-offers/{offer.id}", mail.body_html)
        self.assertEqual(mail.recipient_ids, self.dealer)

    def test_P10_sent_offer_does_not_change(self):
        offer = self._sent()
        extra = self._create_part("wearing", 1)
        for change in (
            lambda: offer.write({"date_last": self.today}),
            lambda: offer.line_ids[0].write({"price_unit": 1}),
            lambda: offer.line_ids[0].unlink(),
            lambda: (
                self.env["parts.return.offer.line"]
                .with_user(self.planner)
                .create({"offer_id": offer.id, "product_id": extra.id, "price_unit": 1})
            ),
        ):
            with self.assertRefused(UserError, "no longer a draft"):
                change()
        with self.assertRefused(UserError, "buttons and the dealer's answer"):
            offer.amount_accepted = 5
        with self.assertRefused(UserError, "cancel it instead"):
            offer.unlink()
        offer.action_cancel()
        offer.action_draft()
        offer.line_ids[0].price_unit = 1

    def test_P10_accepted_pieces_become_a_draft_return(self):
        offer = self._sent()
        first, second = offer.line_ids
        offer.sudo()._answer({first.id: 2, second.id: 0}, self.dealer, "Boxes are open")
        self.assertEqual((offer.state, offer.amount_accepted), ("answered", 160))
        self.assertEqual(offer.line_ids.mapped("answer"), ["accepted", "declined"])
        picking = offer.picking_ids
        self.assertEqual((picking.state, picking.origin), ("draft", offer.name))
        self.assertEqual(picking.picking_type_id, self.warehouse.in_type_id)
        self.assertEqual(picking.location_id, self.customers)
        self.assertEqual(picking.move_ids.product_id, self.part)
        self.assertEqual(picking.move_ids.product_uom_qty, 2)
        self.assertIn("Boxes are open", "".join(offer.message_ids.mapped("body")))
        self.assertEqual(offer.activity_ids.user_id, self.planner)
        with self.assertRefused(UserError, "no longer be answered"):
            offer.sudo()._answer({first.id: 3, second.id: 3}, self.dealer)

    def test_P10_buying_back_takes_away_from_no_demand(self):
        self._sell_monthly(self.part, [0, 0, 0, 0, 0, 4])
        offer = self._sent()
        offer.sudo()._answer({line.id: 3 for line in offer.line_ids}, self.dealer)
        picking = offer.picking_ids
        picking.sudo().move_ids.write({"quantity": 3, "picked": True})
        picking.sudo()._action_done()
        picking.sudo().move_ids.move_line_ids.date = self.first - relativedelta(days=10)
        plan = self._plan()
        plan.action_propose()
        self.assertEqual(self._line(plan, self.part).history[-1], 4)

    def test_P10_declining_makes_no_transfer(self):
        offer = self._sent()
        offer.sudo()._answer({line.id: 0 for line in offer.line_ids}, self.dealer)
        self.assertEqual((offer.state, offer.picking_count), ("answered", 0))

    def test_P10_answer_must_fit_and_come_in_time(self):
        offer = self._sent()
        first, second = offer.line_ids
        for pieces in (4, -1, None):
            with self.assertRefused(UserError, "answer with 0 to 3 pieces"):
                offer.sudo()._answer({first.id: pieces, second.id: 1}, self.dealer)
        self.assertEqual(offer.state, "sent")
        offer.sudo().date_last = self._ago(days=1)
        with self.assertRefused(UserError, "can no longer be answered"):
            offer.sudo()._answer({first.id: 1, second.id: 1}, self.dealer)

    def test_other_company_sees_no_offer(self):
        offer = self._sent()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._user("stranger", "aftersales_parts_pricing.group_reserve_planner")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for record in (offer, offer.line_ids[0]):
            with self.assertRaises(AccessError):
                record.with_user(stranger).with_context(allowed_company_ids=other.ids).read(["id"])


@tagged("post_install", "-at_install")
class TestReturnPortal(ReturnOfferCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create({"name": "Dana", "parent_id": cls.dealer.id})
        rival = cls.env["res.partner"].create(
            {"name": "Rival", "is_company": True, "is_dealer": True}
        )
        for login, partner in (("returns_own", cls.contact), ("returns_rival", rival)):
            new_test_user(
                cls.env,
                login,
                groups="base.group_portal",
                partner_id=partner.id,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )

    def _post(self, offer, **values):
        token = http.Request.csrf_token(self)
        return self.url_open(
            f"/my/return-offers/{offer.id}/answer", data={"csrf_token": token} | values
        )

    def test_P10_dealer_answers_line_by_line(self):
        offer = self._sent()
        first, second = offer.line_ids
        self.authenticate("returns_own", "returns_own")
        self.assertIn(offer.name, self.url_open("/my/return-offers").text)
        page = self.url_open(f"/my/return-offers/{offer.id}").text
        self.assertIn("Gear pump", page)
        self.assertNotIn("150.00", page)
        page = self._post(offer, **{f"pieces_{first.id}": "9", f"pieces_{second.id}": "0"}).text
        self.assertIn("answer with 0 to 3 pieces", page)
        self.assertEqual(offer.state, "sent")
        self._post(offer, **{f"pieces_{first.id}": "2", f"pieces_{second.id}": "0"})
        self.env.invalidate_all()
        self.assertEqual((offer.state, offer.amount_accepted), ("answered", 160))
        self.assertEqual(offer.answered_by_id, self.contact)

    def test_P10_dealer_answers_as_a_whole(self):
        for whole, accepted in (("accept", 480), ("decline", 0)):
            offer = self._sent()
            self.authenticate("returns_own", "returns_own")
            self._post(offer, whole=whole)
            self.env.invalidate_all()
            self.assertEqual((offer.state, offer.amount_accepted), ("answered", accepted))

    def test_P9_other_dealers_see_and_answer_nothing(self):
        offer = self._sent()
        draft = self._offer()
        self.authenticate("returns_rival", "returns_rival")
        self.assertNotIn(offer.name, self.url_open("/my/return-offers").text)
        response = self.url_open(f"/my/return-offers/{offer.id}")
        self.assertTrue(response.url.endswith("/my/return-offers"))
        self.assertNotIn("Gear pump", response.text)
        self._post(offer, whole="accept")
        self.env.invalidate_all()
        self.assertEqual(offer.state, "sent")
        self.authenticate("returns_own", "returns_own")
        self.assertTrue(
            self.url_open(f"/my/return-offers/{draft.id}").url.endswith("/my/return-offers")
        )
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(f"/my/return-offers/{offer.id}").url)

    def test_P9_portal_users_have_no_right_on_the_models(self):
        user = self.env["res.users"].search([("login", "=", "returns_own")])
        for model in ("parts.return.offer", "parts.return.offer.line", "parts.reserve.plan"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])
