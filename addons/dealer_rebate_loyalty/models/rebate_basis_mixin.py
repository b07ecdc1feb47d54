# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.tools import SQL


class RebateBasisMixin(models.AbstractModel):
    """What loyalty programs give lowers the turnover once, as any discount on the invoice (R5).

    Odoo puts a discount on a line of its own. Where all products count, that line is the discount.
    Where only some do, they bear their share of it: by their part of the lines with the same taxes
    that the reward was given on. Shares of all products add up to the discount. Before discount,
    and in pieces, neither discounts nor gifts count.
    """

    _inherit = "rebate.basis.mixin"

    def _get_scope_sql(self, agreement):
        condition = super()._get_scope_sql(agreement)
        if self.basis != "quantity" and agreement.amount_basis != "undiscounted":
            return condition
        products = self._get_discount_rewards().discount_line_product_id.ids
        return SQL(
            """%s AND COALESCE(line.product_id, 0) NOT IN %s
               AND NOT EXISTS (SELECT 1 FROM sale_order_line_invoice_rel rel
                                 JOIN sale_order_line sold ON sold.id = rel.order_line_id
                                WHERE rel.invoice_line_id = line.id
                                  AND sold.reward_id IS NOT NULL)""",
            condition,
            tuple(products) or (-1,),
        )

    def _get_product_sql(self, agreement, domain):
        condition = super()._get_product_sql(agreement, domain)
        rewards = self._get_spread_rewards(agreement)
        if not rewards:
            return condition
        return SQL(
            "(%s OR (line.product_id IN %s AND spread.share <> 0))",
            condition,
            tuple(rewards.discount_line_product_id.ids),
        )

    def _get_document_amount_sql(self, agreement, cutoff=None):
        amount, join = super()._get_document_amount_sql(agreement, cutoff)
        rewards = self._get_spread_rewards(agreement)
        if not rewards:
            return amount, join
        products = tuple(rewards.discount_line_product_id.ids)
        amount = SQL(
            "(%s) * CASE WHEN line.product_id IN %s THEN spread.share ELSE 1 END", amount, products
        )
        return amount, SQL("%s %s", join, self._get_spread_join_sql(rewards, products))

    def _get_spread_join_sql(self, rewards, products):
        """Share of a discount's line that falls on the products that count (``spread.share``)."""
        catalogue = self.env["product.product"].with_context(active_test=False)
        counted = catalogue._search(self._get_product_domain()).subselect()
        return SQL(
            """JOIN LATERAL (SELECT line.id, line.move_id, line.product_id) AS discount ON TRUE
               JOIN LATERAL (
                   SELECT COALESCE(SUM(peer.price_subtotal) FILTER (WHERE peer.counted)
                                   / NULLIF(SUM(peer.price_subtotal), 0), 0) AS share
                     FROM (SELECT item.id, item.product_id, item.price_subtotal,
                                  item.product_id IN %(counted)s AS counted
                             FROM account_move_line item
                            WHERE item.move_id = discount.move_id
                              AND item.display_type = 'product'
                              AND COALESCE(item.product_id, 0) NOT IN %(products)s) AS peer
                    WHERE discount.product_id IN %(products)s
                      AND %(same_taxes)s
                      AND %(given_on)s
               ) AS spread ON TRUE""",
            counted=counted,
            products=products,
            same_taxes=SQL("%s = %s", self._get_taxes_sql("peer"), self._get_taxes_sql("discount")),
            given_on=self._get_given_on_sql(rewards),
        )

    def _get_taxes_sql(self, alias):
        return SQL(
            """ARRAY(SELECT rel.account_tax_id FROM account_move_line_account_tax_rel rel
                      WHERE rel.account_move_line_id = %s ORDER BY 1)""",
            SQL.identifier(alias, "id"),
        )

    def _get_given_on_sql(self, rewards):
        """Whether the reward behind a discount's line was given on a product (``peer``)."""
        catalogue = self.env["product.product"].with_context(active_test=False)
        conditions = [SQL("TRUE")]
        for reward in rewards.filtered(lambda reward: reward.discount_applicability != "order"):
            # sudo: products of a reward are compared, not shown.
            products = catalogue.sudo()._search(reward._get_discount_product_domain())
            conditions.append(
                SQL(
                    "(discount.product_id <> %s OR peer.product_id IN %s)",
                    reward.discount_line_product_id.id,
                    products.subselect(),
                )
            )
        return SQL(" AND ").join(conditions)

    def _get_spread_rewards(self, agreement):
        """Rewards whose discounts are spread here: where only some products count."""
        spreads = (
            self.basis in ("turnover", "margin")
            and agreement.amount_basis != "undiscounted"
            and not self._get_product_domain().is_true()
        )
        rewards = self._get_discount_rewards()
        return rewards if spreads else rewards.browse()

    def _get_discount_rewards(self):
        """Rewards that are a discount; gift cards and eWallets are payments."""
        # sudo: whoever computes, discounts count alike; nothing of the programs is shown.
        rewards = self.env["loyalty.reward"].sudo()
        return rewards.browse(rewards._get_discount_ids())

    def _flush_basis(self):
        self.env["sale.order.line"].flush_model(["reward_id"])
        return super()._flush_basis()
