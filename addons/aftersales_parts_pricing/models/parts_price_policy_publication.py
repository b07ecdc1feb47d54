# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PartsPricePolicyPublication(models.Model):
    """Terms of a policy for its publications: who approves what (P6), price protection."""

    _inherit = "parts.price.policy"

    approval_level_ids = fields.One2many(
        "parts.price.approval.level",
        "policy_id",
        string="Further Approval Levels",
        copy=True,
        help="Larger changes need somebody else than the pricing manager (P6).",
    )
    protection_days = fields.Integer(
        string="Price Protection (Days)",
        default=90,
        required=True,
        tracking=True,
        help="When a price drops, what dealers bought within so many days before is shown with "
        "the difference (Price Drops).",
    )

    _protection_positive = models.Constraint(
        "CHECK (protection_days >= 0)", "The days of price protection cannot be negative."
    )

    @api.constrains("approval_limit_percent", "approval_level_ids")
    def _check_approval_levels(self):
        """Each further level starts above the policy's own limit, one of them at most takes first
        prices."""
        for policy in self:
            levels = policy.approval_level_ids
            for level in levels:
                if level.above_percent <= policy.approval_limit_percent:
                    raise ValidationError(
                        self.env._(
                            "“%(level)s” starts at %(bound)s %%, but up to the approval limit of "
                            "“%(policy)s”, %(limit)s %%, nothing needs approval: choose a higher "
                            "bound.",
                            level=level.name,
                            bound=f"{level.above_percent:g}",
                            policy=policy.name,
                            limit=f"{policy.approval_limit_percent:g}",
                        )
                    )
            if len(levels.filtered("first_prices")) > 1:
                raise ValidationError(
                    self.env._(
                        "First prices need one level only: untick the others of “%(policy)s”.",
                        policy=policy.name,
                    )
                )
