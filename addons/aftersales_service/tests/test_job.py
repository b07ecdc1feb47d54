# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SIGNATURE, ServiceCommon


@tagged("post_install", "-at_install")
class TestJob(ServiceCommon):
    def test_S3_technician_does_the_job_without_stock_or_sales_rights(self):
        voucher = self._voucher()
        voucher._dispatch()
        mine = voucher.with_user(self.technician_user)
        mine.action_start()
        mine.write(
            {
                "work_done": "Changed",
                "line_ids": [self._line(self.part, 2), self._line(self.labour, 1.5)],
            }
        )
        mine.action_sign(SIGNATURE, "Jo Signer")
        self.assertEqual(voucher.state, "done")
        self.assertTrue(voucher.started_at and voucher.done_at and voucher.signed_on)
        self.assertEqual(voucher.amount_untaxed, 220.0)
        self.assertEqual(voucher.amount_customer, 220.0)
        self.assertEqual(voucher.picking_id.state, "done")
        self.assertEqual(self._on_hand(self.part, self.van), 8.0)

    def test_S3_done_needs_the_customers_signature(self):
        voucher = self._job()
        for values in ({}, {"signature": SIGNATURE}, {"signature": False, "signed_by": "Jo"}):
            voucher.write(values)
            with self.subTest(values=list(values)), self.assertRefused(UserError, "not signed"):
                voucher.with_user(self.technician_user).action_done()
        self.assertEqual(voucher.state, "in_progress")

    def test_S3_steps_come_in_order(self):
        voucher = self._voucher()
        for step in ("action_start", "action_done", "action_close"):
            with self.subTest(step=step), self.assertRaises(UserError):
                getattr(voucher, step)()
        done = self._finish(self._job())
        for step in ("action_dispatch", "action_start", "action_done"):
            with self.subTest(step=step), self.assertRaises(UserError):
                getattr(done, step)()
        with self.assertRaises(UserError):
            done.action_cancel(reason="Too late")

    def test_S3_what_was_signed_does_not_change(self):
        voucher = self._finish(self._job(line_ids=[self._line(self.part)]))
        for user in (self.supervisor, self.technician_user, self.env.user):
            mine = voucher.with_user(user)
            with self.subTest(user=user.login):
                for attack in (
                    lambda v: v.write({"work_done": "More"}),
                    lambda v: v.write({"signature": False}),
                    lambda v: v.write({"line_ids": [self._line(self.part)]}),
                    lambda v: v.line_ids.write({"quantity": 9}),
                    lambda v: v.line_ids.unlink(),
                    lambda v: v.env["aftersales.voucher.line"].create(
                        {"voucher_id": v.id, "product_id": self.part.id}
                    ),
                ):
                    with self.assertRaises(UserError):
                        attack(mine)
        self.assertEqual(voucher.line_ids.quantity, 1.0)
        voucher.with_user(self.clerk).message_post(body="Still to be talked about")

    def test_S3_a_signature_is_not_replaced_behind_the_voucher(self):
        """Who may write a voucher may write its attachments: the signature must not be one."""
        voucher = self._finish(self._job())
        signature = voucher.signature
        files = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .search(
                [
                    ("res_model", "=", voucher._name),
                    ("res_id", "=", voucher.id),
                    ("res_field", "!=", False),
                ]
            )
        )
        files.write({"raw": b"forged"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(voucher.signature, signature)

    def test_S3_who_signed_for_something_else_signs_again(self):
        voucher = self._job(line_ids=[self._line(self.part)])
        mine = voucher.with_user(self.technician_user)
        mine.write({"signature": SIGNATURE, "signed_by": "Jo"})
        mine.write({"work_done": "Tightened"})
        self.assertTrue(voucher.signature)
        mine.write({"line_ids": [self._line(self.labour)]})
        with self.assertRefused(UserError, "not signed"):
            mine.action_done()
        mine.write({"line_ids": [self._line(self.labour)], "signature": SIGNATURE})
        self.company.aftersales_goodwill_clerk_amount = 210
        voucher.with_user(self.clerk).write(
            {"service_type": "C", "service_type_reason": "goodwill"}
        )
        with self.assertRefused(UserError, "not signed"):
            mine.action_done()
        mine.action_sign(SIGNATURE, "Jo")
        self.assertEqual(voucher.amount_untaxed, 210.0)
        self.assertEqual(voucher.amount_customer, 0.0)

    def test_tax_in_the_price_is_not_charged_twice(self):
        """What the paper says before tax is what the order says before tax."""
        country = self.env.ref("base.cn")
        group = self.env["account.tax.group"].create(
            {"name": "T tax", "company_id": self.company.id, "country_id": country.id}
        )
        tax = self.env["account.tax"].create(
            {
                "name": "T tax",
                "tax_group_id": group.id,
                "amount": 13.0,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
                "company_id": self.company.id,
                "country_id": country.id,
            }
        )
        self.labour.write({"taxes_id": [Command.set(tax.ids)], "list_price": 113.0})
        voucher = self._finish(self._job(line_ids=[self._line(self.labour, 2)]))
        self.assertEqual(voucher.line_ids.price_unit, 113.0)
        self.assertEqual(voucher.amount_customer, 200.0)
        self.assertEqual(voucher.sale_order_id.amount_untaxed, 200.0)
        self.assertEqual(voucher.sale_order_id.amount_total, 226.0)

    def test_picking_is_made_once_from_van_to_customer(self):
        voucher = self._finish(self._job(line_ids=[self._line(self.part, 3)]))
        picking = voucher.picking_id
        self.assertRecordValues(
            picking,
            [
                {
                    "state": "done",
                    "location_id": self.van.id,
                    "location_dest_id": self.customer.property_stock_customer.id,
                    "partner_id": self.customer.id,
                    "origin": voucher.number,
                }
            ],
        )
        self.assertEqual(picking.move_ids.quantity, 3.0)
        self.assertEqual(picking.move_ids.aftersales_voucher_line_id, voucher.line_ids)
        voucher._create_pickings()
        self.assertEqual(voucher.picking_id, picking)
        self.assertEqual(
            self.env["stock.picking"].search_count(
                [("origin", "=", voucher.number), ("company_id", "=", self.company.id)]
            ),
            1,
        )
        self.assertEqual(self._on_hand(self.part, self.van), 7.0)

    def test_two_lines_of_one_part_stay_two_moves(self):
        """Also on a free job, where no order line keeps them apart."""
        paid = self._job(line_ids=[self._line(self.part, 1), self._line(self.part, 2)])
        self.unit.warranty_end = date(2099, 1, 1)
        self.unit.warranty_start = date(2020, 1, 1)
        free = self._job(line_ids=[self._line(self.part, 1), self._line(self.part, 2)])
        self.assertEqual((paid.service_type, free.service_type), ("A", "C"))
        for voucher in (paid, free):
            with self.subTest(service_type=voucher.service_type):
                self._finish(voucher)
                moves = voucher.picking_id.move_ids
                self.assertEqual(moves.mapped("quantity"), [1.0, 2.0])
                self.assertEqual(moves.aftersales_voucher_line_id, voucher.line_ids)
        order_lines = paid.sale_order_id.order_line
        self.assertEqual(order_lines.mapped("qty_delivered"), [1.0, 2.0])

    def test_part_in_another_unit_of_measure(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.env["stock.quant"]._update_available_quantity(self.part, self.van, 20)
        self.part.uom_ids = dozen
        voucher = self._finish(self._job(line_ids=[self._line(self.part, 2, uom_id=dozen.id)]))
        self.assertEqual(self._on_hand(self.part, self.van), 6.0)
        self.assertEqual(voucher.amount_customer, 1200.0)
        self.assertEqual(voucher.sale_order_id.amount_untaxed, 1200.0)
        kilo = self.env.ref("uom.product_uom_kgm")
        with self.assertRefused(ValidationError, "cannot be counted in"):
            self._voucher(line_ids=[self._line(self.part, 1, uom_id=kilo.id)])

    def test_serial_of_the_fitted_part_goes_to_the_move(self):
        serial = self.env["stock.lot"].create(
            {"name": "P-1", "product_id": self.serial_part.id, "sold_by_us": True}
        )
        self.env["stock.quant"]._update_available_quantity(
            self.serial_part, self.van, 1, lot_id=serial
        )
        voucher = self._job(line_ids=[self._line(self.serial_part, lot_id=serial.id)])
        self._finish(voucher)
        self.assertEqual(voucher.picking_id.move_line_ids.lot_id, serial)
        missing = self._job(line_ids=[self._line(self.serial_part)])
        with self.assertRefused(UserError, "Serial"):
            self._finish(missing)

    def test_wrong_van_is_refused(self):
        voucher = self._job(line_ids=[self._line(self.part, location_id=self.other_van.id)])
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo"})
        for user in (self.technician_user, self.supervisor, self.env.user):
            with self.subTest(user=user.login), self.assertRefused(UserError, "Other Van"):
                voucher.with_user(user).action_done()
        self.assertEqual(self._on_hand(self.part, self.other_van), 10.0)

    def test_another_technician_cannot_take_parts(self):
        """Even where a rule would let him at the record, the van is not his."""
        voucher = self._job(line_ids=[self._line(self.part)])
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo"})
        with self.assertRaises(AccessError):
            voucher.with_user(self.other_user).action_done()
        rules = ("aftersales_voucher_rule_own", "aftersales_voucher_line_rule_own")
        for rule in rules:
            self.env.ref(f"aftersales_service.{rule}").active = False
        with self.assertRefused(AccessError, "not your job"):
            voucher.with_user(self.other_user).action_done()

    def test_no_warehouse_is_said(self):
        """Odoo gives a warehouse to the first company only."""
        voucher = self._job(line_ids=[self._line(self.part)])
        (self.van + self.other_van).location_id = False
        warehouses = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)])
        warehouses.active = False
        with self.assertRefused(UserError, "T company has no warehouse"):
            self._finish(voucher)

    def test_a_van_holds_parts_of_the_company(self):
        customers = self.env.ref("stock.stock_location_customers")
        with self.assertRefused(ValidationError, "cannot be the van of Tess"):
            self.technician.van_location_id = customers

    def test_no_van_is_said(self):
        self.technician.van_location_id = False
        voucher = self._job(line_ids=[self._line(self.part)])
        with self.assertRefused(UserError, "has no van"):
            self._finish(voucher)

    def test_paid_job_makes_one_confirmed_order_at_the_lists_price(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "T list",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "percentage",
                            "percent_price": 10.0,
                        }
                    )
                ],
            }
        )
        self.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        self.env.user.group_ids += self.env.ref("sale.group_discount_per_so_line")
        self.customer.property_product_pricelist = pricelist
        voucher = self._finish(
            self._job(line_ids=[self._line(self.part, 2), self._line(self.labour, 1.5)])
        )
        order = voucher.sale_order_id
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.order_line.mapped("price_unit"), [45.0, 72.0])
        self.assertEqual(order.order_line.mapped("discount"), [0.0, 0.0])
        self.assertEqual(order.amount_untaxed, voucher.amount_customer)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2.0, 1.5])
        self.assertEqual(order.invoice_status, "to invoice")
        self.assertEqual(order.picking_ids, voucher.picking_id, "no second delivery")

    def test_price_of_the_order_survives_recomputation(self):
        """Core's repair jumps back to the full price here; see `_get_display_price`."""
        voucher = self._finish(self._job(line_ids=[self._line(self.labour, 1)]))
        self.labour.list_price = 500.0
        line = voucher.sale_order_id.order_line
        line.product_uom_qty = 3
        self.assertEqual(line.price_unit, 80.0)
        voucher.sale_order_id.action_update_prices()
        self.assertEqual(line.price_unit, 80.0)

    def test_free_job_charges_nothing(self):
        self.unit.write({"warranty_start": date(2020, 1, 1), "warranty_end": date(2099, 1, 1)})
        voucher = self._finish(self._job(line_ids=[self._line(self.part)]))
        self.assertEqual(voucher.service_type, "C")
        self.assertEqual(voucher.amount_untaxed, 50.0)
        self.assertEqual(voucher.amount_customer, 0.0)
        self.assertFalse(voucher.sale_order_id)
        self.assertEqual(voucher.picking_id.state, "done")

    def test_parts_and_services_stand_on_their_own_lines(self):
        with self.assertRaises(ValidationError):
            self._voucher(line_ids=[self._line(self.part, line_type="labour")])
        with self.assertRaises(ValidationError):
            self._voucher(line_ids=[self._line(self.labour, line_type="part")])

    def test_done_of_a_batch(self):
        vouchers = self._job(line_ids=[self._line(self.part)]) + self._job(
            line_ids=[self._line(self.labour)]
        )
        vouchers.write({"signature": SIGNATURE, "signed_by": "Jo"})
        vouchers.action_done()
        self.assertEqual(len(vouchers.sale_order_id), 2)
        self.assertEqual(len(vouchers.picking_id), 1)

    def test_technician_writes_his_work_only(self):
        mine = self._job().with_user(self.technician_user)
        mine.write({"work_done": "x", "fault_id": self.fault.id})
        for values in (
            {"technician_id": self.other_technician.id},
            {"service_type": "C", "service_type_reason": "a friend"},
            {"partner_id": self.env.user.partner_id.id},
        ):
            with self.subTest(values=list(values)), self.assertRaises(AccessError):
                mine.write(values)

    def test_nobody_types_a_price(self):
        voucher = self._job(line_ids=[self._line(self.part)])
        for user in (self.technician_user, self.supervisor):
            line = voucher.line_ids.with_user(user)
            for values in ({"price_unit": 1}, {"amount_customer": 0}):
                with self.subTest(user=user.login, values=values), self.assertRaises(UserError):
                    line.write(values)
            with self.assertRaises(UserError):
                voucher.with_user(user).line_ids = [self._line(self.part, price_unit=1)]

    def test_a_line_stays_with_its_job(self):
        """A technician could otherwise push lines onto jobs that are not his."""
        line = self._job(line_ids=[self._line(self.part)]).line_ids
        other = self._job(technician_id=self.other_technician.id)
        with self.assertRaises(UserError):
            line.with_user(self.technician_user).voucher_id = other
