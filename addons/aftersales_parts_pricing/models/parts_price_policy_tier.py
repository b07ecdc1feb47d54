# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class PartsPricePolicyTier(models.Model):
    """What share of the guide price the dealers of a tier pay, and on which list (P7 c)."""

    _name = "parts.price.policy.tier"
    _description = "Parts Price Policy: Dealer Tier"
    _order = "policy_id, sequence, id"
    _check_company_auto = True

    policy_id = fields.Many2one("parts.price.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    tier_id = fields.Many2one(
        "aftersales.dealer.tier",
        required=True,
        check_company=True,
        index=True,
        ondelete="restrict",
        help="Dealers of this tier buy on the list of this line.",
    )
    guide_percent = fields.Float(
        string="Share of Guide Price (%)",
        required=True,
        default=100.0,
        digits=(9, 4),
        help="70 means that the dealer pays 70 % of the guide price. Zero-profit parts are "
        "exempt: they stay at their price (P3).",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        string="List",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="List that the publications of the policy fill for this tier.",
    )

    _policy_tier_uniq = models.UniqueIndex(
        "(policy_id, tier_id)", "A policy has one line a dealer tier."
    )
    _percent_range = models.Constraint(
        "CHECK (guide_percent > 0 AND guide_percent <= 100)",
        "The share of the guide price lies above 0 and at 100 % at most.",
    )

    @api.constrains("pricelist_id")
    def _check_pricelist_id(self):
        """The list of a tier follows the rules of the policy's other lists, and is its own."""
        self.policy_id._check_pricelists()
