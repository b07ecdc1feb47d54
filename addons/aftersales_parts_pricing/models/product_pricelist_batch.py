# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from ..price_batch import PriceBatch, RuleBatch


class ProductPricelistBatch(models.Model):
    """Lists are asked for many products at once: the lists that they start from are so too.

    Core asks a base list one product at a time, a published price likewise. Here both are looked
    up for all products before the rules work, and handed to them through the keyword arguments.
    """

    _inherit = "product.pricelist"

    def _compute_price_rule(
        self,
        products,
        quantity,
        *,
        currency=None,
        uom=None,
        date=False,
        compute_price=True,
        **kwargs,
    ):
        """Look up base lists and published prices of all products, then let every rule work."""
        if self and compute_price and len(products) > 1:
            date = date or fields.Datetime.now()
            kwargs = self._batch_prices(products, quantity, uom, date, kwargs)
        return super()._compute_price_rule(
            products,
            quantity,
            currency=currency,
            uom=uom,
            date=date,
            compute_price=compute_price,
            **kwargs,
        )

    def _get_applicable_rules(self, products, date, **kwargs):
        """The rules that were searched for all products of a document, if that is under way."""
        batch = self.env.context.get(RuleBatch.KEY)
        if not self or kwargs or not isinstance(batch, RuleBatch) or not batch.covers(products):
            return super()._get_applicable_rules(products, date, **kwargs)
        search = super()._get_applicable_rules
        return batch.find(self, date, lambda covered: search(covered, date))

    def _get_product_price(self, product, *args, **kwargs):
        """Answer from what was looked up for all products, if this very question was."""
        batch = kwargs.get(PriceBatch.KEY)
        if batch:
            others = {key: value for key, value in kwargs.items() if key != PriceBatch.KEY}
            price = batch.get_chained(self, product, *args, **others)
            if price is not None:
                return price
        return super()._get_product_price(product, *args, **kwargs)

    def _batch_prices(self, products, quantity, uom, date, kwargs):
        """Keyword arguments with the prices that the rules of this list will ask for.

        :return: the same when there are none to look up
        """
        self.ensure_one()
        rule_bases = self._get_rule_bases()
        bases = {base for base, _pricelist in rule_bases}
        if not bases & {"pricelist", "published_price"}:
            return kwargs
        batch = kwargs.get(PriceBatch.KEY) or PriceBatch()
        if "published_price" in bases:
            self._batch_published_prices(batch, products, date)
        if "pricelist" in bases:
            others = {key: value for key, value in kwargs.items() if key != PriceBatch.KEY}
            if len(rule_bases) == 1:
                # Whatever rule it is that fits, it starts from this list.
                found = dict.fromkeys(products.ids, rule_bases[0][1])
            else:
                found = self._find_base_lists(products, quantity, uom, date, others)
            self._batch_base_lists(batch, found, products, quantity, uom, date, others)
        return {**kwargs, PriceBatch.KEY: batch}

    def _get_rule_bases(self):
        """What the rules of this list start from; a long list of rules is not read.

        :return: list of (base, base list)
        """
        # sudo: only the kinds of bases are looked at.
        rules = self.env["product.pricelist.item"].sudo()
        return rules._read_group(
            [("pricelist_id", "=", self.id), ("compute_price", "!=", "fixed")],
            ["base", "base_pricelist_id"],
        )

    def _may_lead_to_published_prices(self):
        """Whether a rule of this list gives published prices, or starts from another list."""
        self.ensure_one()
        bases = {base for base, _pricelist in self._get_rule_bases()}
        return bool(bases & {"pricelist", "published_price"})

    def _batch_published_prices(self, batch, products, date):
        """Look the published prices of all products up, in one query."""
        if products._name == "product.template":
            self._fetch_published_prices(products, date)
            return
        day = self.env["parts.price"]._get_price_day(date, self.company_id or self.env.company)
        # sudo: prices of the very list that the caller applies, as core does for the cost.
        found = self.env["parts.price"].sudo()._get_unit_prices(self, products, day)
        batch.add_published(self, date, dict.fromkeys(products.ids, 0.0) | found)

    def _find_base_lists(self, products, quantity, uom, date, others):
        """The base list that the rule of each product starts from.

        :param others: further keyword arguments of the call
        :return: {product id: product.pricelist}, only products whose rule has one
        """
        found = self._compute_price_rule(
            products, quantity, uom=uom, date=date, compute_price=False, **others
        )
        # sudo: the rules that core found for the caller; only their base list is read.
        rules = self.env["product.pricelist.item"].sudo()
        rules = rules.browse({rule_id for _price, rule_id in found.values() if rule_id})
        bases = {
            rule.id: rule.base_pricelist_id
            for rule in rules
            if rule.base == "pricelist" and rule.compute_price != "fixed"
        }
        return {
            product_id: bases[rule_id]
            for product_id, (_price, rule_id) in found.items()
            if bases.get(rule_id)
        }

    def _batch_base_lists(self, batch, found, products, quantity, uom, date, others):
        """Ask each base list once for all products that start from it.

        :param found: {product id: base list}
        :param others: further keyword arguments of the call
        """
        groups = {}
        for product in products:
            base = found.get(product.id)
            if base:
                groups.setdefault((base, uom or product.uom_id), []).append(product.id)
        for (base, unit), product_ids in groups.items():
            base = base.with_env(self.env)
            same = products.browse(product_ids).with_prefetch(products._prefetch_ids)
            terms = {"currency": base.currency_id, "uom": unit, "date": date}
            prices = base._get_products_price(
                same, quantity, **terms, **others, **{PriceBatch.KEY: batch}
            )
            batch.add_chained(base, same, prices, quantity=quantity, **terms, others=others)

    def _prefetch_published_prices(self, products, date=None, rules=None):
        """Fill the record cache with this list's prices of all products, in one query.

        For code that asks product by product afterwards, as the lines of an order do.

        :param rules: the rules of this list that may fit, where the caller goes through them anyway
        """
        if not any(products.mapped("part_class")):
            return
        if rules is None:
            bases = [base for base, _pricelist in self._get_rule_bases()]
        else:
            bases = rules.mapped("base")
        if "published_price" in bases:
            self._fetch_published_prices(products, date)

    def _fetch_published_prices(self, products, date):
        """The products as this list and day see them, with their published prices in the cache."""
        if products._name == "product.template":
            products = products.product_variant_ids
        asked = self._with_published_list(products, date)
        asked._read_published_prices()
        return asked
