# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .sales import SalesCommon


@tagged("post_install", "-at_install")
class TestMeasureIncome(SalesCommon):
    """What jobs earn, what their parts cost, and the stock that does not move."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labour = cls.env["product.product"].create(
            {"name": "Labour", "type": "service", "taxes_id": False}
        )
        cls.model = cls.env["product.product"].create(
            {"name": "Loader", "type": "consu", "is_storable": True, "tracking": "serial"}
        )
        cls.unit = cls.env["stock.lot"].create(
            {"name": "KPI-U", "product_id": cls.model.id, "company_id": cls.company.id}
        )
        cls.shelf = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        ).lot_stock_id or cls.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "company_id": cls.company.id}
        )

    def test_K9_income_per_unit_and_kind(self):
        """Two jobs on one unit are one unit; a job on an unknown one is one of its own."""
        first = self.make_job(self.tech, lot_id=self.unit.id)
        second = self.make_job(self.tech, lot_id=self.unit.id, kind="maintenance")
        third = self.make_job(self.tech)
        self.charge(first, "part", 1, 100)
        self.charge(first, self.labour, 2, 50, "labour")
        self.charge(second, self.labour, 1, 60, "labour")
        self.charge(third, self.labour, 1, 40, "labour")
        self.sell(("part", 1, 5000))
        self.assertEqual(self.value("job_income"), 300)
        self.assertEqual(self.value("income_per_unit"), 150)
        self.assertEqual(self.value("income_per_unit_maintenance"), 60)
        self.assertEqual(self.value("income_per_unit", "employee", self.tech.id), 150)
        indicator = self.env.ref("aftersales_kpi.indicator_job_income")
        measured = self.measure(indicator, subject="outlet")[self.outlet.id]
        self.assertEqual(set(measured.source_ids), set((first | second | third).ids))

    def test_K9_income_is_net_of_credit_notes_by_invoice_date(self):
        job = self.make_job(self.tech)
        self.charge(job, "part", 1, 100)
        self.charge(job, "part", 1, 30, move_type="out_refund")
        self.charge(job, "part", 1, 900, day=date(2026, 10, 1))
        self.assertEqual(self.value("job_income"), 70)

    def test_K9_material_ratio(self):
        job = self.make_job(self.tech)
        self.charge(job, "part", 1, 150)
        self.charge(job, self.labour, 1, 50, "labour")
        self.assertEqual(self.value("material_ratio"), 75)

    def test_K9_body_and_paint_turnover(self):
        """Accident jobs, and jobs of members of a paint team on the day of the invoice."""
        self.env["aftersales.team"].create(
            {
                "name": "Paint",
                "code": "KPI-PT",
                "kind": "paint",
                "company_id": self.company.id,
                "member_ids": [
                    (0, 0, {"employee_id": self.other.id, "date_from": date(2026, 9, 1)})
                ],
            }
        )
        self.charge(self.make_job(self.other), self.labour, 1, 70, "labour")
        self.charge(self.make_job(self.tech), self.labour, 1, 500, "labour")
        accident = self.make_job(self.tech)
        accident._write({"kind": "accident"})
        self.charge(accident, self.labour, 1, 30, "labour")
        self.assertEqual(self.value("body_paint_income"), 100)

    def test_K9_price_difference_rate(self):
        """Parts at the stock value with which they left; labour is not in it."""
        part = self.make_good("Pump", self.categories["part"], is_storable=True)
        job = self.make_job(self.tech)
        self.charge(job, part, 2, 100)
        self.charge(job, self.labour, 1, 999, "labour")
        line = self.env["aftersales.voucher.line"].search(
            [("voucher_id", "=", job.id), ("product_id", "=", part.id)]
        )
        self.leave(part, 2, value=120, line=line)
        self.assertEqual(self.value("price_difference_rate"), 40)
        self.charge(job, part, 2, 100, move_type="out_refund")
        self.assertIsNone(self.value("price_difference_rate"))

    def leave(self, product, quantity, value, line, at=datetime(2026, 9, 8)):
        """A part left for a job, at this value."""
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": self.shelf.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "company_id": self.company.id,
            }
        )
        self.env.flush_all()
        move._write({"state": "done", "value": value, "aftersales_voucher_line_id": line.id})
        self.env.invalidate_all()
        return move

    def test_K9_P10_slow_moving_stock(self):
        """What did not come or go for ninety days, at cost; a move from shelf to shelf is none."""
        other = self.env["stock.location"].create(
            {"name": "Other shelf", "usage": "internal", "company_id": self.company.id}
        )
        supplier = self.env.ref("stock.stock_location_suppliers")
        slow, shifted, fresh, edge, later = (
            self.make_stock(name, 10) for name in ("Slow", "Shifted", "Fresh", "Edge", "Later")
        )
        self.move(slow, supplier, self.shelf, 10, datetime(2026, 6, 1))
        self.move(shifted, self.shelf, other, 4, datetime(2026, 9, 1))
        self.move(fresh, supplier, self.shelf, 1, datetime(2026, 9, 1))
        self.move(edge, supplier, self.shelf, 1, datetime(2026, 7, 2))
        # Six of ten came after the month.
        self.move(later, supplier, self.shelf, 6, datetime(2026, 10, 5))
        # slow 10 × 5, shifted 10 × 5, later 4 × 5
        self.assertEqual(self.value("slow_stock"), 120)
        indicator = self.env.ref("aftersales_kpi.indicator_slow_stock")
        measured = self.measure(indicator, subject="company")[self.company.id]
        self.assertEqual(set(measured.source_ids), set((slow | shifted | later).ids))
        wider = indicator.copy({"window": 20})
        measured = self.measure(wider, subject="company")[self.company.id]
        self.assertEqual(measured.value, 120 + 50 + 50)

    def make_stock(self, name, quantity):
        product = self.make_good(name, self.categories["part"], is_storable=True)
        product.with_company(self.company).standard_price = 5
        self.env["stock.quant"]._update_available_quantity(product, self.shelf, quantity)
        return product

    def move(self, product, source, target, quantity, at):
        """A past move, as the register has it; the stock is what it is."""
        line = self.env["stock.move.line"].create(
            {
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "quantity": quantity,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": self.company.id,
            }
        )
        self.env.flush_all()
        line._write({"state": "done", "date": at})
        self.env.invalidate_all()

    def test_figures_of_a_price_never_lose_a_cent(self):
        """Thirds of a cent: what the ledger booked is what is added up."""
        for price in ("0.333", "0.335", "19.999"):
            self.charge(self.make_job(self.tech), "part", 3, float(price))
        booked = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("display_type", "=", "product"),
                ("parent_state", "=", "posted"),
            ]
        )
        total = sum(Decimal(str(line.price_subtotal)) for line in booked)
        self.assertEqual(self.value("job_income"), total)
        self.assertEqual(self.value("parts_sold"), total)

    def test_managers_read_sales_and_nothing_else_of_the_ledger(self):
        """They open the lines behind a figure; entries, of wages for instance, stay closed."""
        sold = self.sell(("part", 1, 10))
        account = self.income.copy({"code": "KPI600", "account_type": "expense"})
        wages = self.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": self.company.id,
                "journal_id": self.env["account.journal"]
                .create(
                    {
                        "name": "Misc",
                        "code": "KPIM",
                        "type": "general",
                        "company_id": self.company.id,
                    }
                )
                .id,
                "line_ids": [
                    (0, 0, {"account_id": account.id, "balance": 70}),
                    (0, 0, {"account_id": self.income.id, "balance": -70}),
                ],
            }
        )
        lines = self.env["account.move.line"].with_user(self.manager)
        ids = (sold | wages).line_ids.ids
        self.assertEqual(lines.search([("id", "in", ids)]), sold.line_ids)
        with self.assertRaises(AccessError):
            wages.with_user(self.manager).read(["name"])
        with self.assertRaises(AccessError):
            sold.with_user(self.manager).write({"ref": "mine"})
