# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.tools import SQL


class PartsPrice(models.Model):
    """Published prices as the point of sale takes them along (P7)."""

    _inherit = "parts.price"

    @api.model
    def _get_pos_prices(self, pricelists, templates, day):
        """Prices in force on a day, and those that come after it, of many parts, in one query.

        A session may stay open over midnight, and sell without a connection: it knows the days to
        come as well.

        :param templates: recordset of product.template
        :param day: datetime.date
        :return: {template id: {pricelist id: {product id: [[first day as text, price per unit of
            the part, in the list's currency], …]}}}, the earliest first; others are left out
        """
        if not pricelists or not templates:
            return {}
        self.env["product.template"].flush_model(["part_class", "is_serviceable", "uom_id"])
        self.env["product.product"].flush_model(["product_tmpl_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT template.id, template.uom_id, product.id,
                       published.pricelist_id, published.date_from, published.price,
                       published.uom_id
                FROM product_template template
                JOIN product_product product ON product.product_tmpl_id = template.id
                JOIN unnest(%(pricelists)s) AS list(pricelist_id) ON TRUE
                CROSS JOIN LATERAL (
                    (SELECT pricelist_id, date_from, price, uom_id FROM parts_price
                     WHERE pricelist_id = list.pricelist_id AND product_id = product.id
                       AND date_from <= %(day)s
                     ORDER BY pricelist_id, product_id, date_from DESC
                     LIMIT 1)
                    UNION ALL
                    (SELECT pricelist_id, date_from, price, uom_id FROM parts_price
                     WHERE pricelist_id = list.pricelist_id AND product_id = product.id
                       AND date_from > %(day)s)
                ) published
                WHERE template.id = ANY(%(templates)s)
                  AND template.is_serviceable AND template.part_class <> 'restricted'
                ORDER BY published.date_from
                """,
                pricelists=pricelists.ids,
                templates=templates.ids,
                day=day,
            )
        )
        units = self.env["uom.uom"]
        found = {}
        for template_id, now_id, product_id, list_id, date_from, price, unit_id in rows:
            price = float(price)
            if unit_id != now_id:
                price = units.browse(unit_id)._compute_price(price, units.browse(now_id))
            lists = found.setdefault(template_id, {})
            prices = lists.setdefault(list_id, {}).setdefault(product_id, [])
            prices.append([date_from.isoformat(), price])
        return found
