# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from odoo.tests import TransactionCase, tagged

MONTH = date(2026, 9, 1)


@cache
def commission(case_id):
    """Return a case of ``golden/commission.json``, figures as Decimal."""
    path = Path(__file__).parent / "golden" / "commission.json"
    cases = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    return next(case for case in cases if case["id"] == case_id)


@tagged("post_install", "-at_install")
class TestDifference(TransactionCase):
    """K21: from counts and errors to deductions on statements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Parts Works"})
        cls.company.partner_id.tz = "UTC"
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        employees = cls.env["hr.employee"].create(
            [{"name": name, "company_id": cls.company.id} for name in ("Manager", "Storekeeper")]
        )
        cls.people = dict(zip(("manager", "storekeeper"), employees, strict=True))
        cls.team = cls.env["aftersales.team"].create(
            {
                "name": "Parts",
                "code": "P",
                "kind": "parts",
                "company_id": cls.company.id,
                "member_ids": [
                    (
                        0,
                        0,
                        {"employee_id": employee.id, "role": role, "date_from": "2026-01-01"},
                    )
                    for role, employee in cls.people.items()
                ],
            }
        )
        cls.plan = cls.env["aftersales.commission.plan"].create(
            {
                "name": "Parts",
                "code": "PARTS",
                "company_id": cls.company.id,
                "team_kind": "parts",
                "date_from": "2026-01-01",
            }
        )
        cls.plan._add_parts_rules()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.place = cls.warehouse.lot_stock_id

    def _make_part(self, name, cost=100.0):
        part = self.env["product.product"].create({"name": name, "is_storable": True})
        part.with_company(self.company).standard_price = cost
        return part

    def _count(self, part, found, who):
        """Count a part in the name of somebody."""
        quant = self.env["stock.quant"].search(
            [("product_id", "=", part.id), ("location_id", "=", self.place.id)]
        ) or self.env["stock.quant"].create({"product_id": part.id, "location_id": self.place.id})
        known = self.env["stock.move"].search([("product_id", "=", part.id)])
        quant.with_context(inventory_mode=True).write(
            {
                "inventory_quantity": found,
                "parts_responsible_id": who and self.people[who].id,
                "parts_difference_reason": "count" if who else False,
            }
        )
        quant.action_apply_inventory()
        moves = self.env["stock.move"].search([("product_id", "=", part.id)]) - known
        moves.date = "2026-09-10 10:00:00"
        return moves

    def _differ(self, name, value):
        """Let a part differ by a value: what the books say less what is found."""
        part = self._make_part(name)
        self._count(part, 50, None)
        return self._count(part, 50 - float(value) / 100, "storekeeper")

    def _err(self, amount, at_fault):
        error = self.env["parts.booking.error"].create(
            {
                "name": "Booked twice",
                "company_id": self.company.id,
                "date": "2026-09-12",
                "employee_id": self.people[at_fault].id,
                "amount": float(amount),
            }
        )
        error.action_confirm()
        return error

    def _compute(self, month=MONTH):
        return self.env["aftersales.commission.statement"]._generate(self.company, month)

    def _get_pay(self, statements):
        pay = {}
        for role, employee in self.people.items():
            own = statements.filtered(lambda s, employee=employee: s.employee_id == employee)
            pay[role] = sum((Decimal(str(amount)) for amount in own.mapped("amount_total")), 0)
        return pay

    def _assert_case(self, case_id):
        statements = self._compute()
        pay = self._get_pay(statements)
        for role, amount in commission(case_id)["expect"].items():
            self.assertEqual(pay[role], amount, role)
        return statements

    def test_K21_difference(self):
        move = self._differ("a", commission("K21-difference")["given"]["book_minus_count"])
        statements = self._assert_case("K21-difference")
        sources = statements.line_ids.figure_id.source_ids
        self.assertEqual((sources.res_model, sources.res_id), ("stock.move", move.id))
        self.assertTrue(sources.name)
        self.assertEqual(statements.mapped("amount_payable"), [0, 0])

    def test_K21_absolute(self):
        """What is too much of one part does not make good what is missing of another."""
        for difference in commission("K21-absolute")["given"]["differences"]:
            self._differ(difference["part"], difference["book_minus_count"])
        self._assert_case("K21-absolute")

    def test_K21_net_by_a_switch(self):
        indicator = self.env.ref("aftersales_kpi_parts.indicator_stock_difference")
        indicator.difference_net = True
        for difference in commission("K21-absolute")["given"]["differences"]:
            self._differ(difference["part"], difference["book_minus_count"])
        self.assertEqual(
            self._get_pay(self._compute()), {"manager": Decimal(-240), "storekeeper": Decimal(-160)}
        )

    def test_K21_what_is_found_again_is_no_difference(self):
        part = self._make_part("a")
        self._count(part, 50, None)
        self._count(part, 40, "storekeeper")
        self._count(part, 49, "storekeeper")
        self.assertEqual(
            self._get_pay(self._compute()), {"manager": Decimal(-60), "storekeeper": Decimal(-40)}
        )

    def test_K21_error_big(self):
        given = commission("K21-error-big")["given"]
        self._err(given["error"], given["at_fault"])
        self._assert_case("K21-error-big")

    def test_K21_error_small(self):
        given = commission("K21-error-small")["given"]
        self._err(given["error"], given["at_fault"])
        self._assert_case("K21-error-small")

    def test_K21_manager(self):
        given = commission("K21-manager")["given"]
        self._err(given["error"], given["at_fault"])
        self._assert_case("K21-manager")

    def test_K21_each_error_has_its_fine(self):
        """Two errors of 300 are not one of 600."""
        self._err(300, "storekeeper")
        self._err(300, "storekeeper")
        self.assertEqual(
            self._get_pay(self._compute()), {"manager": Decimal(-20), "storekeeper": Decimal(-640)}
        )

    def test_K21_an_error_taken_back_is_made_good(self):
        error = self._err(500, "storekeeper")
        statements = self._compute()
        statements.action_confirm()
        error.action_reopen()
        october = self._compute(date(2026, 10, 1))
        self.assertEqual(
            self._get_pay(october), {"manager": Decimal(10), "storekeeper": Decimal(520)}
        )
