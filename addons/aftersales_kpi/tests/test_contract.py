# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from decimal import Decimal

from odoo.tests import tagged

from .common import KpiCommon

# Units without a company count for every one: in this year nobody else has any.
YEAR = (date(2036, 1, 1), date(2036, 12, 31))


@tagged("post_install", "-at_install")
class TestContract(KpiCommon):
    """Contracts among units, by dealer (R10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.penetration = cls.env.ref("aftersales_kpi.indicator_contract_penetration")
        cls.coverage = cls.env.ref("aftersales_kpi.indicator_contract_coverage")
        cls.product = cls.env["product.product"].create(
            {"name": "Loader", "is_storable": True, "tracking": "serial"}
        )
        cls.dealer = cls.env["res.partner"].create({"name": "Dealer", "is_dealer": True})
        cls.package, cls.gift = cls.env["aftersales.contract.kind"].create(
            [
                {"name": "Package", "weight": 2.5, "counts_for_coverage": True},
                {"name": "Gift", "weight": 0, "counts_for_coverage": False},
            ]
        )
        cls.lots = cls.env["stock.lot"].create(
            [
                {
                    "name": f"R10-{number}",
                    "product_id": cls.product.id,
                    "company_id": cls.company.id,
                    "sold_on": date(2036, 2, 1),
                }
                for number in range(4)
            ]
        )
        cls.lots[:2].dealer_id = cls.dealer

    def contract(self, lots, kind, start=date(2036, 3, 1)):
        contract = self.env["aftersales.contract"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "kind_id": kind.id,
                "date_from": start,
                "months": 12,
                "price": 1000,
                "unit_ids": [(0, 0, {"lot_id": lot.id}) for lot in lots],
                "service_ids": [
                    (0, 0, {"service_type": "visit", "job_kind": "maintenance", "quantity": 4})
                ],
            }
        )
        contract._activate()
        return contract

    def figures(self, indicator, start, end, **kwargs):
        found = indicator._measure(self.company, start, end, **kwargs)
        return {key: measure.rounded for key, measure in found.items()}

    def test_R10_penetration(self):
        """2 packages of 2.5 and a gift on 4 units sold: 5 ÷ 4; of the dealer 2.5 ÷ 2."""
        self.contract(self.lots[0] | self.lots[2], self.package)
        self.contract(self.lots[3], self.gift)
        self.package.weight = 100
        self.assertEqual(
            self.figures(self.penetration, *YEAR, subject="company"),
            {self.company.id: Decimal(125)},
            "what was sold keeps its weight",
        )
        by_dealer = self.figures(self.penetration, *YEAR, subject="dealer")
        self.assertEqual(by_dealer, {self.dealer.id: Decimal(125)})
        self.lots[1].dealer_id = False
        by_dealer = self.figures(self.penetration, *YEAR, subject="dealer")
        self.assertEqual(by_dealer, {self.dealer.id: Decimal(250)})
        next_year = (date(2037, 1, 1), date(2037, 12, 31))
        self.assertEqual(self.figures(self.penetration, *next_year, subject="company"), {})

    def test_R10_drafts_do_not_count(self):
        contract = self.contract(self.lots[0], self.package)
        contract.copy({"unit_ids": [(0, 0, {"lot_id": self.lots[1].id})]})
        measured = self.penetration._measure(self.company, *YEAR, subject="company")
        self.assertEqual(measured[self.company.id].amount, Decimal("2.5"))

    def test_R10_coverage(self):
        """Of three units with a job in six months one is covered: a gift covers nothing."""
        for lot in self.lots[:3]:
            self.make_job(self.tech, datetime(2026, 9, 7, 8), lot_id=lot.id)
        self.make_job(self.tech, datetime(2026, 2, 7, 8), lot_id=self.lots[3].id)
        start = date(2026, 3, 1)
        self.contract(self.lots[0] | self.lots[3], self.package, start)
        self.contract(self.lots[0], self.package.copy({"name": "Second package"}), start)
        self.contract(self.lots[1], self.gift, start)
        measured = self.coverage._measure(
            self.company, date(2026, 9, 1), date(2026, 9, 30), subject="company"
        )[self.company.id]
        self.assertEqual((measured.amount, measured.weight), (1, 3))
        self.assertEqual(set(measured.source_ids), set(self.lots[:3].ids))
        by_dealer = self.figures(
            self.coverage, date(2026, 9, 1), date(2026, 9, 30), subject="dealer"
        )
        self.assertEqual(by_dealer, {self.dealer.id: Decimal(50)})
