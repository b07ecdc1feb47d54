# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockQuant(models.Model):
    """Claimed parts are their maker's, under the same net as customers' goods (S17)."""

    _inherit = "stock.quant"

    def _get_not_owned_refusal(self):
        self.ensure_one()
        if not self.location_id.is_claim_custody:
            return super()._get_not_owned_refusal()
        return self.env._(
            "%(product)s cannot stand in %(location)s: only old parts that their maker owns do, "
            "taken in under Old Parts.",
            product=self.product_id.display_name,
            location=self.location_id.display_name,
        )

    def _get_not_there_refusal(self):
        self.ensure_one()
        if not self.location_id.is_claim_custody:
            return super()._get_not_there_refusal()
        return self.env._(
            "The old %(product)s of %(owner)s is not in %(location)s: look under Old Parts where "
            "it is, or whether it has been sent already.",
            product=" ".join(filter(None, [self.product_id.display_name, self.lot_id.name])),
            owner=self.owner_id.display_name,
            location=self.location_id.display_name,
        )
