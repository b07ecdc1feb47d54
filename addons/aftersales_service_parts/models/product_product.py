# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class ProductProduct(models.Model):
    """The class of a part says whether it wears out by use (S16)."""

    _inherit = "product.product"

    def _is_aftersales_wearing(self):
        """Parts of the class *wearing* are excluded where a warranty excludes wearing parts."""
        return super()._is_aftersales_wearing() or self.part_class == "wearing"
