# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesOutlet(models.Model):
    """An outlet's share in posted items, by its analytic account (K9)."""

    _inherit = "aftersales.outlet"

    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        help="Posted items that name this analytic account count in the outlet's ratios, by the "
        "share that they give to it (K9).",
    )

    _analytic_account_uniq = models.UniqueIndex(
        "(company_id, analytic_account_id) WHERE analytic_account_id IS NOT NULL",
        "This analytic account belongs to another outlet: give each outlet one of its own.",
    )

    @api.constrains("analytic_account_id", "company_id")
    def _check_analytic_plan(self):
        """Outlets share an item among them only where their accounts are of one plan."""
        # sudo: only plans are compared; the user may not read analytic accounts.
        known = self.sudo().with_context(active_test=False)
        known = known.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("analytic_account_id", "!=", False),
            ]
        )
        # sudo: only the plan of the account, which who keeps outlets need not read.
        for outlet in self.sudo().filtered("analytic_account_id"):
            plan = outlet.analytic_account_id.root_plan_id
            for other in known.filtered(lambda other, o=outlet: other.company_id == o.company_id):
                if other.analytic_account_id.root_plan_id != plan:
                    raise ValidationError(
                        self.env._(
                            "%(outlet)s has an analytic account of plan %(plan)s, %(other)s one "
                            "of %(other_plan)s: an item would count for both. Take accounts of "
                            "one plan for all outlets of the company.",
                            outlet=outlet.display_name,
                            plan=plan.name,
                            other=other.display_name,
                            other_plan=other.analytic_account_id.root_plan_id.name,
                        )
                    )
