# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class ProductProduct(models.Model):
    """Labour is counted in hours wherever its product can be (S15)."""

    _inherit = "product.product"

    def _get_aftersales_hour_uom(self):
        """Unit in which hours of this service are counted.

        :return: the hour where the product is sold by time; else the product's own unit, of which
            one stands for an hour
        """
        self.ensure_one()
        hour = self.env.ref("uom.product_uom_hour", raise_if_not_found=False)
        if hour and hour._has_common_reference(self.uom_id):
            return hour
        return self.uom_id
