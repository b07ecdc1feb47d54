# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ProductCategory(models.Model):
    """Families of parts whose old part always comes back when somebody else pays (S17)."""

    _inherit = "product.category"

    old_parts_come_back = fields.Boolean(
        help="Where a maker or supplier pays for a part of this family, the old part must come "
        "back, whatever his terms say (S17). Families below follow.",
    )

    def _brings_old_parts_back(self):
        """Does this family, or one above it, ask for the old part?"""
        families = self.browse(self._get_families())
        return any(families.mapped("old_parts_come_back"))
