# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class PartsDoublingRatio(models.Model):
    """What the parts of a product add up to, against the product's own price (P4).

    Computed from rounded prices: those of a publication, frozen with it, or those in force on
    the day that somebody asked. Nobody enters it.
    """

    _name = "parts.doubling.ratio"
    _description = "Parts to Product Ratio"
    _order = "is_outside desc, deviation_percent desc, product_id"
    _rec_name = "product_id"

    policy_id = fields.Many2one(
        "parts.price.policy", required=True, readonly=True, index=True, ondelete="cascade"
    )
    publication_id = fields.Many2one(
        "parts.price.publication",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: at the prices in force on the day.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="Day of the prices.")
    bom_id = fields.Many2one(
        "parts.service.bom", string="Service BOM", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="cascade"
    )
    categ_id = fields.Many2one(related="product_id.categ_id")
    product_price = fields.Monetary(
        readonly=True, aggregator="sum", help="What the channel pays for one piece of the product."
    )
    solved_amount = fields.Monetary(
        string="Marked-Up Parts", readonly=True, help="Parts of classes that carry a mark-up."
    )
    zero_profit_amount = fields.Monetary(
        string="Zero-Profit Parts", readonly=True, help="Parts at their cost (P3)."
    )
    parts_amount = fields.Monetary(
        string="All Parts", readonly=True, help="Serviceable parts of one piece, rounded prices."
    )
    ratio = fields.Float(
        readonly=True,
        digits=(16, 3),
        aggregator="avg",
        help="Parts ÷ product; the rule wants 2 (P4). 0 where the product has no price.",
    )
    deviation_percent = fields.Float(
        string="Off by (%)", readonly=True, digits=(16, 2), aggregator="avg"
    )
    is_outside = fields.Boolean(
        string="Outside Tolerance",
        readonly=True,
        help="The ratio is further off than the policy tolerates.",
    )
    part_count = fields.Integer(string="Priced Parts", readonly=True)
    unpriced_count = fields.Integer(
        string="Parts Without a Price",
        readonly=True,
        help="Parts of the service BOM that are serviceable and not priced: they are missing in "
        "the sum.",
    )
    restricted_count = fields.Integer(
        string="Core Parts", readonly=True, help="Restricted core parts: never priced, left out."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Ratios are computed, never entered.

        :raises UserError: for anybody but the system
        """
        if vals_list and not self.env.su:
            raise UserError(self.env._("Ratios are computed from prices and service BOMs."))
        return super().create(vals_list)

    def action_view_explosion(self):
        """Open what the product consists of."""
        return self.bom_id.action_view_explosion()

    @api.model
    def _refresh(self, policy, day, publication=None):
        """Compute the ratio of each product of a policy anew.

        :param policy: parts.price.policy
        :param day: day of the prices
        :param publication: parts.price.publication whose prices count before published ones
        :return: the new records
        """
        publication = publication or self.env["parts.price.publication"]
        self.search(
            [("policy_id", "=", policy.id), ("publication_id", "=", publication.id)]
        ).unlink()
        products = policy._get_product_prices(day)
        # sudo: the policy's own products, whatever of their BOMs its company's people see.
        boms = self.env["parts.service.bom"].sudo().union(*products)
        quantities = boms._get_part_quantities()
        parts = self.env["product.product"].union(
            *(part for found in quantities.values() for part in found)
        )
        prices = self._get_reference_prices(policy, day, publication, parts)
        zero_profit = set(policy.class_ids.filtered("zero_profit").mapped("part_class"))
        return self.create(
            [
                self._prepare_vals(policy, day, publication, bom, products[bom], quantities[bom])
                | self._get_sums(quantities[bom], prices, zero_profit, policy, products[bom])
                for bom in boms
            ]
        )

    @api.model
    def _prepare_vals(self, policy, day, publication, bom, product_price, quantities):
        return {
            "policy_id": policy.id,
            "publication_id": publication.id,
            "company_id": policy.company_id.id,
            "currency_id": policy.currency_id.id,
            "date": day,
            "bom_id": bom.id,
            "product_id": bom.product_id.id,
            "product_price": float(product_price),
            "restricted_count": sum(part.part_class == "restricted" for part in quantities),
        }

    @api.model
    def _get_sums(self, quantities, prices, zero_profit, policy, product_price):
        """Amounts and verdict of a product from rounded prices, in Decimals."""
        sums = {True: Decimal(0), False: Decimal(0)}
        unpriced = 0
        for part, quantity in quantities.items():
            if not part._is_priced_part():
                continue
            if part.id not in prices:
                unpriced += 1
                continue
            sums[part.part_class in zero_profit] += prices[part.id] * quantity
        amount = sums[True] + sums[False]
        ratio = amount / product_price if product_price else Decimal(0)
        wanted = Decimal(str(policy.doubling_ratio))
        off = (ratio - wanted) * 100 / wanted
        priced = sum(part._is_priced_part() for part in quantities) - unpriced
        return {
            "zero_profit_amount": float(sums[True]),
            "solved_amount": float(sums[False]),
            "parts_amount": float(amount),
            "ratio": float(ratio),
            "deviation_percent": float(off),
            "is_outside": abs(off) > Decimal(str(policy.doubling_tolerance_percent)),
            "part_count": priced,
            "unpriced_count": unpriced,
        }

    @api.model
    def _get_reference_prices(self, policy, day, publication, parts):
        """{product id: Decimal}: the publication's ticked prices, else those in force.

        The policy's own reference list comes first, then those of the company's other policies.
        """
        others = policy._get_other_policies()
        lists = policy._get_reference_pricelist()
        for other in others:
            lists |= other._get_reference_pricelist()
        if not lists or not parts:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product_id, price::text FROM (
                    SELECT product_id, price, array_position(%(lists)s, pricelist_id) AS place
                    FROM parts_price WHERE id IN %(rows)s
                    UNION ALL
                    SELECT product_id, new_price, 0 FROM parts_price_publication_line
                    WHERE publication_id = %(publication)s AND include
                      AND pricelist_id = %(own)s AND product_id = ANY(%(parts)s)
                ) price ORDER BY place DESC
                """,
                lists=lists.ids,
                rows=self.env["parts.price"]._get_rows_in_force_sql(day, lists, parts),
                publication=publication.id or 0,
                own=policy._get_reference_pricelist().id or 0,
                parts=parts.ids,
            )
        )
        return {product_id: Decimal(price) for product_id, price in rows}
