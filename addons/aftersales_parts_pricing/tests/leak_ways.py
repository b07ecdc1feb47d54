# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from typing import NamedTuple
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError

from .common import MODULE, PartsCommon

# What stops a way: the guard on moves, the net under the stock, what a part or place says of
# itself, the paper (quotation, order, invoice).
GUARD, NET, MASTER, PAPER = "guard", "net", "master", "paper"


class Way(NamedTuple):
    """A way on which a restricted part might leave: how to try it, and what stops it.

    ``prepare`` is what lawfully went before. ``quiet`` says that Odoo swallows the refusal: the
    piece stays, and nobody is told.
    """

    try_it: Callable
    layers: tuple = (GUARD, NET)
    quiet: bool = False
    prepare: Callable | None = None


class LeakWays(PartsCommon):
    """The matrix of leaks (P2): every way out that we know of, each with a method that tries it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.core = cls._create_part("restricted", 100, name="Control board")
        cls._put_in_stock(cls.core, 10)
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.stock.id, "company_id": cls.company.id}
        )
        cls.depot = cls.env["stock.location"].create(
            {"name": "Depot", "location_id": cls.stock.id, "company_id": cls.company.id}
        )
        cls.outlet = cls.env["aftersales.outlet"].create(
            {
                "name": "Field outlet",
                "code": "FO",
                "location_id": cls.depot.id,
                "company_id": cls.company.id,
            }
        )
        cls.loss = cls.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.production = cls.core.with_company(cls.company).property_stock_production
        cls.intercompany = cls.env["stock.location"].create(
            {"name": "Between companies", "usage": "transit", "company_id": False}
        )
        cls.guardian = cls._user(
            "guardian", f"{MODULE}.group_restricted_guardian,stock.group_stock_manager"
        )
        cls.guardian.name = "Greta Guardian"
        cls.keeper = cls._user(
            "keeper", f"{MODULE}.group_restricted_guardian,product.group_product_manager"
        )
        cls.ordinary = cls._create_part("general", 10, name="Ordinary part", is_serviceable=False)
        cls.ordinary.part_class = False
        cls._put_in_stock(cls.ordinary, 10)
        cls.bare = cls._create_part("restricted", 10, name="Bare board")
        cls.numbered = cls._create_part("restricted", name="Numbered board", tracking="serial")
        cls.lot = cls.env["stock.lot"].create({"name": "NB-0", "product_id": cls.numbered.id})
        cls.env["stock.quant"]._update_available_quantity(
            cls.numbered,
            cls.stock,
            1,
            lot_id=cls.lot,
            package_id=cls.env["stock.package"].create({"name": "Box 0"}),
        )
        cls.journal = cls._create_journal(cls.dealer)
        cls.storekeeper = cls._user(
            "storekeeper", "stock.group_stock_manager,stock.group_stock_multi_locations"
        )

        cls._set_up_earlier()

    def setUp(self):
        super().setUp()
        self.env = self.env(user=self.storekeeper)

    # ------------------------------------------------------------------
    # Ways out: each moves one piece, or tries to
    # ------------------------------------------------------------------

    def _draft(self, target, source=None, product=None, picking_type=None):
        source = source or self.stock
        return self.env["stock.picking"].create(
            {
                "picking_type_id": (picking_type or self.warehouse.int_type_id).id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "partner_id": self.dealer.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": (product or self.core).id,
                            "product_uom_qty": 1,
                            "product_uom": self.unit.id,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                        }
                    )
                ],
            }
        )

    def _picking(self, *args, **kwargs):
        picking = self._draft(*args, **kwargs)
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.write({"quantity": 1, "picked": True})
        return picking

    def _move(self, target, source=None, product=None):
        self._picking(target, source, product).button_validate()

    def _deliver(self):
        self._picking(self.customers, picking_type=self.warehouse.out_type_id).button_validate()

    def _turn_before_validation(self):
        picking = self._picking(self.shelf)
        picking.move_line_ids.location_dest_id = self.customers
        picking.button_validate()

    def _turn_after_validation(self):
        picking = self._picking(self.shelf)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        picking.move_line_ids.location_dest_id = self.customers

    def _add_line_to_done_picking(self):
        picking = self._picking(self.shelf)
        picking.button_validate()
        self.env["stock.move.line"].create(
            {
                "picking_id": picking.id,
                "product_id": self.core.id,
                "quantity": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
            }
        )

    def _add_line_to_done_move(self, target=None):
        picking = self._picking(self.shelf)
        picking.button_validate()
        self.env["stock.move.line"].create(
            {
                "move_id": picking.move_ids.id,
                "product_id": self.core.id,
                "quantity": 1,
                "location_id": self.stock.id,
                "location_dest_id": (target or self.customers).id,
            }
        )

    def _add_line_by_defaults(self):
        picking = self._picking(self.shelf)
        picking.button_validate()
        self.env["stock.move.line"].with_context(
            default_move_id=picking.move_ids.id,
            default_product_id=self.core.id,
            default_quantity=1,
            default_location_id=self.stock.id,
            default_location_dest_id=self.customers.id,
            default_company_id=self.company.id,
        ).create({})

    def _relocate_quant(self):
        self._quant().move_quants(location_dest_id=self.customers)

    def _move_by_orm(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.core.id,
                "product_uom_qty": 1,
                "quantity": 1,
                "picked": True,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "company_id": self.company.id,
            }
        )
        move._action_done()

    def _scrap(self):
        self.env["stock.scrap"].create(
            {"product_id": self.core.id, "scrap_qty": 1, "location_id": self.stock.id}
        ).do_scrap()

    def _count_too_few(self):
        quant = self._quant().with_context(inventory_mode=True)
        quant.inventory_quantity = 9
        quant.action_apply_inventory()

    def _dropship(self):
        self._move(self.customers, source=self.suppliers)

    def _quant(self):
        return self.env["stock.quant"].search(
            [("product_id", "=", self.core.id), ("location_id", "=", self.stock.id)]
        )

    # Documents that were there before the part became restricted.

    @classmethod
    def _set_up_earlier(cls):
        """A part that was sold while it was general: delivered, returned, ordered, quoted."""
        cls.earlier = cls._create_part("general", 50, name="Earlier board")
        cls._put_in_stock(cls.earlier, 10)
        cls.seller = cls._user("seller", "sales_team.group_sale_manager,stock.group_stock_manager")
        order = cls._quote(cls.earlier)
        delivered = cls._confirm(order)
        cls._validate(delivered)
        cls.returned = cls._return(delivered)
        cls._validate(cls.returned)
        cls.quotation = cls._quote(cls.earlier)
        cls.ordered = cls._quote(cls.earlier)
        cls.waiting = cls._confirm(cls.ordered)
        cls.received = cls._receive(cls.earlier)
        cls.earlier.part_class = "restricted"
        cls.env.cr.flush()

    @classmethod
    def _receive(cls, product):
        picking = (
            cls.env["stock.picking"]
            .with_user(cls.storekeeper)
            .create(
                {
                    "picking_type_id": cls.warehouse.in_type_id.id,
                    "location_id": cls.suppliers.id,
                    "location_dest_id": cls.stock.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": 1,
                                "location_id": cls.suppliers.id,
                                "location_dest_id": cls.stock.id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        cls._validate(picking)
        return picking

    @classmethod
    def _quote(cls, product, price=10.0):
        return (
            cls.env["sale.order"]
            .with_user(cls.seller)
            .create(
                {
                    "partner_id": cls.dealer.id,
                    "warehouse_id": cls.warehouse.id,
                    "order_line": [
                        Command.create(
                            {"product_id": product.id, "product_uom_qty": 1, "price_unit": price}
                        )
                    ],
                }
            )
        )

    @classmethod
    def _confirm(cls, order):
        order.action_confirm()
        return order.picking_ids.filtered(lambda picking: picking.state != "cancel")

    @classmethod
    def _validate(cls, picking):
        picking.action_assign()
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        picking.move_ids.picked = True
        picking.with_context(skip_sms=True).button_validate()

    @classmethod
    def _return(cls, picking):
        wizard = (
            picking.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_ids=picking.ids, active_model=picking._name)
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        return picking.browse(wizard.action_create_returns()["res_id"])

    def _return_of_return(self):
        self._validate(self._return(self.returned))

    def _ordered_before(self):
        self._validate(self.waiting)

    def _quoted_before(self):
        self._validate(self._confirm(self.quotation))

    def _copied_order(self):
        self._validate(self._confirm(self.ordered.copy()))

    def _new_order(self):
        self._validate(self._confirm(self._quote(self.core)))

    def _free_on_an_order(self):
        self._validate(self._confirm(self._quote(self.core, price=0.0)))

    def _swapped_on_an_order(self):
        order = self._quote(self.ordinary)
        order.order_line.product_id = self.core
        self._validate(self._confirm(order))

    def _imported_on_an_order(self):
        order = self._quote(self.ordinary)
        self._import(
            "sale.order.line",
            {"order_id/.id": order.id, "product_id/.id": self.core.id, "product_uom_qty": 1},
            self.seller,
        )
        self._validate(self._confirm(order))

    def _combo(self):
        combo = (
            self.env["product.combo"]
            .sudo()
            .create(
                {
                    "name": "Choice",
                    "combo_item_ids": [Command.create({"product_id": self.core.id})],
                }
            )
        )
        bundle = (
            self.env["product.product"]
            .sudo()
            .create(
                {
                    "name": "Bundle",
                    "type": "combo",
                    "sale_ok": False,
                    "combo_ids": [Command.set(combo.ids)],
                }
            )
        )
        order = self._quote(bundle)
        order.order_line = [
            Command.create(
                {
                    "product_id": self.core.id,
                    "product_uom_qty": 1,
                    "linked_line_id": order.order_line.id,
                    "combo_item_id": combo.combo_item_ids.id,
                }
            )
        ]
        self._validate(self._confirm(order))

    def _free_invoice(self):
        self.env["account.move"].sudo().create(
            {
                "move_type": "out_invoice",
                "journal_id": self.journal.id,
                "partner_id": self.dealer.id,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self.core.id, "quantity": 1, "price_unit": 0, "tax_ids": []}
                    )
                ],
            }
        )

    # Transfers.

    def _immediate_transfer(self):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": self.core.id,
                            "quantity": 1,
                            "location_id": self.stock.id,
                            "location_dest_id": self.customers.id,
                        }
                    )
                ],
            }
        )
        picking.move_line_ids.picked = True
        picking.button_validate()

    def _turn_the_move(self):
        picking = self._picking(self.shelf)
        picking.do_unreserve()
        picking.move_ids.location_dest_id = self.customers
        self._validate(picking)

    def _state_by_hand(self):
        picking = self._picking(self.customers)
        picking.move_ids.state = "done"
        picking.move_line_ids.quantity = 2

    def _swap_on_a_draft(self):
        picking = self._draft(self.customers, product=self.ordinary)
        picking.move_ids.product_id = self.core
        picking.action_confirm()
        self._validate(picking)

    def _swap_on_a_done_line(self):
        picking = self._picking(self.customers, product=self.ordinary)
        picking.button_validate()
        line = picking.move_line_ids
        self.env["stock.move.line"].create(
            {
                "move_id": picking.move_ids.id,
                "product_id": self.core.id,
                "quantity": 1,
                "location_id": line.location_id.id,
                "location_dest_id": line.location_dest_id.id,
            }
        )

    def _imported_line(self):
        picking = self._picking(self.shelf)
        picking.button_validate()
        self._import(
            "stock.move.line",
            {
                "picking_id/.id": picking.id,
                "product_id/.id": self.core.id,
                "quantity": 1,
                "location_id/.id": self.stock.id,
                "location_dest_id/.id": self.customers.id,
            },
            self.storekeeper,
        )

    def _import(self, model, row, user):
        """What a file does; the import reports what the user would have read."""
        model = self.env[model].with_user(user)
        result = model.load(list(row), [[str(value) for value in row.values()]])
        if not result["ids"]:
            raise UserError("\n".join(message["message"] for message in result["messages"]))

    def _push_rule(self):
        route = (
            self.env["stock.route"]
            .sudo()
            .create(
                {
                    "name": "Straight on",
                    "company_id": self.company.id,
                    "rule_ids": [
                        Command.create(
                            {
                                "name": "Straight on",
                                "action": "push",
                                "auto": "transparent",
                                "location_src_id": self.shelf.id,
                                "location_dest_id": self.customers.id,
                                "picking_type_id": self.warehouse.int_type_id.id,
                            }
                        )
                    ],
                }
            )
        )
        self.core.sudo().route_ids = route
        self._move(self.shelf)

    def _transit_to_a_customer(self):
        transit = self.company.sudo().internal_transit_location_id
        self._move(transit)
        self._move(self.customers, source=transit)

    def _create_van(self):
        van = (
            self.env["stock.location"]
            .sudo()
            .create({"name": "Van", "location_id": self.stock.id, "company_id": self.company.id})
        )
        van.is_field_location = True
        return van

    def _move_to_a_van(self):
        self._move(self._create_van())

    def _archived(self):
        self.core.sudo().active = False
        self._deliver()

    def _shrink_a_receipt(self):
        self.received.move_line_ids.quantity = 0

    def _turn_the_transfer(self):
        picking = self._picking(self.shelf)
        picking.button_validate()
        picking.location_dest_id = self.customers
        picking.move_ids.location_dest_id = self.customers
        picking.move_line_ids.location_dest_id = self.customers

    def _copied_transfer(self):
        picking = self.waiting.with_user(self.storekeeper).copy()
        picking.action_confirm()
        self._validate(picking)

    def _two_steps(self):
        """Picked for shipping, then shipped by the push rule of the warehouse."""
        self.warehouse.sudo().delivery_steps = "pick_ship"
        order = self._quote(self.core)
        picking = self._confirm(order)
        self._validate(picking)
        self._validate(order.picking_ids - picking)

    def _putaway(self):
        """A rule that puts what comes in away onto the road."""
        van = self._create_van()
        self.env["stock.putaway.rule"].sudo().create(
            {
                "product_id": self.core.id,
                "location_in_id": self.stock.id,
                "location_out_id": van.id,
                "company_id": self.company.id,
            }
        )
        picking = self._draft(self.stock, source=self.shelf)
        self._move(self.shelf)
        picking.action_confirm()
        self._validate(picking)

    def _entire_package(self):
        picking = self._draft(self.customers, product=self.ordinary)
        picking.action_confirm()
        picking.action_add_entire_packs(self.lot.quant_ids.package_id.ids)
        picking.move_line_ids.picked = True
        picking.button_validate()

    def _put_in_pack(self):
        picking = self._picking(self.customers, picking_type=self.warehouse.out_type_id)
        picking.action_put_in_pack()
        picking.button_validate()

    def _negative_demand(self):
        """A receipt of less than nothing is a delivery."""
        picking = self._draft(self.stock, source=self.customers)
        picking.move_ids.product_uom_qty = -1
        picking.action_confirm()
        move = self.env["stock.move"].search(
            [
                ("product_id", "=", self.core.id),
                ("location_dest_id", "=", self.customers.id),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        move.write({"quantity": 1, "picked": True})
        move._action_done()

    def _scrap_to_a_customer(self):
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.core.id, "scrap_qty": 1, "location_id": self.stock.id}
        )
        scrap.scrap_location_id = self.customers
        scrap.do_scrap()

    def _count_into_a_customer(self):
        """What a count misses goes where the part says that losses are."""
        self.core.sudo().with_company(self.company).property_stock_inventory = self.customers
        self._count_too_few()

    def _count_too_many(self):
        quant = self._quant().with_context(inventory_mode=True)
        quant.inventory_quantity = 12
        quant.action_apply_inventory()

    def _count_taken_back(self):
        self.env["stock.move.line"].search(
            [("product_id", "=", self.core.id), ("is_inventory", "=", True)]
        ).action_revert_inventory()

    def _relocation_wizard(self):
        self.env["stock.quant.relocate"].create(
            {
                "quant_ids": [Command.set(self._quant().ids)],
                "dest_location_id": self.customers.id,
            }
        ).action_relocate_quants()

    def _imported_quant(self):
        self._import(
            "stock.quant",
            {"product_id/.id": self.core.id, "location_id/.id": self.customers.id, "quantity": 1},
            self.storekeeper,
        )

    def _server_action(self):
        """An action that an administrator left behind for everybody."""
        action = (
            self.env["ir.actions.server"]
            .sudo()
            .create(
                {
                    "name": "Tidy up",
                    "model_id": self.env["ir.model"]._get_id("stock.quant"),
                    "state": "code",
                    "code": f"records.sudo().write({{'location_id': {self.customers.id}}})",
                }
            )
        )
        action.with_context(active_model="stock.quant", active_ids=self._quant().ids).run()

    def _archived_and_restored(self):
        self.core.sudo().active = False
        self.core.sudo().active = True
        self._deliver()

    def _another_unit(self):
        """A dozen, of which a release of one piece knows nothing."""
        picking = self._draft(self.customers)
        picking.move_ids.product_uom = self.dozen
        picking.move_ids.product_uom_qty = 0.5
        picking.action_confirm()
        self._validate(picking)

    def _write_the_lot(self):
        self.lot.location_id = self.customers

    def _move_the_package(self):
        self.lot.quant_ids.filtered("package_id").move_quants(
            location_dest_id=self.customers, package_dest_id=self.lot.quant_ids.package_id
        )

    def _count_at_a_customer(self):
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant.create(
            {
                "product_id": self.core.id,
                "location_id": self.customers.id,
                "inventory_quantity": 1,
            }
        ).action_apply_inventory()

    # Stock and places themselves.

    def _write_a_quant(self):
        self._quant().sudo().location_id = self.customers

    def _delete_a_quant(self):
        self._quant().sudo().unlink()

    def _reparent(self):
        self._move(self.shelf)
        self.shelf.location_id = self.customers

    def _hand_the_room_over(self):
        self._move(self.shelf)
        self.outlet.sudo().location_id = self.shelf

    def _mark_the_room(self):
        self._move(self.shelf)
        self.shelf.sudo().is_field_location = True

    # What the part says of itself.

    def _take_the_class_off(self):
        self.bare.with_user(self.guardian).part_class = "general"

    def _another_template(self):
        other = self.ordinary.sudo().copy().product_tmpl_id
        self.bare.with_user(self.guardian).product_tmpl_id = other

    def _no_storage(self):
        self.core.with_user(self.keeper).is_storable = False

    def _a_service(self):
        self.core.with_user(self.keeper).type = "service"

    def _for_sale(self):
        self.core.with_user(self.keeper).sale_ok = True

    def _ways_out(self):
        """{name: Way}; ways of modules that are not installed are left out."""
        paper, net = (GUARD, NET, PAPER), (NET,)
        ways = {
            "delivery": Way(self._deliver),
            "immediate transfer": Way(self._immediate_transfer),
            "destination before validation": Way(self._turn_before_validation),
            "destination of the move": Way(self._turn_the_move),
            "destination after validation": Way(self._turn_after_validation),
            "state written by hand": Way(self._state_by_hand),
            "new line on a done transfer": Way(self._add_line_to_done_picking),
            "new line on a done move": Way(self._add_line_to_done_move),
            "new line by defaults of the context": Way(self._add_line_by_defaults),
            "imported line on a done transfer": Way(self._imported_line),
            "product swapped on a draft": Way(self._swap_on_a_draft),
            "product swapped on a done move": Way(self._swap_on_a_done_line),
            "destination of a done transfer": Way(self._turn_the_transfer),
            "copied transfer": Way(self._copied_transfer),
            "picked, then shipped": Way(self._two_steps, paper),
            "put away onto the road": Way(self._putaway),
            "whole package on a transfer": Way(self._entire_package),
            "put in a pack": Way(self._put_in_pack),
            "negative demand": Way(self._negative_demand),
            "another unit": Way(self._another_unit),
            "relocation of a quant": Way(self._relocate_quant),
            "relocation by the wizard": Way(self._relocation_wizard),
            "move by ORM": Way(self._move_by_orm),
            "push rule without a step": Way(self._push_rule),
            "dropship": Way(self._dropship),
            "return to vendor": Way(lambda: self._move(self.suppliers)),
            "receipt that shrinks": Way(self._shrink_a_receipt),
            "return of a return": Way(self._return_of_return),
            "transit between companies": Way(lambda: self._move(self.intercompany)),
            "transit between warehouses": Way(self._transit_to_a_customer),
            "outlet that is no return base": Way(lambda: self._move(self.depot)),
            "van": Way(self._move_to_a_van),
            "location of a serial number": Way(self._write_the_lot),
            "package": Way(self._move_the_package),
            "archived part": Way(self._archived),
            "archived and restored part": Way(self._archived_and_restored),
            "scrap": Way(self._scrap),
            "scrap at a customer's": Way(self._scrap_to_a_customer),
            "count too few": Way(self._count_too_few),
            "count too few, into a customer's place": Way(self._count_into_a_customer),
            "count taken back": Way(self._count_taken_back, prepare=self._count_too_many),
            "count at a customer's": Way(self._count_at_a_customer),
            "move to inventory loss": Way(lambda: self._move(self.loss)),
            "transfer into production": Way(lambda: self._move(self.production)),
            "new production line on a done move": Way(
                lambda: self._add_line_to_done_move(self.production)
            ),
            "order confirmed before": Way(self._ordered_before),
            "quotation from before": Way(self._quoted_before, paper),
            "copied order": Way(self._copied_order, paper),
            "order": Way(self._new_order, paper),
            "free on an order": Way(self._free_on_an_order, paper),
            "product swapped on an order": Way(self._swapped_on_an_order, paper),
            "imported on an order": Way(self._imported_on_an_order, paper),
            "choice of a combo": Way(self._combo, paper),
            "free invoice": Way(self._free_invoice, (PAPER,)),
            "quant written": Way(self._write_a_quant, net),
            "quant written by a server action": Way(self._server_action, net),
            "imported quant": Way(self._imported_quant, net),
            "quant deleted": Way(self._delete_a_quant, net),
            "place under a customer's": Way(self._reparent, net),
            "room given to an outlet": Way(self._hand_the_room_over, net),
            "room marked as a van": Way(self._mark_the_room, net),
            "class taken off by one": Way(self._take_the_class_off, (MASTER,)),
            "variant of another part": Way(self._another_template, (MASTER,)),
            "no longer tracked in stock": Way(self._no_storage, (MASTER,)),
            "made a service": Way(self._a_service, (MASTER,)),
            "put on sale": Way(self._for_sale, (MASTER,)),
        }
        return ways

    # ------------------------------------------------------------------
    # Guard and net, one at a time
    # ------------------------------------------------------------------

    def _count(self):
        """(pieces in our bases, pieces outside), with what was used up or lost outside."""
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search([("product_id", "in", (self.core | self.earlier | self.numbered).ids)])
        )
        zones = self.env["parts.guard"]._get_zones(quants.location_id)
        inside = quants.filtered(lambda quant: zones[quant.location_id] in ("base", "transit"))
        outside = (quants - inside).filtered(lambda quant: quant.quantity > 0)
        return sum(inside.mapped("quantity")), sum(outside.mapped("quantity"))

    @contextmanager
    def _without_guard(self):
        """No guard on moves, and none of the kindness on paper."""
        with (
            self._without_paper(),
            patch.object(
                self.env.registry["stock.move.line"],
                "_check_restricted_movements",
                lambda lines, movements: None,
            ),
        ):
            yield

    @contextmanager
    def _without_paper(self):
        """What quotations, orders and tills say earlier than the guard does."""
        registry = self.env.registry
        with ExitStack() as stack:
            for model, name, value in (
                ("sale.order.line", "_refuse_restricted_parts", lambda lines: None),
                ("sale.order", "_get_parts_error_message", lambda order: False),
                ("pos.order.line", "_refuse_restricted_parts", lambda lines: None),
            ):
                if hasattr(registry.get(model), name):
                    stack.enter_context(patch.object(registry[model], name, value))
            yield

    @contextmanager
    def _without_net(self):
        """No net under the stock, and none of the kindness on paper."""
        guard = self.env.registry["parts.guard"]
        with (
            self._without_paper(),
            patch.object(guard, "_check_outside", lambda guard, quants: None),
            patch.object(guard, "_check_use", lambda guard, *args: None),
            patch.object(guard, "_check_balance", lambda guard: None),
            patch.object(
                self.env.registry["stock.quant"],
                "_check_direct_change",
                lambda quants, products: None,
            ),
        ):
            yield
