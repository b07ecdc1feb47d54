# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase


@tagged("post_install", "-at_install")
class TestTransferConcurrency(RivalsCase):
    """Real connections and real commits: two people receive one transfer at once (P11)."""

    context = {"tracking_disable": True}

    def _create_data(self, env):
        """Five pieces on their way to an outlet."""
        warehouse = env["stock.warehouse"].search([], limit=1)
        self.place = env["stock.location"].create(
            {"name": "Outlet at once", "company_id": warehouse.company_id.id}
        )
        self.outlet = env["aftersales.outlet"].create(
            {
                "name": "Outlet at once",
                "code": "T-ONCE",
                "location_id": self.place.id,
                "company_id": warehouse.company_id.id,
            }
        )
        self.part = env["product.product"].create(
            {"name": "Pump at once", "is_storable": True, "part_class": "general"}
        )
        env["stock.quant"]._update_available_quantity(self.part, warehouse.lot_stock_id, 5)
        shipment = env["stock.picking"].create(
            {
                "picking_type_id": warehouse.parts_ship_type_id.id,
                "outlet_id": self.outlet.id,
                "move_ids": [
                    Command.create({"product_id": self.part.id, "product_uom_qty": 5}),
                ],
            }
        )
        shipment._approve_parts_transfer({})
        shipment.action_assign()
        shipment.move_ids.picked = True
        shipment.button_validate()
        self.receipt = shipment.move_ids.move_dest_ids.picking_id
        self.transit = warehouse.parts_transit_loc_id

    def _clean_up(self):
        """Take away what was committed."""
        with self.registry.cursor() as cr:
            if hasattr(self, "part"):
                cr.execute(
                    "SELECT DISTINCT picking_id FROM stock_move WHERE product_id = %s",
                    [self.part.id],
                )
                pickings = [row[0] for row in cr.fetchall() if row[0]]
                part = [self.part.id]
                for query, values in (
                    ("DELETE FROM stock_move_line WHERE product_id = %s", part),
                    ("DELETE FROM stock_move WHERE product_id = %s", part),
                    ("DELETE FROM stock_picking WHERE id = ANY(%s)", [pickings]),
                    (
                        "DELETE FROM mail_message WHERE model = 'stock.picking' "
                        "AND res_id = ANY(%s)",
                        [pickings],
                    ),
                    ("DELETE FROM stock_quant WHERE product_id = %s", part),
                    ("DELETE FROM aftersales_outlet WHERE id = %s", [self.outlet.id]),
                    ("DELETE FROM stock_location WHERE id = %s", [self.place.id]),
                ):
                    cr.execute(query, values)
                cr.execute(
                    "DELETE FROM product_product WHERE id = %s RETURNING product_tmpl_id", part
                )
                cr.execute("DELETE FROM product_template WHERE id = %s", cr.fetchone())
        self.registry.clear_cache()

    def _receive(self, env, quantity):
        """What the form does: the quantity first, then the button."""
        receipt = self.receipt.with_env(env)
        receipt.move_ids.write({"quantity": quantity, "picked": True})
        receipt.button_validate()
        env.flush_all()

    def _receive_at_once(self, first_quantity, second_quantity):
        """Both see the receipt open; the second comes too late and tries again, as Odoo does."""
        first, second = self.envs
        for env in self.envs:
            self.assertEqual(self.receipt.with_env(env).state, "assigned")
        self._receive(first, first_quantity)
        first.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.SerializationFailure):
            self._receive(second, second_quantity)
        second.cr.rollback()
        second.invalidate_all()
        self.registry.reset_changes()
        try:
            self._receive(second, second_quantity)
            second.cr.commit()
        except UserError as error:
            second.cr.rollback()
            return str(error)
        return ""

    def _assert_held(self, there, on_the_way):
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            held = dict(
                env["stock.quant"]._read_group(
                    [
                        ("product_id", "=", self.part.id),
                        ("location_id", "in", (self.place | self.transit).ids),
                    ],
                    ["location_id"],
                    ["quantity:sum"],
                )
            )
            found = {place.id: quantity for place, quantity in held.items()}
            self.assertEqual(found.get(self.place.id, 0), there)
            self.assertEqual(found.get(self.transit.id, 0), on_the_way)
            rows = env["parts.transfer.open"].search([("product_id", "=", self.part.id)])
            self.assertEqual(sum(rows.mapped("quantity")), on_the_way)

    def test_P11_two_receive_the_whole_at_once(self):
        self._receive_at_once(5, 5)
        self._assert_held(5, 0)

    def test_P11_two_receive_a_share_at_once(self):
        self._receive_at_once(3, 3)
        self._assert_held(3, 2)

    def test_P11_who_comes_late_with_more_is_told(self):
        self.assertRegex(self._receive_at_once(3, 5), "is done, and its other end counts on it")
        self._assert_held(3, 2)
