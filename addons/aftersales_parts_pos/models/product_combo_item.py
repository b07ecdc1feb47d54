# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class ProductComboItem(models.Model):
    """No combination offers a restricted part at the counter (P2)."""

    _inherit = "product.combo.item"

    @api.model
    def _load_pos_data_read(self, records, config):
        allowed = records.filtered(lambda item: item.product_id.part_class != "restricted")
        return super()._load_pos_data_read(allowed, config)
