# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class StockMoveLine(models.Model):
    """Units that were taken back under warranty leave for scrap or to their maker (S16)."""

    _inherit = "stock.move.line"

    def _check_customer_goods(self):
        """What was taken back has no value, and gets none by being moved.

        :raises UserError: where it would go anywhere else
        """
        leaving = self.filtered(
            lambda line: line._is_taken_back() and not line.location_dest_id.is_customer_goods
        )
        for line in leaving:
            if line.location_dest_id.usage not in ("inventory", "supplier"):
                raise UserError(
                    self.env._(
                        "%(unit)s was taken back from %(owner)s under warranty and has no value in "
                        "our stock: scrap it, or send it to its maker.",
                        unit=" ".join(
                            filter(None, [line.product_id.display_name, line.lot_id.name])
                        ),
                        owner=line.owner_id.display_name or self.env._("a customer"),
                    )
                )
        return super(StockMoveLine, self - leaving)._check_customer_goods()

    def _is_taken_back(self):
        """Does it stand among the units that were taken back?"""
        self.ensure_one()
        place = self.location_id
        return bool(place) and place == place.warehouse_id.taken_back_location_id
