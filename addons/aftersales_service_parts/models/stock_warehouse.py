# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StockWarehouse(models.Model):
    """Each warehouse can issue parts to technicians' vans (P11)."""

    _inherit = "stock.warehouse"

    parts_van_type_id = fields.Many2one(
        "stock.picking.type", string="Issues to Technicians", check_company=True, copy=False
    )

    def _get_parts_type_vals(self):
        """From stock into a van; which one, the technician on the transfer says."""
        vals = self._get_parts_one_type_vals(
            self.env._("Issues to Technicians"), "VAN", self.lot_stock_id, self.lot_stock_id
        )
        van = vals | {"parts_transfer_step": "van", "create_backorder": "never"}
        return super()._get_parts_type_vals() | {"parts_van_type_id": van}
