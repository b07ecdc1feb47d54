# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    """Orders refuse restricted parts (P2) and parts without a published price (P7)."""

    _inherit = "sale.order"

    parts_warning = fields.Text(
        compute="_compute_parts_warning",
        groups="base.group_user",
        help="Why this order cannot be confirmed: restricted or unpriced parts.",
    )

    @api.depends("order_line.product_id", "pricelist_id", "date_order", "state")
    def _compute_parts_warning(self):
        for order in self:
            order.parts_warning = (
                order._get_parts_error_message() if order.state in ("draft", "sent") else False
            )

    def _get_product_catalog_domain(self):
        """Restricted parts are not in the catalogue of orders (P2)."""
        return super()._get_product_catalog_domain() & Domain("part_class", "!=", "restricted")

    def _confirmation_error_message(self):
        return super()._confirmation_error_message() or self._get_parts_error_message()

    def _get_parts_error_message(self):
        """Why the parts on this order stand in its way; False when they do not.

        A kindness: the guard on stock stands behind it.
        """
        self.ensure_one()
        part_lines = self.order_line.filtered(
            lambda line: line.product_id.part_class and not line.is_downpayment
        )
        if not part_lines:
            return False
        restricted = part_lines.product_id.filtered(
            lambda product: product.part_class == "restricted"
        )
        if restricted:
            return self._get_restricted_message(restricted)
        unpriced = part_lines._filter_unpriced().product_id
        if unpriced:
            return self.env._(
                "%(parts)s: not priced on “%(list)s” for the day of this order. Take them off, or "
                "ask the pricing department to publish their prices.",
                parts=", ".join(unpriced.mapped("display_name")),
                list=self.pricelist_id.name,
            )
        return False

    def _get_restricted_message(self, parts):
        """Sentence for restricted parts on an order: which, why not, whom to ask (P2)."""
        return self.env._(
            "%(parts)s: restricted core parts are neither quoted nor sold nor delivered. Take them "
            "off the order, or ask one of their guardians: %(guardians)s.",
            parts=", ".join(parts.mapped("display_name")),
            guardians=self.env["parts.guard"]._get_guardian_names(self.company_id),
        )
