# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockMove(models.Model):
    """A restricted part that a repair in our base uses up is neither quoted nor sold (P2)."""

    _inherit = "stock.move"

    def _create_repair_sale_order_line(self):
        """The repair order keeps the part; its quotation charges the work."""
        sold = self.filtered(lambda move: move.product_id.part_class != "restricted")
        return super(StockMove, sold)._create_repair_sale_order_line()
