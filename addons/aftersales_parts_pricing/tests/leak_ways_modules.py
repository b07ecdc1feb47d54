# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, fields

from .leak_ways import GUARD, NET, PAPER, LeakWays, Way


class LeakWaysOfModules(LeakWays):
    """Ways out that come with a module of Odoo, each tried where the module is installed (P2)."""

    def _ways_of_modules(self):
        """{module: {name: Way}} of the modules that the ways are known of."""
        paper, guard = (GUARD, NET, PAPER), (GUARD,)
        return {
            "sale_management": {"quotation template": Way(self._order_template, paper)},
            "sale_loyalty": {"free product of a promotion": Way(self._free_product, paper)},
            "sale_mrp": {"kit": Way(self._kit)},
            "repair": {
                "repair part to a customer": Way(self._repair_to_the_customer),
                "repair that takes a part out, for a customer": Way(self._repair_removes),
            },
            "mrp": {
                "production for a customer's place": Way(self._produce_at_a_customer),
                "byproduct for a customer's place": Way(self._byproduct_at_a_customer),
                "component turned to a customer": Way(self._component_to_a_customer),
                "component beside the bill of materials": Way(self._component_beside_the_bill),
                "component used up on site": Way(self._component_on_site, guard),
                "unbuilding for a customer's place": Way(self._unbuild_at_a_customer),
                "unbuilding of the part itself": Way(self._unbuild_the_part),
            },
            "mrp_subcontracting": {
                "transfer to a subcontractor": Way(self._to_the_subcontractor),
                "component of a subcontractor": Way(self._subcontract, guard),
                "resupply of a subcontractor": Way(self._resupply),
            },
            "mrp_subcontracting_dropshipping": {
                "dropship to a subcontractor": Way(self._dropship_to_the_subcontractor),
            },
            "purchase_stock": {
                "return of a purchase order": Way(
                    self._return_a_purchase, prepare=self._receive_a_purchase
                ),
                "purchase order received at a customer's": Way(self._purchase_for_a_customer),
            },
            "stock_dropshipping": {
                "dropship by a purchase order": Way(self._purchase_dropship),
                "dropship route on an order": Way(self._order_by_dropship, paper),
            },
            "stock_picking_batch": {
                "batch": Way(self._batch),
                "wave": Way(self._wave),
            },
            "stock_delivery": {"shipped with a carrier": Way(self._carrier)},
            "product_expiry": {"serial number that has expired": Way(self._expired)},
            "point_of_sale": {
                "point of sale": Way(self._sell_at_the_till, quiet=True),
                "point of sale, shipped later": Way(self._sell_and_ship_later),
                "refund at the till of what was not sold": Way(self._refund_twice, quiet=True),
                "point of sale, at closing": Way(self._sell_at_closing, quiet=True),
            },
        }

    def _get_missing_modules(self):
        """Modules whose ways cannot be tried in this database."""
        installed = self.env["ir.module.module"]._installed()
        return sorted(self._ways_of_modules().keys() - installed.keys())

    def _ways_out(self):
        ways = super()._ways_out()
        missing = self._get_missing_modules()
        for module, more in self._ways_of_modules().items():
            if module not in missing:
                ways |= more
        return ways

    # ------------------------------------------------------------------
    # Orders and promotions
    # ------------------------------------------------------------------

    def _order_template(self):
        template = (
            self.env["sale.order.template"]
            .sudo()
            .create(
                {
                    "name": "Kit of the house",
                    "company_id": self.company.id,
                    "sale_order_template_line_ids": [
                        Command.create({"product_id": self.core.id, "product_uom_qty": 1})
                    ],
                }
            )
        )
        order = self.env["sale.order"].with_user(self.seller)
        order = order.create({"partner_id": self.dealer.id, "sale_order_template_id": template.id})
        order._onchange_sale_order_template_id()
        self._validate(self._confirm(order))

    def _free_product(self):
        program = (
            self.env["loyalty.program"]
            .sudo()
            .create(
                {
                    "name": "One free",
                    "program_type": "promotion",
                    "trigger": "auto",
                    "applies_on": "current",
                    "company_id": self.company.id,
                    "rule_ids": [Command.create({"minimum_qty": 1})],
                    "reward_ids": [
                        Command.create(
                            {"reward_type": "product", "reward_product_id": self.core.id}
                        )
                    ],
                }
            )
        )
        order = self._quote(self.ordinary)
        order._update_programs_and_rewards()
        order._apply_program_reward(program.reward_ids, program.sudo().coupon_ids[:1])
        self._validate(self._confirm(order))

    def _kit(self):
        kit = self.env["product.product"].sudo().create({"name": "Kit", "is_storable": True})
        self._create_bom(kit, "phantom")
        self._validate(self._confirm(self._quote(kit)))

    # ------------------------------------------------------------------
    # Repairs
    # ------------------------------------------------------------------

    def _repair(self, line_type, **places):
        repair = self.env["repair.order"].create(
            {
                "partner_id": self.dealer.id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.core.id,
                            "product_uom_qty": 1,
                            "repair_line_type": line_type,
                        }
                    )
                ],
            }
        )
        repair.move_ids.write(places)
        repair.action_validate()
        repair.action_repair_start()
        repair.move_ids.write({"quantity": 1, "picked": True})
        repair.action_repair_end()

    def _repair_to_the_customer(self):
        """A repair in our base whose part does not go into the product but to the customer."""
        self._repair("add", location_dest_id=self.customers.id)

    def _repair_removes(self):
        """A part that comes out of the product is not the customer's either."""
        self._repair("remove", location_dest_id=self.customers.id)

    # ------------------------------------------------------------------
    # Manufacturing
    # ------------------------------------------------------------------

    def _create_bom(self, product, kind="normal", **vals):
        return (
            self.env["mrp.bom"]
            .sudo()
            .create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "type": kind,
                    "company_id": self.company.id,
                    "bom_line_ids": [
                        Command.create({"product_id": self.core.id, "product_qty": 1})
                    ],
                }
                | vals
            )
        )

    def _order_production(self, product, bom=None, **vals):
        # sudo: what matters is that no guardian is at work, not who may run manufacturing.
        order = (
            self.env["mrp.production"]
            .sudo()
            .create(
                {
                    "product_id": product.id,
                    "product_qty": 1,
                    "bom_id": bom.id if bom else False,
                    "picking_type_id": self.warehouse.manu_type_id.id,
                    "company_id": self.company.id,
                }
                | vals
            )
        )
        order.action_confirm()
        return order

    def _produce(self, order):
        order.action_assign()
        order.qty_producing = 1
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")

    def _produce_at_a_customer(self):
        self._produce(self._order_production(self.core, location_dest_id=self.customers.id))

    def _byproduct_at_a_customer(self):
        bom = self._create_bom(
            self.ordinary,
            bom_line_ids=[],
            byproduct_ids=[Command.create({"product_id": self.core.id, "product_qty": 1})],
        )
        self._produce(
            self._order_production(self.ordinary, bom, location_dest_id=self.customers.id)
        )

    def _component_to_a_customer(self):
        order = self._order_production(self.ordinary, self._create_bom(self.ordinary))
        order.move_raw_ids.location_dest_id = self.customers
        self._produce(order)

    def _component_beside_the_bill(self):
        """Whatever a clerk adds by hand would vanish into a product that is sold."""
        order = self._order_production(
            self.ordinary,
            move_raw_ids=[Command.create({"product_id": self.core.id, "product_uom_qty": 1})],
        )
        self._produce(order)

    def _component_on_site(self):
        bom = self._create_bom(self.ordinary)
        self._produce(self._order_production(self.ordinary, bom, location_src_id=self.depot.id))

    def _unbuild_at_a_customer(self):
        (
            self.env["mrp.unbuild"]
            .sudo()
            .create(
                {
                    "product_id": self.ordinary.id,
                    "product_qty": 1,
                    "bom_id": self._create_bom(self.ordinary).id,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                    "company_id": self.company.id,
                }
            )
            .action_unbuild()
        )

    def _unbuild_the_part(self):
        """Taken to pieces that anybody may sell."""
        bom = self._create_bom(
            self.core,
            bom_line_ids=[Command.create({"product_id": self.ordinary.id, "product_qty": 1})],
        )
        (
            self.env["mrp.unbuild"]
            .sudo()
            .create(
                {
                    "product_id": self.core.id,
                    "product_qty": 1,
                    "bom_id": bom.id,
                    "location_id": self.stock.id,
                    "location_dest_id": self.stock.id,
                    "company_id": self.company.id,
                }
            )
            .action_unbuild()
        )

    # ------------------------------------------------------------------
    # Subcontracting
    # ------------------------------------------------------------------

    def _to_the_subcontractor(self):
        self._move(self.company.sudo().subcontracting_location_id)

    def _subcontract(self):
        """A product is received of which a subcontractor built a restricted part in."""
        self._create_bom(
            self.ordinary, "subcontract", subcontractor_ids=[Command.set(self.dealer.ids)]
        )
        picking = self._draft(
            self.stock,
            source=self.suppliers,
            product=self.ordinary,
            picking_type=self.warehouse.in_type_id,
        ).sudo()
        picking.action_confirm()
        self._validate(picking)

    def _resupply(self):
        """The component goes to the subcontractor by the route that Odoo makes for it."""
        self.warehouse.sudo().subcontracting_to_resupply = True
        self.core.sudo().route_ids = self.env.ref(
            "mrp_subcontracting.route_resupply_subcontractor_mto"
        )
        self._create_bom(
            self.ordinary, "subcontract", subcontractor_ids=[Command.set(self.dealer.ids)]
        )
        picking = self._draft(
            self.stock,
            source=self.suppliers,
            product=self.ordinary,
            picking_type=self.warehouse.in_type_id,
        )
        picking.sudo().action_confirm()
        resupply = self.env["stock.move"].search(
            [
                ("product_id", "=", self.core.id),
                ("picking_type_id", "=", self.warehouse.subcontracting_resupply_type_id.id),
            ]
        )
        self.assertTrue(resupply)
        self._validate(resupply.picking_id)

    def _dropship_to_the_subcontractor(self):
        place = self.company.sudo().subcontracting_location_id
        self._move(place, source=self.suppliers)

    # ------------------------------------------------------------------
    # Purchases
    # ------------------------------------------------------------------

    def _purchase(self, product, **vals):
        order = (
            self.env["purchase.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.dealer.id,
                    "company_id": self.company.id,
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "order_line": [
                        Command.create(
                            {"product_id": product.id, "product_qty": 1, "price_unit": 1}
                        )
                    ],
                }
                | vals
            )
        )
        order.button_confirm()
        return order.picking_ids.with_env(self.env)

    def _receive_a_purchase(self):
        self.bought = self._purchase(self.core)
        self._validate(self.bought)
        self.assertEqual(self.bought.state, "done")

    def _return_a_purchase(self):
        self._validate(self._return(self.bought))

    def _purchase_for_a_customer(self):
        kind = self.warehouse.in_type_id.sudo().copy(
            {"default_location_dest_id": self.customers.id}
        )
        self._validate(self._purchase(self.core, picking_type_id=kind.id))

    def _get_dropship_type(self):
        return self.env["stock.picking.type"].search(
            [("code", "=", "dropship"), ("company_id", "=", self.company.id)], limit=1
        )

    def _purchase_dropship(self):
        self._validate(
            self._purchase(
                self.core,
                picking_type_id=self._get_dropship_type().id,
                dest_address_id=self.dealer.id,
            )
        )

    def _order_by_dropship(self):
        self.core.sudo().write(
            {"seller_ids": [Command.create({"partner_id": self.dealer.id, "price": 1})]}
        )
        order = self._quote(self.core)
        order.order_line.route_ids = self.env.ref("stock_dropshipping.route_drop_shipping")
        order.action_confirm()
        purchase = order.sudo()._get_purchase_orders()
        purchase.button_confirm()
        self._validate(purchase.picking_ids.with_env(self.env))

    # ------------------------------------------------------------------
    # Transfers
    # ------------------------------------------------------------------

    def _batch(self):
        picking = self._picking(self.customers, picking_type=self.warehouse.out_type_id)
        batch = self.env["stock.picking.batch"].create(
            {"picking_ids": [Command.set(picking.ids)], "company_id": self.company.id}
        )
        batch.action_confirm()
        batch.action_done()

    def _wave(self):
        picking = self._picking(self.customers, picking_type=self.warehouse.out_type_id)
        picking.move_line_ids._add_to_wave()
        self.assertTrue(picking.batch_id.is_wave)
        picking.batch_id.action_confirm()
        picking.batch_id.action_done()

    def _carrier(self):
        """Packed and shipped with a carrier's label."""
        service = self.env["product.product"].sudo().create({"name": "Parcel", "type": "service"})
        picking = self._picking(self.customers, picking_type=self.warehouse.out_type_id)
        picking.carrier_id = (
            self.env["delivery.carrier"]
            .sudo()
            .create({"name": "Parcel", "product_id": service.id, "delivery_type": "fixed"})
        )
        picking.move_line_ids.result_package_id = self.env["stock.package"].create(
            {"name": "Parcel 1"}
        )
        picking.button_validate()

    def _expired(self):
        """What has expired is sent away for destruction, by the button that says so."""
        self.numbered.sudo().use_expiration_date = True
        self.lot.sudo().expiration_date = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        picking = self._draft(self.customers, product=self.numbered)
        picking.action_confirm()
        quant = self.lot.quant_ids.filtered("package_id")
        picking.move_ids.move_line_ids = [
            Command.clear(),
            Command.create(
                {
                    "product_id": self.numbered.id,
                    "lot_id": self.lot.id,
                    "package_id": quant.package_id.id,
                    "quantity": 1,
                    "picked": True,
                    "location_id": quant.location_id.id,
                    "location_dest_id": self.customers.id,
                }
            ),
        ]
        picking.with_context(skip_expired=True).button_validate()

    # ------------------------------------------------------------------
    # Points of sale
    # ------------------------------------------------------------------

    def _get_till(self, at_closing=False):
        """An open session of a point of sale of the company."""
        self.company.sudo().point_of_sale_update_stock_quantities = (
            "closing" if at_closing else "real"
        )
        config = (
            self.env["pos.config"]
            .sudo()
            .create(
                {
                    "name": "Counter",
                    "company_id": self.company.id,
                    "picking_type_id": self.warehouse.pos_type_id.id,
                    "journal_id": self.journal.id,
                    "invoice_journal_id": self.journal.id,
                    "payment_method_ids": [],
                }
            )
        )
        return (
            self.env["pos.session"].sudo().create({"config_id": config.id, "user_id": self.env.uid})
        )

    def _ring_up(self, quantity=1, session=None, **vals):
        session = session or self._get_till()
        return (
            self.env["pos.order"]
            .sudo()
            .create(
                {
                    "session_id": session.id,
                    "company_id": self.company.id,
                    "partner_id": self.dealer.id,
                    "amount_tax": 0,
                    "amount_total": 0,
                    "amount_paid": 0,
                    "amount_return": 0,
                    "lines": [
                        Command.create(
                            {
                                "product_id": self.core.id,
                                "qty": quantity,
                                "price_unit": 0,
                                "price_subtotal": 0,
                                "price_subtotal_incl": 0,
                            }
                        )
                    ],
                }
                | vals
            )
        )

    def _sell_at_the_till(self):
        self._ring_up()._create_order_picking()

    def _sell_at_closing(self):
        session = self._get_till(at_closing=True)
        self._ring_up(session=session).state = "paid"
        session._create_picking_at_end_of_session()

    def _sell_and_ship_later(self):
        order = self._ring_up(shipping_date=fields.Date.today())
        order._create_order_picking()
        self._validate(order.picking_ids.with_env(self.env))

    def _refund_twice(self):
        """What comes back at the till goes out again as another sale."""
        session = self._get_till()
        self._ring_up(-1, session)._create_order_picking()
        self._ring_up(2, session)._create_order_picking()
