# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PartsPriceEntry(models.Model):
    """A part's two prices as somebody keeps them by hand (P7 b).

    An entry changes no price by itself: the policy's next publication proposes it.
    """

    _name = "parts.price.entry"
    _description = "Kept Parts Price"
    _order = "policy_id, product_id"
    _rec_name = "product_id"
    _check_company_auto = True

    policy_id = fields.Many2one(
        "parts.price.policy",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('mode', '=', 'manual')]",
        default=lambda self: self.env["parts.price.policy"].search(
            [("mode", "=", "manual"), ("company_id", "=", self.env.company.id)], limit=1
        ),
        help="Policy whose lists are kept by hand.",
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('is_serviceable', '=', True), ('part_class', 'not in', (False, 'restricted'))]",
        help="Only serviceable parts are priced, restricted ones never (P1, P2).",
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    settlement_price = fields.Monetary(
        required=True,
        aggregator="avg",
        help="What the channel settles at, one unit, without tax, in the policy's currency.",
    )
    guide_price = fields.Monetary(
        required=True,
        aggregator="avg",
        help="What the channel quotes to users, one unit, without tax, in the policy's currency.",
    )
    note = fields.Char(help="Where the price comes from.")

    _policy_product_uniq = models.UniqueIndex(
        "(policy_id, product_id)", "A policy keeps the prices of a part once."
    )
    # NaN and infinity are greater than any number in PostgreSQL: the upper bound refuses them.
    _prices_range = models.Constraint(
        "CHECK (settlement_price > 0 AND settlement_price < 1e12"
        " AND guide_price > 0 AND guide_price < 1e12)",
        "A kept price lies above zero and below a million millions.",
    )

    @api.constrains("policy_id", "product_id")
    def _check_product_id(self):
        """Only parts that the policy prices, by hand, and not at their cost (P1, P2, P3, P7).

        :raises ValidationError: naming the part and what stands in its way
        """
        for policy, entries in self.grouped("policy_id").items():
            problems = policy._get_entry_problems(entries.product_id)
            for problem in problems.values():
                raise ValidationError(problem)
