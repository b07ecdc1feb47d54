# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .payers import PayersCommon


@tagged("post_install", "-at_install")
class TestPayers(PayersCommon):
    def _shared_job(self, **values):
        """Four payers in one job: customer, insurer, maker and goodwill."""
        voucher = self._job(
            lot_id=self.sound.id,
            kind="accident",
            service_type="A",
            service_type_reason="Accident",
            insurer_id=self.insurer.id,
            line_ids=[
                self._line(self.part, 3),
                self._line(self.other_part, 3),
                self._line(self.labour, 1),
            ],
            **values,
        )
        part, other, labour = voucher.line_ids
        self._decide(part, ("maker", 60), ("customer", 40))
        self._decide(other, ("insurer", 50), ("goodwill", 50))
        self._decide(labour, ("insurer", 33.3333), ("customer", 66.6667))
        return self._approve(voucher)

    def _taxed(self, amount, included):
        tax = self.env["account.tax"].create(
            {
                "name": f"T {amount} {included}",
                "amount": amount,
                "company_id": self.company.id,
                "price_include_override": "tax_included" if included else "tax_excluded",
            }
        )
        (self.part + self.other_part + self.labour).taxes_id = tax
        return tax

    def _amounts(self, voucher):
        """Before tax: customer, insurer; then of each the invoice."""
        return [
            voucher.sale_order_id.amount_untaxed,
            voucher.insurer_order_id.amount_untaxed,
            voucher.invoice_id.amount_untaxed,
            voucher.insurer_invoice_id.amount_untaxed,
        ]

    def test_S25_four_payers_end_in_the_right_documents(self):
        """Part 150: maker 90, customer 60. Other 99.99: insurer 50, goodwill 49.99.
        Labour 80: insurer 26.67, customer 53.33."""
        voucher = self._shared_job()
        self.assertEqual(voucher.amount_customer, 113.33)
        self.assertEqual(voucher.amount_insurer, 76.67)
        self.assertEqual(voucher.amount_goodwill, 49.99)
        self.assertEqual(voucher.amount_customer_total, 113.33)
        self._finish(voucher)
        self.assertEqual(self._amounts(voucher), [113.33, 76.67, 113.33, 76.67])
        self.assertEqual(
            self._charged(voucher.sale_order_id), [(self.part, 3, 60.0), (self.labour, 1, 53.33)]
        )
        self.assertEqual(
            self._charged(voucher.insurer_order_id),
            [(self.other_part, 3, 50.0), (self.labour, 1, 26.67)],
        )
        orders = voucher.sale_order_id + voucher.insurer_order_id
        self.assertEqual(orders.picking_ids, voucher.picking_id, "everything left once")
        self.assertEqual(
            {row.payer for row in orders.order_line.aftersales_cover_id}, {"customer", "insurer"}
        )
        everything = self.env["sale.order"].search(
            [("order_line.aftersales_voucher_line_id", "in", voucher.line_ids.ids)]
        )
        self.assertEqual(everything, orders, "makers, contracts and goodwill get no order")

    def test_S25_with_taxes_excluded_and_included(self):
        for included in (False, True):
            self._taxed(21, included)
            voucher = self._shared_job()
            rows = voucher.line_ids.cover_ids
            self._finish(voucher)
            orders = voucher.sale_order_id + voucher.insurer_order_id
            with self.subTest(included=included):
                for line in orders.order_line:
                    row = line.aftersales_cover_id
                    self.assertIn(row, rows)
                    self.assertEqual(line.price_subtotal, row.amount, row.display_name)
                for order, invoice in (
                    (voucher.sale_order_id, voucher.invoice_id),
                    (voucher.insurer_order_id, voucher.insurer_invoice_id),
                ):
                    self.assertEqual(invoice.amount_total, order.amount_total)
                    self.assertGreater(order.amount_tax, 0)
                self.assertEqual(voucher.amount_customer_total, voucher.sale_order_id.amount_total)

    def test_S25_in_the_currency_of_the_customers_list(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TCU",
                "symbol": "T",
                "rounding": 0.05,
                "rate_ids": [Command.create({"rate": 3, "company_id": self.company.id})],
            }
        )
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "T", "company_id": self.company.id, "currency_id": currency.id}
        )
        voucher = self._shared_job()
        self.assertEqual(voucher.currency_id, currency)
        self.assertEqual(voucher.line_ids.mapped("price_subtotal"), [450, 299.95, 240])
        self._finish(voucher)
        orders = voucher.sale_order_id + voucher.insurer_order_id
        self.assertEqual(orders.currency_id, currency)
        for line in orders.order_line:
            self.assertEqual(line.price_subtotal, line.aftersales_cover_id.amount)
        self.assertEqual(self._amounts(voucher)[:2], self._amounts(voucher)[2:])
        self.assertEqual(
            round(sum(orders.mapped("amount_untaxed")), 2),
            round(voucher.amount_customer + voucher.amount_insurer, 2),
        )

    def test_S25_the_price_does_not_jump_back(self):
        """Quantity, list, currency, unit and the button: core's would bring the full price."""
        self.company.aftersales_invoice_mode = "hand"
        voucher = self._finish(self._shared_job())
        order = voucher.sale_order_id
        shared, labour = order.order_line
        unit_price = 20.0
        self.assertEqual(shared.price_unit, unit_price)
        shared.product_uom_qty = 5
        self.assertEqual(shared.price_unit, unit_price)
        shared.product_uom_qty = 3
        self.assertEqual(shared.price_subtotal, 60)
        order.action_update_prices()
        self.assertEqual((shared.price_unit, shared.discount), (unit_price, 0))
        self.part.list_price = 999
        self.env.invalidate_all()
        order.action_update_prices()
        self.assertEqual(shared.price_subtotal, 60)
        with Form(order) as form:
            with form.order_line.edit(0) as line:
                line.product_uom_qty = 4
                line.product_uom_qty = 3
        self.assertEqual(shared.price_subtotal, 60)
        labour.product_uom_id = self.env.ref("uom.product_uom_day")
        labour.product_uom_qty = 1
        self.assertAlmostEqual(labour.price_unit, 53.33 * 8, 2)

    def test_S25_an_order_in_another_currency_charges_the_same_worth(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TCU",
                "symbol": "T",
                "rate_ids": [Command.create({"rate": 2, "company_id": self.company.id})],
            }
        )
        voucher = self._shared_job()
        voucher._create_sale_orders()
        orders = voucher.sale_order_id + voucher.insurer_order_id
        self.assertEqual(orders.mapped("state"), ["draft", "draft"])
        before = orders.order_line.mapped("price_subtotal")
        orders.pricelist_id = self.env["product.pricelist"].create(
            {"name": "T", "company_id": self.company.id, "currency_id": currency.id}
        )
        for order in orders:
            order.action_update_prices()
        self.assertEqual(orders.currency_id, currency)
        self.assertEqual(
            orders.order_line.mapped("price_subtotal"), [2 * price for price in before]
        )

    def test_S25_the_same_part_once_charged_and_once_covered(self):
        """Odoo would count both on the one order line, or add a line for the covered one."""
        voucher = self._job(
            lot_id=self.sound.id, line_ids=[self._line(self.part), self._line(self.part, 2)]
        )
        charged, covered = voucher.line_ids
        self._decide(charged, ("customer", 100))
        self._decide(covered, ("maker", 100))
        self._finish(voucher)
        self.assertEqual(self._charged(voucher.sale_order_id), [(self.part, 1, 50.0)])
        self.assertEqual(voucher.sale_order_id.order_line.qty_delivered, 1)
        self.assertEqual(voucher.invoice_id.amount_untaxed, 50)
        self.assertEqual(sum(voucher.picking_id.move_ids.mapped("quantity")), 3)
        other = self._job(
            lot_id=self.sound.id, line_ids=[self._line(self.labour), self._line(self.part, 2)]
        )
        self._decide(other.line_ids[0], ("customer", 100))
        self._decide(other.line_ids[1], ("goodwill", 100))
        self._finish(other)
        self.assertEqual(self._charged(other.sale_order_id), [(self.labour, 1, 80.0)])
        self.assertEqual(other.invoice_id.amount_untaxed, 80)

    def test_S25_goods_that_come_back_are_taken_off_both_orders(self):
        self.company.aftersales_invoice_mode = "hand"
        voucher = self._job(
            lot_id=self.sound.id,
            kind="accident",
            insurer_id=self.insurer.id,
            service_type="A",
            service_type_reason="Accident",
            line_ids=[self._line(self.part, 3)],
        )
        self._decide(voucher.line_ids, ("insurer", 50), ("customer", 50))
        self._finish(self._approve(voucher))
        lines = (voucher.sale_order_id + voucher.insurer_order_id).order_line
        self.assertEqual(lines.mapped("qty_delivered"), [3, 3])
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=voucher.picking_id.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.write({"quantity": 1, "to_refund": True})
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.write({"quantity": 1, "picked": True})
        back._action_done()
        self.assertEqual(lines.mapped("qty_delivered"), [2, 2])

    def test_S25_a_job_without_shares_is_as_before(self):
        voucher = self._finish(self._job(line_ids=[self._line(self.part), self._line(self.labour)]))
        self.assertFalse(voucher.line_ids.cover_ids)
        self.assertEqual(self._amounts(voucher), [130, 0, 130, 0])
        self.assertFalse(voucher.insurer_order_id)

    def test_S25_a_locked_order_does_not_change(self):
        """Core asks for its locked fields by the name of a method that is ours as well."""
        self.company.aftersales_invoice_mode = "hand"
        line = self._finish(self._shared_job()).sale_order_id.order_line[:1]
        line.order_id.action_lock()
        for vals in ({"price_unit": 1}, {"product_uom_qty": 9}, {"name": "Another"}):
            with self.subTest(vals=vals), self.assertRefused(UserError, "is locked"):
                line.write(vals)
        line.sequence = 7

    def test_S25_a_share_of_nothing_makes_no_line(self):
        self.other_part.list_price = 0.01
        voucher = self._job(lot_id=self.sound.id, line_ids=[self._line(self.other_part)])
        self._decide(voucher.line_ids, ("maker", 99), ("customer", 1))
        self.assertEqual(voucher.amount_customer, 0)
        self._finish(voucher)
        self.assertFalse(voucher.sale_order_id.order_line)

    def test_S25_who_sees_and_makes_what(self):
        """A technician finishes the job of four payers and reads neither order nor invoice."""
        voucher = self._shared_job()
        mine = self._finish(voucher.with_user(self.technician_user))
        self.assertEqual(mine.state, "done")
        for record in (
            voucher.insurer_order_id,
            voucher.insurer_invoice_id,
            voucher.sale_order_id,
        ):
            with self.subTest(record=record), self.assertRaises(AccessError):
                record.with_user(self.technician_user).read(["name"])
        line = voucher.insurer_order_id.order_line[:1]
        seller = self._user("t_seller", "sales_team.group_sale_manager")
        with self.assertRefused(UserError, "set by the steps of the job only"):
            line.with_user(seller).aftersales_cover_id = False
        order = voucher.insurer_order_id.with_user(self.supervisor)
        self.assertEqual(order.sudo().aftersales_voucher_count, 1)

    def test_S16_warranty_cost_by_model_and_cause(self):
        self.company.aftersales_hourly_cost = 25.0
        voucher = self._shared_job(fault_id=self.fault.id)
        self._finish(voucher)
        report = self.env["aftersales.warranty.cost"]
        self.env.flush_all()
        found = {
            payer: (round(amount, 2), round(cost, 2), round(net, 2), round(goodwill, 2))
            for payer, amount, cost, net, goodwill in report._read_group(
                [("voucher_id", "=", voucher.id)],
                ["payer"],
                ["amount:sum", "cost:sum", "net_cost:sum", "amount_goodwill:sum"],
            )
        }
        self.assertEqual(found["maker"], (90, 54, 54, 0))
        self.assertEqual(found["goodwill"], (49.99, 30, 30, 49.99))
        self.assertEqual(found["insurer"], (76.67, 38.33, 38.33, 0))
        row = report.search([("voucher_id", "=", voucher.id), ("payer", "=", "maker")])
        self.assertEqual((row.product_id, row.fault_id), (self.model, self.fault))
        self.assertEqual((row.line_type, row.payer_partner_id), ("part", self.maker))
        self.assertEqual(row.currency_id, self.company.currency_id)
        with self.assertRaises(AccessError):
            report.with_user(self.technician_user).search([])
        analyst = self._user("t_analyst", "aftersales_service.group_service_analyst")
        self.assertEqual(row.with_user(analyst).amount, 90)
        caller = self._user("t_caller", "aftersales_service.group_service_quality")
        with self.assertRaises(AccessError):
            row.with_user(caller).read(["amount"])
