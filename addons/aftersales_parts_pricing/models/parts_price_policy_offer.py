# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import models
from odoo.tools import SQL


class PartsPricePolicyOffer(models.Model):
    """What a policy would ask for each part on each of its lists, as one sub-select."""

    _inherit = "parts.price.policy"

    def _get_offer_sql(self, parts, day):
        """Hook: the price of each part on each list of the policy (P3, P6, P7).

        Publications insert what it selects, hundreds of thousands of rows in one statement; other
        ways to a price extend or replace it. Each list's price is rounded half up before the next
        list starts from it, so that a dealer who multiplies the printed guide price gets the
        printed settlement price.

        :param parts: SQL of a select of product_id, uom_id, part_class and cost (numeric, one unit,
            in the policy's currency)
        :param day: first day of the prices, for terms that are dated
        :return: SQL of a select of product_id, uom_id, part_class, cost, kind, pricelist_id and
            new_price (0 where there is no price), one row a part and list
        :rtype: odoo.tools.SQL
        """
        self.ensure_one()
        lists = SQL(", ").join(
            SQL("(%s, %s, %s)", kind, pricelist.id, Decimal(str(percent)))
            for kind, pricelist, percent in self._get_list_rules()
        )
        return SQL(
            """
            WITH part AS (
                %(parts)s
            ), settled AS (
                SELECT part.product_id, part.uom_id, part.part_class, part.cost,
                       class.zero_profit, class.guide_factor, step.size,
                       CASE WHEN part.cost > 0 THEN round(
                           (part.cost * (1 + COALESCE(class.markup_percent, 0) / 100)
                            + COALESCE(class.handling_charge, 0)) / step.size
                       ) * step.size ELSE 0 END AS settlement
                FROM part
                JOIN parts_price_policy_class class
                  ON class.policy_id = %(policy)s AND class.part_class = part.part_class
                CROSS JOIN LATERAL (
                    SELECT CASE WHEN class.zero_profit THEN %(currency_step)s
                                ELSE %(step)s END AS size
                ) step
            ), guided AS (
                SELECT settled.*, CASE WHEN zero_profit THEN settlement ELSE
                       round(settlement * guide_factor / size) * size END AS guide
                FROM settled
            )
            SELECT guided.product_id, guided.uom_id, guided.part_class, guided.cost, list.kind,
                   list.pricelist_id, CASE
                   WHEN list.kind = 'settlement' THEN settlement
                   WHEN list.kind = 'guide' OR zero_profit THEN guide
                   ELSE round(guide * list.percent / 100 / size) * size
                   END AS new_price
            FROM guided
            CROSS JOIN (VALUES %(lists)s) AS list (kind, pricelist_id, percent)
            """,
            parts=parts,
            policy=self.id,
            currency_step=Decimal(str(self.currency_id.rounding)),
            step=Decimal(str(self.rounding)),
            lists=lists,
        )
