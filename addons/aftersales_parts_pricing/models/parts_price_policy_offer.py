# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import models
from odoo.tools import SQL


class PartsPricePolicyOffer(models.Model):
    """What a policy would ask for each part on each of its lists, as one sub-select."""

    _inherit = "parts.price.policy"

    def _get_offer_sql(self, parts, day):
        """Hook: the price of each part on each list of the policy (P3, P4, P6, P7).

        Publications insert what it selects, hundreds of thousands of rows in one statement; other
        ways to a price extend or replace it. Each list's price is rounded half up before the next
        list starts from it, so that a dealer who multiplies the printed guide price gets the
        printed settlement price. ``pricing.py`` says the same of one part, in Python.

        :param parts: SQL of a select of product_id, uom_id, part_class and cost (numeric, one unit,
            in the policy's currency)
        :param day: first day of the prices, for terms that are dated
        :return: SQL of a select of product_id, uom_id, part_class, cost, kind, pricelist_id and
            new_price (0 where there is no price), one row a part and list
        :rtype: odoo.tools.SQL
        """
        self.ensure_one()
        # Materialized: PostgreSQL would put one price's expression into the next one's, each time
        # it is named there, and compute the guide price a dozen times for each list.
        lists = SQL(", ").join(
            SQL("(%s, %s, %s)", kind, pricelist.id, Decimal(str(percent)))
            for kind, pricelist, percent in self._get_list_rules()
        )
        return SQL(
            """
            WITH part AS (
                %(parts)s
            ), termed AS MATERIALIZED (
                SELECT part.product_id, part.uom_id, part.part_class, part.cost,
                       class.zero_profit, class.guide_factor,
                       COALESCE(class.handling_charge, 0) AS charge, step.*, CASE
                       WHEN class.zero_profit THEN 1
                       WHEN class.is_solved AND %(multiplier)s > 0 THEN %(multiplier)s
                       ELSE 1 + COALESCE(class.markup_percent, 0) / 100 END AS times,
                       CASE WHEN class.zero_profit THEN 0 ELSE GREATEST(
                           CASE WHEN class.floor_at_cost THEN part.cost ELSE 0 END,
                           CASE WHEN class.min_margin_percent > 0 THEN
                               part.cost * 100 / (100 - class.min_margin_percent) ELSE 0 END
                       ) END AS lowest
                FROM part
                JOIN parts_price_policy_class class
                  ON class.policy_id = %(policy)s AND class.part_class = part.part_class
                CROSS JOIN LATERAL (
                    SELECT CASE WHEN class.zero_profit THEN %(currency_step)s
                                ELSE %(step)s END AS size,
                           CASE WHEN class.zero_profit THEN 0 ELSE %(ending)s END AS ending
                ) step
            ), settled AS MATERIALIZED (
                %(settled)s
            ), guided AS MATERIALIZED (
                %(guided)s
            )
            SELECT guided.product_id, guided.uom_id, guided.part_class, guided.cost, list.kind,
                   list.pricelist_id, CASE
                   WHEN list.kind = 'settlement' THEN settlement
                   WHEN list.kind = 'guide' OR zero_profit OR guide <= 0 THEN guide
                   ELSE %(share)s
                   END AS new_price
            FROM guided
            CROSS JOIN (VALUES %(lists)s) AS list (kind, pricelist_id, percent)
            """,
            parts=parts,
            policy=self.id,
            multiplier=Decimal(str(self._get_multiplier())),
            currency_step=Decimal(str(self.currency_id.rounding)),
            step=Decimal(str(self.rounding)),
            ending=Decimal(str(self.price_ending)),
            settled=self._get_settled_sql(day),
            guided=self._get_guided_sql(day),
            share=self._get_rounded_sql(SQL("guide * list.percent / 100")),
            lists=lists,
        )

    def _get_settled_sql(self, day):
        """Hook: the rows of ``termed`` with their settlement price."""
        return SQL(
            "SELECT termed.*, CASE WHEN cost > 0 THEN %s ELSE 0 END AS settlement FROM termed",
            self._get_rounded_sql(SQL("cost * times + charge")),
        )

    def _get_guided_sql(self, day):
        """Hook: the rows of ``settled`` with their guide price."""
        return SQL(
            "SELECT settled.*, CASE WHEN zero_profit OR settlement <= 0 THEN settlement"
            " ELSE %s END AS guide FROM settled",
            self._get_rounded_sql(SQL("settlement * guide_factor")),
        )

    def _get_rounded_sql(self, amount):
        """A price by the policy's rule, of a row with its size, ending and lowest price.

        Half up to the nearest price; up where that lies below the lowest one; never to nothing.
        """
        nearest = SQL("floor((%s - ending) / size + 0.5) * size + ending", amount)
        return SQL(
            "GREATEST(CASE WHEN %(nearest)s < lowest"
            " THEN ceil((lowest - ending) / size) * size + ending ELSE %(nearest)s END,"
            " CASE WHEN ending > 0 THEN ending ELSE size END)",
            nearest=nearest,
        )

    def _get_multiplier(self):
        """Hook: by what the cost of solved classes is multiplied; 0 where nothing is solved."""
        return 0

    def _get_frozen_terms(self):
        """The terms as a publication keeps them, so that its prices can be explained later.

        :return: JSON-serialisable dict; figures as text, because they are decimals
        """
        self.ensure_one()
        return {
            "mode": self.mode,
            "step": str(self.rounding),
            "ending": str(self.price_ending),
            "currency_step": str(self.currency_id.rounding),
            "ratio": str(self.doubling_ratio),
            "classes": {line.part_class: line._get_frozen_terms() for line in self.class_ids},
            "lists": {
                str(pricelist.id): [kind, str(percent)]
                for kind, pricelist, percent in self._get_list_rules()
            },
        }
