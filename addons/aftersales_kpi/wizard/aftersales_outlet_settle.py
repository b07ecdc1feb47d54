# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesOutletSettle(models.TransientModel):
    """Compute the settlements of a month for all outlets with something to settle (S10)."""

    _name = "aftersales.outlet.settle"
    _description = "Settle a Month of Outlets"
    _inherit = ["aftersales.kpi.month.mixin"]

    outlet_ids = fields.Many2many(
        "aftersales.outlet",
        string="Outlets",
        help="Only these outlets. Empty: all that have something to settle.",
    )

    def action_settle(self):
        """Compute the month and show its settlements.

        :raises UserError: when there is nothing to settle
        """
        self.ensure_one()
        settlements = self.env["aftersales.outlet.settlement"]._generate(
            self.company_id, self.month, self.outlet_ids or None
        )
        if not settlements:
            raise UserError(
                self.env._(
                    "Nothing to settle: no outlet finished a job in that month, and none owes a "
                    "penalty."
                )
            )
        return self._show(
            "aftersales_kpi.aftersales_outlet_settlement_action", [("id", "in", settlements.ids)]
        )
