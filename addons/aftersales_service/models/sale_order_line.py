# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class SaleOrderLine(models.Model):
    """A line that charges a line of a job takes its price from there, whatever recomputes it."""

    _name = "sale.order.line"
    _inherit = ["aftersales.voucher.line.mixin", "sale.order.line"]

    def _get_display_price(self):
        """Price the customer signed for: a later change of quantity must not bring back another."""
        if self.aftersales_voucher_line_id:
            # sudo: a seller may recompute an order without reading service vouchers; the price
            # is on the order already.
            return self.aftersales_voucher_line_id.sudo().price_unit
        return super()._get_display_price()

    @api.depends("aftersales_voucher_line_id")
    def _compute_discount(self):
        """No second discount: the price of the job's line is the price after the pricelist."""
        service_lines = self.filtered("aftersales_voucher_line_id")
        service_lines.discount = 0.0
        return super(SaleOrderLine, self - service_lines)._compute_discount()
