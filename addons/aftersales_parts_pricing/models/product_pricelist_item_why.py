# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ProductPricelistItemWhy(models.Model):
    """A rule explains the price that it gives: published ones and the user's own alike."""

    _inherit = "product.pricelist.item"

    def _explain(self, product, quantity, uom, date, currency):
        """The steps from the rule's base to its price, base lists first.

        :param product: product.product
        :param date: date or UTC datetime
        :param currency: currency of the price
        :return: list of (sentence, amount or None, is it for the pricing department only?);
            amounts per ``uom`` in ``currency`` unless the sentence says otherwise
        """
        price = self._compute_price(product, quantity, uom, date, currency=currency)
        if self.compute_price == "fixed":
            sentence = self.env._(
                "“%(list)s” fixes the price of %(rule)s.",
                list=self.pricelist_id.name,
                rule=self.name,
            )
            return [(sentence, price, False)]
        steps = self._explain_base(product, quantity, uom, date, currency)
        if self.base == "published_price" and self._is_plain_published_price():
            return steps
        return [*steps, *self._explain_terms(price)]

    def _explain_base(self, product, quantity, uom, date, currency):
        """Where the rule starts from."""
        base = self._compute_base_price(product, quantity, uom, date, currency)
        if self.base == "published_price":
            return self._explain_published(product, uom, date, currency, base)
        if self.base == "pricelist" and self.base_pricelist_id:
            source = self.base_pricelist_id
            steps = source._explain_price(product, quantity, uom, date, source.currency_id)
            if source.currency_id != currency:
                steps.append(self._explain_conversion(source.currency_id, currency, base))
            return steps
        if self.base == "standard_price":
            return [(self.env._("Cost of one unit today."), base, True)]
        return [(self.env._("Sales price of the product."), base, False)]

    def _explain_published(self, product, uom, date, currency, base):
        # sudo: the row behind a price that the reader was just told; who may read no costs is
        # shown none of its secret steps.
        price = (
            self.env["parts.price"]
            .sudo()
            ._get_row_in_force(
                self.pricelist_id, product, date, self.company_id or self.env.company
            )
        )
        if not price or not base:
            sentence = self.env._(
                "No price is published for %(part)s on “%(list)s” for this day.",
                part=product.display_name,
                list=self.pricelist_id.name,
            )
            return [(sentence, 0.0, False)]
        steps = price._explain()
        if price.currency_id != currency:
            steps.append(self._explain_conversion(price.currency_id, currency, base))
        elif price.uom_id != uom:
            sentence = self.env._(
                "Converted from %(from)s to %(to)s.",
                **{"from": price.uom_id.name, "to": uom.name},
            )
            steps.append((sentence, base, False))
        return steps

    def _explain_conversion(self, source, target, amount):
        sentence = self.env._(
            "Converted from %(from)s to %(to)s at the rate of the day.",
            **{"from": source.name, "to": target.name},
        )
        return sentence, amount, False

    def _explain_terms(self, price):
        """What the rule does with its base, as one sentence, with the price that comes out."""
        if self.compute_price == "percentage":
            words = [self.env._("− %s %% discount", f"{self.percent_price:g}")]
        else:
            words = self._get_formula_words()
        sentence = self.env._(
            "Rule of “%(list)s” for %(rule)s%(from)s: %(words)s.",
            **{
                "list": self.pricelist_id.name,
                "rule": self.name,
                "from": self._get_validity_words(),
                "words": ", ".join(words) or self.env._("as it stands"),
            },
        )
        return [(sentence, price, False)]

    def _get_formula_words(self):
        cost_based = self.base == "standard_price"
        discount = -self.price_markup if cost_based else self.price_discount
        words = []
        if discount > 0:
            words.append(self.env._("− %s %%", f"{discount:g}"))
        elif discount < 0:
            words.append(self.env._("+ %s %%", f"{-discount:g}"))
        if self.price_round:
            words.append(self.env._("rounded to %s", f"{self.price_round:g}"))
        if self.price_surcharge:
            words.append(self.env._("plus %s", f"{self.price_surcharge:g}"))
        if self.price_min_margin:
            words.append(self.env._("at least %s above its base", f"{self.price_min_margin:g}"))
        if self.price_max_margin:
            words.append(self.env._("at most %s above its base", f"{self.price_max_margin:g}"))
        return words

    def _get_validity_words(self):
        words = ""
        if self.min_quantity:
            words += self.env._(", from %s pieces on", f"{self.min_quantity:g}")
        if self.date_start:
            words += self.env._(", since %s", fields.Date.to_string(self.date_start.date()))
        if self.date_end:
            words += self.env._(", until %s", fields.Date.to_string(self.date_end.date()))
        return words
