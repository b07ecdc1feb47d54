# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, models

# What DOMAIN's figures of K21 are as rules; each company changes its own.
SHARES = {"manager": 6, "storekeeper": 4}
FINE = {"fine_limit": 500, "fine_above": 50, "fine_upto": 20, "joint_percent": 50}


class AftersalesCommissionPlan(models.Model):
    """The parts department answers for its stock and its bookings (K21)."""

    _inherit = "aftersales.commission.plan"

    def _add_parts_rules(self):
        """Add the rules of K21 to plans that have none of them and have paid nothing yet."""
        for plan in self:
            codes = plan.rule_ids.mapped("code")
            rules = [vals for vals in self._prepare_parts_rules() if vals["code"] not in codes]
            if rules and not plan.is_used:
                plan.rule_ids = [Command.create(vals) for vals in rules]

    def _prepare_parts_rules(self):
        """Values of the rules of K21."""
        return [
            {
                "sequence": 30,
                "name": self.env._("Stock differences"),
                "code": "stock_difference",
                "kind": "rate",
                "indicator_id": self.env.ref("aftersales_kpi_parts.indicator_stock_difference").id,
                "rate": -100,
                "share_by": "roles",
                "share_ids": [
                    Command.create({"role": role, "share": share}) for role, share in SHARES.items()
                ],
            },
            {
                "sequence": 40,
                "name": self.env._("Booking errors"),
                "code": "booking_error",
                "kind": "fine",
                "indicator_id": self.env.ref("aftersales_kpi_parts.indicator_booking_error").id,
                "measure_of": "employee",
                "share_by": "each",
                "joint_role": "manager",
                **FINE,
            },
        ]
