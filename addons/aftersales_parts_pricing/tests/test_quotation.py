# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from lxml import html

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import MODULE, PartsCommon, golden


@tagged("post_install", "-at_install")
class TestQuotation(PartsCommon):
    """What a quotation adds up to (P8), and who sees which price on it (P9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax_group = cls.env["account.tax.group"].create(
            {"name": "VAT", "company_id": cls.company.id}
        )
        cls.policy = cls._create_policy(classes={"general": {"guide_factor": 1.5}})
        cls.settlement = cls.policy.settlement_pricelist_id
        cls.guide = cls.policy.guide_pricelist_id

    @classmethod
    def _tax(cls, percent, included=False):
        return cls.env["account.tax"].create(
            {
                "name": f"VAT {percent} %",
                "amount": percent,
                "price_include_override": "tax_included" if included else "tax_excluded",
                "company_id": cls.company.id,
                "tax_group_id": cls.tax_group.id,
                "country_id": cls.env.ref("base.us").id,
            }
        )

    def _freight(self, amount, tax=None):
        return self.env["product.product"].create(
            {
                "name": "Freight",
                "type": "service",
                "is_logistics": True,
                "list_price": amount,
                "taxes_id": [Command.set(tax.ids)] if tax else False,
            }
        )

    def _quote(self, case, tax, logistics_tax=None, quantity=1):
        given = case["given"]
        part = self._create_part(
            "general", given["list_price"], name="Gearbox", taxes_id=[Command.set(tax.ids)]
        )
        self.settlement.parts_tax_included = given["tax_included"]
        self._publish(self.policy)
        order = self._order(self.dealer, self.settlement, part, quantity=quantity)
        freight = self._freight(given["logistics"], logistics_tax)
        order.order_line = [Command.create({"product_id": freight.id})]
        return order

    def _page(self, order):
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"{MODULE}.action_report_parts_quotation", order.ids
        )
        return html.fromstring(content)

    def test_P8_excluded_and_included_golden(self):
        """List price + tax + logistics, or list price + logistics: the taxes of the part may be
        set up either way, the quotation is the same."""
        for case_id in ("P8-excluded", "P8-included"):
            case = golden(case_id)
            for included in (False, True):
                savepoint = self.env.cr.savepoint()
                with self.subTest(case=case_id, tax_price_include=included):
                    order = self._quote(case, self._tax(case["given"]["tax_pct"], included))
                    self.assertEqual(order.amount_total, case["expect"]["quotation"])
                    amounts = order._get_quotation_amounts()
                    total = sum(entry["total"] for entry in amounts.values())
                    self.assertAlmostEqual(total, case["expect"]["quotation"])
                    self.assertAlmostEqual(amounts["parts"]["untaxed"], 1000)
                    self.assertAlmostEqual(sum(amounts["parts"]["taxes"].values()), 130)
                    self.assertEqual(amounts["logistics"]["untaxed"], 60)
                savepoint.close(rollback=True)

    def test_P8_logistics_keeps_its_own_tax_line(self):
        case = golden("P8-excluded")
        tax, freight_tax = self._tax(case["given"]["tax_pct"]), self._tax(9)
        order = self._quote(case, tax, freight_tax)
        amounts = order._get_quotation_amounts()
        self.assertEqual(amounts["parts"]["taxes"], {tax: 130})
        self.assertAlmostEqual(amounts["logistics"]["taxes"][freight_tax], 5.4)
        page = self._page(order)
        rows = {
            row.get("name"): " ".join(row.text_content().split())
            for row in page.xpath("//table[@class='o_sums']//tr")
        }
        self.assertEqual(list(rows), ["parts", "parts_tax", "logistics", "logistics_tax", "total"])
        self.assertRegex(rows["parts"], r"without tax.*1,000\.00")
        self.assertRegex(rows["parts_tax"], r"VAT 13 %.*130\.00")
        self.assertRegex(rows["logistics"], r"Freight.*60\.00")
        self.assertRegex(rows["logistics_tax"], r"VAT 9 %.*5\.40")
        self.assertRegex(rows["total"], r"1,195\.40")
        # The same tax on both stays two lines, and the sum is the order's.
        order.order_line[1].tax_ids = tax
        order = order.browse(order.id)
        amounts = order._get_quotation_amounts()
        self.assertEqual(len(amounts["logistics"]["taxes"]), 1)
        self.assertAlmostEqual(
            sum(entry["total"] for entry in amounts.values()), order.amount_total
        )

    def test_P8_sum_is_the_orders_total_to_the_cent(self):
        tax = self._tax(13)
        self.company.tax_calculation_rounding_method = "round_globally"
        parts = [
            self._create_part("general", cost, name=f"P{cost}", taxes_id=[Command.set(tax.ids)])
            for cost in (33.33, 0.07, 12.49, 7.77)
        ]
        self._publish(self.policy)
        freight = self._freight(3.33, tax)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "pricelist_id": self.settlement.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 7})
                    for product in [*parts, freight.product_variant_id]
                ],
            }
        )
        amounts = order._get_quotation_amounts()
        self.assertAlmostEqual(
            sum(entry["total"] for entry in amounts.values()), order.amount_total, places=6
        )
        self.assertAlmostEqual(
            sum(entry["untaxed"] for entry in amounts.values()), order.amount_untaxed, places=6
        )

    def test_P8_only_services_are_logistics(self):
        with self.assertRefused(ValidationError, "only services"):
            self._create_part("general", 10).is_logistics = True

    def _dealer_order(self):
        self.part = self._create_part("general", 100, name="Valve")
        self._publish(self.policy)
        return self._order(self.dealer, self.settlement, self.part, quantity=4)

    def test_P7_dealer_order_shows_settlement_guide_and_margin(self):
        order = self._dealer_order()
        line = order.order_line
        self.assertEqual((line.price_unit, line.guide_price_unit), (100, 150))
        self.assertEqual((line.dealer_margin, order.dealer_margin), (200, 200))
        self.assertEqual(order.guide_amount, 600)
        self.assertAlmostEqual(line.dealer_margin_percent, 100 / 3, places=1)
        line.product_uom_id = self.dozen
        self.assertEqual((line.price_unit, line.guide_price_unit), (1200, 1800))
        line.discount = 10
        self.assertEqual(line.dealer_margin, 4 * (1800 - 1080))

    def test_P7_margin_is_without_tax_on_a_list_with_tax(self):
        tax = self._tax(25)
        part = self._create_part("general", 100, name="Valve", taxes_id=[Command.set(tax.ids)])
        self.guide.parts_tax_included = True
        self._publish(self.policy)
        line = self._order(self.dealer, self.settlement, part).order_line
        self.assertEqual((line.price_unit, line.guide_price_unit), (100, 150))
        self.assertEqual(line.dealer_margin, 20)

    def test_P9_dealer_figures_are_for_sellers(self):
        order = self._dealer_order()
        seller = self._user("quote_seller", "sales_team.group_sale_salesman_all_leads")
        self.assertEqual(order.with_user(seller).order_line.guide_price_unit, 150)
        self.assertEqual(order.with_user(seller).dealer_margin, 200)
        names = {"guide_price_unit", "dealer_margin", "dealer_margin_percent"}
        clerk = self._user("quote_stock", "stock.group_stock_user")
        self.assertFalse(names & set(order.order_line.with_user(clerk).fields_get()))
        farm = self.env["res.partner"].create({"name": "Farm"})
        user_order = self._order(farm, self.guide, self.part)
        self.assertEqual(user_order.order_line.price_unit, 150)
        self.assertFalse(user_order.order_line.guide_price_unit)
        self.assertFalse(user_order.dealer_margin)

    def test_P9_user_is_never_quoted_at_a_dealer_price(self):
        order = self._dealer_order()
        farm = self.env["res.partner"].create({"name": "Farm"})
        with self.assertRefused(ValidationError, "Farm is no dealer.*guide list"):
            self._order(farm, self.settlement, self.part)
        order.partner_id = farm
        self.assertNotEqual(order.pricelist_id, self.settlement)
        user_order = self._order(farm, self.guide, self.part)
        with self.assertRefused(ValidationError, "Farm is no dealer"):
            user_order.pricelist_id = self.settlement
        page = self._page(user_order).text_content()
        self.assertIn("150.00", page)
        self.assertNotIn("100.00", page)
        self.assertNotIn("Guide Price", page)

    def test_P9_dealers_quotation_shows_settlement_and_guide_price(self):
        order = self._dealer_order()
        self.part.standard_price = 55.55
        text = self._page(order).text_content()
        for words in ("Valve", "150.00", "100.00", "400.00", "Guide Price"):
            self.assertIn(words, text)
        for words in ("55.55", "Margin", "200.00"):
            self.assertNotIn(words, text)

    def test_guide_prices_of_an_order_are_read_in_one_query(self):
        parts = [self._create_part("general", 10 + n, name=f"Part {n}") for n in range(12)]
        self._publish(self.policy)
        counts = []
        for number in (2, 12):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.dealer.id,
                    "pricelist_id": self.settlement.id,
                    "order_line": [
                        Command.create({"product_id": part.id}) for part in parts[:number]
                    ],
                }
            )
            self.env.flush_all()
            self.env.invalidate_all()
            order.order_line.mapped("guide_price_unit")
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            order.order_line.mapped("guide_price_unit")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
