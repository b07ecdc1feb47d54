# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .custody import CustodyCommon


@tagged("post_install", "-at_install")
class TestCustody(CustodyCommon):
    """Where claimed parts wait: the maker's, and under the nets of customers' goods (S17)."""

    def test_S17_new_and_old_warehouses_have_custody_and_its_ways(self):
        new = self.env["stock.warehouse"].create({"name": "T new", "code": "TNEW"})
        for warehouse in self.warehouse + new:
            custody = warehouse.claim_custody_location_id
            self.assertTrue(custody.is_claim_custody and custody.is_customer_goods)
            self.assertEqual(custody.location_id, warehouse.view_location_id)
            self.assertEqual(warehouse.claim_in_type_id.default_location_dest_id, custody)
            self.assertEqual(warehouse.claim_out_type_id.default_location_src_id, custody)
            self.assertFalse(warehouse.customer_goods_location_id.is_claim_custody)
        new.write(
            {
                "claim_custody_location_id": False,
                "claim_in_type_id": False,
                "claim_out_type_id": False,
            }
        )
        goods = new.customer_goods_location_id
        self.env["stock.warehouse"]._create_customer_goods_data()
        self.assertTrue(
            new.claim_custody_location_id and new.claim_in_type_id and new.claim_out_type_id
        )
        self.assertEqual(new.customer_goods_location_id, goods, "what is there stays")

    def test_S17_in_sent_back_and_scrapped(self):
        part = self._held()
        picking = part.move_ids.picking_id
        self.assertEqual(picking.picking_type_id, self.warehouse.claim_in_type_id)
        self.assertEqual((picking.state, picking.owner_id), ("done", self.maker))
        self.assertEqual(self._quants().location_id, self.custody)
        part.action_make_parcel()
        part.parcel_id.carrier = "Post"
        part.parcel_id.action_send()
        self.assertEqual(part.state, "sent")
        self.assertFalse(self._quants())
        part.action_come_back()
        self.assertEqual(part.state, "returned")
        self.assertEqual(self._quants().location_id, self.custody)
        with self.assertRefused(UserError, "Write the reason"):
            part.action_scrap(reason=" ")
        part.action_scrap(reason="Mail of the maker of Monday")
        self.assertEqual(part.state, "scrapped")
        self.assertFalse(self._quants())
        self.assertEqual(
            part.move_ids.location_dest_id.mapped("usage"),
            ["internal", "supplier", "inventory"],
        )

    def test_S17_a_part_is_taken_in_once(self):
        part = self._held()
        with self.assertRefused(UserError, "This step needs"):
            part.action_take_in()
        with self.assertRefused(UserError, "This step needs"):
            part.action_come_back()

    def test_S17_serials_are_found_or_opened(self):
        """Written, not readable, and by mistake the one of the new part."""
        old, new = self.env["stock.lot"].create(
            [
                {"name": name, "product_id": self.serial_part.id, "company_id": self.company.id}
                for name in ("T-OLD", "T-FITTED")
            ]
        )
        quants = self.env["stock.quant"]
        fitted = []
        for index in range(2):
            fitted.append(
                self.env["stock.lot"].create(
                    {"name": f"T-F{index}", "product_id": self.serial_part.id}
                )
            )
            quants._update_available_quantity(self.serial_part, self.van, 1, lot_id=fitted[index])
        quants._update_available_quantity(self.serial_part, self.van, 1, lot_id=new)
        known = self._held(self.serial_part, line={"lot_id": fitted[0].id, "old_serial": "T-OLD"})
        self.assertEqual(known.lot_id, old)
        unread = self._held(self.serial_part, line={"lot_id": fitted[1].id})
        self.assertEqual(unread.lot_id.name, unread.name)
        self.assertEqual(self._quants().lot_id, old + unread.lot_id)
        wrong = self._owed(self.serial_part, line={"lot_id": new.id, "old_serial": "T-FITTED"})
        with self.assertRefused(UserError, "that is the new part fitted"):
            wrong.action_take_in()

    def test_S17_nothing_else_takes_or_brings_claimed_parts(self):
        part = self._held()
        quants = self.env["stock.quant"]
        everywhere = self.warehouse.view_location_id
        available = quants._get_available_quantity(self.part, everywhere)
        self.assertEqual(available, 10 + 9 + 20, "vans and stock, not the claimed one")
        self.assertEqual(self.part.with_company(self.company).qty_available, available)
        picking = self._transfer(self.part, everywhere, self.stock, quantity=available + 1)
        self.assertEqual(picking.move_ids.quantity, available)
        self.assertNotIn(self.custody, picking.move_line_ids.location_id)
        for owner in (self.maker, self.env["res.partner"]):
            with self.assertRefused(UserError, "leaves in a parcel to its maker"):
                self._move(self.custody, self.stock, owner)
            with self.assertRefused(UserError, "take old parts in under Old Parts"):
                self._move(self.stock, self.custody, owner)
        goods = self.warehouse.customer_goods_location_id
        with self.assertRefused(UserError, "leaves in a parcel to its maker"):
            self._move(self.custody, goods, self.maker)
        with self.assertRefused(UserError, "leaves in a parcel to its maker"):
            quant = self._quants()
            quant.with_context(inventory_mode=True).inventory_quantity = 0
            quant.action_apply_inventory()
        returned = self.env["stock.return.picking"].create(
            {"picking_id": part.move_ids.picking_id.id}
        )
        returned.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(returned.action_create_returns()["res_id"])
        back.action_assign()
        back.move_ids.picked = True
        with self.assertRefused(UserError, "leaves in a parcel to its maker"):
            back._action_done()
        self.assertEqual(self._quants().quantity, 1)

    def test_S17_nobody_borrows_the_name_of_an_old_part(self):
        part = self._held()
        with self.assertRefused(UserError, "steps of the"):
            self.env["stock.move"].with_user(self.storekeeper).create(
                {
                    "product_id": self.part.id,
                    "product_uom_qty": 1,
                    "location_id": self.custody.id,
                    "location_dest_id": self.stock.id,
                    "aftersales_part_return_id": part.id,
                }
            )
        with self.assertRefused(UserError, "is the old T part of T maker"):
            move = self._draft_move(self.custody, self.stock, self.customer)
            move.sudo().aftersales_part_return_id = part
            move._action_done()

    def test_S17_our_stock_does_not_hide_among_claimed_parts(self):
        quants = self.env["stock.quant"]
        for owner in (None, self.company.partner_id):
            with self.assertRefused(ValidationError, "only old parts that their maker owns"):
                quants._update_available_quantity(self.part, self.custody, 1, owner_id=owner)
        with self.assertRefused(ValidationError, "is not in"):
            quants._update_available_quantity(self.part, self.custody, -1, owner_id=self.maker)
        for values in ({"is_claim_custody": True}, {"location_id": self.custody.id}):
            with self.assertRaises(ValidationError):
                self.van.write(values)
        self._held()
        with self.assertRefused(ValidationError, "only while it is empty"):
            self.custody.is_claim_custody = False
        with self.assertRaises(ValidationError):
            self.custody.is_customer_goods = False

    def test_S17_parts_move_from_shelf_to_shelf_and_are_found_there(self):
        part = self._held()
        shelf = self.env["stock.location"].create(
            {"name": "T shelf", "location_id": self.custody.id, "usage": "internal"}
        )
        self.assertTrue(shelf.is_claim_custody)
        self._move(self.custody, shelf, self.maker)
        self.assertEqual(self._quants().location_id, shelf)
        part.action_scrap(reason="Not wanted")
        self.assertFalse(self._quants())

    def test_S17_goods_register_does_not_mix_them_up(self):
        """The maker himself has left the same part with us for repair: two places, two papers."""
        receipt = self.env["aftersales.goods.receipt"].create(
            {
                "partner_id": self.maker.id,
                "line_ids": [Command.create({"product_id": self.part.id})],
            }
        )
        receipt._take_in()
        self._held()
        receipt._go_out("returned", "Jo")
        self.assertEqual(self._quants().location_id, self.custody)

    def _draft_move(self, source, dest, owner):
        common = {
            "product_id": self.part.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
        }
        return self.env["stock.move"].create(
            {
                **common,
                "product_uom": self.part.uom_id.id,
                "product_uom_qty": 1,
                "picked": True,
                "move_line_ids": [
                    Command.create({**common, "owner_id": owner.id, "quantity": 1, "picked": True})
                ],
            }
        )

    def _move(self, source, dest, owner):
        return self._draft_move(source, dest, owner)._action_done()


@tagged("post_install", "-at_install")
class TestCustodyValue(CustodyCommon):
    """Claimed parts are never in company valuation (invariant)."""

    def test_S17_claimed_parts_have_no_value_the_whole_way(self):
        for method in ("fifo", "average", "standard"):
            for tracking in ("none", "serial"):
                with self.subTest(method=method, tracking=tracking):
                    self._walk(method, tracking)

    def _walk(self, method, tracking):
        """In, onto the road, back, scrapped: beside parts of ours, which keep their value."""
        product = self.env["product.product"].create(
            {
                "name": "T valued",
                "type": "consu",
                "is_storable": True,
                "tracking": tracking,
                "categ_id": self.env["product.category"]
                .create(
                    {
                        "name": f"T {method}",
                        "property_valuation": "real_time",
                        "property_cost_method": method,
                    }
                )
                .id,
                "standard_price": 100.0,
            }
        )
        own = self._receive(product, 2)
        self._receive_into_van(product, own)
        lot = own.move_line_ids.lot_id[:1]
        voucher = self._covered_job(product, line={"lot_id": lot.id})
        self._finish(voucher)
        part = voucher.part_return_ids
        known = self.env["stock.move"].search([("product_id", "=", product.id)])
        entries = self.env["account.move"].search_count([])
        value = product.with_company(self.company).total_value
        self.assertEqual(value, 100.0, "one of two is left")
        part._take_in(self.warehouse)
        self._assert_worthless(product, known, value)
        part.action_make_parcel()
        part.parcel_id.carrier = "Post"
        part.parcel_id.action_send()
        self._assert_worthless(product, known, value)
        part.action_come_back()
        self._assert_worthless(product, known, value)
        part.action_scrap(reason="Not wanted")
        self._assert_worthless(product, known, value)
        self.assertEqual(self.env["account.move"].search_count([]), entries)

    def _receive(self, product, quantity):
        """Parts of ours, received at their cost."""
        lots = self.env["stock.lot"]
        if product.tracking == "serial":
            lots = lots.create(
                [{"name": f"T-{index}", "product_id": product.id} for index in range(quantity)]
            )
        common = {
            "product_id": product.id,
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.stock.id,
        }
        move = self.env["stock.move"].create(
            {
                **common,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "picked": True,
                "move_line_ids": [
                    Command.create({**common, "quantity": 1, "lot_id": lot.id, "picked": True})
                    for lot in lots
                ]
                or [Command.create({**common, "quantity": quantity, "picked": True})],
            }
        )
        move._action_done()
        return move

    def _receive_into_van(self, product, own):
        picking = self._transfer(product, self.stock, self.van, quantity=2)
        picking._action_done()

    def _assert_worthless(self, product, known, value):
        self.env.invalidate_all()
        product = product.with_company(self.company)
        self.assertEqual((product.total_value, product.standard_price), (value, 100.0))
        self.assertEqual(product.qty_available, 1.0, "only ours is on hand")
        moves = self.env["stock.move"].search([("product_id", "=", product.id)]) - known
        self.assertTrue(moves)
        self.assertFalse(any(moves.mapped("value")))
        self.assertFalse(moves.filtered(lambda move: move.is_in or move.is_out))
        self.assertFalse(moves.account_move_id)
        self.assertEqual(sum(self._quants().mapped("value")), 0.0)
