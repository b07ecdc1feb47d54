# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class AftersalesWarrantyPolicy(models.Model):
    """What a company promises with the goods that it sells, or with the parts that it fits (S16).

    A unit gets a copy when its warranty starts; later changes here move nothing that was sold.
    """

    _name = "aftersales.warranty.policy"
    _description = "Warranty Policy"
    _inherit = ["aftersales.warranty.guarantee.mixin", "mail.thread"]
    _order = "kind desc, sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, help="Printed in front of each clause.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Of policies that fit equally well the first one holds."
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        default=lambda self: self.env.company,
        help="Empty: for all companies.",
    )
    kind = fields.Selection(
        [("unit", "Units that are sold"), ("part", "Parts that are fitted")],
        required=True,
        default="unit",
        tracking=True,
        help="Unit: covers jobs on the unit. Part: each part that is fitted gets its own warranty "
        "(S26).",
    )
    product_ids = fields.Many2many(
        "product.template",
        string="Products",
        check_company=True,
        help="Models or parts that the policy is for; goes before categories.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Categories",
        help="Models or parts of these categories and those below; the nearest category decides.",
    )
    term_ids = fields.One2many(
        "aftersales.warranty.term",
        "policy_id",
        string="Clauses",
        copy=True,
        help="What is covered, how long, and who pays.",
    )
    entitlement_count = fields.Integer(
        string="Given",
        compute="_compute_entitlement_count",
        help="Units and fitted parts that have this warranty.",
    )

    # === COMPUTE METHODS === #

    def _compute_entitlement_count(self):
        counts = dict(
            self.env["aftersales.entitlement"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.entitlement_count = counts.get(policy._origin, 0)

    # === CONSTRAINTS === #

    @api.constrains("product_ids", "categ_ids")
    def _check_scope(self):
        for policy in self:
            if not (policy.product_ids or policy.categ_ids):
                raise ValidationError(
                    self.env._(
                        "Warranty policy %(policy)s is for nothing: choose products or categories.",
                        policy=policy.name,
                    )
                )

    # === ACTIONS === #

    def action_view_entitlements(self):
        """Open the warranties that were given by this policy."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_entitlement_action"
        )
        action["domain"] = [("policy_id", "=", self.id)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _get_policies(self, products, company, kind="unit"):
        """Policy of each product: its own, else that of the nearest category.

        :param products: product.product
        :param company: res.company
        :param str kind: ``unit`` or ``part``
        :return: dict {product: aftersales.warranty.policy}, without products that have none
        """
        # sudo: who sells or fits goods need not read the policies; only their copy is kept.
        policies = self.sudo().search(self._get_policy_domain(company, kind))
        by_template, by_category = {}, {}
        for policy in policies:
            for template in policy.product_ids:
                by_template.setdefault(template, policy)
            for category in policy.categ_ids:
                by_category.setdefault(category.id, policy)
        found = {}
        # sudo: only the category of products that the caller named is looked at.
        for product in products.sudo():
            families = product.categ_id._get_families()
            nearest = next((by_category[key] for key in families if key in by_category), None)
            policy = by_template.get(product.product_tmpl_id, nearest)
            if policy:
                found[product.with_env(products.env)] = policy
        return found

    @api.model
    def _get_policy_domain(self, company, kind):
        """Policies that a company gives. Hook: narrow it, e.g. by market."""
        return Domain("kind", "=", kind) & Domain("company_id", "in", [company.id, False])

    def _prepare_entitlement_vals(self):
        """Values of the copy that a unit or part gets; clauses with it, dates without."""
        self.ensure_one()
        return {
            "name": self.name,
            "policy_id": self.id,
            **{name: self[name] for name in self._get_guarantee_fields()},
            "term_ids": [
                fields.Command.create(term._prepare_entitlement_term_vals())
                for term in self.term_ids
            ],
        }
