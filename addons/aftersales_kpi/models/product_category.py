# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ProductCategory(models.Model):
    """What the goods of a category are in the figures: a part, oil, an accessory (K9, K20, K22)."""

    _inherit = "product.category"

    aftersales_own_group = fields.Selection(
        "_selection_aftersales_group",
        string="Product Group",
        help="What goods of this category, and of those below it, count as in the figures of "
        "sales: parts, care products, oil, accessories, units. Empty: as the category above. "
        "Accessories are without care and cleaning products (K9).",
    )
    aftersales_product_group = fields.Selection(
        "_selection_aftersales_group",
        string="Counts As",
        compute="_compute_aftersales_product_group",
        inverse="_inverse_aftersales_product_group",
        store=True,
        recursive=True,
        help="Product group of this category, its own or that of a category above.",
    )

    @api.depends("aftersales_own_group", "parent_id.aftersales_product_group")
    def _compute_aftersales_product_group(self):
        for category in self:
            category.aftersales_product_group = (
                category.aftersales_own_group or category.parent_id.aftersales_product_group
            )

    def _inverse_aftersales_product_group(self):
        for category in self:
            category.aftersales_own_group = category.aftersales_product_group

    @api.model
    def _selection_aftersales_group(self):
        """Groups of goods that figures tell apart. Hook for more."""
        return [
            ("part", self.env._("Parts")),
            ("care", self.env._("Care and Cleaning Products")),
            ("oil", self.env._("Oil")),
            ("accessory", self.env._("Accessories")),
            ("unit", self.env._("Units: Machines, Vehicles")),
            ("other", self.env._("Other")),
        ]
