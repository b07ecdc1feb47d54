# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class SaleOrderCouponPoints(models.Model):
    """Points of an order on a card; those of returned goods were taken back (R5)."""

    _inherit = "sale.order.coupon.points"

    points_returned = fields.Float(
        readonly=True,
        help="What the order had earned by goods that came back, taken off the points.",
    )

    def _take_back(self, points):
        """Take points off the order and its card, as far as the card still has them.

        :param points: points to take; negative ones are given again
        :return: points that could be taken
        """
        self.ensure_one()
        taken = min(points, max(self.coupon_id.points, 0))
        if not taken:
            return 0
        self.coupon_id.points -= taken
        self.points -= taken
        self.points_returned += taken
        return taken
