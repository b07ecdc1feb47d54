# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class PartsPriceApprovalLevel(models.Model):
    """Who approves price changes beyond a further bound of a policy (P6).

    The policy's own limit is the first bound, for pricing managers; a level here takes over where
    a change is larger still.
    """

    _name = "parts.price.approval.level"
    _description = "Parts Price Approval Level"
    _order = "policy_id, above_percent"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    policy_id = fields.Many2one("parts.price.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    above_percent = fields.Float(
        string="Changes Above (%)",
        required=True,
        digits=(9, 2),
        help="A price that moves by more than this, up or down, needs this level instead of the "
        "one below. A change of exactly this much does not.",
    )
    first_prices = fields.Boolean(
        help="First prices of a part need this level; otherwise they need the pricing manager.",
    )
    group_id = fields.Many2one(
        "res.groups",
        string="Approved By",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.ref(
            "aftersales_parts_pricing.group_pricing_director", raise_if_not_found=False
        ),
        help="Any member of this group approves. Members also need to be pricing clerks at least, "
        "to see what they approve.",
    )

    _policy_bound_uniq = models.UniqueIndex(
        "(policy_id, above_percent) WHERE active IS TRUE",
        "A policy has one approval level for each bound.",
    )
    _bound_positive = models.Constraint(
        "CHECK (above_percent > 0)", "The bound of an approval level must be above zero."
    )

    @api.constrains("above_percent", "policy_id", "active")
    def _check_above_percent(self):
        """A level below the policy's own limit would never be asked."""
        self.policy_id._check_approval_levels()

    def _may_approve(self, user):
        """Whether the user approves on this level; on no level: the pricing managers do."""
        group = self.group_id
        if not group:
            return user.has_group("aftersales_parts_pricing.group_pricing_manager")
        return group in user.all_group_ids

    def _get_approver_label(self):
        """Whom to ask for the approval, for messages."""
        # sudo: the name of the group, for those who may not read groups.
        group = (
            self.sudo().group_id
            or self.env.ref("aftersales_parts_pricing.group_pricing_manager").sudo()
        )
        return group.name

    def _get_bound_label(self):
        """What the level is for, for messages."""
        if not self:
            return self.env._("new, or beyond the limit")
        return self.env._("above %(percent)s %%", percent=f"{self.above_percent:g}")
