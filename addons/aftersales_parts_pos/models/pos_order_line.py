# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import ValidationError


class PosOrderLine(models.Model):
    """No restricted part is sold or taken back at a counter (P2)."""

    _inherit = "pos.order.line"

    @api.constrains("product_id")
    def _check_restricted_part(self):
        """Sold or refunded, from the screen or over RPC."""
        self._refuse_restricted_parts()

    def _refuse_restricted_parts(self):
        """:raise ValidationError: naming the restricted parts and whom to ask"""
        restricted = self.product_id.filtered(lambda product: product.part_class == "restricted")
        if restricted:
            guard = self.env["parts.guard"]
            raise ValidationError(
                self.env._(
                    "%(parts)s: restricted core parts are neither sold nor taken back at a point "
                    "of sale. Take them off the order, return them by a transfer, or ask one of "
                    "their guardians: %(guardians)s.",
                    parts=", ".join(restricted.mapped("display_name")),
                    guardians=guard._get_guardian_names(self.company_id[:1]),
                )
            )

    def _filter_given_away(self):
        """Lines that sell a part for nothing; of a combo the whole has the price."""
        return self.filtered(
            lambda line: (
                line.product_id.part_class
                and line.qty > 0
                and not line.price_unit
                and not line.combo_parent_id
            )
        )
