# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesVoucher(models.Model):
    """What a job is worth, what the customer pays of it, and the order that charges it (S2, S4)."""

    _inherit = "aftersales.voucher"

    pricelist_id = fields.Many2one(
        "product.pricelist",
        compute="_compute_pricelist_id",
        store=True,
        precompute=True,
        check_company=True,
        help="Price list that gives the prices of the lines: the customer's.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    amount_untaxed = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        precompute=True,
        help="Value of the work before tax, whoever pays for it.",
    )
    amount_customer = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        precompute=True,
        string="Customer Pays",
        help="What the customer is charged before tax: nothing on warranty jobs.",
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Order that charges the job to the customer.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id")
    def _compute_pricelist_id(self):
        fixed = self.filtered(lambda voucher: voucher._is_frozen())
        for voucher in fixed:
            voucher.pricelist_id = voucher.pricelist_id
        pricelists = (self - fixed)._get_pricelists()
        for voucher in self - fixed:
            voucher.pricelist_id = pricelists.get(voucher)

    @api.depends("pricelist_id", "company_id")
    def _compute_currency_id(self):
        for voucher in self:
            voucher.currency_id = voucher.pricelist_id.currency_id or voucher.company_id.currency_id

    @api.depends("line_ids.price_subtotal", "line_ids.amount_customer")
    def _compute_amounts(self):
        for voucher in self:
            voucher.amount_untaxed = sum(voucher.line_ids.mapped("price_subtotal"))
            voucher.amount_customer = sum(voucher.line_ids.mapped("amount_customer"))

    # === ACTIONS === #

    def action_view_sale_order(self):
        """Open the order that charges the job."""
        self.ensure_one()
        return self.sale_order_id._get_records_action()

    # === BUSINESS METHODS === #

    def _create_sale_orders(self):
        """Charge paid jobs (type A): one draft order a voucher, made of its lines (S4)."""
        charged = self.filtered(lambda v: v._get_charged_lines() and not v.sale_order_id)
        for company, vouchers in charged.grouped("company_id").items():
            # sudo: a technician finishes the job without sales rights. Customer, products,
            # quantities and prices all come from the voucher, whose right was checked by write.
            orders = (
                self.env["sale.order"]
                .sudo()
                .with_company(company)
                .create([voucher._prepare_sale_order_vals() for voucher in vouchers])
            )
            for voucher, order in zip(vouchers, orders, strict=True):
                voucher._write_step({"sale_order_id": order.id})

    def _confirm_sale_orders(self):
        """Confirm the orders of these jobs, once their parts have left the van."""
        # sudo: technicians hold no sales rights; the orders are those that these very jobs have
        # made, and their write access was checked.
        orders = self.sudo()._get_orders()
        orders.filtered(lambda order: order.state == "draft").action_confirm()

    @api.model
    def _get_order_fields(self):
        """Field of each payer's order, with that of its one invoice. Hook: another payer.

        :return: dict {name of the order's field: name of the invoice's field}
        """
        return {"sale_order_id": "invoice_id"}

    def _get_orders(self):
        """Orders of these jobs, whoever pays.

        :return: sale.order
        """
        orders = self.env["sale.order"]
        return orders.union(*(self[name] for name in self._get_order_fields()))

    def _get_charged_lines(self):
        """Lines that the customer pays. Hook: contracts and cover refine it."""
        self.ensure_one()
        return self.line_ids.filtered(lambda line: line._is_charged())

    def _prepare_sale_order_vals(self):
        """Values of the order that charges this job."""
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "pricelist_id": self.pricelist_id.id,
            "origin": self.number,
            "client_order_ref": self.number,
            "user_id": False,
            "order_line": [
                fields.Command.create(vals)
                for line in self._get_charged_lines()
                for vals in line._prepare_payer_lines_vals("customer")
            ],
        }

    def _get_pricelists(self):
        """Price list of each job's lines: the customer's. Hook: the glue gives the guide list.

        :return: dict {voucher: product.pricelist}
        """
        return {
            voucher: voucher.partner_id.with_company(company).property_product_pricelist
            for company, vouchers in self.grouped("company_id").items()
            for voucher in vouchers
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "pricelist_id",
            "currency_id",
            "amount_untaxed",
            "amount_customer",
            "sale_order_id",
        }
