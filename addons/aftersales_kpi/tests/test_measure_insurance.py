# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import tagged

from .sales import SalesCommon


@tagged("post_install", "-at_install")
class TestMeasureInsurance(SalesCommon):
    """Commercial policies that we sold: new, renewed, and their rates."""

    def insure(self, first=date(2026, 9, 5), count=1, **vals):
        units = self.env["stock.lot"].create(
            [
                {
                    "name": f"KPI-{next(self.numbers)}",
                    "product_id": self.model.id,
                    "company_id": self.company.id,
                    "dealer_id": self.dealer.id,
                }
                for _number in range(count)
            ]
        )
        return self.env["aftersales.insurance.policy"].create(
            [
                {
                    "name": f"P{unit.name}",
                    "lot_id": unit.id,
                    "insurer_id": self.insurer.id,
                    "date_from": first,
                    "date_to": first + timedelta(days=364),
                    "sold_by_us": True,
                    **vals,
                }
                for unit in units
            ]
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = itertools.count()
        cls.insurer = cls.env["res.partner"].create({"name": "Insurer", "is_company": True})
        cls.model = cls.env["product.product"].create(
            {"name": "Loader", "type": "consu", "is_storable": True, "tracking": "serial"}
        )

    def test_K9_policies_new_and_renewed(self):
        """Commercial ones that we sold, by their first day."""
        self.insure(count=2)
        self.insure(is_renewal=True)
        self.insure(scope="compulsory")
        self.insure(sold_by_us=False)
        self.insure(active=False)
        self.insure(first=date(2026, 10, 1))
        self.assertEqual(self.value("policies_new"), 2)
        self.assertEqual(self.value("policies_renewed"), 1)
        self.assertEqual(self.value("policies_new", "dealer", self.dealer.id), 2)

    def test_K9_new_insurance_rate(self):
        """New policies ÷ units sold to users; without any sale there is nothing to say."""
        self.insure(count=3)
        self.assertIsNone(self.value("new_insurance_rate"))
        self.sell(("unit", 4, 1000))
        self.sell(("unit", 5, 1000), partner=self.dealer)
        self.assertEqual(self.value("new_insurance_rate"), 75)
        indicator = self.env.ref("aftersales_kpi.indicator_new_insurance_rate")
        self.assertEqual(indicator.target, 80)
        measured = self.measure(indicator, subject="company")[self.company.id]
        self.assertEqual(len(measured.source_ids), 3)

    def test_K9_renewal_rate(self):
        """Renewed ÷ (new + renewed) of the same month of last year."""
        self.insure(first=date(2025, 9, 1), count=2)
        self.insure(first=date(2025, 9, 30), is_renewal=True)
        self.insure(first=date(2025, 8, 31))
        self.insure(is_renewal=True, count=2)
        self.insure()
        self.assertEqual(
            self.value("insurance_renewal_rate").quantize(Decimal("0.01")), Decimal("66.67")
        )

    def test_K9_last_year_ends_with_its_month(self):
        """29 February belongs to the same month of last year."""
        self.insure(first=date(2028, 2, 29))
        self.insure(first=date(2029, 2, 28), is_renewal=True)
        february = {"start": date(2029, 2, 1), "end": date(2029, 2, 28)}
        self.assertEqual(self.value("insurance_renewal_rate", **february), 100)
