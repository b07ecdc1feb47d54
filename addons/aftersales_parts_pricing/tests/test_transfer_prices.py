# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.tests import tagged

from .transfer_common import TransferCommon


@tagged("post_install", "-at_install")
class TestTransferPrices(TransferCommon):
    def test_P11_prices_are_frozen_when_parts_leave(self):
        request = self._request()
        self.assertFalse(request.move_ids.parts_settlement_price)
        shipment = self._approve(request)
        self.assertFalse(shipment.move_ids.parts_settlement_price)
        shipment.button_validate()
        receipt = self._get_receipts(shipment)
        first = self.env["parts.price.publication"].search(
            [("policy_id", "=", self.policy.id)], limit=1
        )
        for move in shipment.sudo().move_ids | receipt.sudo().move_ids:
            self.assertRecordValues(
                move,
                [
                    {
                        "parts_settlement_price": 15,
                        "parts_guide_price": 30,
                        "parts_settlement_currency_id": self.usd.id,
                        "parts_guide_currency_id": self.usd.id,
                        "parts_publication_id": first.id,
                    }
                ],
            )
        self.part.standard_price = 20
        self._publish(self.policy, self._days(1))
        self._receive(receipt, 7)
        rest = receipt.backorder_ids.sudo().move_ids
        self.assertEqual((rest.parts_settlement_price, rest.product_uom_qty), (15, 3))
        self.assertEqual(rest.parts_publication_id, first)

    def test_P11_currency_is_kept(self):
        category = self.env["product.category"].create({"name": "Imported"})
        imported = self._create_part("general", 10, categ_id=category.id)
        self._put_in_stock(imported, 5)
        self.policy.active = False
        self._publish(
            self._create_policy(
                categ_id=category.id,
                currency_id=self.eur.id,
                classes={"general": {"markup_percent": 50, "guide_factor": 2}},
            )
        )
        shipment, __ = self._ship({imported: 1})
        self.assertEqual(shipment.sudo().move_ids.parts_settlement_currency_id, self.eur)
        self.assertTrue(shipment.sudo().move_ids.parts_settlement_price)

    def test_P11_outlet_of_a_dealer_settles_at_its_tier(self):
        self.env["aftersales.dealer.tier.assignment"].create(
            {
                "partner_id": self.dealer.id,
                "tier_id": self.tier_a.id,
                "date_from": self._days(-10),
                "reason": "Volume",
            }
        )
        self.policy.tier_ids = [Command.create({"tier_id": self.tier_a.id, "guide_percent": 60})]
        self.policy.action_create_pricelists()
        self._publish(self.policy, self.today)
        self.outlet.write({"kind": "agent", "partner_id": self.dealer.id})
        shipment, __ = self._ship()
        self.assertEqual(shipment.sudo().move_ids.parts_settlement_price, 18)

    def test_P11_price_is_per_unit_of_the_line(self):
        request = self._request()
        request.move_ids.write({"product_uom": self.dozen.id, "product_uom_qty": 2})
        shipment = self._approve(request)
        shipment.button_validate()
        self.assertEqual(shipment.sudo().move_ids.parts_settlement_price, 180)
        self.assertEqual(self._get_open().mapped("quantity"), [24])
        self.assertEqual(self._get_open().amount, 360)

    def test_P11_part_without_a_price_leaves_without_one(self):
        free = self._create_part("general", 10, is_serviceable=False)
        self._put_in_stock(free, 5)
        shipment, __ = self._ship({free: 1})
        self.assertFalse(shipment.sudo().move_ids.parts_publication_id)
        self.assertFalse(shipment.sudo().move_ids.parts_settlement_price)

    def test_P11_freezing_costs_30_queries_at_most_and_none_per_line(self):
        """The same transfer by the same route of Odoo's own, against ours."""
        parts = self._many(40)
        self.policy.categ_id = parts.categ_id
        self._publish(self.policy)
        self._measure(parts[:2], plain=True)
        self._measure(parts[:2], plain=False)
        few = self._measure(parts[:8], plain=False) - self._measure(parts[:8], plain=True)
        many = self._measure(parts, plain=False) - self._measure(parts, plain=True)
        self.assertLessEqual(many, 30)
        self.assertLess(many - few, 32 / 4)

    def _measure(self, parts, plain):
        """Queries of shipping a line of each part.

        :param plain: by operation types and a push rule without a step of ours
        """
        types = self.warehouse.parts_ship_type_id, self.warehouse.parts_receive_type_id
        route = self.warehouse.parts_route_id
        transit = self.transit
        if plain:
            transit = self.transit.copy({"name": "Plain transit"})
            code = f"PL{len(parts)}"
            types = [kind.copy({"sequence_code": f"{code}{kind.sequence_code}"}) for kind in types]
            route = route.copy({"name": "Plain route"})
            route.rule_ids.write(
                {
                    "location_src_id": transit.id,
                    "location_dest_id": self.place.id,
                    "picking_type_id": types[1].id,
                }
            )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": types[0].id,
                "location_id": self.stock.id,
                "location_dest_id": transit.id,
                "outlet_id": self.outlet.id,
                "move_ids": self._lines(
                    parts,
                    location_id=self.stock.id,
                    location_dest_id=transit.id,
                    route_ids=[Command.set(route.ids)],
                    location_final_id=self.place.id,
                ),
            }
        )
        if plain:
            picking.action_confirm()
        else:
            picking._approve_parts_transfer({})
        self.assertEqual(picking.state, "assigned")
        picking.move_ids.picked = True
        self.env.flush_all()
        self.env.invalidate_all()
        count = self.env.cr.sql_log_count
        picking.with_context(skip_backorder=True).button_validate()
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - count
        receipts = picking.move_ids.move_dest_ids
        self.assertEqual(len(receipts), len(parts))
        self.assertEqual(bool(receipts[0].parts_settlement_price), not plain)
        return queries
