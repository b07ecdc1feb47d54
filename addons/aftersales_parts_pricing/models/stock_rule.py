# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockRule(models.Model):
    """The receipt of a transfer ends where the transfer was sent to (P11)."""

    _inherit = "stock.rule"

    def _push_prepare_move_copy_values(self, move_to_copy, new_date):
        """Take the end of the way from the shipment, and its frozen prices with it."""
        vals = super()._push_prepare_move_copy_values(move_to_copy, new_date)
        if self.picking_type_id.parts_transfer_step == "receive":
            vals |= move_to_copy._get_frozen_vals()
            if move_to_copy.location_final_id:
                vals["location_dest_id"] = move_to_copy.location_final_id.id
                vals["location_final_id"] = False
        return vals
