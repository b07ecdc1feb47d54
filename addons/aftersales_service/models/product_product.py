# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """Labour is counted in hours (S15); what customers left with us is not on hand (S5)."""

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

    def _is_aftersales_wearing(self):
        """Does the part wear out by use (S16)? Hook: other add-ons know classes of parts."""
        self.ensure_one()
        return self.product_tmpl_id.aftersales_is_wearing

    def _get_domain_locations_new(self, location_ids):
        """Leave customers' goods out of what is on hand, comes in and goes out (S5).

        Otherwise orders would be promised from them, reordering rules would wait for them, and
        first in, first out would value them: it counts what is on hand, whoever owns it.
        """
        quants, moves_in, moves_out = super()._get_domain_locations_new(location_ids)
        custody = [("is_customer_goods", "=", True)]
        return (
            quants & Domain("location_id", "not any", custody),
            moves_in & Domain("location_dest_id", "not any", custody),
            moves_out & Domain("location_id", "not any", custody),
        )
