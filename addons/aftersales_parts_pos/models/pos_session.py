# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class PosSession(models.Model):
    """Products that are loaded later bring the same data of their lists as the first ones."""

    _inherit = "pos.session"

    def get_pos_ui_product_pricelist_item_by_product(
        self, product_tmpl_ids, product_ids, config_id
    ):
        """Lists are read with what core leaves out here: currency rate, and who may be sold on."""
        result = super().get_pos_ui_product_pricelist_item_by_product(
            product_tmpl_ids, product_ids, config_id
        )
        pricelists = self.env["product.pricelist"]
        found = pricelists.browse([values["id"] for values in result["product.pricelist"]])
        config = self.env["pos.config"].browse(config_id)
        result["product.pricelist"] = pricelists._load_pos_data_read(found, config)
        return result
