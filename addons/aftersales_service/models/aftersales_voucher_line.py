# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesVoucherLine(models.Model):
    """What a job took: a part, labour, travel or a fee, at its price without tax.

    Order lines and stock moves are generated from it and linked: no figure is kept twice.
    """

    _name = "aftersales.voucher.line"
    _description = "Line of a Service Voucher"
    _inherit = ["aftersales.protected.mixin"]
    _order = "voucher_id, sequence, id"
    _rec_name = "name"
    _check_company_auto = True

    voucher_id = fields.Many2one(
        "aftersales.voucher", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="voucher_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="voucher_id.currency_id", store=True, precompute=True)
    sequence = fields.Integer(default=10)
    line_type = fields.Selection(
        [("part", "Part"), ("labour", "Labour"), ("travel", "Travel"), ("fee", "Fee")],
        string="Type",
        compute="_compute_line_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Part: leaves the technician's van. Labour, travel and fees are services.",
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        help="Part that was fitted, or the service that was done.",
    )
    name = fields.Char(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    quantity = fields.Float(
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
        digits="Product Unit",
        required=True,
        help="Pieces, hours or kilometres, in the unit of the line.",
    )
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        domain="[('id', 'in', allowed_uom_ids)]",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot / Serial",
        check_company=True,
        index="btree_not_null",
        domain="[('product_id', '=', product_id)]",
        help="Lot or serial number of the part that was fitted.",
    )
    tracking = fields.Selection(related="product_id.tracking")
    location_id = fields.Many2one(
        "stock.location",
        string="Taken From",
        check_company=True,
        help="Van that the part was taken from; empty means that of the job's technician. Only "
        "vans of technicians with an appointment on the job are accepted.",
    )
    price_unit = fields.Float(
        string="Unit Price",
        compute="_compute_price_unit",
        store=True,
        precompute=True,
        min_display_digits="Product Price",
        help="Price from the job's price list, on the day of the call; with tax where the "
        "product's taxes are included in its price.",
    )
    price_subtotal = fields.Monetary(
        string="Subtotal",
        compute="_compute_amounts",
        store=True,
        precompute=True,
        help="Value of the line before tax, whoever pays for it.",
    )
    amount_customer = fields.Monetary(
        string="Customer Pays",
        compute="_compute_amounts",
        store=True,
        precompute=True,
        help="What the customer is charged for the line, before tax.",
    )
    move_ids = fields.One2many("stock.move", "aftersales_voucher_line_id", readonly=True)
    sale_line_ids = fields.One2many("sale.order.line", "aftersales_voucher_line_id", readonly=True)

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity on a line of a job must be above zero."
    )

    # === COMPUTE METHODS === #

    # Type, product and quantity are entered; the fee schedule proposes them for labour (S15).
    def _compute_line_type(self):
        for line in self:
            line.line_type = line.line_type or "part"

    def _compute_product_id(self):
        for line in self:
            line.product_id = line.product_id

    def _compute_quantity(self):
        for line in self:
            line.quantity = line.quantity or 1.0

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            line.name = line.product_id.display_name or line.name

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for line in self:
            line.allowed_uom_ids = line.product_id.uom_id | line.product_id.uom_ids

    @api.depends("product_id", "quantity", "uom_id", "voucher_id.pricelist_id")
    def _compute_price_unit(self):
        """Prices of the lines in few queries; what was signed keeps its price."""
        fixed = self.filtered(lambda line: line.voucher_id._is_frozen())
        for line in fixed:
            line.price_unit = line.price_unit
        prices = (self - fixed)._get_list_prices()
        for line in self - fixed:
            line.price_unit = prices.get(line, 0.0)

    @api.depends("quantity", "price_unit", "currency_id", "voucher_id.service_type")
    def _compute_amounts(self):
        for line in self:
            subtotal = line._get_untaxed_amount()
            line.price_subtotal = line.currency_id.round(subtotal) if line.currency_id else subtotal
            line.amount_customer = line.price_subtotal if line._is_charged() else 0.0

    # === CONSTRAINTS === #

    @api.constrains("line_type", "product_id")
    def _check_line_type(self):
        for line in self:
            if (line.line_type == "part") != (line.product_id.type == "consu"):
                raise ValidationError(
                    self.env._(
                        "%(product)s cannot stand on a line of type %(line_type)s: parts are "
                        "goods; labour, travel and fees are services.",
                        product=line.product_id.display_name,
                        line_type=dict(self._fields["line_type"]._description_selection(self.env))[
                            line.line_type
                        ],
                    )
                )

    @api.constrains("product_id", "uom_id")
    def _check_uom_id(self):
        for line in self:
            if not line.uom_id._has_common_reference(line.product_id.uom_id):
                raise ValidationError(
                    self.env._(
                        "%(product)s cannot be counted in %(uom)s: use %(right)s.",
                        product=line.product_id.display_name,
                        uom=line.uom_id.display_name,
                        right=line.product_id.uom_id.display_name,
                    )
                )

    @api.constrains("product_id", "lot_id")
    def _check_lot_id(self):
        for line in self:
            if line.lot_id and line.lot_id.product_id != line.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial %(lot)s is not one of %(product)s: choose one of its own.",
                        lot=line.lot_id.name,
                        product=line.product_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add lines to jobs that are not done yet.

        :raises UserError: when the customer has signed, or a price is passed
        """
        for vals in vals_list:
            self._check_protected(vals)
        lines = super().create(vals_list)
        lines._check_editable()
        return lines

    def write(self, vals):
        """Change lines of jobs that are not done yet.

        :raises UserError: when the customer has signed, a price is passed, or the line would
            go to another job
        """
        self._check_editable()
        self._check_protected(vals)
        if "voucher_id" in vals and any(line.voucher_id.id != vals["voucher_id"] for line in self):
            raise UserError(
                self.env._("A line stays with its job: delete it here and enter it on the other.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_editable()

    # === BUSINESS METHODS === #

    def _is_charged(self):
        """Does the customer pay this line (S2)? Hook: cover of warranty and contracts per line."""
        self.ensure_one()
        return self.voucher_id.service_type == "A"

    def _get_customer_price(self):
        """Unit price on papers that the customer sees (P9). Hook: the glue gives the guide price.

        :return: price before tax in the job's currency
        """
        self.ensure_one()
        return self.price_unit

    def _get_untaxed_amount(self):
        """Amount before tax, not rounded: what the order line that charges the line will say.

        :return: amount in the job's currency
        """
        self.ensure_one()
        # sudo: a product may have taxes of companies that the user cannot read.
        taxes = self.product_id.sudo().taxes_id._filter_taxes_by_company(self.company_id)
        if not any(taxes.flatten_taxes_hierarchy().mapped("price_include")):
            return self.quantity * self.price_unit
        return taxes.compute_all(
            self.price_unit,
            currency=self.currency_id,
            quantity=self.quantity,
            product=self.product_id,
            partner=self.voucher_id.partner_id,
        )["total_excluded"]

    def _get_list_prices(self):
        """Unit price of each line from its job's price list.

        Lines that agree in list, day, quantity and unit are asked together.

        :return: dict {line: price in the job's currency}
        """
        prices = {}
        priced = self.filtered("product_id")
        for key, lines in priced.grouped(lambda line: line._get_price_key()).items():
            pricelist, quantity, uom, currency, date = key
            found = pricelist._get_products_price(
                lines.product_id, quantity, currency=currency, uom=uom, date=date
            )
            prices.update({line: found[line.product_id.id] for line in lines})
        return prices

    def _get_price_key(self):
        """What decides a price, beside the product."""
        self.ensure_one()
        voucher = self.voucher_id
        return (
            voucher.pricelist_id,
            self.quantity or 1.0,
            self.uom_id or self.product_id.uom_id,
            voucher.currency_id or voucher.company_id.currency_id or self.env.company.currency_id,
            voucher.registered_at or fields.Datetime.now(),
        )

    def _prepare_sale_order_line_vals(self):
        """Values of the order line that charges this line; its price comes from this line."""
        self.ensure_one()
        vals = {
            "product_id": self.product_id.id,
            "name": self.name,
            "product_uom_qty": self.quantity,
            "product_uom_id": self.uom_id.id,
            "aftersales_voucher_line_id": self.id,
        }
        if self.product_id.type == "service":
            vals["qty_delivered"] = self.quantity
        return vals

    def _prepare_stock_move_vals(self, location, location_dest):
        """Values of the move van → customer."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom": self.uom_id.id,
            "product_uom_qty": self.quantity,
            "location_id": location.id,
            "location_dest_id": location_dest.id,
            "company_id": self.company_id.id,
            "origin": self.voucher_id.number,
            "aftersales_voucher_line_id": self.id,
            # sudo: the order line was generated for this very line a moment ago.
            "sale_line_id": self.sudo().sale_line_ids[:1].id,
        }

    def _prepare_stock_move_line_vals(self, move):
        """Values of what moves, with the serial that was fitted."""
        self.ensure_one()
        return {
            "move_id": move.id,
            "picking_id": move.picking_id.id,
            "company_id": move.company_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.uom_id.id,
            "quantity": self.quantity,
            "lot_id": self.lot_id.id,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "picked": True,
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            # Computed and stored: nobody types a price, also not past the form.
            "price_unit",
            "price_subtotal",
            "amount_customer",
            "company_id",
            "currency_id",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("computed from the job's price list, not entered.")

    def _check_editable(self):
        for line in self:
            if line.voucher_id._is_frozen():
                raise UserError(
                    self.env._(
                        "%(voucher)s is %(state)s: its lines do not change any more. Register a "
                        "new job for what is still to be done.",
                        voucher=line.voucher_id.display_name,
                        state=line.voucher_id._get_state_label().lower(),
                    )
                )
