# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class ProductCategory(models.Model):
    """A model family of the fee schedule (S15)."""

    _inherit = "product.category"

    def _get_families(self):
        """Ids of the category and those above it, the nearest first."""
        path = (self.parent_path or "").split("/")
        return [int(part) for part in reversed(path) if part]
