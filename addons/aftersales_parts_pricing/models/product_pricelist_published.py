# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL

# Where the methods come from that one statement may stand for.
KNOWN = ("odoo.addons.product.models.", "odoo.addons.aftersales_parts_pricing.models.")
HOOKS = {
    "product.pricelist": (
        "_compute_price_rule",
        "_get_applicable_rules",
        "_get_applicable_rules_domain",
    ),
    "product.pricelist.item": (
        "_is_applicable_for",
        "_compute_price",
        "_compute_base_price",
        "_get_part_class",
        "_get_published_price",
    ),
    "product.product": ("_is_priced_part",),
}


class ProductPricelistPublished(models.Model):
    """A list whose only rule is the published price answers for all products in one statement.

    Core reads each product and asks each rule about it. Where nobody else has a word in that, and
    the rule takes the published price as it stands, the prices are what the table of prices says.
    What the statement does not answer (finished goods, templates, products that the user may not
    see) goes core's way.
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
        """Published prices of all parts in one statement, the rest as ever."""
        date = date or fields.Datetime.now()
        answered = {}
        if compute_price and len(products) > 1 and products._name == "product.product":
            rule = self._get_only_published_rule()
            if rule:
                answered = self._answer_published(rule, products, currency, uom, date)
        left = products
        if answered:
            left = products.browse(id_ for id_ in products._ids if id_ not in answered)
        others = super()._compute_price_rule(
            left.with_prefetch(products._prefetch_ids) if answered else left,
            quantity,
            currency=currency,
            uom=uom,
            date=date,
            compute_price=compute_price,
            **kwargs,
        )
        if not answered:
            return others
        answered |= others
        return {product_id: answered[product_id] for product_id in products._ids}

    def _get_only_published_rule(self):
        """The rule of a list that has no other one, if it gives every part its published price.

        :return: a rule, or an empty recordset
        """
        rules = self.env["product.pricelist.item"]
        if not self or not self._has_known_hooks():
            return rules
        rule = rules.search([("pricelist_id", "=", self.id)], limit=2)
        if (
            len(rule) == 1
            and rule.applied_on == "3_global"
            and not (rule.min_quantity or rule.date_start or rule.date_end)
            and rule._is_plain_published_price()
        ):
            return rule
        return rules

    def _has_known_hooks(self):
        """Whether rules work as core and this add-on let them: no other add-on has a word in it."""
        return all(
            getattr(method, "__module__", "").startswith(KNOWN)
            for model, names in HOOKS.items()
            for model_class in self.env.registry[model].__mro__
            for name in names
            if (method := model_class.__dict__.get(name))
        )

    def _answer_published(self, rule, products, currency, uom, date):
        """Prices of the parts among the products that the user may see.

        :return: {product id: (price, rule id)}, per ``uom`` in ``currency``, as the rule itself
            would give them
        """
        company = rule.company_id or self.env.company
        source = rule.currency_id
        currency = currency or self.currency_id or self.env.company.currency_id
        rate = None
        if currency != source:
            rate = source._convert(1.0, currency, company, date, round=False)
        units = self.env["uom.uom"]
        day = self.env["parts.price"]._get_price_day(date, self.company_id or self.env.company)
        answered = {}
        for product_id, unit_id, price, published_unit_id in self.env.execute_query(
            self._get_published_sql(products, day)
        ):
            price = float(price or 0)
            if price and published_unit_id != unit_id:
                now = units.browse(unit_id)
                price = units.browse(published_unit_id)._compute_price(price, now)
            if price and uom and uom.id != unit_id:
                price = units.browse(unit_id)._compute_price(price, uom)
            if price and rate is not None:
                price *= rate
            answered[product_id] = price, rule.id
        return answered

    def _get_published_sql(self, products, day):
        """Select of each part with its unit and its published price, that price's unit.

        Unpriced parts have none, nor have restricted ones (P2) and those out of service (P1).
        """
        # The user's own rights on products: what it may not see is left to core, which says so.
        query = products._search([("id", "in", products.ids)], active_test=False)
        part_class = products._field_to_sql(query.table, "part_class", query)
        is_serviceable = products._field_to_sql(query.table, "is_serviceable", query)
        unit = products._field_to_sql(query.table, "uom_id", query)
        query.add_where(SQL("%s IS NOT NULL", part_class))
        parts = query.select(
            SQL("%s AS product_id", SQL.identifier(query.table, "id")),
            SQL("%s AS pricelist_id", self.id),
            SQL("%s AS uom_id", unit),
            SQL("%s AND %s <> 'restricted' AS is_priced", is_serviceable, part_class),
        )
        return SQL(
            """
            SELECT part.product_id, part.uom_id,
                   CASE WHEN part.is_priced THEN published.price END, published.uom_id
            FROM (%(parts)s) part %(published)s
            """,
            parts=parts,
            published=self.env["parts.price"]._join_price_in_force_sql("part", day),
        )
