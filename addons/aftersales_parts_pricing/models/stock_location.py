# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockLocation(models.Model):
    """A location with restricted parts in it cannot become a place outside (P2)."""

    _inherit = "stock.location"

    def write(self, vals):
        """Look again at the restricted pieces below when their place changes its meaning."""
        result = super().write(vals)
        if vals.keys() & {"usage", "location_id", "company_id"}:
            self._check_restricted_stock()
        return result

    def _check_restricted_stock(self):
        """Refuse a change that puts restricted pieces outside.

        :raise UserError: as parts.guard._check_outside
        """
        # sudo: pieces that the user may not see count as well.
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("location_id", "child_of", self.ids),
                    ("product_id.part_class", "=", "restricted"),
                    ("quantity", ">", 0),
                ]
            )
        )
        self.env["parts.guard"]._check_outside(quants)
