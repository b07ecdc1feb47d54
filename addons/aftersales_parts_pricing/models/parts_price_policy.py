# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import Counter

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError


class PartsPricePolicy(models.Model):
    """How the prices of a company's parts come about: from cost to each list (P3, P6, P7).

    A policy changes no price by itself: its publications do.
    """

    _name = "parts.price.policy"
    _description = "Parts Price Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Scope",
        index="btree_not_null",
        tracking=True,
        help="Parts of this product category and below. Empty: all parts of the company.",
    )
    mode = fields.Selection(
        [
            ("formula", "Settlement and guide list by formulas"),
            ("manual", "Settlement and guide list kept by hand"),
            ("tier", "Guide list with a discount per dealer tier"),
        ],
        default="formula",
        required=True,
        tracking=True,
        help="Formulas: both lists follow the cost (P7 a). By hand: both prices are typed into the "
        "proposal or imported, zero-profit parts still follow their cost (P7 b). Tiers: the guide "
        "list follows the cost, what a dealer pays is the guide price times the share of its tier "
        "(P7 c).",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency of the policy's lists. Costs are converted at the rate of the day of "
        "the proposal.",
    )
    rounding = fields.Float(
        default=0.01,
        required=True,
        digits=(12, 4),
        tracking=True,
        help="Prices are rounded half up to a multiple of this. Zero-profit parts are rounded to "
        "the currency only: anything else would give them a profit or a loss (P3).",
    )
    price_ending = fields.Float(
        digits=(12, 4),
        tracking=True,
        help="Prices end in this: 0.99 with a rounding of 1 gives 12.99, 13.99 …, whichever is "
        "nearest. 0: prices are multiples of the rounding.",
    )
    approval_limit_percent = fields.Float(
        string="Approval Limit (%)",
        default=10.0,
        required=True,
        digits=(5, 2),
        tracking=True,
        help="A price that moves by more than this against the published one needs approval, "
        "and so does a first price (P6). A change of exactly the limit needs none.",
    )
    settlement_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Settlement List",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="What the company and its channel settle at (P7).",
    )
    guide_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Guide List",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="What the channel quotes to users (P7).",
    )
    class_ids = fields.One2many(
        "parts.price.policy.class",
        "policy_id",
        string="Classes",
        copy=True,
        default=lambda self: self._default_class_ids(),
    )
    tier_ids = fields.One2many(
        "parts.price.policy.tier", "policy_id", string="Dealer Tiers", copy=True
    )
    publication_ids = fields.One2many("parts.price.publication", "policy_id")
    publication_count = fields.Integer(compute="_compute_publication_count")

    _rounding_positive = models.Constraint(
        "CHECK (rounding > 0)", "The rounding of prices must be above zero, for example 0.01."
    )
    _ending_below_rounding = models.Constraint(
        "CHECK (price_ending >= 0 AND price_ending < rounding)",
        "Prices end in 0 or in something below their rounding: 0.99 goes with a rounding of 1.",
    )
    _limit_positive = models.Constraint(
        "CHECK (approval_limit_percent >= 0)", "The approval limit cannot be negative."
    )

    def _default_class_ids(self):
        classes = self.env["parts.price.policy.class"]
        return [
            Command.create(
                {"part_class": part_class, "zero_profit": part_class in ("standard", "wearing")}
            )
            for part_class in classes._get_priced_classes()
        ]

    @api.depends("publication_ids")
    def _compute_publication_count(self):
        counts = dict(
            self.env["parts.price.publication"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.publication_count = counts.get(policy._origin, 0)

    @api.constrains("settlement_pricelist_id", "guide_pricelist_id", "currency_id", "company_id")
    def _check_pricelists(self):
        """Each list of a policy is its own, in its currency, and belongs to its company."""
        for policy in self:
            policy._check_pricelists_differ()
            lists = policy._get_pricelists()
            for pricelist in lists:
                if pricelist.currency_id != policy.currency_id:
                    raise ValidationError(
                        self.env._(
                            "The list “%(list)s” is in %(currency)s, the policy “%(policy)s” in "
                            "%(other)s: choose a list in the policy's currency.",
                            list=pricelist.name,
                            currency=pricelist.currency_id.name,
                            policy=policy.name,
                            other=policy.currency_id.name,
                        )
                    )
                if pricelist.company_id != policy.company_id:
                    raise ValidationError(
                        self.env._(
                            "The list “%(list)s” must belong to the company %(company)s alone: "
                            "published prices are a company's own.",
                            list=pricelist.name,
                            company=policy.company_id.name,
                        )
                    )

    def _check_pricelists_differ(self):
        """Called on a change of a tier's list as well."""
        self.ensure_one()
        used = [self.settlement_pricelist_id, self.guide_pricelist_id]
        used += [tier.pricelist_id for tier in self.tier_ids]
        for pricelist, count in Counter(filter(None, used)).items():
            if count > 1:
                raise ValidationError(
                    self.env._(
                        "“%(list)s” is used more than once by the policy “%(policy)s”: the "
                        "settlement list, the guide list and each tier need a list of their own.",
                        list=pricelist.name,
                        policy=self.name,
                    )
                )

    def action_create_pricelists(self):
        """Create the lists that the policy still lacks, each with the one rule *published price*.

        Modes *formula* and *manual* need the settlement and the guide list, mode *tier* the guide
        list and one list a tier. Lists that are there stay as they are.
        """
        for policy in self:
            policy._create_missing_pricelists()
        return True

    def action_view_publications(self):
        """Open the publications of this policy."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_price_publication_action"
        )
        return action | {
            "domain": [("policy_id", "=", self.id)],
            "context": {"default_policy_id": self.id},
        }

    def _create_missing_pricelists(self):
        self.ensure_one()
        if self.mode != "tier" and not self.settlement_pricelist_id:
            self.settlement_pricelist_id = self._create_pricelist(
                "settlement", self.env._("Dealer settlement – %(policy)s", policy=self.name)
            )
        if not self.guide_pricelist_id:
            self.guide_pricelist_id = self._create_pricelist(
                "guide", self.env._("Market guide – %(policy)s", policy=self.name)
            )
        for tier in self.tier_ids.filtered(lambda line: not line.pricelist_id):
            tier.pricelist_id = self._create_pricelist(
                "tier",
                self.env._(
                    "Dealer %(tier)s – %(policy)s", tier=tier.tier_id.name, policy=self.name
                ),
            )

    def _create_pricelist(self, kind, name):
        """One native pricelist with the one rule that reads the published prices."""
        return self.env["product.pricelist"].create(
            {
                "name": name,
                "parts_list_kind": kind,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "formula",
                            "base": "published_price",
                        }
                    )
                ],
            }
        )

    def _get_pricelists(self):
        """All lists that publications of these policies fill."""
        return self.settlement_pricelist_id | self.guide_pricelist_id | self.tier_ids.pricelist_id

    def _get_list_rules(self):
        """Lists to publish: [(kind, pricelist, share of the guide price in percent)].

        :raise UserError: when a list that the mode needs is missing
        """
        self.ensure_one()
        rules = []
        if self.settlement_pricelist_id:
            rules.append(("settlement", self.settlement_pricelist_id, 100.0))
        if self.guide_pricelist_id:
            rules.append(("guide", self.guide_pricelist_id, 100.0))
        rules += [
            ("tier", tier.pricelist_id, tier.guide_percent)
            for tier in self.tier_ids
            if tier.pricelist_id
        ]
        kinds = {rule[0] for rule in rules}
        needed = {"guide", "tier" if self.mode == "tier" else "settlement"}
        if needed - kinds or any(not tier.pricelist_id for tier in self.tier_ids):
            raise UserError(
                self.env._(
                    "The policy “%(policy)s” lacks a price list: press “Create Price Lists” on it "
                    "first.",
                    policy=self.name,
                )
            )
        return rules

    def _get_part_domain(self):
        """Domain of the products that this policy prices: serviceable parts (P1), never
        restricted ones (P2), within the scope."""
        self.ensure_one()
        domain = fields.Domain(
            [
                ("is_serviceable", "=", True),
                ("part_class", "in", self.class_ids.mapped("part_class")),
                ("company_id", "in", [False, self.company_id.id]),
            ]
        )
        if self.categ_id:
            domain &= fields.Domain("categ_id", "child_of", self.categ_id.id)
        return domain
