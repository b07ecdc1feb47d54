# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.product.models.product_pricelist_item import ProductPricelistItem

from ..models.product_pricelist_published import ProductPricelistPublished
from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestPricelistPublished(PartsCommon):
    """One statement for a whole published list, and never anything else than the rules say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.eur.id, "company_id": cls.company.id, "name": "2020-01-01"}
            | {"rate": 0.913}
        )
        cls.pump = cls._create_part("general", 10.07, name="Pump")
        cls.seal = cls._create_part("wearing", 3.33, name="Seal", uom_id=cls.dozen.id)
        cls.core = cls._create_part("restricted", 99, name="Core")
        cls.retired = cls._create_part("standard", 5, name="Retired")
        cls.machine = cls._create_part(False, 70, name="Machine", list_price=123.45)
        cls.policy = cls._create_policy(classes={"general": {"markup_percent": 33}})
        cls._publish(cls.policy)
        cls.list = cls.policy.settlement_pricelist_id
        cls.retired.is_serviceable = False
        cls.late = cls._create_part("general", 8, name="Not priced yet")
        cls.products = cls.pump | cls.seal | cls.core | cls.retired | cls.machine | cls.late
        cls.now = datetime.combine(cls.today, datetime.min.time())

    def _ask(self, products=None, **terms):
        """Prices, and how many of them the statement gave."""
        original = ProductPricelistPublished._answer_published
        answered = []

        def answer(*args):
            found = original(*args)
            answered.extend(found)
            return found

        with patch.object(ProductPricelistPublished, "_answer_published", answer):
            prices = self.list._compute_price_rule(
                products if products is not None else self.products, **terms
            )
        return prices, len(answered)

    def _ask_core(self, products=None, **terms):
        with patch.object(ProductPricelistPublished, "_has_known_hooks", lambda _self: False):
            prices, answered = self._ask(products, **terms)
        self.assertFalse(answered)
        return prices

    def test_P7_statement_says_what_the_rule_says_to_the_last_digit(self):
        for quantity in (1.0, 7.5):
            for currency in (None, self.usd, self.eur):
                for uom in (None, self.unit, self.dozen):
                    terms = {
                        "quantity": quantity,
                        "currency": currency,
                        "uom": uom,
                        "date": self.now,
                    }
                    with self.subTest(**terms):
                        found, answered = self._ask(**terms)
                        self.assertEqual(found, self._ask_core(**terms))
                        self.assertEqual(list(found), self.products.ids)
                        # All but the machine, which is no part.
                        self.assertEqual(answered, 5)
        prices = self._ask(quantity=1.0)[0]
        self.assertEqual(
            [prices[product.id][0] for product in self.products], [13.39, 3.33, 0, 0, 123.45, 0]
        )

    def test_P7_unit_that_changed_since_the_publication(self):
        self.pump.uom_id = self.dozen
        found, answered = self._ask(quantity=1.0, date=self.now)
        self.assertTrue(answered)
        self.assertEqual(found, self._ask_core(quantity=1.0, date=self.now))
        self.assertAlmostEqual(found[self.pump.id][0], 13.39 * 12)

    def test_rules_beside_the_published_one_are_asked(self):
        rule = self.list.item_ids
        for vals in (
            {"price_surcharge": 1},
            {"price_min_margin": 2, "price_max_margin": 3},
            {"min_quantity": 5},
            {"date_end": "2020-01-01 00:00:00"},
            {"applied_on": "2_product_category", "categ_id": self.category.id},
        ):
            with self.subTest(**vals), self.env.cr.savepoint() as savepoint:
                rule.write(vals)
                found, answered = self._ask(quantity=1.0, date=self.now)
                self.assertFalse(answered)
                self.assertEqual(found, self._ask_core(quantity=1.0, date=self.now))
                savepoint.rollback()
                self.env.invalidate_all()
        self.list.item_ids = [
            Command.create(
                {
                    "applied_on": "0_product_variant",
                    "product_id": self.pump.id,
                    "compute_price": "fixed",
                    "fixed_price": 2,
                }
            )
        ]
        found, answered = self._ask(quantity=1.0, date=self.now)
        self.assertFalse(answered)
        self.assertEqual(found[self.pump.id][0], 2)

    def test_other_add_ons_have_their_word(self):
        original = ProductPricelistItem._compute_price

        def hook(rule, *args, **kwargs):
            return original(rule, *args, **kwargs) + 1

        with patch.object(ProductPricelistItem, "_compute_price", hook):
            found, answered = self._ask(quantity=1.0, date=self.now)
        self.assertFalse(answered)
        self.assertAlmostEqual(found[self.pump.id][0], 14.39)

    def test_products_that_nobody_may_see_are_refused_as_ever(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        user = self._user("seller", "sales_team.group_sale_salesman")
        self.seal.product_tmpl_id.company_id = other
        self.env.flush_all()
        self.env.invalidate_all()
        products = (self.pump | self.seal).with_user(user)
        with self.assertRaises(AccessError):
            self.list.with_user(user)._get_products_price(products, 1.0)
        self.seal.product_tmpl_id.company_id = False
        prices = self.list.with_user(user)._get_products_price(products, 1.0)
        self.assertEqual(prices[self.pump.id], 13.39)

    def test_an_order_searches_its_rules_once(self):
        """Also on a list of the user's own: both lists of the chain are searched once."""
        chained = self.env["product.pricelist"].create(
            {
                "name": "Chained",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "percentage",
                            "percent_price": 10,
                            "base": "pricelist",
                            "base_pricelist_id": self.list.id,
                        }
                    )
                ],
            }
        )
        parts = self.env["product.product"].union(
            *(self._create_part("general", 10 + number) for number in range(30))
        )
        self._publish(self.policy, self._days(1))
        for pricelist, share in ((self.list, 1.0), (chained, 0.9)):
            queries = []
            for count in (3, 30):
                order = self.env["sale.order"].create(
                    {
                        "partner_id": self.dealer.id,
                        "pricelist_id": pricelist.id,
                        "date_order": datetime.combine(self._days(2), datetime.min.time()),
                        "order_line": [
                            Command.create({"product_id": part.id}) for part in parts[:count]
                        ],
                    }
                )
                order.action_update_prices()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                order.action_update_prices()
                self.env.flush_all()
                queries.append(self.cr.sql_log_count - before)
                for number, line in enumerate(order.order_line):
                    self.assertAlmostEqual(
                        line.price_unit, round((10 + number) * 1.33, 2) * share, 2
                    )
            with self.subTest(pricelist=pricelist.name):
                self.assertLessEqual(queries[1], queries[0] + 3)
