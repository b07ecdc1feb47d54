# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.tests import tagged

from .common import golden
from .common_reserve import ReserveCommon


@tagged("post_install", "-at_install")
class TestStockAge(ReserveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_part("general", 10, name="Gear pump")

    def _rows(self, product=None):
        return self.env["parts.stock.age"].search(
            [
                ("product_id", "=", (product or self.part).id),
                ("company_id", "=", self.company.id),
            ]
        )

    def test_P10_age_golden_case(self):
        """Each band of the golden case at its older edge, at a cost of 1."""
        case = golden("P10-age")
        self.part.standard_price = 1
        edges = {"0-30": 30, "31-60": 60, "61-90": 90, "91-180": 180, "181+": 181}
        for band, value in case["given"]["value_by_age_days"].items():
            self._receive(self.part, value, self._ago(days=edges[band]))
        found = dict(
            self.env["parts.stock.age"]._read_group(
                [("product_id", "=", self.part.id)], ["age"], ["value:sum"]
            )
        )
        self.assertEqual(list(found.values()), list(case["given"]["value_by_age_days"].values()))
        percent, met = self.env["parts.stock.age"]._get_young_share(self.company)
        self.assertAlmostEqual(percent, case["expect"]["younger_than_3_months_pct"])
        self.assertEqual(met, case["expect"]["meets_80"])
        self.company.parts_age_target = 79
        self.assertTrue(self.env["parts.stock.age"]._get_young_share(self.company)[1])

    def test_P10_first_in_first_out(self):
        self._receive(self.part, 10, self._ago(days=200))
        self._receive(self.part, 10, self._ago(days=100))
        self._receive(self.part, 10, self._ago(days=10))
        self._sell(self.part, 14, self._ago(days=5))
        rows = self._rows()
        self.assertEqual(rows.mapped("quantity"), [6, 10])
        self.assertEqual(rows.mapped("age_days"), [100, 10])
        self.assertEqual(rows.mapped("is_young"), [False, True])
        self.assertEqual(sum(rows.mapped("value")), self.part.total_value)

    def test_P10_layers_are_those_of_odoo_in_each_costing_method(self):
        for method in ("standard", "average", "fifo"):
            with self.subTest(method=method):
                category = self.env["product.category"].create(
                    {"name": method, "property_cost_method": method}
                )
                part = self._create_part("general", 3, categ_id=category.id)
                for pieces, cost, days in ((4, 3, 40), (6, 5, 20), (5, 8, 10)):
                    move = self._receive(part, pieces, self._ago(days=days))
                    move.value_manual = pieces * cost
                self._sell(part, 7, self._ago(days=2))
                self.env.invalidate_all()
                rows = self._rows(part)
                self.assertEqual(
                    {row.move_id: row.quantity for row in rows}, part._get_remaining_moves()[part]
                )
                self.assertAlmostEqual(sum(rows.mapped("value")), part.total_value)
                self.assertTrue(part.total_value)

    def test_P10_moves_inside_do_not_make_stock_younger(self):
        self._receive(self.part, 5, self._ago(days=150))
        self._move(self.part, 5, self.stock, self.store, self._ago(days=1))
        row = self._rows()
        self.assertEqual((row.age_days, row.quantity), (150, 5))
        self.assertEqual(row.movement_class, "moving" if row.last_move_date else "c")

    def test_P10_pieces_without_a_receipt_are_old(self):
        self._put_in_stock(self.part, 3)
        row = self._rows()
        self.assertEqual((row.age, row.quantity, row.value), ("5", 3, 30))
        self.assertFalse(row.is_young)
        self.assertEqual(row.movement_class, "c")

    def test_P10_goods_of_others_are_not_ours(self):
        self._receive(self.part, 2, self._ago(days=1))
        self._move(
            self.part,
            8,
            self.customers,
            self.stock,
            self._ago(days=1),
            owner_id=self.dealer.id,
        )
        self.assertEqual(self._rows().mapped("quantity"), [2])

    def test_P10_class_c_is_not_moved_for_over_90_days(self):
        for days, expected in ((89, "moving"), (91, "c")):
            part = self._create_part("general", 1)
            self._receive(part, 5, self._ago(days=300))
            self._sell(part, 1, self._ago(days=days))
            self.assertEqual(self._rows(part).movement_class, expected)
        self.company.parts_unmoved_days = 95
        self.env.invalidate_all()
        self.assertEqual(self._rows(part).movement_class, "moving")

    def test_P10_dead_stock_had_no_demand_in_12_months(self):
        cases = (
            (400, None, True),  # never asked for
            (400, 370, True),
            (400, 300, False),  # asked for
            (300, None, False),  # not there for so long yet
        )
        for received, sold, dead in cases:
            with self.subTest(received=received, sold=sold):
                part = self._create_part("general", 10)
                self._receive(part, 5, self._ago(days=received))
                if sold:
                    self._sell(part, 1, self._ago(days=sold))
                row = self._rows(part)
                self.assertEqual(row.is_dead, dead)
                self.assertEqual(row.dead_value, row.value if dead else 0)

    def test_P10_shares_are_of_the_value(self):
        cheap = self._create_part("wearing", 1)
        self._receive(self.part, 9, self._ago(days=1))
        self._receive(cheap, 10, self._ago(days=400))
        [(young, dead)] = self.env["parts.stock.age"]._read_group(
            [("product_id", "in", (self.part | cheap).ids)],
            [],
            ["young_percent:avg", "dead_percent:avg"],
        )
        self.assertEqual((young, dead), (90, 10))

    def test_no_stock_meets_the_target(self):
        self.assertEqual(self.env["parts.stock.age"]._get_young_share(self.company), (0.0, True))

    def test_other_company_sees_no_age(self):
        self._receive(self.part, 5, self._ago(days=1))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.planner.write({"company_ids": [Command.link(other.id)]})
        ages = self.env["parts.stock.age"].with_user(self.planner)
        domain = [("product_id", "=", self.part.id)]
        self.assertTrue(ages.search(domain))
        self.assertFalse(ages.with_context(allowed_company_ids=other.ids).search(domain))
