# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .sales import SalesCommon


@tagged("post_install", "-at_install")
class TestMeasureSale(SalesCommon):
    """Figures of sales: from posted invoice lines, in money and in pieces."""

    def test_K20_parts_sold_is_net_of_credit_notes_and_untaxed(self):
        group = self.env["account.tax.group"].create(
            {"name": "K", "company_id": self.company.id, "country_id": self.country.id}
        )
        tax = self.env["account.tax"].create(
            {
                "name": "K",
                "amount": 20,
                "company_id": self.company.id,
                "country_id": self.country.id,
                "tax_group_id": group.id,
            }
        )
        self.sell(("part", 3, 100, {"discount": 10, "tax_ids": tax.ids}), ("oil", 5, 20))
        self.sell(("part", 1, 40), move_type="out_refund")
        self.sell(("part", 1, 7777), post=False)
        self.assertEqual(self.value("parts_sold"), 230)
        self.assertEqual(self.value("oil_sold"), 5)
        self.assertIsNone(self.value("care_sold"))

    def test_K20_counts_by_invoice_date(self):
        for day in (date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1)):
            self.sell(("part", 1, 10), day=day)
        self.assertEqual(self.value("parts_sold"), 20)

    def test_S17_what_settles_a_claim_is_no_sale(self):
        self.sell(("part", 1, 10))
        self.sell(("part", 1, 500), aftersales_no_turnover=True)
        self.assertEqual(self.value("parts_sold"), 10)

    def test_T9_money_at_the_rate_of_the_document(self):
        """A rival takes foreign amounts for the company's own."""
        foreign = self.env["res.currency"].create({"name": "KPX", "symbol": "x"})
        self.env["res.currency.rate"].create(
            {
                "currency_id": foreign.id,
                "name": date(2026, 1, 1),
                "rate": 10,
                "company_id": self.company.id,
            }
        )
        self.sell(("part", 2, 500), currency_id=foreign.id)
        self.assertEqual(self.value("parts_sold"), 100)
        self.sell(("part", 1, 500), currency_id=foreign.id, move_type="out_refund")
        self.assertEqual(self.value("parts_sold"), 50)

    def test_K20_K22_pieces_in_the_unit_of_the_product(self):
        """A dozen bottles are twelve; what comes back is taken off."""
        dozen = self.env.ref("uom.product_uom_dozen")
        self.sell(("care", 2, 120, {"product_uom_id": dozen.id}), ("care", 1, 12))
        self.sell(("care", 3, 12), move_type="out_refund")
        self.assertEqual(self.value("care_sold"), 22)

    def test_K9_product_group_is_inherited(self):
        below = self.env["product.category"].create(
            {"name": "Filters", "parent_id": self.categories["part"].id}
        )
        self.assertEqual(below.aftersales_product_group, "part")
        self.sell((self.make_good("Filter", below), 1, 30))
        self.assertEqual(self.value("parts_sold"), 30)
        below.aftersales_product_group = "oil"
        self.assertEqual(below.aftersales_own_group, "oil")
        self.assertIsNone(self.value("parts_sold"))
        below.aftersales_product_group = False
        self.categories["part"].aftersales_own_group = "accessory"
        self.assertEqual(below.aftersales_product_group, "accessory")

    def test_sales_of_sellers_and_of_dealers(self):
        self.sell(("part", 1, 100), partner=self.dealer)
        self.sell(("part", 1, 10))
        self.assertEqual(self.value("parts_sold", "employee", self.seller.id), 110)
        self.assertEqual(self.value("parts_sold", "dealer", self.dealer.id), 100)
        team = self.env["aftersales.team"].create(
            {
                "name": "Parts",
                "code": "KPI-P",
                "company_id": self.company.id,
                "member_ids": [
                    (
                        0,
                        0,
                        {
                            "employee_id": self.seller.id,
                            "date_from": date(2026, 9, 1),
                            "date_to": date(2026, 9, 9),
                        },
                    )
                ],
            }
        )
        self.assertIsNone(self.value("parts_sold", "team", team.id))
        team.member_ids.date_to = False
        self.assertEqual(self.value("parts_sold", "team", team.id), 110)

    def test_K22_what_charges_a_job_counts_for_its_technician(self):
        """The job's technician and outlet, not who wrote the invoice."""
        charge = self.charge_job("oil", 4, 25)
        self.assertEqual(self.value("oil_sold", "employee", self.tech.id), 4)
        self.assertIsNone(self.value("oil_sold", "employee", self.seller.id))
        self.assertEqual(self.value("oil_sold", "outlet", self.outlet.id), 4)
        measured = self.measure(
            self.env.ref("aftersales_kpi.indicator_oil_sold"), subject="company"
        )
        self.assertEqual(measured[self.company.id].source_ids, tuple(charge.invoice_line_ids.ids))

    def test_K9_direct_external_and_group_sales(self):
        sister = self.env["res.company"].create({"name": "Sister"}).partner_id
        cousin = self.env["res.partner"].create(
            {"name": "Cousin", "is_company": True, "aftersales_in_group": True}
        )
        for partner, price in (
            (self.customer, 60),
            (self.dealer, 140),
            (sister, 1000),
            (cousin, 10),
        ):
            self.sell(("unit", 1, price), partner=partner)
        self.assertEqual(self.value("external_sales"), 200)
        self.assertEqual(self.value("direct_sales"), 60)
        self.assertEqual(self.value("group_sales"), 1010)
        self.assertEqual(self.value("direct_ratio"), 30)
        self.assertEqual(self.value("units_sold"), 2)
        self.assertEqual(self.value("direct_units_sold"), 1)

    def test_K9_accessories(self):
        """Care products are none; a unit is fitted when its invoice has an accessory."""
        self.sell(("unit", 2, 1000), ("accessory", 3, 100), ("care", 1, 40))
        self.sell(("unit", 2, 1000))
        self.assertEqual(self.value("accessories_sold"), 300)
        self.assertEqual(self.value("accessories_per_unit"), 75)
        self.assertEqual(self.value("fitting_rate"), 50)
        self.assertEqual(
            self.value("accessories_ratio").quantize(Decimal("0.0001")), Decimal("6.9124")
        )
