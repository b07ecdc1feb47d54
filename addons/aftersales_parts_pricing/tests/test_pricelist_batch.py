# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import random
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.product.models.product_pricelist_item import ProductPricelistItem

from ..models.product_pricelist_batch import ProductPricelistBatch
from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestPricelistBatch(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gbp = cls.env.ref("base.GBP")
        cls.gbp.active = True
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "company_id": cls.company.id, "name": day, "rate": r}
                for currency, rates in ((cls.eur, (0.913, 0.871)), (cls.gbp, (0.777, 0.801)))
                for day, r in zip(("2020-01-01", "2025-07-01"), rates, strict=True)
            ]
        )
        cls.other_category = cls.env["product.category"].create(
            {"name": "Below", "parent_id": cls.category.id}
        )
        cls.policy = cls._create_policy(classes={"general": {"markup_percent": 33}})
        cls.products = cls._create_products()
        cls._publish(cls.policy)
        cls.settlement = cls.policy.settlement_pricelist_id

    @classmethod
    def _create_products(cls):
        draw = random.Random(4)
        parts = cls.env["product.product"]
        for number in range(9):
            parts |= cls._create_part(
                draw.choice(("general", "wearing", "standard", False)),
                round(draw.uniform(1, 400), 2),
                name=f"Part {number}",
                list_price=round(draw.uniform(1, 900), 2),
                uom_id=draw.choice((cls.unit, cls.dozen)).id,
                categ_id=draw.choice((cls.category, cls.other_category)).id,
            )
        attribute = cls.env["product.attribute"].create(
            {"name": "Size", "value_ids": [Command.create({"name": name}) for name in "SML"]}
        )
        sized = cls.env["product.template"].create(
            {
                "name": "Sized",
                "is_storable": True,
                "part_class": "general",
                "is_serviceable": True,
                "categ_id": cls.category.id,
                "list_price": 50,
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        for variant, cost in zip(sized.product_variant_ids, (30, 10, 20), strict=True):
            variant.standard_price = cost
        core = cls._create_part("restricted", 10)
        return parts | sized.product_variant_ids | core

    @contextmanager
    def _untouched(self):
        """Core's own methods, product by product."""

        def compute(pricelist, *args, **kwargs):
            return super(ProductPricelistBatch, pricelist)._compute_price_rule(*args, **kwargs)

        def get(pricelist, *args, **kwargs):
            return super(ProductPricelistBatch, pricelist)._get_product_price(*args, **kwargs)

        with (
            patch.object(ProductPricelistBatch, "_compute_price_rule", compute),
            patch.object(ProductPricelistBatch, "_get_product_price", get),
        ):
            yield

    def _create_list(self, draw, number, bases):
        currency = draw.choice((self.usd, self.eur, self.gbp))
        rules = [self._random_rule(draw, bases) for _rule in range(draw.randint(1, 4))]
        return self.env["product.pricelist"].create(
            {
                "name": f"Random {number}",
                "currency_id": currency.id,
                "company_id": self.company.id,
                "item_ids": [Command.create(vals) for vals in rules],
            }
        )

    def _random_rule(self, draw, bases):
        product = draw.choice(self.products)
        while product.part_class == "restricted":
            product = draw.choice(self.products)
        base = draw.choice(("list_price", "standard_price", "pricelist", "pricelist"))
        margins = draw.choice(((0, 0), (0, 40), (3, 40)))
        vals = {
            "min_quantity": draw.choice((0, 0, 5, 12)),
            "base": base,
            "base_pricelist_id": draw.choice(bases).id if base == "pricelist" else False,
            "compute_price": draw.choice(("fixed", "percentage", "formula", "formula")),
            "fixed_price": round(draw.uniform(1, 99), 2),
            "percent_price": draw.choice((0, 7.5, -12, 33)),
            "price_discount": draw.choice((0, 12.5, -20)),
            "price_surcharge": draw.choice((0, 0.99, -0.01)),
            "price_round": draw.choice((0, 0.05, 10)),
            "price_min_margin": margins[0],
            "price_max_margin": margins[1],
            **draw.choice(
                (
                    {"applied_on": "3_global"},
                    {"applied_on": "3_global"},
                    {"applied_on": "2_product_category", "categ_id": product.categ_id.id},
                    {"applied_on": "1_product", "product_tmpl_id": product.product_tmpl_id.id},
                    {"applied_on": "0_product_variant", "product_id": product.id},
                )
            ),
        }
        if draw.random() < 0.2:
            vals["date_start"] = "2025-06-01 00:00:00"
        return vals

    def test_chained_lists_give_what_core_gives_to_the_last_digit(self):
        draw = random.Random(19)
        lists = self.settlement
        for number in range(14):
            lists |= self._create_list(draw, number, list(lists))
        different = set()
        for pricelist in lists:
            for _ask in range(4):
                products = self.products
                if draw.random() < 0.3:
                    products = products.product_tmpl_id
                terms = {
                    "quantity": draw.choice((1, 5, 7.5, 24)),
                    "currency": draw.choice((None, self.usd, self.eur, self.gbp)),
                    "uom": draw.choice((None, self.unit, self.dozen)),
                    "date": draw.choice((False, datetime(2025, 3, 1), datetime(2026, 1, 1))),
                }
                if not terms["date"]:
                    terms["date"] = datetime.combine(self.today, datetime.min.time())
                found = pricelist._compute_price_rule(products, **terms)
                with self._untouched():
                    wanted = pricelist._compute_price_rule(products, **terms)
                with self.subTest(pricelist=pricelist.name, **terms):
                    self.assertEqual(found, wanted)
                different |= {price for price, _rule in wanted.values()}
        self.assertGreater(len(different), 200)

    def test_hooks_of_rules_stay_alive(self):
        chained = self._chain(2)
        original = ProductPricelistItem._compute_base_price
        calls = []

        def hook(rule, product, quantity, uom, date, currency, **kwargs):
            calls.append((rule.id, product.id))
            # As somebody's add-on might: the base list is asked for ten times as much.
            return original(rule, product, quantity * 10, uom, date, currency, **kwargs) + 1

        rule = self.settlement.item_ids.create(
            {
                "pricelist_id": chained.item_ids.base_pricelist_id.id,
                "applied_on": "3_global",
                "min_quantity": 10,
                "compute_price": "fixed",
                "fixed_price": 4,
            }
        )
        self.assertEqual(chained.item_ids.base_pricelist_id, rule.pricelist_id)
        with patch.object(ProductPricelistItem, "_compute_base_price", hook):
            found = chained._get_products_price(self.products, 1.0)
            asked = set(calls)
            with self._untouched():
                wanted = chained._get_products_price(self.products, 1.0)
        self.assertEqual(found, wanted)
        self.assertLessEqual(
            set(calls) & {(chained.item_ids.id, p.id) for p in self.products}, asked
        )
        self.assertTrue(asked)

    def test_P7_template_of_several_variants_costs_from_the_cheapest_on(self):
        sized = self.products.filtered(lambda product: product.name == "Sized").product_tmpl_id
        variants = sized.product_variant_ids
        self.assertEqual(
            list(self.settlement._get_products_price(variants, 1.0).values()), [39.9, 13.3, 26.6]
        )
        self.assertEqual(self._price(self.settlement, sized), 13.3)
        self.assertEqual(
            self.settlement._get_products_price(self.products.product_tmpl_id, 1.0)[sized.id], 13.3
        )

    def test_P7_catalogue_and_report_show_published_prices(self):
        sized = self.products.filtered(lambda product: product.name == "Sized").product_tmpl_id
        report = self.env["report.product.report_pricelist"]
        data = report._get_product_data(True, sized, self.settlement, [1])
        self.assertEqual(data["price"][1], 13.3)
        self.assertEqual([row["price"][1] for row in data["variants"]], [39.9, 13.3, 26.6])
        order = self._order(self.dealer, self.settlement, sized.product_variant_ids[0])
        shown = order._get_product_catalog_order_data(sized.product_variant_ids[1:])
        self.assertEqual([row["price"] for row in shown.values()], [13.3, 26.6])

    # ------------------------------------------------------------------
    # Queries
    # ------------------------------------------------------------------

    def _chain(self, length, base=None):
        """A list that starts from a list that starts from …"""
        pricelist = base or self.env["product.pricelist"].create(
            {"name": "Plain", "company_id": self.company.id}
        )
        for number in range(length):
            pricelist = self.env["product.pricelist"].create(
                {
                    "name": f"Chained {number}",
                    "company_id": self.company.id,
                    "item_ids": [
                        Command.create(
                            {
                                "compute_price": "percentage",
                                "percent_price": 10,
                                "base": "pricelist",
                                "base_pricelist_id": pricelist.id,
                            }
                        )
                    ],
                }
            )
        return pricelist

    def _multiply(self, part, count):
        """So many copies of a part, by two statements."""
        names = {}
        for table in ("product_template", "product_product"):
            rows = self.env.execute_query(
                SQL(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
                    table,
                )
            )
            skipped = {"id", "product_tmpl_id", "barcode"}
            names[table] = [SQL.identifier(name) for (name,) in rows if name not in skipped]
        self.env.flush_all()
        columns = SQL(", ").join(names["product_template"])
        templates = self.env.execute_query(
            SQL(
                "INSERT INTO product_template (%s) SELECT %s FROM product_template,"
                " generate_series(1, %s) WHERE id = %s RETURNING id",
                columns, columns, count, part.product_tmpl_id.id,
            )
        )  # fmt: skip
        columns = SQL(", ").join(names["product_product"])
        products = self.env.execute_query(
            SQL(
                "INSERT INTO product_product (product_tmpl_id, %s) SELECT template, %s"
                " FROM product_product, unnest(%s) AS template WHERE id = %s RETURNING id",
                columns, columns, [row[0] for row in templates], part.id,
            )
        )  # fmt: skip
        return part.browse([row[0] for row in products])

    def _count(self, function):
        function()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        return self.cr.sql_log_count - before

    def test_queries_do_not_grow_with_2000_products(self):
        part = self._create_part("general", 12)
        many = self._multiply(part, 2000)
        self._publish(self.policy, self._days(1))
        plain = self._chain(1)
        list_price = part.currency_id._convert(
            part.list_price, plain.currency_id, self.company, self._days(1), round=False
        )
        # A list in another currency than its products' asks for the rates as well.
        for pricelist, price, allowed in (
            (self.settlement, 15.96, 15),
            (plain, 0.9 * list_price, 25),
            (self._chain(2, self.settlement), 0.81 * 15.96, 25),
        ):
            with self.subTest(pricelist=pricelist.name):
                prices = pricelist._get_products_price(many, 1.0, date=self._days(1))
                self.assertEqual({round(each, 4) for each in prices.values()}, {round(price, 4)})

                def ask(count, pricelist=pricelist):
                    chosen = many.browse(many.ids[:count])
                    pricelist._get_products_price(chosen, 1.0, date=self._days(1))

                few, queries = self._count(lambda: ask(20)), self._count(lambda: ask(2000))
                # The record cache is filled a thousand records at a time.
                self.assertLessEqual(queries, 2 * few)
                self.assertLessEqual(queries, allowed)
