# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .payers import PayersCommon


@tagged("post_install", "-at_install")
class TestOutcome(PayersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model.write({"standard_price": 700.0, "list_price": 1000.0, "taxes_id": False})
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.fresh = cls.env["stock.lot"].create(
            {"name": "T-FRESH-1", "product_id": cls.model.id, "company_id": cls.company.id}
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.model, cls.warehouse.lot_stock_id, 1, lot_id=cls.fresh
        )

    def _warranty_job(self, **values):
        return self._job(**{"lot_id": self.sound.id, "registered_at": "2021-06-15 12:00", **values})

    def _wizard(self, voucher, **values):
        action = voucher.with_user(self.supervisor).action_settle_outcome()
        wizards = self.env["aftersales.outcome"].with_user(self.supervisor)
        return wizards.with_context(**action["context"]).create(values)

    def _places(self, lot):
        """Where in our houses a unit stands, and whose it is."""
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "=", lot.id),
                ("quantity", ">", 0),
                ("location_id.usage", "=", "internal"),
            ]
        )
        return [(quant.location_id, quant.owner_id) for quant in quants]

    def _stock_value(self):
        self.env.invalidate_all()
        return self.model.with_company(self.company).total_value

    def test_S16_a_job_that_ends_well_was_a_repair(self):
        voucher = self._finish(self._warranty_job())
        self.assertEqual(voucher.service_type, "C")
        self.assertEqual(voucher.warranty_outcome, "repair")
        paid = self._finish(self._job())
        self.assertFalse(paid.warranty_outcome)

    def test_S16_replace(self):
        """The new unit leaves the stock at its cost; the old one comes in without value."""
        voucher = self._warranty_job(line_ids=[self._line(self.labour)])
        self.assertEqual(self._stock_value(), 700)
        wizard = self._wizard(voucher)
        self.assertEqual(wizard.outcome, "replace")
        self.assertEqual(wizard.available_lot_ids, self.fresh)
        wizard.write({"replacement_lot_id": self.fresh.id, "reason": "Cracked frame"})
        wizard.action_confirm()
        self.assertEqual(voucher.warranty_outcome, "replace")
        self.assertEqual(voucher.outcome_by_id, self.supervisor)
        self.assertEqual(voucher.outcome_reason, "Cracked frame")
        picking = voucher.replacement_picking_id
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.move_line_ids.lot_id, self.fresh)
        self.assertFalse(self._places(self.fresh))
        back = self.warehouse.taken_back_location_id
        self.assertEqual(self._places(self.sound), [(back, self.customer)])
        self.assertEqual(self._stock_value(), 0, "what came in has no value")
        self.assertEqual(self._on_hand(self.model, self.warehouse.view_location_id), 0)
        receipt = voucher.goods_receipt_ids
        self.assertEqual((receipt.state, receipt.outcome), ("voided", "kept"))
        paper = (
            self.env["ir.actions.report"]
            ._render_qweb_html("aftersales_service.report_goods_receipt", receipt.ids)[0]
            .decode()
        )
        self.assertIn("Kept: Replaced or Refunded", paper)
        self.assertNotIn("Taken back by the customer", paper)
        line = voucher.replacement_line_id
        self.assertEqual((line.product_id, line.lot_id), (self.model, self.fresh))
        self.assertEqual(line.cover_ids.mapped("payer"), ["maker"])
        self.assertEqual((line.cover_ids.share, line.amount_customer), (100, 0))
        self.assertEqual(line.cover_ids.payer_partner_id, self.maker)
        self.assertIn("instead of T-SOUND-1", line.cover_ids.clause)
        old = self.sound.entitlement_id
        self._finish(voucher)
        self.assertEqual(voucher.sale_order_id.order_line.product_id, self.labour)
        self.assertFalse(voucher.picking_id, "the unit left once")
        new = self.fresh.entitlement_id
        self.assertEqual(new.source, "replacement")
        self.assertEqual(
            (new.repair_end, new.replace_end, new.return_end),
            (old.repair_end, old.replace_end, old.return_end),
        )
        self.assertFalse(self.sound.entitlement_id)
        self.assertEqual(self.fresh.user_partner_id, self.customer)
        self.assertFalse(self.sound.user_partner_id)
        cost = self.env["aftersales.warranty.cost"].search(
            [("voucher_id", "=", voucher.id), ("line_type", "=", "part")]
        )
        self.assertEqual((cost.cost, cost.warranty_outcome), (700, "replace"))

    def test_S16_a_unit_in_the_workshop_is_kept_there(self):
        voucher = self._warranty_job()
        voucher.action_bring_in()
        voucher.goods_receipt_ids._take_in()
        self.assertEqual(voucher.state, "in_workshop")
        voucher._make_repair_cards()
        with self.assertRefused(UserError, "is open"):
            voucher.with_user(self.supervisor)._replace_unit(self.fresh, "No use")
        voucher.repair_ids.action_repair_cancel()
        voucher.with_user(self.supervisor)._replace_unit(self.fresh, "No use")
        self.assertEqual(len(voucher.goods_receipt_ids), 1)
        self.assertEqual(voucher.state, "in_progress")
        self.assertEqual(
            self._places(self.sound), [(self.warehouse.taken_back_location_id, self.customer)]
        )

    def test_S16_what_was_taken_back_gets_no_value(self):
        voucher = self._warranty_job()
        voucher._replace_unit(self.fresh, "No use")
        place = self.warehouse.taken_back_location_id

        def move(dest, kind):
            line = {
                "product_id": self.model.id,
                "location_id": place.id,
                "location_dest_id": dest.id,
                "company_id": self.company.id,
            }
            picking = self.env["stock.picking"].create(
                {
                    "picking_type_id": kind.id,
                    "location_id": place.id,
                    "location_dest_id": dest.id,
                    "move_ids": [
                        Command.create(
                            {
                                **line,
                                "product_uom_qty": 1,
                                "picked": True,
                                "move_line_ids": [
                                    Command.create(
                                        {
                                            **line,
                                            "lot_id": self.sound.id,
                                            "owner_id": self.customer.id,
                                            "quantity": 1,
                                            "picked": True,
                                        }
                                    )
                                ],
                            }
                        )
                    ],
                }
            )
            picking._action_done()

        for dest, kind in (
            (self.warehouse.lot_stock_id, self.warehouse.int_type_id),
            (self.customer.property_stock_customer, self.warehouse.out_type_id),
        ):
            with self.assertRefused(UserError, "was taken back from T customer"):
                move(dest, kind)
        scrap = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "in", [False, self.company.id])], limit=1
        )
        move(scrap, self.warehouse.int_type_id)
        self.assertEqual(self._stock_value(), 0)

    def test_S16_return_credits_the_sale(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.model.id, "product_uom_qty": 1, "price_unit": 1000}
                    )
                ],
            }
        )
        order.action_confirm()
        order.order_line.price_unit = 950
        picking = order.picking_ids
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": self.model.id,
                    "lot_id": self.fresh.id,
                    "quantity": 1,
                    "picked": True,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                    "company_id": self.company.id,
                }
            )
        ]
        picking._action_done()
        invoice = order._create_invoices()
        invoice.action_post()
        self.fresh.user_partner_id = self.customer
        self.fresh._start_warranty(date(2020, 1, 1), "registration")
        voucher = self._warranty_job(lot_id=self.fresh.id)
        wizard = self._wizard(voucher, outcome="return", reason="Third failure")
        self.assertIn(invoice.name, wizard.sale_text)
        wizard.action_confirm()
        refund = voucher.refund_id
        self.assertEqual((refund.state, refund.move_type), ("draft", "out_refund"))
        self.assertEqual(refund.reversed_entry_id, invoice)
        self.assertEqual((refund.partner_id, refund.amount_untaxed), (self.customer, 950))
        self.assertEqual(refund.invoice_line_ids.sale_line_ids, order.order_line)
        refund.action_post()
        self.assertEqual(order.order_line.qty_invoiced, 0)
        self.assertEqual(
            self._places(self.fresh), [(self.warehouse.taken_back_location_id, self.customer)]
        )
        self.assertEqual(self._stock_value(), 0)
        self._finish(voucher)
        self.assertFalse(self.fresh.user_partner_id or self.fresh.entitlement_id)

    def test_S16_return_of_a_sale_that_is_not_found_is_agreed(self):
        voucher = self._warranty_job()
        with self.assertRefused(UserError, "No invoice of ours is found"):
            voucher.with_user(self.supervisor)._return_unit("Third failure")
        self.assertFalse(voucher.warranty_outcome)
        tax = self.env["account.tax"].create(
            {
                "name": "T 25",
                "amount": 25,
                "company_id": self.company.id,
                "price_include_override": "tax_included",
            }
        )
        self.model.taxes_id = tax
        wizard = self._wizard(voucher, outcome="return", reason="Third failure")
        self.assertTrue(wizard.is_agreed)
        with self.assertRefused(UserError, "Enter the amount"):
            wizard.action_confirm()
        wizard.amount = 400
        wizard.action_confirm()
        refund = voucher.refund_id
        self.assertEqual((refund.amount_untaxed, refund.amount_total), (400, 500))
        self.assertEqual((refund.partner_id, refund.ref), (self.customer, voucher.number))

    def test_S16_an_outcome_is_given_while_its_guarantee_holds(self):
        """Sold on 2020-01-01: repair 20 years, replacement 10, return 5."""
        for registered, over in (
            ("2024-12-31 12:00", []),
            ("2025-01-01 12:00", ["return"]),
            ("2029-12-31 12:00", ["return"]),
            ("2030-01-01 12:00", ["replace", "return"]),
        ):
            voucher = self._warranty_job(registered_at=registered)
            refusals = voucher._get_guarantees()
            with self.subTest(registered=registered):
                self.assertEqual([name for name in refusals if refusals[name]], over)
        with self.assertRefused(UserError, "cannot end as replaced .*: ended on"):
            voucher.with_user(self.supervisor)._replace_unit(self.fresh, "No use")
        with self.assertRefused(UserError, "cannot end as taken back .*: ended on"):
            voucher.with_user(self.supervisor)._return_unit("No use", 100)
        wizard = self._wizard(voucher)
        self.assertFalse(wizard.is_open)
        self.assertIn("ended on", wizard.replace_refusal)
        self.unit.warranty_end = date(2099, 1, 1)
        dated = self._warranty_job(lot_id=self.unit.id)
        self.assertEqual(dated.service_type, "C")
        with self.assertRefused(UserError, "no such guarantee"):
            dated._replace_unit(self.fresh, "No use")

    def test_S16_only_a_supervisor_with_a_reason_and_once(self):
        voucher = self._warranty_job()
        for user in (self.clerk, self.technician_user):
            mine = voucher.with_user(user)
            for step in (
                mine.action_settle_outcome,
                lambda mine=mine: mine._replace_unit(self.fresh, "x"),
                lambda mine=mine: mine._return_unit("x", 1),
            ):
                with self.assertRefused(AccessError, "Only a service supervisor"):
                    step()
            with self.assertRaises(AccessError):
                self.env["aftersales.outcome"].with_user(user).create({"voucher_id": voucher.id})
        mine = voucher.with_user(self.supervisor)
        with self.assertRefused(UserError, "with a reason only"):
            mine._replace_unit(self.fresh, "  ")
        for lot, why in ((self.sound, "cannot replace"), (self.unit, "is not free in our stock")):
            with self.assertRefused(UserError, why):
                mine._replace_unit(lot, "No use")
        mine._replace_unit(self.fresh, "No use")
        for step in (
            lambda: mine._replace_unit(self.fresh, "Again"),
            lambda: mine._return_unit("Again", 100),
        ):
            with self.assertRefused(UserError, "The outcome of .* is decided: replaced"):
                step()
        with self.assertRefused(UserError, "cannot be struck off"):
            mine.action_cancel("Changed my mind")
        line = voucher.replacement_line_id
        for change in (lambda: line.write({"quantity": 2}), line.unlink):
            with self.assertRefused(UserError, "its line does not change"):
                change()
        for name in ("warranty_outcome", "replacement_lot_id", "refund_id"):
            with self.subTest(name=name), self.assertRefused(UserError, "Use the buttons"):
                mine.write({name: False})

    def test_S16_no_outcome_on_other_jobs(self):
        paid = self._job()
        with self.assertRefused(UserError, "is no warranty job"):
            paid.with_user(self.supervisor)._replace_unit(self.fresh, "No use")
        done = self._finish(self._warranty_job())
        with self.assertRefused(UserError, "Done"):
            done.with_user(self.supervisor)._return_unit("No use", 100)
        again = self._warranty_job()
        again._replace_unit(self.fresh, "No use")
        self._finish(again)
        elsewhere = self._warranty_job(lot_id=self.sound.id, partner_id=self.customer.id)
        self.assertNotEqual(elsewhere.service_type, "C", "the old unit has no warranty left")
