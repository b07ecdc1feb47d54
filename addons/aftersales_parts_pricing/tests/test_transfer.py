# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .transfer_common import TransferCommon


@tagged("post_install", "-at_install")
class TestTransfer(TransferCommon):
    # ------------------------------------------------------------------
    # Set-up
    # ------------------------------------------------------------------

    def test_P11_each_warehouse_of_each_company_has_its_transfers(self):
        company = self.env["res.company"].create({"name": "Late Company"})
        warehouses = self.env["stock.warehouse"].search([])
        self.assertIn(company, warehouses.company_id)
        for warehouse in warehouses:
            with self.subTest(warehouse=warehouse.name):
                self.assertEqual(warehouse.parts_transit_loc_id.usage, "transit")
                steps = (
                    warehouse.parts_ship_type_id
                    | warehouse.parts_receive_type_id
                    | warehouse.parts_return_type_id
                    | warehouse.parts_old_type_id
                )
                self.assertEqual(
                    set(steps.mapped("parts_transfer_step")), {"ship", "receive", "return", "old"}
                )
                self.assertEqual(steps.company_id, warehouse.company_id)
                rule = warehouse.parts_route_id.rule_ids
                self.assertEqual(rule.location_src_id, warehouse.parts_transit_loc_id)

    def test_P11_setting_up_again_changes_nothing(self):
        before = self.env["stock.picking.type"].search_count([])
        self.env["stock.warehouse"]._create_parts_transfers_everywhere()
        self.assertEqual(self.env["stock.picking.type"].search_count([]), before)

    # ------------------------------------------------------------------
    # Request and approval
    # ------------------------------------------------------------------

    def test_P11_request_is_a_draft_that_reserves_nothing(self):
        request = self._request()
        self.assertEqual(request.state, "draft")
        self.assertEqual(request.parts_requested_by_id, self.asker)
        self.assertFalse(request.move_ids.move_line_ids)

    def test_P11_everybody_on_the_way_opens_the_form(self):
        request = self._request()
        for user in (self.asker, self.approver, self.keeper):
            with self.subTest(user=user.login):
                self.assertEqual(Form(request.with_user(user)).outlet_id, self.outlet)

    def test_P11_nobody_ships_what_was_not_approved(self):
        request = self._request()
        for way in ("action_confirm", "button_validate", "action_assign"):
            with self.subTest(way=way), self.assertRefused(UserError, "approved first.*approver"):
                getattr(request.with_user(self.keeper), way)()
        self.assertEqual(request.state, "draft")

    def test_P11_only_approvers_approve(self):
        request = self._request()
        for user in (self.asker, self.keeper):
            with self.assertRefused(AccessError, "Only approvers"):
                request.with_user(user).action_parts_approve()
            with self.assertRaises(AccessError):
                request.with_user(user)._approve_parts_transfer({})
        with self.assertRefused(UserError, "not entered"):
            request.with_user(self.keeper).parts_approved_by_id = self.keeper
        with self.assertRefused(UserError, "not entered"):
            self._request(parts_approved_by_id=self.asker.id)

    def test_P11_approval_cuts_with_a_reason(self):
        request = self._request({self.part: 10, self.other: 5})
        with self.assertRefused(UserError, "say why"):
            self._approve(request, {self.part: {"quantity": 4}})
        with self.assertRefused(UserError, "between 0 and"):
            self._approve(request, {self.part: {"quantity": 11}})
        self._approve(
            request,
            {
                self.part: {"quantity": 4, "reason": "Kept for the workshop"},
                self.other: {"quantity": 0, "reason": "Not made any more"},
            },
        )
        move = request.move_ids.filtered(lambda line: line.product_id == self.part)
        self.assertEqual((move.product_uom_qty, move.parts_quantity_requested), (4, 10))
        self.assertEqual(move.parts_cut_reason, "Kept for the workshop")
        self.assertEqual((request.move_ids - move).state, "cancel")
        self.assertEqual(request.parts_approved_by_id, self.approver)
        self.assertEqual(request.state, "assigned")

    def test_P11_what_is_approved_does_not_grow(self):
        shipment = self._approve(self._request())
        with self.assertRefused(UserError, "approved"):
            shipment.move_ids.product_uom_qty = 12
        with self.assertRefused(UserError, "approved"):
            shipment.move_ids.quantity = 12
            shipment.button_validate()
        with self.assertRefused(UserError, "approved first"):
            shipment.write({"move_ids": self._lines(self.other, additional=True)})
        with self.assertRefused(UserError, "not entered"):
            shipment.move_ids.parts_settlement_price = 1
        shipment.move_ids.product_uom_qty = 8
        self.assertEqual(shipment.move_ids.product_uom_qty, 8)

    def test_P11_outlet_without_a_stock_is_told(self):
        self.outlet.location_id = False
        with self.assertRefused(UserError, "no stock location"):
            self._approve(self._request())

    # ------------------------------------------------------------------
    # The loop
    # ------------------------------------------------------------------

    def test_P11_shipped_and_received_whole(self):
        shipment, receipt = self._ship()
        self.assertEqual(shipment.state, "done")
        self.assertEqual(receipt.outlet_id, self.outlet)
        self.assertEqual(receipt.location_dest_id, self.place)
        self.assertEqual(receipt.state, "assigned")
        self.assertEqual((self._held(self.transit), self._held(self.place)), (10, 0))
        self.assertEqual(self._get_open().mapped("quantity"), [10])
        self.assertTrue(receipt.with_user(self.asker).button_validate())
        self.assertEqual(receipt.state, "done")
        self.assertEqual((self._held(self.transit), self._held(self.place)), (0, 10))
        self.assertFalse(self._get_open())

    def test_P11_partial_shipment_and_back_order(self):
        shipment = self._approve(self._request())
        shipment.move_ids.write({"quantity": 6, "picked": True})
        shipment.with_context(skip_backorder=True).button_validate()
        backorder = shipment.backorder_ids
        self.assertEqual(backorder.parts_approved_by_id, self.approver)
        receipt = self._get_receipts(shipment)
        self.assertEqual(receipt.move_ids.product_uom_qty, 6)
        backorder.with_user(self.keeper).button_validate()
        self.assertEqual(sum(self._get_open().mapped("quantity")), 10)
        self.assertClosed()

    def test_P11_rest_that_is_not_shipped_is_not_open(self):
        shipment = self._approve(self._request())
        shipment.move_ids.write({"quantity": 6, "picked": True})
        shipment.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=shipment.ids
        ).button_validate()
        self.assertFalse(shipment.backorder_ids)
        self.assertEqual(self._get_open().mapped("quantity"), [6])

    def test_P11_partial_receipt_leaves_the_rest_open(self):
        __, receipt = self._ship()
        self._receive(receipt, 7)
        rest = receipt.backorder_ids
        self.assertEqual((receipt.state, rest.move_ids.product_uom_qty), ("done", 3))
        self.assertEqual(self._get_open().mapped("quantity"), [3])
        self.assertEqual(self._get_open().picking_id, rest)
        self.assertClosed()
        self._receive(rest, 3)
        self.assertFalse(self._get_open())
        self.assertEqual(self._held(self.place), 10)

    def test_P11_no_way_around_the_back_order(self):
        __, receipt = self._ship()
        receipt.move_ids.write({"quantity": 7, "picked": True})
        receipt.with_context(
            skip_backorder=True,
            cancel_backorder=True,
            picking_ids_not_to_backorder=receipt.ids,
        ).button_validate()
        self.assertEqual(self._get_open().mapped("quantity"), [3])
        self.warehouse.parts_receive_type_id.create_backorder = "never"
        rest = receipt.backorder_ids
        rest.move_ids.write({"quantity": 1, "picked": True})
        rest.with_user(self.keeper).button_validate()
        self.assertEqual(self._get_open().mapped("quantity"), [2])
        self.assertClosed()

    def test_P11_what_is_on_the_way_is_not_cancelled(self):
        __, receipt = self._ship()
        for user in (self.keeper, self.asker):
            with self.assertRaises(UserError):
                receipt.with_user(user).action_cancel()
        with self.assertRefused(UserError, "on the way"):
            receipt.with_user(self.keeper).move_ids._action_cancel()
        with self.assertRaises(UserError):
            receipt.with_user(self.keeper).unlink()
        self.assertClosed()

    def test_P11_request_and_approved_transfer_can_be_cancelled(self):
        request = self._request()
        request.action_cancel()
        self.assertEqual(request.state, "cancel")
        shipment = self._approve(self._request())
        with self.assertRefused(UserError, "not approved yet"):
            shipment.with_user(self.asker).action_cancel()
        shipment.action_cancel()
        self.assertEqual(shipment.state, "cancel")
        self.assertFalse(self._get_open())

    def test_P11_no_more_arrives_than_left(self):
        __, receipt = self._ship()
        receipt.move_ids.write({"quantity": 11, "picked": True})
        with self.assertRefused(UserError, "receive no more"):
            receipt.button_validate()
        with self.assertRefused(UserError, "was not shipped"):
            receipt.write({"move_ids": self._lines(self.other, additional=True)})

    def test_P11_receiving_twice_receives_once(self):
        __, receipt = self._ship()
        first = receipt.with_user(self.asker)
        second = receipt.with_user(self.keeper)
        first.button_validate()
        second.button_validate()
        self.assertEqual(self._held(self.place), 10)
        self.assertClosed()

    def test_P11_only_transfers_move_what_is_on_the_way(self):
        shipment, receipt = self._ship()
        env = self.env(user=self.keeper)
        internal = self.warehouse.int_type_id
        internal.active = True
        for source, target in ((self.transit, self.stock), (self.stock, self.transit)):
            picking = env["stock.picking"].create(
                {
                    "picking_type_id": internal.id,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "move_ids": self._lines(
                        self.part, location_id=source.id, location_dest_id=target.id
                    ),
                }
            )
            picking.move_ids.quantity = 2
            with self.assertRefused(UserError, "by its transfer only"):
                picking.button_validate()
        quant = env["stock.quant"].search(
            [("location_id", "=", self.transit.id), ("product_id", "=", self.part.id)]
        )
        counted = quant.with_context(inventory_mode=True)
        counted.inventory_quantity = 4
        with self.assertRefused(UserError, "by its transfer only"):
            counted.action_apply_inventory()
        scrap = env["stock.scrap"].create(
            {"product_id": self.part.id, "scrap_qty": 1, "location_id": self.transit.id}
        )
        with self.assertRefused(UserError, "by its transfer only"):
            scrap.do_scrap()
        with self.assertRefused(UserError, "other end counts"):
            shipment.move_ids.move_line_ids.quantity = 12
        with self.assertRefused(UserError, "other end counts"):
            shipment.move_ids.move_line_ids.location_dest_id = self.customers
        receipt.move_ids.move_line_ids.location_id = self.stock
        with self.assertRefused(UserError, "by its transfer only"):
            receipt.button_validate()

    def test_P11_shipment_is_sent_to_the_way_only(self):
        shipment = self._approve(self._request())
        shipment.move_ids.move_line_ids.location_dest_id = self.place
        with self.assertRefused(UserError, "by its transfer only"):
            shipment.button_validate()

    def test_P11_shipments_are_not_returned_past_their_receipt(self):
        shipment, __ = self._ship()
        with self.assertRefused(UserError, "Sent back"):
            self.env["stock.return.picking"].with_user(self.keeper).create(
                {"picking_id": shipment.id}
            )

    # ------------------------------------------------------------------
    # Differences
    # ------------------------------------------------------------------

    def test_P11_missing_pieces_are_explained_and_written_off(self):
        __, receipt = self._ship()
        difference = self._report(receipt, 2, responsible_id=self.manager.id)
        self.assertEqual(self._get_open().reported_quantity, 2)
        for user in (self.asker, self.keeper):
            with self.assertRefused(AccessError, "Only approvers"):
                difference.with_user(user).action_settle()
        difference.with_user(self.approver).action_settle()
        self.assertEqual(difference.decided_by_id, self.approver)
        move = difference.outcome_move_ids
        self.assertEqual((move.state, move.location_dest_usage), ("done", "inventory"))
        self.assertEqual(move.parts_responsible_id, self.manager)
        self.assertEqual(self._get_open().mapped("quantity"), [8])
        self.assertClosed()
        self._receive(receipt, 8)
        self.assertEqual(receipt.state, "done")
        self.assertFalse(receipt.backorder_ids)
        self.assertFalse(self._get_open())
        self.assertEqual(self._held(self.place), 8)

    def test_P11_difference_of_the_rest_after_a_partial_receipt(self):
        __, receipt = self._ship()
        difference = self._report(receipt, 2, kind="damaged")
        self._receive(receipt, 8)
        difference.with_user(self.approver).action_settle()
        self.assertFalse(self._get_open())
        self.assertEqual(receipt.backorder_ids.state, "done")
        self.assertTrue(receipt.backorder_ids.date_done)
        self.assertClosed()

    def test_P11_all_pieces_lost(self):
        __, receipt = self._ship()
        self._report(receipt, 10).with_user(self.approver).action_settle()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self._held(self.transit), 0)
        self.assertFalse(self._get_open())

    def test_P11_pieces_sent_back_are_received_by_the_warehouse(self):
        __, receipt = self._ship()
        back = self._report(receipt, 3, kind="back")
        back.with_user(self.approver).action_settle()
        self.assertEqual(sorted(self._get_open().mapped("quantity")), [3, 7])
        self.assertClosed()
        returned = back.outcome_move_ids.picking_id
        self.assertEqual(returned.location_dest_id, self.stock)
        returned.with_user(self.keeper).button_validate()
        self.assertEqual(self._held(self.stock), 93)
        self._receive(receipt, 7)
        self.assertFalse(self._get_open())

    def test_P11_refused_report_stays_open(self):
        __, receipt = self._ship()
        difference = self._report(receipt, 2)
        difference.with_user(self.approver).action_refuse()
        self.assertEqual(self._get_open().mapped("quantity"), [10])
        self.assertEqual(self._get_open().reported_quantity, 0)
        with self.assertRefused(UserError, "settled and stays"):
            difference.with_user(self.approver).action_settle()
        with self.assertRefused(UserError, "settled and stays"):
            difference.quantity = 1

    def test_P11_no_more_is_reported_than_is_open(self):
        __, receipt = self._ship()
        self._report(receipt, 6)
        with self.assertRefused(ValidationError, "no more than is open"):
            self._report(receipt, 5)
        with self.assertRefused(UserError, "not entered"):
            self._report(receipt, 1, state="decided")

    def test_P11_reported_pieces_that_were_received_meanwhile(self):
        __, receipt = self._ship()
        difference = self._report(receipt, 2)
        self._receive(receipt, 10)
        with self.assertRefused(UserError, "received meanwhile"):
            difference.with_user(self.approver).action_settle()

    def test_P11_lots_keep_their_number_on_the_way(self):
        self.part.tracking = "serial"
        lots = self.env["stock.lot"].create(
            [{"name": f"T-SN{index}", "product_id": self.part.id} for index in range(3)]
        )
        self.env["stock.quant"]._update_available_quantity(self.part, self.stock, -100)
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(self.part, self.stock, 1, lot_id=lot)
        __, receipt = self._ship({self.part: 3})
        self.assertEqual(receipt.move_ids.lot_ids, lots)
        with self.assertRefused(ValidationError, "is tracked"):
            self._report(receipt, 1)
        difference = self._report(receipt, 1, lot_id=lots[1].id)
        difference.with_user(self.approver).action_settle()
        self.assertEqual(difference.outcome_move_ids.lot_ids, lots[1])
        self._receive(receipt, 2)
        held = self.env["stock.quant"].search(
            [("location_id", "=", self.place.id), ("quantity", ">", 0)]
        )
        self.assertEqual(held.lot_id, lots[0] | lots[2])
        self.assertClosed()

    def test_P11_owner_stays_on_the_way(self):
        self._put_in_stock(self.other, -100)
        self.env["stock.quant"]._update_available_quantity(
            self.other, self.stock, 5, owner_id=self.dealer
        )
        __, receipt = self._ship({self.other: 5})
        receipt.button_validate()
        quant = self.env["stock.quant"].search(
            [("location_id", "=", self.place.id), ("product_id", "=", self.other.id)]
        )
        self.assertEqual(quant.owner_id, self.dealer)

    # ------------------------------------------------------------------
    # Restricted parts
    # ------------------------------------------------------------------

    def test_P2_restricted_part_is_refused_before_it_leaves(self):
        core = self._create_part("restricted", 50, name="Core")
        self._put_in_stock(core, 5)
        request = self._request({core: 2})
        with self.assertRefused(UserError, "restricted core part.*Outlet East"):
            self._approve(request)
        self.assertEqual(request.state, "draft")
        self.outlet.is_return_base = True
        shipment = self._approve(request)
        self.outlet.is_return_base = False
        with self.assertRefused(UserError, "restricted core part"):
            shipment.button_validate()
        self.assertEqual(self._held(self.transit, core), 0)

    # ------------------------------------------------------------------
    # Back to the warehouse
    # ------------------------------------------------------------------

    def test_P11_outlet_sends_good_parts_back(self):
        __, receipt = self._ship()
        receipt.button_validate()
        back = self._request({self.part: 4}, step="return")
        self.assertEqual(back.location_id, self.place)
        back.button_validate()
        self.assertEqual(back.state, "done")
        self.assertEqual(self._get_open().step, "return")
        self.assertClosed()
        self._get_receipts(back).button_validate()
        self.assertEqual((self._held(self.stock), self._held(self.place)), (94, 6))

    def test_P11_returned_receipt_keeps_its_prices(self):
        __, receipt = self._ship()
        receipt.button_validate()
        price = receipt.move_ids.parts_settlement_price
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.keeper)
            .create({"picking_id": receipt.id})
        )
        wizard.product_return_moves.quantity = 2
        back = wizard._create_return()
        self.part.standard_price = 20
        self._publish(self.policy, self._days(1))
        back.button_validate()
        self.assertEqual(back.picking_type_id.parts_transfer_step, "return")
        self.assertEqual(back.move_ids.parts_settlement_price, price)
        self.assertClosed()

    def test_P11_old_parts_come_back_as_their_owners(self):
        customer = self.env["res.partner"].create({"name": "Farm"})
        old = self._request({self.part: 2}, step="old")
        with self.assertRefused(UserError, "whose old parts"):
            old.button_validate()
        old.partner_id = customer
        old.button_validate()
        self.assertEqual(self._get_open().step, "old")
        self.assertClosed()
        receipt = self._get_receipts(old)
        self.assertEqual(receipt.location_dest_id, self.warehouse.parts_old_loc_id)
        receipt.button_validate()
        quant = self.env["stock.quant"].search(
            [("location_id", "=", self.warehouse.parts_old_loc_id.id)]
        )
        self.assertEqual((quant.owner_id, quant.quantity, quant.value), (customer, 2, 0))
        self.assertEqual(sum(old.sudo().move_ids.mapped("value")), 0)
        self.assertEqual(self.part.with_company(self.company).qty_available, 100)

    # ------------------------------------------------------------------
    # Age
    # ------------------------------------------------------------------

    def test_P11_open_pieces_show_their_age(self):
        shipment, receipt = self._ship()
        self.assertEqual((self._get_open().age_days, self._get_open().is_old), (0, False))
        limit = self.warehouse.parts_receive_type_id.parts_open_days
        now = fields.Datetime.now()
        shipment.sudo().move_ids.date = fields.Datetime.subtract(now, days=limit)
        self.assertFalse(self._get_open().is_old)
        shipment.sudo().move_ids.date = fields.Datetime.subtract(now, days=limit + 1)
        row = self._get_open()
        self.assertEqual((row.age_days, row.is_old), (limit + 1, True))
        self.assertEqual(row.amount, 150)
        self.assertEqual(shipment.parts_open_count, 1)
        self.assertEqual(receipt.parts_open_count, 1)
        groups = (
            self.env["parts.transfer.open"]
            .with_user(self.keeper)
            ._read_group(
                [("product_id", "=", self.part.id)], ["outlet_id"], ["quantity:sum", "age_days:max"]
            )
        )
        self.assertEqual(groups, [(self.outlet, 10, limit + 1)])

    # ------------------------------------------------------------------
    # Counts
    # ------------------------------------------------------------------

    def _count(self, quantity, **vals):
        quant = self.env["stock.quant"].search(
            [("location_id", "=", self.place.id), ("product_id", "=", self.part.id)]
        )
        quant = quant.with_user(self.keeper).with_context(inventory_mode=True)
        quant.write({"inventory_quantity": quantity} | vals)
        quant.action_apply_inventory()
        self.env.flush_all()
        return (
            self.env["parts.stock.difference"]
            .with_user(self.keeper)
            .search([("product_id", "=", self.part.id)], limit=1)
        )

    def test_K21_count_names_who_answers(self):
        self._put_in_stock(self.part, 10, self.place)
        row = self._count(8)
        self.assertEqual((row.responsible_id.id, row.quantity), (self.manager.id, -2))
        self.assertEqual((row.value, row.absolute_value), (-20, 20))
        storeman = self.env["hr.employee"].create({"name": "Sam Storeman"})
        row = self._count(
            9, parts_responsible_id=storeman.id, parts_difference_reason="Found behind the shelf"
        )
        self.assertEqual((row.responsible_id.id, row.quantity), (storeman.id, 1))
        self.assertEqual((row.kind, row.reason), ("count", "Found behind the shelf"))
        self.assertEqual(self._count(9), row)

    def test_K21_difference_without_anybody_is_refused(self):
        self.outlet.manager_id = False
        self._put_in_stock(self.part, 10, self.place)
        with self.assertRefused(UserError, "who answers for it"):
            self._count(8)

    def test_K21_transfer_difference_is_listed_too(self):
        __, receipt = self._ship()
        self._report(receipt, 2, responsible_id=self.manager.id).with_user(
            self.approver
        ).action_settle()
        self.env.flush_all()
        row = self.env["parts.stock.difference"].search([("product_id", "=", self.part.id)])
        self.assertEqual((row.kind, row.quantity, row.outlet_id), ("transfer", -2, self.outlet))

    # ------------------------------------------------------------------
    # Roles
    # ------------------------------------------------------------------

    def test_P11_people_of_outlets_see_transfers_only(self):
        delivery = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.out_type_id.id}
        )
        request = self._request()
        pickings = self.env["stock.picking"].with_user(self.asker)
        self.assertIn(request, pickings.search([]))
        self.assertNotIn(delivery, pickings.search([]))
        with self.assertRaises(AccessError):
            delivery.with_user(self.asker).read(["name"])
        with self.assertRaises(AccessError):
            pickings.create({"picking_type_id": self.warehouse.out_type_id.id})
        shipment = self._approve(request)
        with self.assertRaises(AccessError):
            shipment.with_user(self.asker).write({"note": "Quick!"})
        with self.assertRaises(AccessError):
            shipment.with_user(self.asker).button_validate()

    def test_P11_rule_of_outlets_takes_nothing_from_others(self):
        delivery = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.out_type_id.id}
        )
        self.asker.group_ids = [Command.link(self.env.ref("sales_team.group_sale_salesman").id)]
        self.assertIn(delivery, self.env["stock.picking"].with_user(self.asker).search([]))

    def test_P11_other_company_sees_nothing(self):
        self._ship()
        company = self.env["res.company"].create({"name": "Other Company"})
        stranger = self._user("stranger", "stock.group_stock_user")
        stranger.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        for model in ("parts.transfer.open", "parts.stock.difference", "stock.picking"):
            records = self.env[model].with_context(allowed_company_ids=company.ids)
            self.assertFalse(records.with_user(stranger).search([]))
