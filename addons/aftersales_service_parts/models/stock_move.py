# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from odoo.addons.aftersales_parts_pricing.models.parts_guard import PartMovement


class StockMove(models.Model):
    """A restricted part that a repair in our base uses up is neither quoted nor sold (P2)."""

    _inherit = "stock.move"

    def _create_repair_sale_order_line(self):
        """The repair order keeps the part; its quotation charges the work."""
        sold = self.filtered(lambda move: move.product_id.part_class != "restricted")
        return super(StockMove, sold)._create_repair_sale_order_line()

    def _prepare_repair_part_movement(self):
        """The way that a part of a repair order is about to go (P2)."""
        self.ensure_one()
        return PartMovement(
            product=self.product_id,
            quantity=self.product_qty,
            location=self.location_id,
            location_dest=self.location_dest_id,
            partner=self.repair_id.partner_id,
            job="production",
            is_consumption=True,
        )
