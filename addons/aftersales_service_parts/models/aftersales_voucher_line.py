# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.aftersales_parts_pricing.models.parts_guard import PartMovement


class AftersalesVoucherLine(models.Model):
    """Part lines show both published prices, and no restricted part gets on them."""

    _inherit = "aftersales.voucher.line"

    guide_price = fields.Float(
        compute="_compute_published_prices",
        min_display_digits="Product Price",
        help="Published market guide price on the day of the call, per unit of the line, before "
        "tax; 0 where the part is not priced.",
    )
    settlement_price = fields.Float(
        compute="_compute_published_prices",
        min_display_digits="Product Price",
        groups="aftersales_service.group_service_clerk,aftersales_parts_pricing.group_parts_user",
        help="Published dealer settlement price on the day of the call, per unit of the line, "
        "before tax. For the company and its channel only (P9).",
    )

    @api.depends(
        "product_id",
        "uom_id",
        "currency_id",
        "voucher_id.registered_at",
        "voucher_id.outlet_id",
        "voucher_id.company_id",
    )
    def _compute_published_prices(self):
        """Both prices of the day of the call, two queries a job."""
        self.guide_price = self.settlement_price = 0.0
        parts = self.filtered("product_id.part_class")
        for voucher, lines in parts.grouped("voucher_id").items():
            pricelists = self.env["product.pricelist"].with_company(voucher.company_id)
            lines._set_published_price("guide_price", pricelists._get_guide_pricelist())
            lines._set_published_price("settlement_price", voucher._get_settlement_pricelist())

    def _set_published_price(self, field, pricelist):
        """Fill a price field from one published list, in the line's unit and currency."""
        if not pricelist:
            return
        date = self.voucher_id.registered_at or fields.Datetime.now()
        prices = pricelist._get_published_prices(self.product_id, date)
        for line in self:
            price = prices.get(line.product_id)
            if not price:
                continue
            price = line.product_id.uom_id._compute_price(price, line.uom_id)
            currency = line.currency_id or pricelist.currency_id
            if currency != pricelist.currency_id:
                company = line.voucher_id.company_id
                price = pricelist.currency_id._convert(price, currency, company, date, round=False)
            line[field] = price

    @api.constrains("product_id", "quantity", "voucher_id")
    def _check_restricted_part(self):
        """P2: a restricted part does not get on a job; the guard says why and whom to ask."""
        restricted = self.filtered(lambda line: line.product_id.part_class == "restricted")
        self.env["parts.guard"]._check_movements(restricted._prepare_part_movements())

    @api.constrains("product_id", "voucher_id")
    def _check_priced_part(self):
        """P7: a part that is not published has no price to charge."""
        for line in self:
            if (
                line._is_charged()
                and line.product_id.part_class not in (False, "restricted")
                and line.voucher_id.pricelist_id.parts_list_kind == "guide"
                and not line.guide_price
            ):
                raise ValidationError(
                    self.env._(
                        "%(part)s is not priced on “%(list)s” on the day of %(voucher)s. Take it "
                        "off, or ask the pricing department to publish its price.",
                        part=line.product_id.display_name,
                        list=line.voucher_id.pricelist_id.name,
                        voucher=line.voucher_id.display_name,
                    )
                )

    def _prepare_part_movements(self):
        """The ways the parts would go: from the van, or the warehouse, to the customer."""
        # sudo: the guard compares places, nothing of them is shown beyond their names.
        warehouses = self.env["stock.warehouse"].sudo()
        stocks = {
            warehouse.company_id: warehouse.lot_stock_id
            for warehouse in warehouses.search(
                [("company_id", "in", self.voucher_id.company_id.ids)], order="sequence desc"
            )
        }
        return [
            line._prepare_part_movement(stocks.get(line.voucher_id.company_id)) for line in self
        ]

    def _prepare_part_movement(self, stock):
        """See :meth:`_prepare_part_movements`.

        :param stock: stock.location of the company's warehouse, for a job without a van
        """
        self.ensure_one()
        voucher = self.voucher_id
        nowhere = self.env["stock.location"]
        partner = voucher.partner_id.with_company(voucher.company_id)
        customers = partner._fields["property_stock_customer"]
        return PartMovement(
            product=self.product_id,
            quantity=self.quantity,
            location=self.location_id or voucher._get_van() or stock or nowhere,
            location_dest=partner.property_stock_customer
            or customers.get_company_dependent_fallback(partner),
            partner=partner,
            job="service",
        )
