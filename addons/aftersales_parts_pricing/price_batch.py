# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Prices and rules that were asked for many products at once, at the disposal of one call."""


class PriceBatch:
    """What a pricelist looked up for all asked products before its rules work one by one.

    It travels in the keyword arguments that core hands from list to rule and back, so every hook
    on the way runs as ever. A price is given only for exactly the question that it answers; any
    other question (another quantity, unit, day, environment…) is asked as if there were no batch.
    """

    #: Name of the keyword argument.
    KEY = "parts_price_batch"

    def __init__(self):
        self._chained = {}
        self._published = {}

    def add_chained(self, pricelist, products, prices, *, quantity, currency, uom, date, others):
        """Remember the prices of products on a list that other lists' rules start from."""
        key = self._get_key(pricelist, products, quantity, currency, uom, date)
        # Holding the records keeps their environments, whose identity is part of the key.
        entry = self._chained.setdefault(key, ((pricelist, products), others, {}))
        entry[2].update(prices)

    def get_chained(
        self, pricelist, product, quantity, *, currency=None, uom=None, date=False, **others
    ):
        """The price of one product on a list, or None when this very question was not asked."""
        if not currency or not uom or not date:
            return None
        entry = self._chained.get(self._get_key(pricelist, product, quantity, currency, uom, date))
        if entry is None or entry[1] != others:
            return None
        return entry[2].get(product.id)

    def add_published(self, pricelist, date, prices):
        """Remember {product id: published price} of a list on the day of a date."""
        self._published.setdefault((pricelist.id, date), {}).update(prices)

    def get_published(self, pricelist, product, date):
        """The published price of one product, or None when it was not asked."""
        if product._name != "product.product":
            return None
        return self._published.get((pricelist.id, date), {}).get(product.id)

    @staticmethod
    def _get_key(pricelist, products, quantity, currency, uom, date):
        environments = id(pricelist.env), products._name, id(products.env)
        return pricelist.id, *environments, quantity, currency.id, uom.id, date


class RuleBatch:
    """The rules of pricelists for all products of a document, searched once a list and day.

    Orders ask a list, and each list that it starts from, line by line. This travels in the context
    of that one computation; which of the rules fits a product is left to the rule, as ever.
    """

    #: Key of the context.
    KEY = "parts_rule_batch"

    def __init__(self, products):
        self.products = products
        self._ids = set(products._ids)
        self._found = {}

    def covers(self, products):
        """Whether all of these products are among those that rules are searched for."""
        return products._name == self.products._name and self._ids.issuperset(products._ids)

    def find(self, pricelist, date, search):
        """The rules of a list on a day as its environment may see them.

        :param search: function that takes the products and searches the rules
        """
        env = pricelist.env
        companies = env.context.get("allowed_company_ids") or ()
        key = pricelist.id, date, env.uid, env.su, *companies
        if key not in self._found:
            self._found[key] = search(self.products.with_env(env))
        return self._found[key].with_env(env)
