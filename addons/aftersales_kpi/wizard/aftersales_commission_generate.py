# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesCommissionGenerate(models.TransientModel):
    """Compute the commissions of a month for all teams that a plan is for."""

    _name = "aftersales.commission.generate"
    _description = "Compute Commissions of a Month"
    _inherit = ["aftersales.kpi.month.mixin"]

    def action_generate(self):
        """Compute the month and show its statements; say what nobody gets.

        :raises UserError: when no plan is for a team with members in the month
        """
        self.ensure_one()
        problems = []
        statements = self.env["aftersales.commission.statement"]._generate(
            self.company_id, self.month, problems
        )
        if not statements:
            raise UserError(
                self.env._(
                    "No commissions to compute: no plan that is in force at the beginning of that "
                    "month is for a team with members. Check the plans and the teams."
                )
            )
        action = self._show(
            "aftersales_kpi.aftersales_commission_statement_action", [("id", "in", statements.ids)]
        )
        if not problems:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Nobody gets it"),
                "message": "\n".join(problems),
                "next": action,
            },
        }
