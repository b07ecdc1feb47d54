# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class ProductProduct(models.Model):
    """Restricted parts do not reach the point of sale (P2)."""

    _inherit = "product.product"

    @api.model
    def _load_pos_data_read(self, records, config):
        """As their templates: restricted variants stay behind."""
        templates = records.product_tmpl_id
        return templates._read_without_restricted(
            super()._load_pos_data_read,
            records,
            config,
            records.filtered(lambda product: product.product_tmpl_id._is_restricted_part()),
        )

    def _unrelevant_records(self, config):
        """What a browser still has of a part that became restricted is thrown away."""
        restricted = self.filtered(lambda product: product.part_class == "restricted")
        return [*super()._unrelevant_records(config), *restricted.ids]
