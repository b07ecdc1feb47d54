# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

SELLERS = "aftersales_parts_pricing.group_parts_user,sales_team.group_sale_salesman"


class SaleOrderLine(models.Model):
    """A dealer's lines show what its users are quoted, and what it earns between (P7, P9)."""

    _inherit = "sale.order.line"

    guide_price_unit = fields.Float(
        string="Guide Price",
        compute="_compute_guide_price",
        min_display_digits="Product Price",
        groups=SELLERS,
        help="Market guide price of the day of the order, per unit of the line, in the order's "
        "currency; 0 when the part is not on the guide list.",
    )
    dealer_margin = fields.Monetary(
        compute="_compute_guide_price",
        groups=SELLERS,
        help="What the dealer earns when it sells at the guide price: without tax, for the whole "
        "line. It says nothing about what the part costs us.",
    )
    dealer_margin_percent = fields.Float(
        string="Dealer Margin (%)",
        compute="_compute_guide_price",
        digits=(16, 1),
        groups=SELLERS,
        help="Dealer margin in percent of the guide price.",
    )

    @api.depends(
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "price_subtotal",
        "tax_ids",
        "order_id.partner_id",
        "order_id.date_order",
        "order_id.currency_id",
    )
    def _compute_guide_price(self):
        priced = {}
        for order in self.order_id:
            lines = self.filtered(lambda line, order=order: line.order_id == order)
            priced |= lines._get_guide_prices(order)
        for line in self:
            price, net = priced.get(line, (0.0, 0.0))
            line.guide_price_unit = price
            guide_total = net * line.product_uom_qty
            margin = guide_total - line.price_subtotal if price else 0.0
            line.dealer_margin = line.currency_id.round(margin) if line.currency_id else margin
            line.dealer_margin_percent = 100 * margin / guide_total if guide_total else 0.0

    def _get_guide_prices(self, order):
        """Guide prices of an order's lines, in one query.

        :return: {line: (price as on the guide list, price without tax)} per unit of the line, in
            the order's currency; only a dealer's lines with a part on the list
        """
        parts = self.filtered(lambda line: line.product_id.part_class)
        if not parts or not order.is_dealer_order:
            return {}
        guide = self.env["product.pricelist"].with_company(order.company_id)._get_guide_pricelist()
        if not guide:
            return {}
        # sudo: the list's own settings and the guide prices of the very parts that are quoted.
        guide = guide.sudo()
        published = guide._get_published_prices(parts.product_id, order.date_order)
        prices = {}
        for line in parts:
            price = published.get(line.product_id.sudo()) or published.get(line.product_id)
            if price:
                prices[line] = line._convert_guide_price(guide, price, order)
        return prices

    def _convert_guide_price(self, guide, price, order):
        product = self.product_id
        if self.product_uom_id and self.product_uom_id != product.uom_id:
            price = product.uom_id._compute_price(price, self.product_uom_id)
        if order.currency_id and order.currency_id != guide.currency_id:
            price = guide.currency_id._convert(
                price, order.currency_id, order.company_id, order.date_order, round=False
            )
        taxes = self.tax_ids
        details = guide._get_published_tax_details(price, taxes, product) if taxes else None
        return price, details["total_excluded"] if details else price

    def _get_pricelist_price(self):
        """A published price comes with or without tax as its list says (P8)."""
        price = super()._get_pricelist_price()
        rule = self.pricelist_item_id
        if not price or not self.product_id.part_class or not rule:
            return price
        taxes = self.product_id.taxes_id._filter_taxes_by_company(self.company_id)
        if not taxes:
            return price
        published = rule._get_published_rule(
            self.product_id,
            self.product_uom_qty or 1.0,
            self.product_uom_id,
            self._get_order_date(),
        )
        if not published:
            return price
        return published.pricelist_id._convert_published_price(price, taxes, self.product_id)

    def _get_quotation_kind(self):
        """Where the line stands on a quotation: parts, logistics or other (P8)."""
        self.ensure_one()
        if self.product_id.is_logistics:
            return "logistics"
        return "parts" if self.product_id.part_class else "other"
