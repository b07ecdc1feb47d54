# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re
from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, float_compare

# Part numbers are compared without what people leave out or put in: GE-1001, ge 1001, GE.1001.
SEPARATORS = r"[-\s./_]"


def _as_typed(text):
    """A text for LIKE that means itself: nobody lists everything by typing a wildcard."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class DealerTerms(NamedTuple):
    """What a dealer buys at: everything that its pages ask for."""

    dealer: models.BaseModel  # res.partner, the dealer itself
    company: models.BaseModel
    pricelist: models.BaseModel  # what the dealer pays
    guide: models.BaseModel  # what it quotes to users; may be empty
    lists: models.BaseModel  # lists whose published parts it may see


class PartsCatalogue(models.AbstractModel):
    """What a dealer sees of the parts: its own price, the guide price, a light for the stock (P9).

    The one door between parts and the portal. Every method is private, so that no client calls it
    by itself, works on one dealer's terms, and tells what the dealer may know: no cost, no
    restricted part, no part that is not on its list, no other list's price, no quantity in stock.
    """

    _name = "parts.catalogue"
    _description = "Dealer's Catalogue of Parts"

    # ------------------------------------------------------------------
    # Whose catalogue
    # ------------------------------------------------------------------

    @api.model
    def _get_terms(self, partner, company=None):
        """The terms of a partner's dealer in a company.

        :return: DealerTerms, or None when the partner is no dealer or has no list
        """
        company = company or self.env.company
        # sudo: the partner's own dealer, its list and its company's settings; who may ask is for
        # the caller to know.
        dealer = partner.sudo().commercial_partner_id.with_company(company)
        if not dealer.is_dealer:
            return None
        pricelists = dealer.env["product.pricelist"]
        pricelist = dealer.property_product_pricelist
        if not pricelist:
            return None
        guide = pricelists._get_guide_pricelist()
        lists = pricelist
        if pricelist.parts_list_kind not in ("settlement", "tier"):
            # A list of the dealer's own, chained to published ones: it sees what they hold.
            lists = pricelists._get_settlement_pricelist() | guide
        return DealerTerms(dealer, company.sudo(), pricelist, guide, lists)

    # ------------------------------------------------------------------
    # Which parts
    # ------------------------------------------------------------------

    @api.model
    def _get_part_number_key_sql(self, column):
        """A part number as it is compared; indexed on products."""
        return SQL("upper(regexp_replace(%s, %s, '', 'g'))", column, SEPARATORS)

    @api.model
    def _search_parts(self, terms, text="", offset=0, limit=None):
        """Parts of the dealer's catalogue by number, name or superseded number, in one query.

        Numbers are found by their beginning, whatever their case, blanks and dashes.

        :return: product.product, by number
        """
        products = terms.dealer.env["product.product"]
        text = (text or "").strip()
        conditions = [self._get_listed_sql(terms)]
        if text:
            conditions.append(
                SQL("product.id IN (%s)", SQL(" UNION ").join(self._get_found_sql(terms, text)))
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id
                  FROM product_product product
                  JOIN product_template template ON template.id = product.product_tmpl_id
                 WHERE %s
                 ORDER BY product.default_code, product.id
                 LIMIT %s OFFSET %s
                """,
                SQL(" AND ").join(conditions),
                limit,
                offset,
            )
        )
        return products.browse(product_id for (product_id,) in rows)

    @api.model
    def _get_listed_sql(self, terms):
        """What is on the dealer's lists today: sold parts only (P1), restricted ones never (P2)."""
        self.env["product.product"].flush_model(["active", "default_code", "product_tmpl_id"])
        self.env["product.template"].flush_model(
            ["active", "company_id", "is_serviceable", "part_class", "sale_ok"]
        )
        return SQL(
            """
            product.active AND template.active AND template.sale_ok AND template.is_serviceable
            AND template.part_class IN ('standard', 'wearing', 'general')
            AND (template.company_id IS NULL OR template.company_id = %(company)s)
            AND EXISTS (
                SELECT FROM parts_price price
                 WHERE price.product_id = product.id AND price.pricelist_id = ANY(%(lists)s)
                   AND price.date_from <= %(day)s
            )
            """,
            company=terms.company.id,
            lists=terms.lists.ids,
            day=self._get_day(terms),
        )

    @api.model
    def _get_found_sql(self, terms, text):
        """Sub-selects with the ids of products that a text means."""
        key = re.sub(SEPARATORS, "", text).upper()
        found = []
        if key:
            beginning = _as_typed(key) + "%"
            number = self._get_part_number_key_sql(SQL("default_code"))
            found.append(SQL("SELECT id FROM product_product WHERE %s LIKE %s", number, beginning))
            current = self._get_superseding(terms, beginning)
            if current:
                found.append(SQL("SELECT unnest(%s)", current.ids))
        templates = terms.dealer.env["product.template"]._search(
            [("name", "ilike", _as_typed(text))]
        )
        found.append(
            SQL("SELECT id FROM product_product WHERE product_tmpl_id IN %s", templates.subselect())
        )
        return found

    @api.model
    def _get_superseding(self, terms, beginning):
        """Newest parts of the old numbers with this beginning."""
        self.env["parts.supersession"].flush_model(["old_number", "product_id", "date_from"])
        rows = self.env.execute_query(
            SQL(
                "SELECT product_id FROM parts_supersession WHERE date_from <= %s AND %s LIKE %s",
                self._get_day(terms),
                self._get_part_number_key_sql(SQL("old_number")),
                beginning,
            )
        )
        products = terms.dealer.env["product.product"].browse({row[0] for row in rows})
        current = products._get_current_parts(self._get_day(terms))
        return products.union(*current.values())

    @api.model
    def _find_part(self, terms, product_id):
        """The part with this id if the dealer may buy it, else nothing: as if it did not exist."""
        product = terms.dealer.env["product.product"].browse(product_id)
        return self._filter_listed(terms, product)

    # ------------------------------------------------------------------
    # What is told of them
    # ------------------------------------------------------------------

    @api.model
    def _get_entries(self, terms, products):
        """What the dealer sees of these parts; unpriced ones are left out.

        The queries do not grow with the parts.

        :return: list of dicts: product_id, number, name, unit, price, guide, light, next_price,
            next_date, newer (number and name of the part that took its place), sold (whether it
            may still be ordered), replaces (old numbers)
        """
        prices = self._get_prices(terms, products)
        products = products.filtered(lambda product: prices.get(product))
        guides = self._get_guide_prices(terms, products)
        lights = self._get_lights(terms, products)
        following = self._get_next_prices(terms, products, prices)
        newer = self._get_newer(terms, products)
        replaces = self._get_replaced_numbers(terms, products)
        return [
            {
                "product_id": product.id,
                "number": product.default_code or "",
                "name": product.name,
                "unit": product.uom_id.name,
                "price": prices[product],
                "guide": guides.get(product),
                "light": lights[product],
                "next_price": following.get(product, (None, None))[0],
                "next_date": following.get(product, (None, None))[1],
                "newer": newer.get(product, (None, True))[0],
                "sold": newer.get(product, (None, True))[1],
                "replaces": replaces.get(product, []),
            }
            for product in products
        ]

    @api.model
    def _get_prices(self, terms, products, day=None):
        """What the dealer pays for a piece, as an order asks for it: {product: price}."""
        asked = terms.pricelist._get_products_price(products, 1.0, date=day or False)
        return {product: asked[product.id] for product in products}

    @api.model
    def _get_guide_prices(self, terms, products):
        """Market guide prices in the currency of the dealer's list: {product: price}."""
        if not terms.guide:
            return {}
        prices = terms.guide._get_products_price(
            products, 1.0, currency=terms.pricelist.currency_id
        )
        return {product: prices[product.id] for product in products if prices[product.id]}

    @api.model
    def _get_lights(self, terms, products):
        """Green, amber or red for each part: never how many there are (P9)."""
        company = terms.company
        warehouse = company._get_parts_warehouse()
        stocked = products.with_context(warehouse_id=warehouse.id)
        lights = {}
        for product, counted in zip(products, stocked, strict=True):
            free = counted.free_qty
            digits = product.uom_id.rounding
            if float_compare(free, company.parts_stock_green, precision_rounding=digits) >= 0:
                lights[product] = "green"
            elif float_compare(free, company.parts_stock_amber, precision_rounding=digits) >= 0:
                lights[product] = "amber"
            else:
                lights[product] = "red"
        return lights

    @api.model
    def _get_next_prices(self, terms, products, prices):
        """The first price to come that differs from today's: {product: (price, first day)}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT date_from, array_agg(DISTINCT product_id) FROM parts_price
                 WHERE pricelist_id = ANY(%s) AND product_id = ANY(%s) AND date_from > %s
                 GROUP BY date_from ORDER BY date_from
                """,
                terms.lists.ids,
                list(products.ids),
                self._get_day(terms),
            )
        )
        following = {}
        for day, product_ids in rows:
            asked = products.browse(product_ids)
            for product, price in self._get_prices(terms, asked, day).items():
                if product not in following and price and price != prices[product]:
                    following[product] = (price, day)
        return following

    @api.model
    def _get_newer(self, terms, products):
        """Superseded parts: {product: (newest part's number and name, still sold?)}."""
        current = products._get_current_parts(self._get_day(terms))
        old = products.filtered(lambda product: current[product] != product)
        if not old:
            return {}
        steps = old.env["parts.supersession"].search([("old_product_id", "in", old.ids)])
        used_up = {step.old_product_id: step.use_up_stock for step in steps}
        listed = self._filter_listed(terms, old.union(*(current[product] for product in old)))
        return {
            product: (
                current[product].display_name if current[product] in listed else None,
                used_up.get(product, True) or current[product] not in listed,
            )
            for product in old
        }

    @api.model
    def _filter_listed(self, terms, products):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id
                  FROM product_product product
                  JOIN product_template template ON template.id = product.product_tmpl_id
                 WHERE product.id = ANY(%s) AND %s
                """,
                list(products.ids),
                self._get_listed_sql(terms),
            )
        )
        return products.browse(row[0] for row in rows)

    @api.model
    def _get_replaced_numbers(self, terms, products):
        """Old numbers whose place these parts take directly: {product: numbers}."""
        steps = products.env["parts.supersession"].search(
            [("product_id", "in", products.ids), ("date_from", "<=", self._get_day(terms))],
            order="old_number",
        )
        numbers = defaultdict(list)
        for step in steps:
            # A restricted part's number is not told to anybody outside.
            if step.old_product_id.part_class != "restricted":
                numbers[step.product_id].append(step.old_number)
        return numbers

    @api.model
    def _get_day(self, terms):
        return self.env["parts.price"]._get_price_day(company=terms.company)

    # ------------------------------------------------------------------
    # The dealer's list as a file
    # ------------------------------------------------------------------

    @api.model
    def _get_list_table(self, terms):
        """The dealer's own price list: header and rows, for a CSV or XLSX file."""
        products = self._search_parts(terms)
        prices = self._get_prices(terms, products)
        products = products.filtered(lambda product: prices.get(product))
        guides = self._get_guide_prices(terms, products)
        following = self._get_next_prices(terms, products, prices)
        replaces = self._get_replaced_numbers(terms, products)
        currency = terms.pricelist.currency_id
        header = [
            self.env._("Part number"),
            self.env._("Name"),
            self.env._("Unit"),
            self.env._("Your price"),
            self.env._("Guide price"),
            self.env._("Currency"),
            self.env._("Next price"),
            self.env._("From"),
            self.env._("Replaces"),
        ]
        rows = [
            [
                product.default_code or "",
                product.name,
                product.uom_id.name,
                currency.round(prices[product]),
                currency.round(guides[product]) if product in guides else "",
                currency.name,
                currency.round(following[product][0]) if product in following else "",
                following[product][1] if product in following else "",
                ", ".join(replaces.get(product, [])),
            ]
            for product in products
        ]
        return header, rows

    @api.model
    def _get_list_name(self, terms, extension):
        """Name of the file: the dealer's list on its day."""
        day = fields.Date.to_string(self._get_day(terms))
        name = self.env._("price-list-%(day)s", day=day)
        return f"{name}.{extension}"
