# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import MODULE


@tagged("post_install", "-at_install", "is_tour")
class TestReleaseTour(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storekeeper, cls.guardian = (
            new_test_user(
                cls.env,
                f"tour_{login}",
                password=f"tour_{login}",
                groups=f"stock.group_stock_user,{MODULE}.{group}",
            )
            for login, group in (
                ("storekeeper", "group_parts_user"),
                ("guardian", "group_restricted_guardian"),
            )
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.dealer = cls.env["res.partner"].create({"name": "Tour dealer", "is_company": True})
        cls.board = cls.env["product.product"].create(
            {"name": "Tour board", "is_storable": True, "part_class": "restricted"}
        )
        stock = cls.warehouse.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(cls.board, stock, 5)

    def _create_picking(self):
        customers = self.env.ref("stock.stock_location_customers")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": customers.id,
                "partner_id": self.dealer.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.board.id,
                            "product_uom_qty": 1,
                            "location_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": customers.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def _path(self, picking):
        action = self.env.ref("stock.action_picking_tree_all")
        return f"/odoo/action-{action.id}/{picking.id}"

    def test_tour_storekeeper_asks_and_another_grants(self):
        """P2: refused, asked, granted by another person, through once and not twice."""
        first, second = self._create_picking(), self._create_picking()
        self.start_tour(self._path(first), "parts_core_release_ask", login="tour_storekeeper")
        release = self.env["parts.core.release"].search([("product_id", "=", self.board.id)])
        self.assertEqual((release.state, release.requested_by_id), ("asked", self.storekeeper))
        self.assertEqual(release.picking_id, first)
        self.start_tour(
            f"/odoo/parts-releases/{release.id}", "parts_core_release_grant", login="tour_guardian"
        )
        self.assertEqual((release.state, release.granted_by_id), ("granted", self.guardian))
        self.start_tour(self._path(first), "parts_core_release_move", login="tour_storekeeper")
        self.assertEqual((first.state, release.state), ("done", "used"))
        self.start_tour(self._path(second), "parts_core_release_twice", login="tour_storekeeper")
        self.assertNotEqual(second.state, "done")
        self.assertEqual(release.use_ids.move_line_id, first.move_line_ids)
