# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class PartsPricePolicyManual(models.Model):
    """Two lists kept by hand: what was entered for a part, else what is published (P7 b)."""

    _inherit = "parts.price.policy"

    entry_ids = fields.One2many("parts.price.entry", "policy_id")
    entry_count = fields.Integer(compute="_compute_entry_count", string="Kept Prices")

    def _compute_entry_count(self):
        counts = dict(
            self.env["parts.price.entry"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.entry_count = counts.get(policy._origin, 0)

    def action_view_entries(self):
        """Open the prices that are kept by hand for this policy."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_price_entry_action"
        )
        return action | {
            "domain": [("policy_id", "=", self.id)],
            "context": {"default_policy_id": self.id},
        }

    def action_import_entries(self):
        """Open the import of kept prices for this policy."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_price_import_action"
        )
        return action | {"context": {"default_policy_id": self.id}}

    def _get_settled_sql(self, day):
        """By hand: the settlement price kept; zero-profit parts follow their cost (P3)."""
        if self.mode != "manual":
            return super()._get_settled_sql(day)
        return self._get_kept_sql(
            SQL("termed"),
            SQL("settlement"),
            SQL("settlement_price"),
            SQL(
                "CASE WHEN cost > 0 THEN %s ELSE 0 END", self._get_rounded_sql(SQL("cost + charge"))
            ),
            self.settlement_pricelist_id,
            day,
        )

    def _get_guided_sql(self, day):
        """By hand: the guide price kept; zero-profit parts cost the same on both lists (P3)."""
        if self.mode != "manual":
            return super()._get_guided_sql(day)
        return self._get_kept_sql(
            SQL("settled"),
            SQL("guide"),
            SQL("guide_price"),
            SQL("settlement"),
            self.guide_pricelist_id,
            day,
        )

    def _get_kept_sql(self, source, name, column, zero_profit_price, pricelist, day):
        """Rows of a source with the price that is kept for them on one list."""
        return SQL(
            """
            SELECT source.*, CASE WHEN zero_profit THEN %(price)s
                   ELSE COALESCE(entry.%(column)s, published.price, 0) END AS %(name)s
            FROM %(source)s source
            LEFT JOIN parts_price_entry entry
              ON entry.policy_id = %(policy)s AND entry.product_id = source.product_id
            LEFT JOIN (
                SELECT product_id, price FROM parts_price WHERE id IN %(rows)s
            ) published ON published.product_id = source.product_id
            """,
            source=source,
            name=name,
            column=column,
            price=zero_profit_price,
            policy=self.id,
            rows=self.env["parts.price"]._get_rows_in_force_sql(day, pricelist),
        )

    def _get_entry_problems(self, products):
        """Why parts cannot be kept by hand in this policy.

        :param products: recordset of product.product
        :return: {product: sentence}, only those with a problem
        """
        self.ensure_one()
        if self.mode != "manual":
            problem = self.env._(
                "The prices of the policy “%(policy)s” follow its formulas: they are not kept by "
                "hand.",
                policy=self.name,
            )
            return dict.fromkeys(products, problem)
        zero_profit = set(self.class_ids.filtered("zero_profit").mapped("part_class"))
        priced = products.filtered_domain(self._get_part_domain())
        problems = {}
        for product in products - priced:
            problems[product] = self.env._(
                "“%(part)s” is not priced by the policy “%(policy)s”: it is no serviceable part of "
                "its scope and classes.",
                part=product.display_name,
                policy=self.name,
            )
        for product in priced.filtered(lambda part: part.part_class in zero_profit):
            problems[product] = self.env._(
                "“%(part)s” carries no profit: its price follows its cost and is not kept by hand.",
                part=product.display_name,
            )
        return problems
