# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AftersalesVoucherLine(models.Model):
    """What each payer of a line is charged, to the cent (S4, S25)."""

    _inherit = "aftersales.voucher.line"

    # === BUSINESS METHODS === #

    def _prepare_payer_lines_vals(self, payer):
        """Values of the order lines that charge a payer's shares of this line.

        :param str payer: key of ``aftersales.cover.payer``
        :return: list of values; a line that nobody shares is the customer's as a whole
        """
        self.ensure_one()
        vals = self._prepare_sale_order_line_vals()
        if not self.cover_ids:
            return [vals] if payer == "customer" and self._is_charged() else []
        return [
            {
                **vals,
                "name": "\n".join(filter(None, [self.name, row.clause])),
                "aftersales_cover_id": row.id,
            }
            for row in self.cover_ids
            if row.payer == payer and not self.currency_id.is_zero(row.amount)
        ]

    def _get_payer_price(self, amount):
        """Unit price that charges an amount for the whole quantity of this line.

        The order line that carries it comes to the amount again, to the cent, also where the
        product's taxes are included in its price.

        :param float amount: amount before tax, in the job's currency
        :return: price in the job's currency, not rounded, with the taxes that the product's price
            includes
        """
        self.ensure_one()
        if not self.currency_id.compare_amounts(amount, self.price_subtotal):
            return self.price_unit
        price = amount / self.quantity
        # sudo: a product may have taxes of companies that the user cannot read.
        product = self.product_id.sudo()
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        if not any(taxes.flatten_taxes_hierarchy().mapped("price_include")):
            return price
        details = taxes._get_tax_details(
            price,
            1.0,
            rounding_method="round_globally",
            product=product,
            special_mode="total_excluded",
        )
        return price + sum(
            tax["tax_amount"] for tax in details["taxes_data"] if tax["tax"].price_include
        )

    def _prepare_base_lines(self, fiscal_position):
        """This line for Odoo's tax computation: the customer's share of it."""
        self.ensure_one()
        rows = self.cover_ids.filtered(lambda row: row.payer == "customer")
        if not self.cover_ids:
            return super()._prepare_base_lines(fiscal_position)
        return [
            self._prepare_base_line(fiscal_position, self._get_payer_price(row.amount))
            for row in rows
        ]
