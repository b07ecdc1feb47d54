# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class ProductPricelistWhy(models.Model):
    """Why a list gives the price it gives, for any product, quantity and day."""

    _inherit = "product.pricelist"

    def _explain_price(self, product, quantity, uom, date, currency):
        """The steps from the start of the price to the price, through chained lists.

        :return: list of (sentence, amount, is it for the pricing department only?)
        """
        rule = self.env["product.pricelist.item"].browse(
            self._get_product_rule(product, quantity=quantity, uom=uom, date=date)
        )
        if rule:
            return rule._explain(product, quantity, uom, date, currency)
        price = self._get_product_price(product, quantity, currency=currency, uom=uom, date=date)
        if self:
            sentence = self.env._(
                "No rule of “%s” is for this product: its sales price.", self.name
            )
        else:
            sentence = self.env._("No price list: the sales price of the product.")
        return [(sentence, price, False)]
