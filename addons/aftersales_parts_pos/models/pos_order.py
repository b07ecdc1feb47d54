# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import ValidationError


class PosOrder(models.Model):
    """Counter sales keep the rules of parts: restricted, unpriced, at whose list (P2, P7, P9)."""

    _inherit = "pos.order"

    @api.constrains("state", "lines", "partner_id", "pricelist_id")
    def _check_parts(self):
        """What the browser shows before, the server holds: an order over RPC gets no further.

        Open orders may still change their customer and list.

        :raise ValidationError: naming the part or the customer, and what to do
        """
        for order in self:
            if order.state == "cancel":
                continue
            order.lines._refuse_restricted_parts()
            if order.state != "draft":
                order._check_dealer_list()
                order._check_unpriced_parts()

    def _check_dealer_list(self):
        """Dealers' lists are for dealers (P9), as on quotations."""
        self.ensure_one()
        pricelist = self.pricelist_id
        if pricelist.parts_list_kind not in ("settlement", "tier"):
            return
        if not self.partner_id.is_parts_dealer:
            raise ValidationError(
                self.env._(
                    "%(customer)s is no dealer and cannot buy on “%(list)s”: choose the guide "
                    "list, or the dealer as the customer.",
                    customer=self.partner_id.display_name or self.env._("A customer without name"),
                    list=pricelist.name,
                )
            )

    def _check_unpriced_parts(self):
        """A part without a published price is not given away for nothing (P7)."""
        self.ensure_one()
        lines = self.lines._filter_given_away()
        unpriced = lines.product_id.filtered(
            lambda product: self.pricelist_id._is_unpriced_part(product, self.date_order)
        )
        if unpriced:
            raise ValidationError(
                self.env._(
                    "%(parts)s: not priced on “%(list)s” for the day of this order. Take them "
                    "off, or ask the pricing department to publish their prices.",
                    parts=", ".join(unpriced.mapped("display_name")),
                    list=self.pricelist_id.name,
                )
            )
