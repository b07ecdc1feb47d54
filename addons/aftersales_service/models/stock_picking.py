# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockPicking(models.Model):
    """Deliveries of parts used on site: the customer stood by and signed."""

    _inherit = "stock.picking"

    def _send_confirmation_email(self):
        """No "your order was shipped" mail for parts that a technician fitted on site."""
        shipped = self.filtered(lambda picking: not picking.move_ids.aftersales_voucher_line_id)
        return super(StockPicking, shipped)._send_confirmation_email()
