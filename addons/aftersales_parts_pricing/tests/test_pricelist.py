# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import MODULE, PartsCommon


@tagged("post_install", "-at_install")
class TestPricelist(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_part("general", 10.0)
        cls.policy = cls._create_policy(
            classes={"general": {"markup_percent": 50, "guide_factor": 2}}
        )
        cls._publish(cls.policy, cls.env["parts.price"]._get_price_day())
        cls.settlement = cls.policy.settlement_pricelist_id
        cls.guide = cls.policy.guide_pricelist_id

    def _count_queries(self, function):
        function()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        return self.cr.sql_log_count - before

    def test_P7_lists_are_native_pricelists_of_one_rule(self):
        for pricelist in self.settlement | self.guide:
            self.assertEqual(pricelist.item_ids.mapped("base"), ["published_price"])
            self.assertEqual(pricelist.item_ids.price, "Published price")
        self.assertEqual(self._price(self.settlement, self.part), 15)
        self.assertEqual(self._price(self.guide, self.part), 30)
        self.assertEqual(self._price(self.guide, self.part.product_tmpl_id), 30)

    def test_P7_cost_that_moves_overnight_moves_no_price(self):
        self.part.standard_price = 99
        self.assertEqual(self._price(self.settlement, self.part), 15)

    def test_P7_price_is_the_one_of_the_asked_day(self):
        self.part.standard_price = 10.4
        self._publish(self.policy, self._days(10))
        for day, price in ((-1, 0.0), (0, 15), (9, 15), (10, 15.6), (99, 15.6)):
            self.assertEqual(self._price(self.settlement, self.part, date=self._days(day)), price)

    def test_P7_new_publication_is_seen_in_the_same_transaction(self):
        self.assertEqual(self._price(self.settlement, self.part, date=self._days(5)), 15)
        self.part.standard_price = 11
        self._publish(self.policy, self._days(5))
        self.assertEqual(self._price(self.settlement, self.part, date=self._days(5)), 16.5)

    def test_P7_publication_that_is_rolled_back_leaves_no_price(self):
        self.part.standard_price = 11
        savepoint = self.env.cr.savepoint()
        self._publish(self.policy, self._days(5))
        self.assertEqual(self._price(self.settlement, self.part, date=self._days(5)), 16.5)
        savepoint.close(rollback=True)
        self.assertEqual(self._price(self.settlement, self.part, date=self._days(5)), 15)

    def test_P7_order_day_is_the_company_day(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.part.standard_price = 11
        day = self._days(10)
        self._publish(self.policy, day)
        eve = datetime.combine(self._days(9), datetime.min.time())
        self.assertEqual(self._price(self.settlement, self.part, date=eve), 15)
        # 17:00 UTC is one o'clock of the next day in Shanghai.
        self.assertEqual(self._price(self.settlement, self.part, date=eve.replace(hour=17)), 16.5)

    def test_P7_order_line_gets_price_in_its_unit_currency_and_day(self):
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.eur.id,
                "company_id": self.company.id,
                "name": self._days(-1),
                "rate": 0.5,
            }
        )
        order = self._order(self.dealer, self.settlement, self.part)
        self.assertEqual(order.order_line.price_unit, 15)
        order.order_line.product_uom_id = self.dozen
        self.assertEqual(order.order_line.price_unit, 180)
        price = self.settlement._get_product_price(
            self.part, 1.0, uom=self.dozen, currency=self.eur, date=self._days(0)
        )
        self.assertEqual(price, 90)
        chained = self.env["product.pricelist"].create(
            {
                "name": "Euro dealers",
                "currency_id": self.eur.id,
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "percentage",
                            "base": "pricelist",
                            "base_pricelist_id": self.settlement.id,
                            "percent_price": 10,
                        }
                    )
                ],
            }
        )
        order = self._order(self.dealer, chained, self.part)
        self.assertEqual(order.currency_id, self.eur)
        self.assertAlmostEqual(order.order_line.price_unit, 6.75)

    def test_P7_manual_quantity_change_keeps_the_published_price(self):
        order = self._order(self.dealer, self.settlement, self.part)
        order.order_line.product_uom_qty = 7
        self.assertEqual(order.order_line.price_unit, 15)
        self.assertEqual(order.amount_untaxed, 105)

    def test_P7_other_rules_work_beside_it(self):
        self.settlement.item_ids = [
            Command.create(
                {
                    "applied_on": "0_product_variant",
                    "product_id": self.part.id,
                    "min_quantity": 10,
                    "compute_price": "fixed",
                    "fixed_price": 12,
                }
            )
        ]
        self.assertEqual(self.settlement._get_product_price(self.part, 9), 15)
        self.assertEqual(self.settlement._get_product_price(self.part, 10), 12)

    def test_P7_services_and_finished_goods_keep_their_own_price(self):
        freight = self.env["product.product"].create(
            {"name": "Freight", "type": "service", "list_price": 60, "taxes_id": False}
        )
        self.assertEqual(self._price(self.settlement, freight), 60)
        order = self._order(self.dealer, self.settlement, freight)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_P7_order_with_an_unpriced_part_is_refused(self):
        unpriced = self._create_part("general", 10, name="Newcomer", list_price=77)
        order = self._order(self.dealer, self.settlement, unpriced)
        self.assertEqual(order.order_line.price_unit, 0.0)
        self.assertIn("Newcomer", order.parts_warning)
        with self.assertRefused(UserError, "Newcomer.*not priced on “Dealer settlement"):
            order.action_confirm()
        order.order_line.price_unit = 50
        with self.assertRefused(UserError, "not priced"):
            order.action_confirm()
        order = self._order(self.dealer, self.settlement, self.part)
        order.action_confirm()
        self.assertEqual(order.order_line.price_unit, 15)

    def test_P7_unpriced_part_is_found_through_a_chained_list(self):
        unpriced = self._create_part("general", 10, name="Newcomer")
        chained = self.env["product.pricelist"].create(
            {
                "name": "Friends",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "formula",
                            "base": "pricelist",
                            "base_pricelist_id": self.settlement.id,
                            "price_surcharge": 5,
                        }
                    )
                ],
            }
        )
        order = self._order(self.dealer, chained, unpriced)
        with self.assertRefused(UserError, "Newcomer"):
            order.action_confirm()

    def test_P2_restricted_part_has_no_price_and_no_order(self):
        core = self._create_part("restricted", 10, name="Control board", list_price=500)
        retail = self.env["product.pricelist"].create({"name": "Retail"})
        for pricelist in (self.settlement, retail):
            self.assertEqual(self._price(pricelist, core), 0.0)
            with self.assertRefused(ValidationError, "Control board.*neither quoted.*guardian"):
                self._order(self.dealer, pricelist, core)
        with self.assertRaises(ValidationError):
            retail.item_ids = [
                Command.create({"product_id": core.id, "fixed_price": 5, "compute_price": "fixed"})
            ]

    def test_P2_quotation_of_a_part_that_became_restricted_is_not_confirmed(self):
        order = self._order(self.dealer, self.settlement, self.part)
        self.assertFalse(order.parts_warning)
        self.part.part_class = "restricted"
        order.invalidate_recordset(["parts_warning"])
        self.assertIn("neither quoted", order.parts_warning)
        with self.assertRefused(UserError, "neither quoted"):
            order.action_confirm()
        # The rest of the quotation can still be worked on, to take the part off.
        order.note = "The controller is replaced in our workshop."
        order.order_line.unlink()

    def test_P7_dealer_buys_on_the_list_of_its_tier(self):
        policy = self._create_policy(mode="tier", tiers={self.tier_a: 70, self.tier_b: 80})
        self.policy.active = False
        self.env["aftersales.dealer.tier.assignment"].create(
            [
                {
                    "partner_id": self.dealer.id,
                    "tier_id": self.tier_b.id,
                    "date_from": self._days(-10),
                    "reason": "Start",
                },
                {
                    "partner_id": self.dealer.id,
                    "tier_id": self.tier_a.id,
                    "date_from": self._days(5),
                    "reason": "Promoted",
                },
            ]
        )
        by_tier = {line.tier_id: line.pricelist_id for line in policy.tier_ids}
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.dealer.id})
        for partner in self.dealer | contact:
            self.assertEqual(partner.property_product_pricelist, by_tier[self.tier_b])
        lists = self.env["product.pricelist"]._get_dealer_pricelists(self.dealer, self._days(6))
        self.assertEqual(lists, {self.dealer: by_tier[self.tier_a]})

    def test_P9_only_dealers_fall_on_dealer_lists(self):
        self.settlement.sequence = -5
        user = self.env["res.partner"].create({"name": "Farm"})
        self.assertEqual(self.dealer.property_product_pricelist, self.settlement)
        self.assertNotEqual(user.property_product_pricelist, self.settlement)
        own = self.env["product.pricelist"].create({"name": "Own", "company_id": self.company.id})
        self.dealer.property_product_pricelist = own
        self.assertEqual(self.dealer.property_product_pricelist, own)

    def test_P9_published_price_field_is_closed_to_clients(self):
        salesman = self._user("salesman", "sales_team.group_sale_salesman")
        product = self.part.with_user(salesman).with_context(
            parts_pricelist_id=self.settlement.id, parts_price_day=self.today
        )
        with self.assertRefused(Exception, "published_price"):
            product.read(["published_price"])
        order = self._order(self.dealer, self.settlement, self.part)
        order.user_id = salesman
        order.with_user(salesman).order_line.product_uom_qty = 3
        order.with_user(salesman).action_confirm()
        self.assertEqual(order.order_line.price_unit, 15)

    def test_list_with_prices_keeps_its_currency(self):
        with self.assertRaises(UserError):
            self.settlement.currency_id = self.eur
        with self.assertRaises(UserError):
            self.settlement.company_id = False
        self.settlement.write({"name": "Renamed", "currency_id": self.usd.id})

    def test_unit_changed_later_converts_the_price(self):
        part = self._create_part("general", 10)
        self._publish(self.policy, self._days(1))
        part.uom_id = self.dozen
        self.assertEqual(self._price(self.settlement, part, date=self._days(1)), 180)

    def test_query_count_does_not_grow_with_the_products(self):
        products = self.env["product.product"].create(
            [
                {
                    "name": f"Part {n}",
                    "is_storable": True,
                    "part_class": "general",
                    "is_serviceable": True,
                    "standard_price": 10 + n,
                    "categ_id": self.category.id,
                }
                for n in range(300)
            ]
        )
        self._publish(self.policy, self._days(1))

        def ask(count):
            chosen = products[:count]
            prices = self.settlement._get_products_price(chosen, 1.0, date=self._days(1))
            self.assertEqual(prices[chosen[-1].id], 1.5 * (9 + count))

        few = self._count_queries(lambda: ask(3))
        self.assertEqual(self._count_queries(lambda: ask(300)), few)

    def test_repricing_an_order_reads_prices_once(self):
        products = [self._create_part("general", 10, name=f"Part {n}") for n in range(12)]
        self._publish(self.policy, self._days(1))
        order = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "pricelist_id": self.settlement.id,
                "date_order": datetime.combine(self._days(2), datetime.min.time()),
                "order_line": [Command.create({"product_id": product.id}) for product in products],
            }
        )
        self.assertEqual(order.amount_untaxed, 180)
        asked = []
        original = type(self.env["parts.price"])._get_prices

        def spy(prices, pricelist, parts, day):
            asked.append(len(parts))
            return original(prices, pricelist, parts, day)

        self.patch(type(self.env["parts.price"]), "_get_prices", spy)
        self.env.invalidate_all()
        order.action_update_prices()
        self.assertEqual(asked, [12])

    def test_multi_company_prices_stay_apart(self):
        other = self.env["res.company"].create({"name": "Other", "currency_id": self.usd.id})
        outsider = self._user("outsider", f"{MODULE}.group_pricing_manager")
        outsider.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for model in (
            "parts.price",
            "parts.price.policy",
            "parts.price.policy.class",
            "parts.price.publication",
            "parts.price.publication.line",
        ):
            self.assertTrue(self.env[model].search_count([("company_id", "=", self.company.id)]))
            self.assertFalse(
                self.env[model]
                .with_user(outsider)
                .with_context(allowed_company_ids=other.ids)
                .search_count([("company_id", "=", self.company.id)])
            )
