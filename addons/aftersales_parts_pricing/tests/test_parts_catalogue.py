# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPartsCatalogue(PortalCommon):
    """What a dealer is told of the parts, before any page shows it."""

    def test_P9_part_is_found_by_number_name_and_old_number(self):
        self.env["parts.supersession"].create(
            {"old_number": "OLD 55.7", "product_id": self.pump.id, "reason": "Former maker"}
        )
        for text in ("QX-100/1", "qx1001", " QX 100 1 ", "gear pump of", "old557", "OLD 55.7"):
            self.assertEqual(self._search(text), self.pump, text)
        self.assertEqual(self._search("QX-100"), self.pump | self.seal)
        for text in ("00/1", "%", "_", "\\", "'", "xyzzy", "QX-100/9", "QX-100/8", "Secret"):
            self.assertFalse(self._search(text), text)
        self.assertEqual(self._entry(self.pump)["replaces"], ["OLD 55.7"])

    def test_P9_catalogue_holds_priced_parts_of_the_list_only(self):
        self.assertEqual(self._search(), self.pump | self.seal)
        self.seal.is_serviceable = False
        self.assertEqual(self._search(), self.pump)
        self.pump.part_class = "restricted"
        self.assertFalse(self._search())

    def test_P9_each_dealer_is_told_its_own_price_and_the_guide_price(self):
        own, other = self._entry(self.pump), self._entry(self.pump, self.user_b)
        self.assertEqual((own["price"], own["guide"]), (self.price_a, self.guide_price))
        self.assertEqual((other["price"], other["guide"]), (self.price_b, self.guide_price))
        self.assertNotEqual(self.price_a, self.price_b)
        self.assertAlmostEqual(self.guide_price, 2 * self.pump.standard_price)
        told = set(own) - {"product_id"}
        self.assertEqual(
            told,
            {
                *("number", "name", "unit", "price", "guide", "light", "next_price"),
                *("next_date", "newer", "sold", "replaces"),
            },
        )

    def test_P9_nobody_but_a_dealer_has_a_catalogue(self):
        farm = self.env["res.partner"].create({"name": "Farm"})
        catalogue = self.env["parts.catalogue"].sudo()
        self.assertIsNone(catalogue._get_terms(farm, self.company))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        terms = catalogue._get_terms(self.user_a.partner_id, other)
        self.assertFalse(terms and catalogue._search_parts(terms))

    def test_P9_light_instead_of_a_quantity(self):
        self.company.write({"parts_stock_green": 5, "parts_stock_amber": 2})
        for quantity, light in ((0, "red"), (1, "red"), (1, "amber"), (2, "amber"), (1, "green")):
            if quantity:
                self._put_in_stock(self.seal, quantity)
            self.seal.invalidate_recordset()
            self.assertEqual(self._entry(self.seal)["light"], light)
        self.company.parts_stock_green = 6
        self.assertEqual(self._entry(self.seal)["light"], "amber")
        with self.assertRefused(ValidationError, "amber light"):
            self.company.parts_stock_amber = 7

    def test_P7_next_price_and_its_day(self):
        self.assertIsNone(self._entry(self.seal)["next_price"])
        self.seal.standard_price = 9
        self._publish(self.policy, self._days(12))
        entry = self._entry(self.seal)
        self.assertEqual((entry["price"], entry["next_price"]), (7.5, 9))
        self.assertEqual(entry["next_date"], self._days(12))
        # A price that is published again without a change is no news.
        self.assertIsNone(self._entry(self.pump)["next_price"])

    def test_P7_list_of_the_dealers_own_on_top_of_a_published_one(self):
        own = self.env["product.pricelist"].create(
            {
                "name": "Friends",
                "company_id": self.company.id,
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "compute_price": "percentage",
                            "base": "pricelist",
                            "base_pricelist_id": self.list_a.id,
                            "percent_price": 10,
                        },
                    )
                ],
            }
        )
        self.dealer.with_company(self.company).property_product_pricelist = own
        self.assertEqual(self._search("QX-100"), self.pump | self.seal)
        self.assertAlmostEqual(self._entry(self.pump)["price"], 0.9 * self.price_a)

    def test_P9_superseded_part_says_what_takes_its_place(self):
        step = self.env["parts.supersession"].create(
            {"old_product_id": self.pump.id, "product_id": self.seal.id, "reason": "Bulletin"}
        )
        entry = self._entry(self.pump)
        self.assertIn("QX-100/2", entry["newer"])
        self.assertTrue(entry["sold"])
        step.use_up_stock = False
        self.assertFalse(self._entry(self.pump)["sold"])
        self.assertEqual(self._search("QX-100/1"), self.pump | self.seal)
        # A part that took its place and is not for dealers is not named to them.
        step.product_id = self.core
        entry = self._entry(self.pump)
        self.assertEqual((entry["newer"], entry["sold"]), (None, True))

    def test_P9_number_of_a_restricted_part_is_not_told(self):
        self.env["parts.supersession"].create(
            {"old_product_id": self.core.id, "product_id": self.pump.id, "reason": "Freed"}
        )
        self.assertEqual(self._entry(self.pump)["replaces"], [])

    def test_P7_asking_for_a_price_writes_on_no_product(self):
        author = self.pump.write_uid
        prices = self.list_a.with_user(self.user_a).sudo()
        self.assertTrue(prices._get_published_prices(self.pump | self.seal))
        prices._get_products_price(self.pump | self.seal, 1.0)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.pump.write_uid, author)
        self.assertNotEqual(author, self.user_a)

    def test_P9_list_as_a_table(self):
        header, rows = self.env["parts.catalogue"].sudo()._get_list_table(self._terms())
        self.assertEqual([row[0] for row in rows], ["QX-100/1", "QX-100/2"])
        self.assertEqual(rows[0][3:6], [self.price_a, self.guide_price, "USD"])
        self.assertEqual(len(header), len(rows[0]))

    def test_P9_queries_do_not_grow_with_the_parts(self):
        self.env["product.product"].create(
            [
                {
                    "name": f"Mass part {number}",
                    "default_code": f"QY-{number:03}",
                    "is_storable": True,
                    "part_class": "general",
                    "is_serviceable": True,
                    "standard_price": 10 + number,
                    "categ_id": self.category.id,
                }
                for number in range(60)
            ]
        )
        self._publish(self.policy, self._days(1))
        catalogue = self.env["parts.catalogue"].sudo()

        def ask(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            terms = self._terms()
            before = self.cr.sql_log_count
            found = catalogue._search_parts(terms, "QY", limit=limit)
            entries = catalogue._get_entries(terms, found)
            return len(entries), self.cr.sql_log_count - before

        # The list of tomorrow is not told today.
        self.assertEqual(ask(60)[0], 0)
        day = self._days(1)
        self.patch(type(self.env["parts.price"]), "_get_price_day", lambda *args, **kw: day)
        ask(60)
        few, many = ask(5), ask(60)
        self.assertEqual((few[0], many[0]), (5, 60))
        self.assertEqual(few[1], many[1])
        self.assertLess(many[1], 40)

    # ------------------------------------------------------------------
    # Cart and returns
    # ------------------------------------------------------------------

    def _cart(self, product, quantity, user=None):
        user = user or self.user_a
        lines = self.env["parts.cart.line"]
        lines._put(self._terms(user), user, product, quantity)
        return lines._get_cart(self._terms(user), user)

    def test_P9_cart_becomes_what_the_setting_says(self):
        for mode in ("draft", "sent", "sale"):
            self.company.parts_portal_order_mode = mode
            cart = self._cart(self.pump, 3)
            order = cart._place_order(self._terms(), self.user_a.partner_id, "PO 1", "Soon please")
            self.assertEqual(order.state, mode)
            self.assertEqual(order.partner_id, self.dealer)
            self.assertEqual(order.client_order_ref, "PO 1")
            self.assertEqual(order.pricelist_id, self.list_a)
            self.assertEqual(order.order_line.price_unit, self.price_a)
            self.assertEqual(order.order_line.product_uom_qty, 3)
            self.assertIn("Soon please", "".join(order.message_ids.mapped("body")))
            self.assertFalse(cart.exists())
        with self.assertRefused(UserError, "empty"):
            cart.exists()._place_order(self._terms(), self.user_a.partner_id)

    def test_P9_part_no_longer_sold_is_not_ordered(self):
        cart = self._cart(self.pump, 3)
        self.env["parts.supersession"].create(
            {
                "old_product_id": self.pump.id,
                "product_id": self.seal.id,
                "reason": "Bulletin",
                "use_up_stock": False,
            }
        )
        with self.assertRefused(UserError, "QX-100/1.*no longer sold.*QX-100/2"):
            cart._place_order(self._terms(), self.user_a.partner_id)

    def test_quantity_is_read_as_people_type_it(self):
        lines = self.env["parts.cart.line"]
        self.assertEqual(lines._read_quantity("2,5", self.pump), 2.5)
        self.assertEqual(lines._read_quantity(" 3 ", self.pump), 3)
        for text in ("", "nan", "inf", "-1", "1e9", "two", None):
            with self.assertRefused(UserError, "no quantity"):
                lines._read_quantity(text, self.pump)

    def _delivered(self, quantity=4):
        self._put_in_stock(self.pump, quantity)
        order = self._order(self.dealer, self.list_a, self.pump, quantity=quantity)
        order.action_confirm()
        self._deliver(order)
        return order.picking_ids.move_ids

    def _ask_back(self, move, quantity):
        return self.env["parts.return.request"]._ask(
            self._terms(), self.user_a.partner_id, move, quantity, "wrong"
        )

    def test_P11_return_is_asked_accepted_received_and_never_more_than_delivered(self):
        move = self._delivered(4)
        request = self._ask_back(move, 3)
        self.assertRegex(request.name, r"^\w+/\d{4}/\d{4}$")
        with self.assertRefused(ValidationError, "1 of this delivery can still"):
            self._ask_back(move, 2)
        keeper = self._user("keeper", "stock.group_stock_user")
        request.with_user(keeper).action_accept()
        picking = request.picking_id
        self.assertEqual((request.state, picking.return_id), ("accepted", move.picking_id))
        self.assertEqual(picking.move_ids.mapped("product_uom_qty"), [3])
        self.assertEqual(move._get_returnable_quantity(), 1)
        with self.assertRefused(UserError, "answered already"):
            request.with_user(keeper).action_accept()
        picking.move_ids.write({"quantity": 3, "picked": True})
        picking.with_user(keeper).button_validate()
        self.assertEqual(request._get_status_label(), "Received")
        self.assertEqual(move.sale_line_id.qty_delivered, 1)

    def test_P11_return_takes_its_own_line_of_a_delivery(self):
        for part in self.pump | self.seal:
            self._put_in_stock(part, 4)
        order = self._order(self.dealer, self.list_a, self.pump, quantity=4)
        order.order_line = [Command.create({"product_id": self.seal.id, "product_uom_qty": 4})]
        order.action_confirm()
        self._deliver(order)
        move = order.picking_ids.move_ids.filtered(lambda one: one.product_id == self.seal)
        request = self._ask_back(move, 3)
        request.with_user(self._user("keeper", "stock.group_stock_user")).action_accept()
        moves = request.picking_id.move_ids
        self.assertEqual((moves.product_id, moves.product_uom_qty), (self.seal, 3))

    def test_P11_refused_return_says_why(self):
        request = self._ask_back(self._delivered(2), 2)
        keeper = self._user("keeper2", "stock.group_stock_user")
        with self.assertRefused(UserError, "why it is refused"):
            request.with_user(keeper).action_refuse()
        request.with_user(keeper).answer = "Used already"
        request.with_user(keeper).action_refuse()
        self.assertEqual(request.state, "refused")
        self.assertEqual(request.move_id._get_returnable_quantity(), 2)
        with self.assertRefused(UserError, "stays on record"):
            request.unlink()
        with self.assertRefused(UserError, "buttons Accept and Refuse"):
            request.with_user(keeper).state = "accepted"
