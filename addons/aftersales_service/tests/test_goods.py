# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase

from .common import SIGNATURE, ServiceCommon


class GoodsCommon(ServiceCommon):
    """Models whose cost would make a customer's goods worth something, were they ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Goods only: what the checklists ask is tested with them.
        cls.env["aftersales.checklist"].search([]).active = False
        cls.storekeeper = cls._user("t_store", "stock.group_stock_user")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.custody = cls.warehouse.customer_goods_location_id
        cls.stranger = cls.env["res.partner"].create({"name": "T stranger"})

    @classmethod
    def _receipt(cls, voucher=None, product=None, **values):
        """Goods of the customer, announced."""
        line = {"product_id": (product or cls.model).id}
        if (product or cls.model) == cls.model:
            line["lot_id"] = cls.unit.id
        return cls.env["aftersales.goods.receipt"].create(
            {
                "voucher_id": voucher and voucher.id,
                "partner_id": cls.customer.id,
                "line_ids": [Command.create(line)],
                **values,
            }
        )

    @classmethod
    def _taken_in(cls, voucher=None, **values):
        receipt = cls._receipt(voucher, **values)
        receipt._take_in()
        return receipt

    @classmethod
    def _two_things(cls, **values):
        """A receipt with the unit, an untracked thing and its key."""
        receipt = cls._receipt(**values)
        receipt.line_ids = [
            Command.create({"product_id": cls.part.id, "quantity": 2}),
            Command.create({"name": "Key", "is_accessory": True}),
        ]
        receipt._take_in()
        return receipt

    def _quants(self, owner=None):
        return self.env["stock.quant"].search(
            [
                ("owner_id", "=", (owner or self.customer).id),
                ("company_id", "=", self.company.id),
                ("location_id.usage", "=", "internal"),
                ("quantity", "!=", 0),
            ]
        )


@tagged("post_install", "-at_install")
class TestGoods(GoodsCommon):
    def test_S5_new_and_old_warehouses_have_ways_in_and_out(self):
        new = self.env["stock.warehouse"].create({"name": "T new", "code": "TNEW"})
        for warehouse in self.warehouse + new:
            custody = warehouse.customer_goods_location_id
            self.assertTrue(custody.is_customer_goods)
            self.assertEqual(custody.location_id, warehouse.view_location_id)
            self.assertEqual(warehouse.goods_in_type_id.default_location_dest_id, custody)
            self.assertEqual(warehouse.goods_out_type_id.default_location_src_id, custody)
            self.assertTrue(warehouse.goods_in_type_id.sequence_id)
        old = new
        old.write({"goods_in_type_id": False, "goods_out_type_id": False})
        self.env["stock.warehouse"]._create_customer_goods_data()
        self.assertTrue(old.goods_in_type_id and old.goods_out_type_id)
        known = old.goods_in_type_id
        self.env["stock.warehouse"]._create_customer_goods_data()
        self.assertEqual(old.goods_in_type_id, known, "safe to run again")

    def test_S5_one_thing_is_handed_out_before_the_others(self):
        receipt = self._two_things()
        parts = receipt.line_ids.filtered(lambda line: line.product_id == self.part)
        action = receipt.with_user(self.storekeeper).action_return_some()
        wizard = self.env["aftersales.goods.out"].with_user(self.storekeeper)
        wizard = wizard.with_context(**action["context"]).create(
            {"line_ids": [Command.set(parts.ids)], "signed_by": "Jo Early", "signature": SIGNATURE}
        )
        wizard.action_confirm()
        self.assertEqual((receipt.state, parts.returned_to), ("in_house", "Jo Early"))
        self.assertTrue(parts.returned_at and parts.signature_out)
        self.assertEqual(self._quants().product_id, self.model, "the unit is still here")
        self.assertEqual(len(receipt.picking_ids), 2)
        with self.assertRefused(UserError, "still here"):
            receipt._hand_out(parts, "Jo Twice")
        receipt._go_out("returned", "Jo Late")
        self.assertFalse(self._quants())
        self.assertEqual(len(receipt.picking_ids), 3)
        moved = receipt.picking_ids.move_ids.filtered(lambda move: move.product_id == self.part)
        self.assertEqual(moved.mapped("quantity"), [2, 2], "in once, out once")

    def test_S5_the_last_things_go_back_with_the_receipt(self):
        receipt = self._two_things()
        with self.assertRefused(UserError, "all that is still here"):
            receipt._hand_out(receipt.line_ids, "Jo")
        with self.assertRefused(UserError, "name of who"):
            receipt._hand_out(receipt.line_ids[:1], " ")
        with self.assertRefused(UserError, "Choose what"):
            receipt._hand_out(receipt.line_ids.browse(), "Jo")
        other = self._receipt(product=self.part)
        with self.assertRefused(UserError, "Choose what"):
            receipt._hand_out(other.line_ids, "Jo")
        with self.assertRefused(UserError, "when goods are handed out"):
            receipt.line_ids[:1].with_user(self.storekeeper).returned_to = "Jo"

    def test_S5_a_unit_that_went_early_may_come_again(self):
        receipt = self._two_things()
        receipt._hand_out(receipt.line_ids.filtered("lot_id"), "Jo")
        again = self._taken_in()
        self.assertEqual(again.state, "in_house")

    def test_S5_what_is_under_repair_stays_the_rest_may_go(self):
        voucher = self._job()
        receipt = self._two_things(voucher=voucher)
        unit = receipt.line_ids.filtered("lot_id")
        parts = receipt.line_ids.filtered(lambda line: line.product_id == self.part)
        cards = voucher._make_repair_cards()
        card = cards.filtered(lambda card: card.aftersales_receipt_line_id == unit)
        (cards - card).action_card_cancel()
        storekeeper = receipt.with_user(self.storekeeper)
        with self.assertRefused(UserError, f"under repair on card {card.name}"):
            storekeeper._hand_out(unit, "Jo")
        storekeeper._hand_out(parts, "Jo")
        self.assertFalse(voucher._make_repair_cards(), "what is gone needs no card")
        self.assertTrue(voucher.goods_in_house)
        here = f"{unit._get_label()}, Key is still in the house"
        with self.assertRefused(UserError, re.escape(here)):
            voucher._check_goods_out()
        with self.assertRefused(UserError, "is open"):
            storekeeper._go_out("returned", "Jo")

    def test_S5_papers_say_what_went_before_the_rest(self):
        receipt = self._two_things()
        receipt._hand_out(receipt.line_ids.filtered("is_accessory"), "Jo Early", SIGNATURE)
        wizard = self.env["aftersales.goods.register.print"].create({"only_in_house": True})
        for report, record in (("goods_receipt", receipt), ("goods_register", wizard)):
            html = self.env["ir.actions.report"]._render_qweb_html(
                f"aftersales_service.report_{report}", record.ids
            )[0]
            self.assertIn("Jo Early", html.decode())
        out = self.env["aftersales.goods.out"].create({"receipt_ids": receipt.ids})
        self.assertNotIn("Key", out.goods, "what still goes out")

    def test_S5_bring_in_and_return(self):
        voucher = self._job()
        action = voucher.with_user(self.technician_user).action_bring_in()
        receipt = self.env["aftersales.goods.receipt"].browse(action["res_id"])
        self.assertEqual(receipt.partner_id, self.customer)
        self.assertEqual(receipt.line_ids.lot_id, self.unit)
        receipt.line_ids = [Command.create({"name": "Charger", "is_accessory": True})]
        self.assertFalse(receipt.name)
        receipt.with_user(self.technician_user).action_take_in()
        self.assertTrue(receipt.name)
        self.assertEqual((receipt.state, voucher.state), ("in_house", "in_workshop"))
        picking = receipt.picking_ids
        self.assertEqual(picking.picking_type_id, self.warehouse.goods_in_type_id)
        self.assertEqual((picking.state, picking.owner_id), ("done", self.customer))
        self.assertEqual(len(picking.move_ids), 1, "an accessory stands on the paper only")
        self.assertEqual(receipt.whereabouts, self.custody.complete_name)
        receipt._go_out("returned", "Jo", SIGNATURE)
        self.assertEqual((receipt.state, voucher.state), ("returned", "in_progress"))
        self.assertFalse(self._quants())
        self.assertEqual(
            receipt.picking_ids.picking_type_id,
            self.warehouse.goods_in_type_id + self.warehouse.goods_out_type_id,
        )

    def test_S5_unknown_serials_and_models(self):
        """A unit whose plate cannot be read gets a file all the same; a strange brand a place."""
        receipt = self._receipt(
            line_ids=[
                Command.create({"product_id": self.model.id, "serial": "T-NEW-77"}),
                Command.create({"product_id": self.model.id}),
                Command.create({"name": "Pump of another maker", "quantity": 2}),
            ]
        )
        receipt._take_in()
        known, unknown, strange = receipt.line_ids
        self.assertEqual(known.lot_id.name, "T-NEW-77")
        self.assertEqual(known.lot_id.user_partner_id, self.customer)
        self.assertIn(receipt.name, unknown.lot_id.name)
        self.assertFalse(strange.lot_id)
        other = self.env.ref("aftersales_service.product_customer_goods")
        self.assertEqual(
            {(quant.product_id, quant.quantity) for quant in self._quants()},
            {(self.model, 1.0), (other, 2.0)},
        )

    def test_S5_voucher_does_not_end_with_goods_in_the_house(self):
        voucher = self._job()
        receipt = self._taken_in(voucher)
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo"})
        with self.assertRefused(UserError, f"still in the house on receipt {receipt.name}"):
            voucher.action_done()
        with self.assertRefused(UserError, f"still in the house on receipt {receipt.name}"):
            voucher.action_cancel(reason="Went elsewhere")
        receipt._go_out("returned", "Jo")
        voucher.action_done()
        self.env["aftersales.callback"].create({"voucher_id": voucher.id, "outcome": "satisfied"})
        self.assertEqual(voucher.state, "done", "a callback is recorded all the same")
        with self.assertRefused(UserError, f"receipt {receipt.name} is not voided"):
            voucher.action_close()
        receipt.action_void()
        voucher.action_close()
        self.assertEqual((voucher.state, receipt.state), ("closed", "voided"))

    def test_S5_receipt_is_voided_once_and_lost_with_a_reason(self):
        receipt = self._taken_in()
        with self.assertRaises(UserError):
            receipt.action_void()
        receipt._go_out("returned", "Jo")
        with self.assertRefused(UserError, "why the receipt cannot be taken back"):
            receipt._void("  ")
        receipt._void("Fell into the river")
        self.assertEqual(receipt.lost_reason, "Fell into the river")
        with self.assertRefused(UserError, "Voided"):
            receipt.action_void()
        with self.assertRaises(UserError):
            receipt._go_out("returned", "Jo")

    def test_S5_scrapped_at_the_customers_wish_only(self):
        receipt = self._taken_in()
        with self.assertRefused(UserError, "what the customer wished"):
            receipt._go_out("scrapped", "Jo")
        receipt._go_out("scrapped", "Jo", reason="Not worth mending")
        out = receipt.picking_ids.filtered(
            lambda picking: picking.picking_type_id == self.warehouse.goods_out_type_id
        )
        self.assertEqual(out.location_dest_id.usage, "inventory")
        self.assertFalse(self._quants())

    def test_S5_wizard_returns_signs_and_voids(self):
        voucher = self._job()
        receipt = self._taken_in(voucher)
        action = receipt.with_user(self.clerk).action_return()
        wizard = (
            self.env["aftersales.goods.out"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({"signature": SIGNATURE, "paper": "lost"})
        )
        self.assertEqual(wizard.signed_by, self.customer.name)
        self.assertTrue(wizard.sign_voucher)
        with self.assertRefused(UserError, "how the receipt was lost"):
            wizard.action_confirm()
        wizard.paper = "back"
        wizard.action_confirm()
        self.assertEqual(receipt.state, "voided")
        self.assertEqual(receipt.signed_out_by, self.customer.name)
        self.assertEqual(voucher.signed_by, self.customer.name)
        voucher.action_done()

    def test_S5_goods_go_back_to_their_owner_only(self):
        receipt = self._taken_in()
        with self.assertRefused(UserError, "does not change"):
            receipt.partner_id = self.stranger
        with self.assertRefused(UserError, "does not change"):
            receipt.line_ids.quantity = 2
        with self.assertRefused(UserError, "steps of the receipt"):
            receipt.with_user(self.storekeeper).write({"state": "returned"})
        voucher = self._job()
        with self.assertRefused(ValidationError, "choose the owner's own job"):
            self._receipt(voucher, partner_id=self.stranger.id)

    def test_S5_a_serial_is_in_the_house_once(self):
        first = self._taken_in()
        second = self._receipt()
        with self.assertRefused(UserError, f"in the house already, on {first.name}"):
            second.action_take_in()
        first._go_out("returned", "Jo")
        second.action_take_in()
        self.assertEqual(second.state, "in_house")

    def test_S5_nothing_else_takes_the_goods(self):
        """No order, no repair, no transfer, no count takes what is the customer's."""
        receipt = self._taken_in(product=self.part)
        self.assertEqual(
            self.part.with_company(self.company).qty_available, 20, "two vans, 10 each"
        )
        quants = self.env["stock.quant"]
        everywhere = self.warehouse.view_location_id
        self.assertEqual(quants._get_available_quantity(self.part, everywhere), 20)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.stranger.id,
                "location_id": everywhere.id,
                "location_dest_id": self.stranger.property_stock_customer.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.part.id,
                            "product_uom_qty": 21,
                            "product_uom": self.part.uom_id.id,
                            "location_id": everywhere.id,
                            "location_dest_id": self.stranger.property_stock_customer.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.assertEqual(picking.move_ids.quantity, 20)
        self.assertNotIn(self.custody, picking.move_line_ids.location_id)
        # Taken by hand, with its owner or without.
        for owner in (self.customer, self.env["res.partner"]):
            line = self.env["stock.move.line"].create(
                {
                    "picking_id": picking.id,
                    "move_id": picking.move_ids.id,
                    "product_id": self.part.id,
                    "quantity": 1,
                    "location_id": self.custody.id,
                    "location_dest_id": picking.location_dest_id.id,
                    "owner_id": owner.id,
                    "picked": True,
                }
            )
            with self.assertRefused(UserError, f"only on receipt {receipt.name}"):
                picking.move_ids._action_done()
            line.unlink()
        quant = self._quants()
        with self.assertRefused(UserError, "belongs to T customer"):
            quant.with_context(inventory_mode=True).inventory_quantity = 0
            quant.action_apply_inventory()

    def test_S5_our_stock_does_not_hide_among_customers_goods(self):
        quants = self.env["stock.quant"]
        for owner in (None, self.company.partner_id):
            with self.assertRefused(ValidationError, "only goods of customers do"):
                quants._update_available_quantity(self.part, self.custody, 1, owner_id=owner)
        self.assertRaises(ValidationError, self.van.write, {"is_customer_goods": True})
        self._taken_in()
        with self.assertRefused(ValidationError, "still holds T model"):
            self.custody.is_customer_goods = False

    def test_S5_goods_move_from_shelf_to_shelf(self):
        receipt = self._taken_in()
        shelf = self.env["stock.location"].create(
            {"name": "T shelf", "location_id": self.custody.id, "usage": "internal"}
        )
        self.assertTrue(shelf.is_customer_goods, "what lies below is for customers' goods too")
        self._move(receipt, shelf)
        self.assertEqual(receipt.whereabouts, shelf.complete_name)
        with self.assertRefused(UserError, "leaves the house only"):
            self._move(receipt, self.warehouse.lot_stock_id)
        receipt._go_out("returned", "Jo")
        self.assertFalse(self._quants())

    def _move(self, receipt, dest):
        quant = self._quants()
        move = self.env["stock.move"].create(
            {
                "product_id": quant.product_id.id,
                "product_uom": quant.product_uom_id.id,
                "product_uom_qty": 1,
                "location_id": quant.location_id.id,
                "location_dest_id": dest.id,
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": quant.product_id.id,
                            "lot_id": quant.lot_id.id,
                            "owner_id": receipt.partner_id.id,
                            "quantity": 1,
                            "location_id": quant.location_id.id,
                            "location_dest_id": dest.id,
                            "picked": True,
                        }
                    )
                ],
            }
        )
        return move._action_done()

    def test_S5_transfers_without_a_receipt_are_refused(self):
        """A storekeeper who starts from Inventory is told to write a receipt."""
        pickings = self.env["stock.picking"].with_user(self.storekeeper)
        vals = {
            "picking_type_id": self.warehouse.goods_in_type_id.id,
            "partner_id": self.customer.id,
            "owner_id": self.customer.id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": self.part.id,
                        "product_uom_qty": 1,
                        "product_uom": self.part.uom_id.id,
                        "location_id": self.customer.property_stock_customer.id,
                        "location_dest_id": self.custody.id,
                    }
                )
            ],
        }
        with self.assertRefused(UserError, "take a customer's goods in on a customer product"):
            pickings.create(vals).button_validate()
        receipt = self._receipt()
        with self.assertRefused(UserError, "steps of the customer product receipt"):
            pickings.create({**vals, "aftersales_receipt_id": receipt.id})

    def test_S5_storekeeper_needs_no_service_rights(self):
        voucher = self._job()
        receipt = self._receipt(voucher).with_user(self.storekeeper)
        receipt.action_take_in()
        self.assertEqual(voucher.state, "in_workshop")
        wizard = (
            self.env["aftersales.goods.out"]
            .with_user(self.storekeeper)
            .with_context(**receipt.action_return()["context"])
            .create({"signature": SIGNATURE})
        )
        self.assertFalse(wizard.sign_voucher, "he does not write the job")
        wizard.action_confirm()
        self.assertEqual(receipt.state, "voided")
        with self.assertRaises(AccessError):
            voucher.with_user(self.storekeeper).read(["state"])

    def test_S5_technician_handles_goods_of_his_own_jobs_only(self):
        mine = self._receipt(self._job())
        others = self._receipt(self._job(technician_id=self.other_technician.id)) + self._receipt()
        receipts = self.env["aftersales.goods.receipt"].with_user(self.technician_user)
        self.assertEqual(receipts.search([("id", "in", (mine + others).ids)]), mine)
        for receipt in others:
            with self.assertRaises(AccessError):
                receipt.with_user(self.technician_user).action_take_in()
            with self.assertRaises(AccessError):
                receipt.line_ids.with_user(self.technician_user).read(["name"])

    def test_S5_register_is_printed_for_a_range(self):
        here = self._taken_in()
        gone = self._taken_in(product=self.part)
        gone._go_out("returned", "Jo Taker")
        wizard = self.env["aftersales.goods.register.print"].with_user(self.storekeeper).create({})
        self.assertEqual(wizard._get_entries(), here + gone)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.storekeeper)
            ._render_qweb_html("aftersales_service.report_goods_register", wizard.ids)[0]
            .decode()
        )
        for text in (here.name, gone.name, "T-SERIAL-1", "Jo Taker", self.custody.complete_name):
            self.assertIn(text, html)
        wizard.only_in_house = True
        self.assertEqual(wizard._get_entries(), here)

    def test_S5_receipt_names_goods_condition_and_signer(self):
        receipt = self._receipt(condition="Dent in the lid", signature_in=SIGNATURE)
        receipt.line_ids = [
            Command.create({"name": "Charger", "is_accessory": True, "condition": "frayed"})
        ]
        receipt.signed_in_by = "Jo Bringer"
        receipt._take_in()
        html = (
            self.env["ir.actions.report"]
            .with_user(self.storekeeper)
            ._render_qweb_html("aftersales_service.report_goods_receipt", receipt.ids)[0]
            .decode()
        )
        for text in (receipt.name, "Dent in the lid", "Charger", "frayed", "Jo Bringer"):
            self.assertIn(text, html)
        with self.assertRefused(UserError, "is signed"):
            receipt.signed_in_by = "Somebody else"

    def test_S5_receipts_stay_in_the_register(self):
        receipt = self._taken_in()
        with self.assertRefused(UserError, "stands in the goods register"):
            receipt.unlink()
        self._receipt().unlink()
        self.assertTrue(receipt.name)


@tagged("post_install", "-at_install")
class TestGoodsValue(GoodsCommon):
    """Customer's goods are never in company valuation (invariant)."""

    def _category(self, method):
        return self.env["product.category"].create(
            {
                "name": f"T {method}",
                "property_valuation": "real_time",
                "property_cost_method": method,
            }
        )

    def test_S5_goods_have_no_value_the_whole_way(self):
        for method in ("fifo", "average", "standard"):
            for tracking in ("none", "serial"):
                for outcome in ("returned", "scrapped"):
                    with self.subTest(method=method, tracking=tracking, outcome=outcome):
                        self._walk(method, tracking, outcome)

    def test_S5_goods_have_no_value_where_lots_do(self):
        self._walk("average", "serial", "returned", lot_valuated=True)

    def _walk(self, method, tracking, outcome, **values):
        """In, onto a shelf, out: beside a unit of ours of the same model, which keeps its value."""
        product = self.env["product.product"].create(
            {
                "name": "T valued",
                "type": "consu",
                "is_storable": True,
                "tracking": tracking,
                "categ_id": self._category(method).id,
                "standard_price": 100.0,
                **values,
            }
        )
        entries = self.env["account.move"].search_count([])
        own = self._own_unit(product)
        self.assertEqual(product.total_value, 100.0)
        booked = self.env["account.move"].search_count([]) - entries
        receipt = self._taken_in(
            line_ids=[Command.create({"product_id": product.id, "serial": f"T-{method}-{outcome}"})]
        )
        self._assert_worthless(product, own, receipt)
        shelf = self.env["stock.location"].create(
            {"name": "T shelf", "location_id": self.custody.id, "usage": "internal"}
        )
        TestGoods._move(self, receipt, shelf)
        self._assert_worthless(product, own, receipt)
        receipt._go_out(outcome, "Jo", reason="As he wishes")
        self._assert_worthless(product, own, receipt)
        moves = self.env["stock.move"].search([("product_id", "=", product.id)])
        self.assertFalse((moves - own).account_move_id)
        self.assertEqual(self.env["account.move"].search_count([]) - entries, booked)
        self.assertFalse(self._quants())

    def _own_unit(self, product):
        """A unit of ours, received at its cost."""
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": 1,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
            }
        )
        move._action_confirm()
        line = {"quantity": 1, "picked": True}
        if product.tracking == "serial":
            line["lot_id"] = (
                self.env["stock.lot"].create({"name": "T-OWN", "product_id": product.id}).id
            )
        if move.move_line_ids:
            move.move_line_ids.write(line)
        else:
            move.move_line_ids = [
                Command.create(
                    {
                        **line,
                        "product_id": product.id,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                    }
                )
            ]
        move._action_done()
        return move

    def _assert_worthless(self, product, own, receipt):
        self.env.invalidate_all()
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id.usage", "=", "internal")]
        )
        owned = quants.filtered("owner_id")
        self.assertEqual(sum(owned.mapped("value")), 0.0)
        self.assertEqual(sum((quants - owned).mapped("value")), 100.0)
        self.assertEqual((product.total_value, product.standard_price), (100.0, 100.0))
        self.assertEqual(product.qty_available, 1.0, "only ours is on hand")
        moves = self.env["stock.move"].search([("product_id", "=", product.id)]) - own
        self.assertTrue(moves)
        self.assertFalse(any(moves.mapped("value")))
        self.assertFalse(moves.filtered(lambda move: move.is_in or move.is_out))


@tagged("post_install", "-at_install")
class TestTwoStorekeepersAtOnce(RivalsCase):
    """Both look at the same receipt before either has committed: the goods move once."""

    context = {"tracking_disable": True}

    def _create_data(self, env):
        owner = self._keep(env["res.partner"].create({"name": "T owner of two"}))
        self._keep(
            env["aftersales.goods.receipt"].create(
                {
                    "partner_id": owner.id,
                    "line_ids": [
                        Command.create({"name": "T thing of two"}),
                        Command.create({"name": "T other thing of two"}),
                    ],
                }
            )
        )

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            ids = self.created["aftersales.goods.receipt"]
            pickings = env["stock.picking"].search([("aftersales_receipt_id", "in", ids)])
            owner = self.created["res.partner"]
            for query, values in (
                ("DELETE FROM stock_quant WHERE owner_id = ANY(%s)", owner),
                ("DELETE FROM stock_move_line WHERE picking_id = ANY(%s)", pickings.ids),
                ("DELETE FROM stock_move WHERE picking_id = ANY(%s)", pickings.ids),
                ("DELETE FROM stock_picking WHERE id = ANY(%s)", pickings.ids),
                ("DELETE FROM aftersales_goods_receipt WHERE id = ANY(%s)", ids),
            ):
                cr.execute(query, [values])
            env.invalidate_all()
            for model, record_ids in (
                ("aftersales.goods.receipt", ids),
                ("stock.picking", pickings.ids),
                ("res.partner", owner),
            ):
                env["mail.message"].search(
                    [("model", "=", model), ("res_id", "in", record_ids)]
                ).unlink()
            env["res.partner"].browse(owner).exists().unlink()

    @mute_logger("odoo.sql_db")
    def test_S5_goods_come_in_and_go_out_once(self):
        (receipt_id,) = self.created["aftersales.goods.receipt"]
        first, second = (env["aftersales.goods.receipt"].browse(receipt_id) for env in self.envs)
        for step, state in (
            (lambda receipt: receipt._take_in(), "draft"),
            (lambda receipt: receipt._go_out("returned", "Jo"), "in_house"),
        ):
            self.assertEqual(second.state, state, "the second one has looked")
            step(first)
            first.env.flush_all()
            self._assert_rival_waits_and_fails(first.env, lambda step=step: step(second))
            second.env.cr.rollback()
            second.env.invalidate_all()
            with self.assertRaises(UserError):
                step(second)  # as Odoo does: again, from the beginning
            second.env.cr.rollback()
            second.env.invalidate_all()
            first.env.invalidate_all()
        self.assertEqual(len(first.picking_ids), 2)
        first.env.cr.rollback()

    @mute_logger("odoo.sql_db")
    def test_S5_two_hand_out_different_things_of_one_receipt(self):
        (receipt_id,) = self.created["aftersales.goods.receipt"]
        first, second = (env["aftersales.goods.receipt"].browse(receipt_id) for env in self.envs)
        first._take_in()
        self._commit(first.env)
        self.assertEqual(second.inside_count, 2, "the second one has looked")
        first._hand_out(first.line_ids[0], "Jo")
        first.env.flush_all()
        self._assert_rival_waits_and_fails(
            first.env, lambda: second._hand_out(second.line_ids[1], "Jo")
        )
        second.env.cr.rollback()
        second.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "all that is still here"):
            second._hand_out(second.line_ids[1], "Jo")
        second.env.cr.rollback()
        self.assertEqual(len(first.picking_ids), 2)
        first.env.cr.rollback()
