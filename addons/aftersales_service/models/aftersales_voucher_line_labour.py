# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesVoucherLine(models.Model):
    """Labour proposed from the fee schedule: standard hours × rate, frozen as prices are (S15)."""

    _inherit = "aftersales.voucher.line"

    operation_id = fields.Many2one(
        "aftersales.operation",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Operation of the fee schedule; proposes product, hours and rate.",
    )
    operation_fee_id = fields.Many2one(
        "aftersales.operation.fee",
        string="Fee",
        compute="_compute_operation_fee_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Fee that held for the unit's model family on the day of the call.",
    )
    standard_hours = fields.Float(
        compute="_compute_standard_hours",
        store=True,
        precompute=True,
        help="Hours by the book; the quantity says what is charged.",
    )

    # === COMPUTE METHODS === #

    @api.depends("operation_id", "voucher_id.product_id")
    def _compute_operation_fee_id(self):
        lines = self.filtered(lambda line: not line.voucher_id._is_frozen())
        keys = {line: line._get_fee_key() for line in lines.filtered("operation_id")}
        fees = self.env["aftersales.operation"]._get_fees(keys.values())
        for line in self - lines:
            line.operation_fee_id = line.operation_fee_id
        for line in lines:
            line.operation_fee_id = fees.get(keys.get(line))

    @api.depends("operation_fee_id")
    def _compute_standard_hours(self):
        for line in self:
            line.standard_hours = line.operation_fee_id.standard_hours

    @api.depends("operation_id")
    def _compute_line_type(self):
        labour = self.filtered("operation_id")
        labour.line_type = "labour"
        return super(AftersalesVoucherLine, self - labour)._compute_line_type()

    @api.depends("operation_id")
    def _compute_product_id(self):
        labour = self.filtered("operation_id")
        for line in labour:
            line.product_id = line.operation_id.product_id
        return super(AftersalesVoucherLine, self - labour)._compute_product_id()

    @api.depends("operation_id")
    def _compute_name(self):
        labour = self.filtered("operation_id")
        for line in labour:
            line.name = line.operation_id.display_name
        return super(AftersalesVoucherLine, self - labour)._compute_name()

    @api.depends("operation_id")
    def _compute_quantity(self):
        """Hours by the book, to begin with; what it really took is entered over it."""
        labour = self.filtered("operation_fee_id")
        for line in labour:
            line.quantity = line.standard_hours
        return super(AftersalesVoucherLine, self - labour)._compute_quantity()

    @api.depends("operation_id")
    def _compute_uom_id(self):
        labour = self.filtered("operation_id")
        for line in labour:
            line.uom_id = line.operation_id.product_id._get_aftersales_hour_uom()
        return super(AftersalesVoucherLine, self - labour)._compute_uom_id()

    @api.depends("operation_id")
    def _compute_allowed_uom_ids(self):
        result = super()._compute_allowed_uom_ids()
        for line in self.filtered("operation_id"):
            line.allowed_uom_ids |= line.operation_id.product_id._get_aftersales_hour_uom()
        return result

    @api.depends("operation_fee_id")
    def _compute_price_unit(self):
        return super()._compute_price_unit()

    # === CONSTRAINTS === #

    @api.constrains("operation_id", "operation_fee_id", "product_id")
    def _check_operation_id(self):
        for line in self.filtered("operation_id"):
            if line.product_id != line.operation_id.product_id:
                raise ValidationError(
                    self.env._(
                        "%(operation)s is charged as %(right)s, not as %(product)s: leave the "
                        "product as it is, or take the operation off the line.",
                        operation=line.operation_id.display_name,
                        right=line.operation_id.product_id.display_name,
                        product=line.product_id.display_name,
                    )
                )
            if not line.operation_fee_id:
                raise ValidationError(
                    self.env._(
                        "The fee schedule has no fee of %(operation)s for %(model)s on the day of "
                        "%(voucher)s: choose another operation, or have the fee entered.",
                        operation=line.operation_id.display_name,
                        model=line.voucher_id.product_id.display_name
                        or self.env._("an unknown model"),
                        voucher=line.voucher_id.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    def _get_fee_key(self):
        """What decides the fee: operation, model family, day of the call."""
        self.ensure_one()
        voucher = self.voucher_id
        company = voucher.company_id or self.env.company
        day = company._get_aftersales_date(voucher.registered_at or fields.Datetime.now())
        return (self.operation_id, voucher.product_id.categ_id, day)

    def _get_list_prices(self):
        """Lines whose fee has a rate of its own do not ask the price list."""
        own = self.filtered(lambda line: line.operation_fee_id.rate_source == "own")
        prices = super(AftersalesVoucherLine, self - own)._get_list_prices()
        prices.update({line: line._get_fee_price() for line in own})
        return prices

    def _get_fee_price(self):
        """Rate of the fee in the line's unit and the job's currency, not rounded."""
        self.ensure_one()
        fee = self.operation_fee_id
        hour = self.operation_id.product_id._get_aftersales_hour_uom()
        uom = self.uom_id or hour
        price = hour._compute_price(fee.rate, uom) if uom != hour else fee.rate
        voucher = self.voucher_id
        currency = voucher.currency_id or fee.currency_id
        if currency != fee.currency_id:
            day = voucher.registered_at or fields.Datetime.now()
            price = fee.currency_id._convert(price, currency, voucher.company_id, day, round=False)
        return price

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"operation_fee_id", "standard_hours"}
