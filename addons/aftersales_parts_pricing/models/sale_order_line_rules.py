# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from ..price_batch import RuleBatch


class SaleOrderLineRules(models.Model):
    """Lines ask their rules and prices one by one; the rules are searched once for all of them."""

    _inherit = "sale.order.line"

    def _compute_pricelist_item_id(self):
        return super(SaleOrderLineRules, self._with_rule_batch())._compute_pricelist_item_id()

    def _compute_price_unit(self):
        return super(SaleOrderLineRules, self._with_rule_batch())._compute_price_unit()

    def _with_rule_batch(self):
        """The lines in an environment where the rules of their products are searched at once."""
        batch = self.env.context.get(RuleBatch.KEY)
        products = self.product_id
        if isinstance(batch, RuleBatch) and batch.covers(products):
            return self
        return self.with_context(**{RuleBatch.KEY: RuleBatch(products)})
