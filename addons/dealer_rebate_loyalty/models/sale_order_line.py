# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class SaleOrderLine(models.Model):
    """What of an order line came back (R5)."""

    _inherit = "sale.order.line"

    def _get_returned(self):
        """(untaxed amount, quantity) credited and not invoiced again, in order currency and unit.

        A credit note below the price of the order is an allowance: goods stay with the customer,
        so that its quantity counts for nothing.
        """
        self.ensure_one()
        amounts, quantities = {}, {}
        for item in self.invoice_lines.filtered(lambda item: item.parent_state == "posted"):
            kind = item.move_id.move_type
            amount = item.currency_id._convert(
                item.price_subtotal, self.currency_id, self.company_id, item.move_id.invoice_date
            )
            quantity = item.product_uom_id._compute_quantity(item.quantity, self.product_uom_id)
            amounts[kind] = amounts.get(kind, 0) + amount
            if self._is_at_full_price(amount, quantity):
                quantities[kind] = quantities.get(kind, 0) + quantity
        again = max(amounts.get("out_invoice", 0) - self.price_subtotal, 0)
        quantity_again = max(quantities.get("out_invoice", 0) - self.product_uom_qty, 0)
        amount = self.currency_id.round(amounts.get("out_refund", 0) - again)
        quantity = quantities.get("out_refund", 0) - quantity_again
        return max(amount, 0), max(quantity, 0)

    def _is_at_full_price(self, amount, quantity):
        """Whether a document's line has the price of the order, to the cent."""
        expected = self.price_reduce_taxexcl * quantity
        return self.currency_id.compare_amounts(amount, expected) >= 0

    def _copy_without(self, line, amount, quantity):
        """Bring a copy of this line to what was kept of it.

        :param line: new record with this line as its origin
        :param amount: untaxed amount that was credited
        :param quantity: quantity that came back
        """
        kept = max(self.product_uom_qty - quantity, 0)
        at_full_price = self.price_reduce_taxexcl * kept
        price = self.price_unit
        if at_full_price:
            price *= max(self.price_subtotal - amount, 0) / at_full_price
        line.product_uom_qty = kept
        line.price_unit = price
