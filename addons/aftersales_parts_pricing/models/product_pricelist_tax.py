# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ProductPricelist(models.Model):
    """Published lists say whether their prices include tax (P8)."""

    _inherit = "product.pricelist"

    parts_tax_included = fields.Boolean(
        string="Published Prices Include Tax",
        help="Orders take the tax out of a published price, or put it in, as the taxes of the part "
        "ask for: the customer pays list price + tax + logistics, or list price + logistics where "
        "the list includes tax.",
    )

    def _convert_published_price(self, price, taxes, product):
        """A published price as a price unit of a line with these taxes (P8).

        :param price: as published on this list, with or without tax
        :param taxes: taxes of the product; each says whether a price unit includes it
        :return: float, unrounded: the document is rounded once
        """
        self.ensure_one()
        if not price or not taxes:
            return price
        if all(
            tax.price_include == self.parts_tax_included for tax in taxes.flatten_taxes_hierarchy()
        ):
            return price
        details = self._get_published_tax_details(price, taxes, product)
        return details["total_excluded"] + sum(
            data["tax_amount"] for data in details["taxes_data"] if data["tax"].price_include
        )

    def _get_published_tax_details(self, price, taxes, product):
        """The net and the tax of a published price: Odoo's own figures, unrounded."""
        return taxes.flatten_taxes_hierarchy()._get_tax_details(
            price,
            1.0,
            rounding_method="round_globally",
            product=product,
            special_mode="total_included" if self.parts_tax_included else "total_excluded",
        )
