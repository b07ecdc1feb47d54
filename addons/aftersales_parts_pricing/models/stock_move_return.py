# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockMove(models.Model):
    """Delivered lines know how many of their pieces may still come back."""

    _inherit = "stock.move"

    def _get_returnable_quantity(self, request=None):
        """Pieces of this done move that are neither back, nor on their way, nor asked for.

        :param request: a parts.return.request that is left out of the count
        :return: in the unit of the move
        """
        self.ensure_one()
        if self.state != "done":
            return 0.0
        returned = sum(
            move.product_uom._compute_quantity(
                move.quantity if move.state == "done" else move.product_uom_qty, self.product_uom
            )
            for move in self.returned_move_ids
            if move.state != "cancel"
        )
        # sudo: only how many are asked for; who asked stays with those who may read requests.
        asked = self.env["parts.return.request"].sudo()
        others = asked.search([("move_id", "=", self.id), ("state", "=", "requested")])
        if request:
            others -= request
        return self.quantity - returned - sum(others.mapped("quantity"))
