# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import ValidationError


class SaleOrderLine(models.Model):
    """Lines find the published prices of their whole order in one query; none is restricted."""

    _inherit = "sale.order.line"

    @api.constrains("product_id")
    def _check_restricted_part(self):
        """A restricted core part does not get on a quotation, whoever writes it (P2)."""
        self._refuse_restricted_parts()

    def _refuse_restricted_parts(self):
        """:raise ValidationError: naming the restricted parts and whom to ask"""
        restricted = self.product_id.filtered(lambda product: product.part_class == "restricted")
        if restricted:
            raise ValidationError(self.order_id[:1]._get_restricted_message(restricted))

    @api.model
    def _domain_product_id(self):
        """Restricted parts are not among the products that one may choose (P2)."""
        return [*super()._domain_product_id(), ("part_class", "!=", "restricted")]

    def _compute_price_unit(self):
        for order in self.order_id:
            lines = self.filtered(lambda line, order=order: line.order_id == order)
            parts = lines.product_id.filtered("part_class")
            if len(parts) > 1 and order.pricelist_id:
                order.pricelist_id._prefetch_published_prices(parts, order.date_order)
        return super()._compute_price_unit()

    def _filter_unpriced(self):
        """Lines whose pricelist rule asks for a published price that does not exist (P7).

        The rules are searched once an order, as _compute_price_rule does.
        """
        unpriced = self.browse()
        for order in self.order_id:
            pricelist = order.pricelist_id
            if not pricelist or not pricelist._may_lead_to_published_prices():
                continue
            lines = self.filtered(lambda line, order=order: line.order_id == order)
            rules = pricelist._get_applicable_rules(lines.product_id, order.date_order)
            pricelist._prefetch_published_prices(lines.product_id, order.date_order, rules)
            unpriced |= lines.filtered(lambda line, rules=rules: line._is_unpriced(rules))
        return unpriced

    def _is_unpriced(self, rules):
        """Whether the first of the rules that fits leads to no published price."""
        self.ensure_one()
        product = self.product_id
        quantity = self.product_uom_qty or 1.0
        asked = self.product_uom_id._compute_quantity(quantity, product.uom_id)
        for rule in rules:
            if rule._is_applicable_for(product, asked):
                break
        else:
            return False
        date = self._get_order_date()
        published = rule._get_published_rule(product, quantity, self.product_uom_id, date)
        return bool(published) and not published._get_published_price(product, date)
