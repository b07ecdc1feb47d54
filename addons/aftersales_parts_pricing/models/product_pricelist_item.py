# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..price_batch import PriceBatch


class ProductPricelistItem(models.Model):
    """The rule kind *published price*: what a publication wrote, for the day that is asked."""

    _inherit = "product.pricelist.item"

    base = fields.Selection(
        selection_add=[("published_price", "Published Price")],
        ondelete={"published_price": "set default"},
    )

    @api.constrains("product_id", "product_tmpl_id")
    def _check_not_restricted(self):
        """No price on any list for a restricted core part (P2)."""
        for item in self:
            product = item.product_id or item.product_tmpl_id
            if product.part_class == "restricted":
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is a restricted core part and cannot have a price on "
                        "“%(list)s”.",
                        part=product.display_name,
                        list=item.pricelist_id.name,
                    )
                )

    def _get_price_label_base_str(self):
        if self.base == "published_price":
            return self.env._("published price")
        return super()._get_price_label_base_str()

    def _compute_price_label(self):
        result = super()._compute_price_label()
        for item in self:
            if item._is_plain_published_price():
                item.price = self.env._("Published price")
        return result

    def _is_plain_published_price(self):
        """Whether the rule gives the published price and nothing else."""
        self.ensure_one()
        return (
            self.base == "published_price"
            and self.compute_price == "formula"
            and not (self.price_discount or self.price_surcharge or self.price_round)
            and not (self.price_min_margin or self.price_max_margin)
        )

    def _is_applicable_for(self, product, qty_in_product_uom):
        """Published prices are for parts; services and finished goods follow other rules."""
        if self.base == "published_price" and self.compute_price != "fixed":
            if not self._get_part_class(product):
                return False
        return super()._is_applicable_for(product, qty_in_product_uom)

    def _compute_price(self, product, quantity, uom, date, currency=None, **kwargs):
        """A restricted core part has no price, whatever the rule (P2)."""
        if self._get_part_class(product) == "restricted":
            return 0.0
        return super()._compute_price(product, quantity, uom, date, currency=currency, **kwargs)

    @api.model
    def _get_part_class(self, product):
        """Class of a product, straight from its template: thousands are asked in a row."""
        if product._name == "product.product":
            product = product.product_tmpl_id
        return product.part_class

    def _compute_base_price(self, product, quantity, uom, date, currency, **kwargs):
        """Published price of the rule's list for the day, in the asked currency and unit.

        0 when the part is not priced there; orders with such a part are refused on
        confirmation.
        """
        if self.base != "published_price":
            return super()._compute_base_price(product, quantity, uom, date, currency, **kwargs)
        batch = kwargs.get(PriceBatch.KEY)
        price = batch.get_published(self.pricelist_id, product, date) if batch else None
        if price is None:
            price = self._get_published_price(product, date)
        if price and product.uom_id != uom:
            price = product.uom_id._compute_price(price, uom)
        if price and self.currency_id != currency:
            company = self.company_id or self.env.company
            price = self.currency_id._convert(price, currency, company, date, round=False)
        return price

    def _get_published_price(self, product, date):
        """Price per unit of the part in the list's currency; 0 when it is not priced."""
        asked = self.pricelist_id._with_published_list(product, date)
        if product._name == "product.template":
            # Catalogues say "from": the price of the cheapest variant that has one.
            prices = asked.product_variant_ids.mapped("published_price")
            return min(filter(None, prices), default=0.0)
        return asked.published_price

    def _get_published_rule(self, product, quantity, uom, date):
        """The rule on published prices that this one ends at, through chained lists.

        :return: a rule, or an empty recordset when the price comes from elsewhere
        """
        rule = self
        while rule.base == "pricelist" and rule.compute_price != "fixed":
            rule = rule.browse(
                rule.base_pricelist_id._get_product_rule(
                    product, quantity=quantity, uom=uom, date=date
                )
            )
        if rule.base == "published_price" and rule.compute_price != "fixed":
            return rule
        return rule.browse()
