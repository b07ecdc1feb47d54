# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase


@tagged("post_install", "-at_install")
class TestReleaseConcurrency(RivalsCase):
    """Real connections and real commits: two who want the last released piece at once (P2)."""

    context = {"tracking_disable": True}

    def _create_data(self, env):
        warehouse = env["stock.warehouse"].search([], limit=1)
        self.company = warehouse.company_id
        self.partner = env["res.partner"].create({"name": "At once", "is_company": True})
        self.part = env["product.product"].create(
            {"name": "Board at once", "is_storable": True, "part_class": "restricted"}
        )
        env["stock.quant"]._update_available_quantity(self.part, warehouse.lot_stock_id, 5)
        self.release = env["parts.core.release"].create(
            {
                "product_id": self.part.id,
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "reason": "At once",
                "state": "granted",
            }
        )
        self.pickings = [self._create_picking(env, warehouse) for _n in range(2)]

    def _create_picking(self, env, warehouse):
        customers = env.ref("stock.stock_location_customers")
        picking = env["stock.picking"].create(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": customers.id,
                "partner_id": self.partner.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.part.id,
                            "product_uom_qty": 1,
                            "location_id": warehouse.lot_stock_id.id,
                            "location_dest_id": customers.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": 1, "picked": True})
        return picking

    def _clean_up(self):
        """Take away what was committed, ledger first."""
        with self.registry.cursor() as cr:
            if not hasattr(self, "part"):
                return
            part = self.part.id
            for query in (
                "DELETE FROM parts_core_release_use WHERE product_id = %s",
                "DELETE FROM parts_core_release WHERE product_id = %s",
                "DELETE FROM parts_core_refusal WHERE product_id = %s",
                "DELETE FROM stock_move_line WHERE product_id = %s",
                "DELETE FROM stock_picking WHERE id IN "
                "(SELECT picking_id FROM stock_move WHERE product_id = %s)",
                "DELETE FROM stock_move WHERE product_id = %s",
                "DELETE FROM stock_quant WHERE product_id = %s",
            ):
                cr.execute(query, [part])
            cr.execute(
                "DELETE FROM mail_message WHERE model = 'parts.core.release' AND res_id = %s",
                [self.release.id],
            )
            cr.execute(
                "DELETE FROM product_product WHERE id = %s RETURNING product_tmpl_id", [part]
            )
            cr.execute("DELETE FROM product_template WHERE id = %s", cr.fetchone())
            cr.execute("DELETE FROM res_partner WHERE id = %s", [self.partner.id])
        self.registry.clear_cache()

    def _validate(self, env, number):
        self.pickings[number].with_env(env).button_validate()
        env.flush_all()

    def test_P2_last_piece_leaves_once(self):
        first, second = self.envs
        for env in self.envs:
            # Both see one piece left before either moves it.
            self.assertEqual(self.release.with_env(env).quantity_left, 1)
        self._validate(first, 0)
        first.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.SerializationFailure):
            self._validate(second, 1)
        second.cr.rollback()
        second.invalidate_all()
        # What Odoo does then: it tries again, and finds the release used up.
        with self.assertRaisesRegex(UserError, "Board at once"):
            self._validate(second, 1)
        second.cr.rollback()
        with self.registry.cursor() as cr:
            release = self.release.with_env(self._get_env(cr))
            self.assertEqual((release.state, release.quantity_used), ("used", 1))
            self.assertEqual(len(release.use_ids), 1)
            self.assertEqual(release.use_ids.move_line_id.picking_id.id, self.pickings[0].id)
