# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

CHAIN = {"base", "base_pricelist_id", "compute_price"}


class ProductPricelistItem(models.Model):
    """A rule that leads to another list changes what the browsers need to know."""

    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        """Points of sale get the lists that new rules start from."""
        rules = super().create(vals_list)
        rules._reload_points_of_sale()
        return rules

    def write(self, vals):
        """Points of sale get the lists that rules start from now."""
        result = super().write(vals)
        if CHAIN & vals.keys():
            self._reload_points_of_sale()
        return result

    def _reload_points_of_sale(self):
        chained = self.filtered(lambda rule: rule.base in ("pricelist", "published_price"))
        if chained:
            # sudo: who keeps pricelists need not know the points of sale.
            configs = self.env["pos.config"].sudo()
            configs._search_by_pricelists(chained.pricelist_id)._reload_loaded_data()
