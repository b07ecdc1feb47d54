# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .commission import NEXT, CommissionCommon, commission
from .common import MONTH
from .sales import SalesCommon


@tagged("post_install", "-at_install")
class TestPartsDepartment(CommissionCommon, SalesCommon):
    """K20: what the parts department earns, from posted invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parts = cls.make_team("Parts", "parts")
        cls.join(cls.parts, cls.tech, "manager")
        cls.join(cls.parts, cls.other, "storekeeper")

    def _assert_sales(self, case_id):
        case = commission(case_id)
        self.sell(("part", 1, float(case["given"]["sales"])))
        statements = self.compute()
        expect = case["expect"]
        self.assertEqual(self.amount(statements, "sales_manager", self.tech), expect["manager"])
        self.assertEqual(
            self.amount(statements, "sales_storekeeper", self.other), expect["storekeeper"]
        )

    def test_K20_above(self):
        self._assert_sales("K20-above")

    def test_K20_at(self):
        self._assert_sales("K20-at")

    def test_K20_below(self):
        self._assert_sales("K20-below")

    def test_K20_units(self):
        case = commission("K20-units")
        given = case["given"]
        self.sell(
            ("care", float(given["care_bottles"]), 9), ("oil", float(given["oil_bottles"]), 9)
        )
        statements = self.compute()
        for employee in (self.tech, self.other):
            earned = self.amount(statements, "care", employee)
            earned += self.amount(statements, "oil", employee)
            self.assertEqual(earned, case["expect"]["each_person"])

    def test_K20_month(self):
        """Everything together: what stands below the line of the statement."""
        case = commission("K20-month")
        given = case["given"]
        self.sell(
            ("part", 1, float(given["sales"])),
            ("care", float(given["care_bottles"]), 9),
            ("oil", float(given["oil_bottles"]), 9),
        )
        attendance = self.env["aftersales.kpi.attendance"]._propose(
            self.company, MONTH, date(2026, 9, 30)
        )
        attendance.action_confirm()
        statements = self.compute()
        pay = {s.employee_id: Decimal(str(s.amount_payable)) for s in statements}
        self.assertEqual(pay[self.tech], case["expect"]["manager_pay"])
        self.assertEqual(pay[self.other], case["expect"]["storekeeper_pay"])

    def test_K20_credit_notes_are_netted_in_their_month(self):
        self.sell(("part", 1, 150000))
        september = self.close()
        self.sell(("part", 1, 10000), move_type="out_refund", day=date(2026, 10, 3))
        october = self.compute(NEXT)
        line = self.lines(october, "sales_manager", self.tech)
        self.assertEqual(line.mapped("period_of"), [NEXT])
        self.assertEqual(line.amount, -40)
        # One that is dated back takes from the closed month, as a difference.
        self.sell(("part", 1, 50000.01), move_type="out_refund")
        correction = self.lines(self.compute(NEXT), "sales_manager", self.tech, MONTH)
        self.assertEqual(correction.amount, 400 - 950)
        self.assertEqual(correction.figure_id.source_ids.amount, -50000.01)
        self.assertEqual(self.amount(september, "sales_manager"), 950)

    def test_K23_directors_own_care_is_not_the_teams(self):
        management = self.make_team("Workshop office", "management")
        self.join(management, self.seller, "director")
        self.join(self.repair, self.make_employee("Tina"))
        self.sell(("care", 12, 9), ("oil", 3, 9))
        statements = self.compute()
        given = commission("K22-care")["expect"]["commission"]
        earned = self.amount(statements, "care", self.seller)
        self.assertEqual(earned + self.amount(statements, "oil", self.seller), given)
        self.assertFalse(
            self.lines(statements, "care").filtered(lambda x: x.team_id == self.repair and x.amount)
        )

    def test_K22_care(self):
        case = commission("K22-care")
        given = case["given"]
        self.join(self.repair, self.seller)
        self.sell(("care", float(given["care_bottles"]), 9), ("oil", float(given["oil_drums"]), 9))
        statements = self.compute()
        earned = self.amount(statements, "care", self.seller)
        earned += self.amount(statements, "oil", self.seller)
        self.assertEqual(earned, case["expect"]["commission"])

    def test_T9_margin_at_the_cost_of_that_sale_in_one_currency(self):
        """A rival takes 60 of the company from 1,000 of 10 to one, and follows today's cost."""
        foreign = self.env["res.currency"].create({"name": "KPX", "symbol": "x"})
        self.env["res.currency.rate"].create(
            {
                "currency_id": foreign.id,
                "name": date(2026, 1, 1),
                "rate": 10,
                "company_id": self.company.id,
            }
        )
        part = self.make_good("Pump", self.categories["part"], is_storable=True)
        part.with_company(self.company).standard_price = 60
        order = (
            self.env["sale.order"]
            .with_company(self.company)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "order_line": [(0, 0, {"product_id": part.id, "product_uom_qty": 1})],
                }
            )
        )
        order.action_confirm()
        link = {"sale_line_ids": [(6, 0, order.order_line.ids)]}
        self.sell((part, 1, 1000, link), currency_id=foreign.id)
        self.assertIsNone(self.value("sales_profit"), "not delivered: its cost is not known yet")
        move = order.picking_ids.move_ids
        move.write({"quantity": 1, "picked": True})
        order.picking_ids._action_done()
        self.assertEqual(self.value("sales_profit"), 40)
        part.with_company(self.company).standard_price = 5
        self.assertEqual(self.value("sales_profit"), 40)
        self.assertEqual(self.value("sales_profit", "employee", self.seller.id), 40)
        self.sell((part, 1, 500, link), currency_id=foreign.id, move_type="out_refund")
        self.assertEqual(self.value("sales_profit"), 50)
