# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SIGNATURE
from .test_goods import GoodsCommon


class RepairCommon(GoodsCommon):
    """A unit of the customer in the workshop, with its card."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock = cls.warehouse.lot_stock_id
        quants = cls.env["stock.quant"]
        quants._update_available_quantity(cls.part, cls.stock, 10)
        cls.new_serial, cls.old_serial = cls.env["stock.lot"].create(
            [
                {"name": "T-NEW-SN", "product_id": cls.serial_part.id},
                {"name": "T-OLD-SN", "product_id": cls.serial_part.id},
            ]
        )
        quants._update_available_quantity(cls.serial_part, cls.stock, 1, lot_id=cls.new_serial)

    @classmethod
    def _card(cls, voucher=None, **values):
        voucher = voucher or cls._job(**values)
        if not voucher.goods_receipt_ids:
            cls._taken_in(voucher)
        return voucher._make_repair_cards()

    @classmethod
    def _waiting(cls, card):
        """A card that was repaired and waits for its inspection."""
        card.action_card_start()
        card.actual_hours = 1.5
        card.action_card_finish()
        return card


@tagged("post_install", "-at_install")
class TestRepair(RepairCommon):
    def test_S5_who_has_nothing_to_do_with_cards_cancels_an_order(self):
        """Cancelling an order writes on its repairs, also where it has none."""
        seller = self._user("t_seller", "sales_team.group_sale_salesman_all_leads")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.labour.id})],
            }
        )
        order.with_user(seller)._action_cancel()
        self.assertEqual(order.state, "cancel")

    def test_S5_each_product_in_the_house_has_one_card(self):
        voucher = self._job()
        with self.assertRefused(UserError, "bring it in first"):
            voucher.action_make_repair_cards()
        receipt = self._receipt(
            voucher,
            line_ids=[
                Command.create({"product_id": self.model.id, "lot_id": self.unit.id}),
                Command.create({"product_id": self.part.id, "quantity": 2}),
                Command.create({"name": "Key", "is_accessory": True}),
            ],
        )
        receipt._take_in()
        voucher.with_user(self.technician_user).action_make_repair_cards()
        self.assertEqual(voucher.repair_ids.product_id, self.model + self.part)
        self.assertEqual(voucher.repair_ids.technician_id, self.technician)
        self.assertEqual(voucher.repair_ids.partner_id, self.customer)
        with self.assertRefused(UserError, "has its card"):
            voucher.action_make_repair_cards()

    def test_S5_technician_repairs_supervisor_sends_back_then_passes(self):
        card = self._card()
        voucher = card.aftersales_voucher_id
        voucher._write_step({"dispatched_by_id": self.supervisor.id})
        his = card.with_user(self.technician_user)
        his.action_card_start()
        self.assertEqual(card.state, "under_repair")
        with self.assertRefused(UserError, "actual hours"):
            his.action_card_finish()
        his.write({"actual_hours": 2.0, "work_done": "Bearing worn"})
        his.action_card_finish()
        self.assertEqual(card.activity_ids.user_id, self.supervisor)
        with self.assertRaises(AccessError):
            his.action_pass()
        with self.assertRaises(AccessError):
            his.action_send_back(reason="x")
        inspector = card.with_user(self.supervisor)
        with self.assertRefused(UserError, "what is not in order"):
            inspector.action_send_back(reason=" ")
        action = inspector.action_send_back()
        self.env["aftersales.repair.send.back"].with_user(self.supervisor).with_context(
            **action["context"]
        ).create({"reason": "Still leaks"}).action_send_back()
        self.assertEqual((card.inspection_state, card.state), ("sent_back", "under_repair"))
        self.assertEqual(card.activity_ids.user_id, self.technician_user)
        self.assertIn("Still leaks", card.activity_ids.summary)
        with self.assertRefused(UserError, "does not wait for an inspection"):
            inspector.action_pass()
        his.action_card_finish()
        inspector.action_pass()
        self.assertEqual((card.inspection_state, card.state), ("passed", "done"))
        self.assertEqual(card.inspection_ids.sorted("id").mapped("result"), ["sent_back", "passed"])
        self.assertEqual(card.inspection_ids.user_id, self.supervisor)
        with self.assertRefused(UserError, "finished"):
            his.actual_hours = 3

    def test_S5_a_card_ends_with_its_inspection_only(self):
        card = self._card()
        card.action_card_start()
        storekeeper = card.with_user(self.storekeeper)
        for step in ("action_repair_end", "action_repair_done"):
            with self.assertRefused(UserError, "when a service supervisor passes"):
                getattr(storekeeper, step)()
        with self.assertRefused(UserError, "written by the steps"):
            storekeeper.write({"inspection_state": "passed"})
        with self.assertRefused(UserError, "no second quotation"):
            storekeeper.action_create_sale_order()

    def test_S5_parts_are_lines_of_the_voucher_and_leave_the_stock_once(self):
        card = self._card()
        voucher = card.aftersales_voucher_id
        voucher.write({"service_type": "A", "service_type_reason": "T"})
        card.with_user(self.technician_user).voucher_line_ids = [
            self._line(self.part, 2),
            self._line(self.serial_part, lot_id=self.new_serial.id, old_serial="T-OLD-SN"),
            self._line(self.labour, 1.5),
        ]
        self.assertEqual(card.voucher_line_ids, voucher.line_ids)
        self._waiting(card).action_pass()
        self.assertEqual(self._on_hand(self.part, self.stock), 8)
        self.assertEqual(self._on_hand(self.serial_part, self.stock), 0)
        parts = voucher.line_ids.filtered(lambda line: line.line_type == "part")
        added = card.move_ids.filtered(lambda move: move.repair_line_type == "add")
        self.assertEqual(added.aftersales_voucher_line_id, parts)
        removed = card.move_ids - added
        self.assertEqual(removed.lot_ids, self.old_serial)
        self.assertEqual(removed.move_line_ids.owner_id, self.customer, "the old part is his")
        voucher.goods_receipt_ids._go_out("returned", "Jo")
        self._finish(voucher)
        order = voucher.sale_order_id
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_untaxed, 2 * 50 + 200 + 1.5 * 80)
        for line in order.order_line:
            self.assertEqual(line.qty_delivered, line.product_uom_qty, line.name)
        self.assertFalse(voucher.picking_id, "nothing left a van")
        self.assertFalse(order.picking_ids.filtered(lambda p: p.state != "cancel"))
        self.assertEqual(self._on_hand(self.part, self.van), 10)
        self.assertEqual(self._on_hand(self.part, self.stock), 8)

    def test_S5_card_invents_no_stock(self):
        card = self._card()
        before = self._quants()
        self._waiting(card).action_pass()
        self.assertEqual(self._quants(), before)
        self.assertEqual(before.quantity, 1)
        self.assertEqual(card.move_id.move_line_ids.owner_id, self.customer)
        self.assertEqual(self._on_hand(self.model, self.stock), 0)

    def test_S5_card_is_not_passed_when_the_goods_are_gone(self):
        card = self._waiting(self._card())
        # Scrapped at the customer's wish while it was on the bench.
        card.aftersales_receipt_id._go_out("scrapped", "Jo", reason="Too dear")
        with self.assertRefused(UserError, "is not in the house"):
            card.action_pass()
        card.with_user(self.clerk).action_card_cancel()
        self.assertEqual(card.state, "cancel")

    def test_S5_goods_stay_while_a_card_is_open(self):
        card = self._card()
        receipt = card.aftersales_receipt_id
        voucher = card.aftersales_voucher_id
        with self.assertRefused(UserError, f"{card.name}.*is open"):
            receipt.with_user(self.storekeeper)._go_out("returned", "Jo")
        with self.assertRaises(AccessError):
            card.with_user(self.technician_user).action_card_cancel()
        card.action_card_cancel()
        receipt._go_out("returned", "Jo")
        self._finish(voucher)

    def test_S5_parts_are_entered_on_the_card_only(self):
        card = self._card()
        card.action_card_start()
        vals = {
            "repair_id": card.id,
            "product_id": self.part.id,
            "product_uom_qty": 1,
        }
        moves = self.env["stock.move"].with_user(self.storekeeper)
        with self.assertRefused(UserError, "under Work and Parts"):
            moves.create({**vals, "repair_line_type": "add"})
        with self.assertRefused(UserError, "cannot become stock of ours"):
            moves.create({**vals, "repair_line_type": "recycle"})

    def test_S5_parts_of_a_repair_are_not_a_customers_goods(self):
        """A card's parts are reserved from our stock, also where a customer left the same part."""
        stranger = self._taken_in(product=self.part, partner_id=self.stranger.id)
        self.env["stock.quant"]._update_available_quantity(self.part, self.stock, -10)
        repair = self.env["repair.order"].create(
            {
                "product_id": self.model.id,
                "lot_id": self.unit.id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "location_id": self.warehouse.view_location_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "repair_line_type": "add",
                            "product_id": self.part.id,
                            "product_uom_qty": 25,
                        }
                    )
                ],
            }
        )
        repair._action_repair_confirm()
        repair.action_assign()
        self.assertEqual(repair.move_ids.quantity, 20, "what stands in our two vans")
        self.assertEqual(stranger.state, "in_house")

    def test_S5_serial_parts_need_their_number(self):
        card = self._card()
        card.voucher_line_ids = [self._line(self.serial_part)]
        with self.assertRefused(UserError, "enter which one was fitted"):
            self._waiting(card).action_pass()

    def test_S5_a_finished_card_keeps_its_lines(self):
        card = self._card()
        card.voucher_line_ids = [self._line(self.part)]
        self._waiting(card).action_pass()
        with self.assertRefused(UserError, "do not change any more"):
            card.voucher_line_ids.quantity = 2
        with self.assertRefused(UserError, "do not change any more"):
            card.voucher_line_ids.unlink()
        other = self._job()
        with self.assertRefused(ValidationError, "belongs to another job"):
            other.line_ids = [self._line(self.part, repair_id=card.id)]

    def test_S5_technician_sees_his_own_cards(self):
        mine = self._card()
        unit = self.env["stock.lot"].create(
            {"name": "T-2", "product_id": self.model.id, "user_partner_id": self.customer.id}
        )
        voucher = self._job(technician_id=self.other_technician.id, lot_id=unit.id)
        voucher._prepare_goods_receipt_vals()
        receipt = self.env["aftersales.goods.receipt"].create(voucher._prepare_goods_receipt_vals())
        receipt._take_in()
        other = self._card(voucher)
        plain = self.env["repair.order"].create({"product_id": self.part.id})
        cards = self.env["repair.order"].with_user(self.technician_user)
        everything = mine + other + plain
        self.assertEqual(cards.search([("id", "in", everything.ids)]), mine)
        for step in ("action_card_start", "action_card_finish"):
            with self.assertRaises(AccessError):
                getattr(other.with_user(self.technician_user), step)()
        with self.assertRaises(AccessError):
            mine.with_user(self.technician_user).return_date = "2031-01-01"
        storekeeper = self.env["repair.order"].with_user(self.storekeeper)
        self.assertEqual(storekeeper.search([("id", "in", everything.ids)]), everything)

    def test_S5_plain_repairs_stay_as_they_are(self):
        """What is no card of a job follows Odoo's own way, with its own buttons."""
        repair = (
            self.env["repair.order"]
            .with_user(self.storekeeper)
            .create(
                {
                    "product_id": self.part.id,
                    "partner_id": self.customer.id,
                    "move_ids": [
                        Command.create(
                            {
                                "repair_line_type": "add",
                                "product_id": self.part.id,
                                "product_uom_qty": 1,
                            }
                        )
                    ],
                }
            )
        )
        repair._action_repair_confirm()
        repair.action_repair_start()
        repair.move_ids.quantity = 1
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")
        with self.assertRefused(UserError, "plain repair"):
            repair.sudo().action_card_start()

    def test_S5_checklists_of_a_card(self):
        """Reception before work, work before inspection, inspection before pass, per card."""
        checklists = self.env["aftersales.checklist"]
        for phase, place in (
            ("reception", "bring_back"),
            ("work", "workshop"),
            ("inspection", "workshop"),
            ("hand_over", "workshop"),
        ):
            checklists.create(
                {
                    "name": phase,
                    "phase": phase,
                    "place": place,
                    "step_ids": [Command.create({"name": f"T {phase}"})],
                }
            )
        card = self._card()
        voucher = card.aftersales_voucher_id

        def answer(phase, user):
            lines = voucher.checklist_line_ids.filtered(lambda line: line.phase == phase)
            self.assertEqual(len(lines), 1, phase)
            lines.with_user(user).tick = True
            return lines

        with self.assertRefused(UserError, "T reception"):
            card.action_card_start()
        answer("reception", self.technician_user)
        card.action_card_start()
        card.actual_hours = 1
        with self.assertRefused(UserError, f"{card.name}.*T work"):
            card.action_card_finish()
        self.assertEqual(answer("work", self.technician_user).repair_id, card)
        card.action_card_finish()
        with self.assertRefused(UserError, "T inspection"):
            card.action_pass()
        with self.assertRefused(AccessError, "Only a service supervisor inspects"):
            answer("inspection", self.technician_user)
        line = answer("inspection", self.supervisor)
        card.action_send_back(reason="Once more")
        card.action_card_finish()
        self.assertFalse(line.is_answered or line.done_at, "each try is inspected anew")
        answer("inspection", self.supervisor)
        card.action_pass()
        with self.assertRefused(UserError, "T hand_over"):
            card.aftersales_receipt_id.with_user(self.storekeeper)._go_out("returned", "Jo")
        answer("hand_over", self.clerk)
        card.aftersales_receipt_id._go_out("returned", "Jo")
        self._finish(voucher)

    def test_S5_struck_off_with_its_cards(self):
        card = self._card()
        card.aftersales_receipt_id._go_out("scrapped", "Jo", reason="Too dear")
        card.aftersales_voucher_id.with_user(self.clerk).action_cancel(reason="Scrapped")
        self.assertEqual(card.state, "cancel")

    def test_S5_card_is_printed_with_a_barcode(self):
        card = self._card()
        card.aftersales_voucher_id.fault_description = "It rattles"
        card.voucher_line_ids = [
            self._line(self.serial_part, lot_id=self.new_serial.id, old_serial="T-OLD-SN")
        ]
        card.actual_hours = 1.25
        html = (
            self.env["ir.actions.report"]
            .with_user(self.technician_user)
            ._render_qweb_html("aftersales_service.report_repair_card", card.ids)[0]
            .decode()
        )
        for text in (
            card.name,
            "data:image/svg+xml;base64,",
            "It rattles",
            "T-SERIAL-1",
            "T-NEW-SN",
            "T-OLD-SN",
            "01:15",
            card.aftersales_receipt_id.name,
        ):
            self.assertIn(text, html)

    def test_S5_goods_have_no_value_through_a_repair(self):
        """A costly model in automated valuation: the card moves nothing of value but our part."""
        category = self.env["product.category"].create(
            {
                "name": "T real time",
                "property_valuation": "real_time",
                "property_cost_method": "fifo",
            }
        )
        (self.model + self.serial_part).write({"categ_id": category.id, "standard_price": 100.0})
        entries = self.env["account.move"].search_count([])
        card = self._card()
        card.voucher_line_ids = [
            self._line(self.serial_part, lot_id=self.new_serial.id, old_serial="T-OLD-SN")
        ]
        self._waiting(card).action_pass()
        self.assertEqual(sum(self._quants().mapped("value")), 0.0)
        self.assertEqual(self.model.total_value, 0.0)
        customers = card.move_id + card.move_ids.filtered(lambda m: m.repair_line_type == "remove")
        self.assertEqual(len(customers), 2)
        self.assertFalse(any(customers.mapped("value")) or customers.account_move_id)
        self.assertFalse(customers.filtered(lambda move: move.is_in or move.is_out))
        card.aftersales_receipt_id._go_out("returned", "Jo", SIGNATURE)
        ours = card.move_ids.filtered(lambda m: m.repair_line_type == "add")
        self.assertEqual(
            self.env["account.move"].search_count([]) - entries, len(ours.account_move_id)
        )
