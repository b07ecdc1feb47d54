# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models, tools


class PartsDiscountLimit(models.Model):
    """How far below list the people of a role may sell parts (P6).

    The widest limit of a person's roles counts; who has none sells at list. Somebody with a
    wider limit may approve what goes beyond.
    """

    _name = "parts.discount.limit"
    _description = "Limit Below List"
    _inherit = ["aftersales.cached.mixin"]
    _order = "company_id, limit_percent, id"
    _rec_name = "group_id"

    group_id = fields.Many2one(
        "res.groups",
        string="Role",
        required=True,
        index=True,
        ondelete="cascade",
        help="Everybody in this group, roles that imply it included.",
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: in each company that has no limit of its own."
    )
    limit_percent = fields.Float(
        string="Below List (%)",
        required=True,
        digits=(5, 2),
        help="A line may be this much below its list price, discount included. 100: no limit.",
    )

    _role_uniq = models.UniqueIndex(
        "(group_id, COALESCE(company_id, 0))", "A role has one limit in a company."
    )
    _percent_range = models.Constraint(
        "CHECK (limit_percent >= 0 AND limit_percent <= 100)",
        "The limit lies between 0 and 100 % of the list price.",
    )

    @api.model
    def _get_limit(self, user, company):
        """How many percent below list a person may sell parts in a company (P6).

        :rtype: float
        """
        limits = self._get_company_limits(company.id)
        held = set(user._get_group_ids()) if user else set()
        return max((percent for group_id, percent in limits if group_id in held), default=0.0)

    @api.model
    @tools.ormcache("company_id")
    def _get_company_limits(self, company_id):
        """Limits of the roles in a company: its own, and the common ones of the other roles.

        :return: tuple of (group id, percent)
        """
        # sudo: everybody's orders are held against the limits, which only managers keep.
        limits = self.sudo().search([("company_id", "in", (company_id, False))])
        own = limits.filtered("company_id").group_id
        return tuple(
            (limit.group_id.id, limit.limit_percent)
            for limit in limits
            if limit.company_id or limit.group_id not in own
        )

    @api.model
    def _get_approvers(self, percent, company):
        """People who keep orders and may approve a price so far below list."""
        # sudo: as above, and a list of names is no secret inside the company.
        limits = self.sudo().search(
            [("company_id", "in", (company.id, False)), ("limit_percent", ">=", percent)]
        )
        users = limits.group_id.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        orders = self.env["sale.order"]
        return users.filtered(
            lambda user: (
                self._get_limit(user, company) >= percent
                and orders.with_user(user).has_access("write")
            )
        )
