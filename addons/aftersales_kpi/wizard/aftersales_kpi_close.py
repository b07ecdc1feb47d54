# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesKpiClose(models.TransientModel):
    """Which month is to be closed: leads to what is open of it, scheme by scheme."""

    _name = "aftersales.kpi.close"
    _description = "Close a KPI Month"
    _inherit = ["aftersales.kpi.month.mixin"]

    def action_open(self):
        """Show what is open of the month.

        :raises UserError: when no scheme is in force
        """
        self.ensure_one()
        closings = self.env["aftersales.kpi.closing"]._open_period(self.company_id, self.month)
        if not closings:
            raise UserError(
                self.env._(
                    "No KPI scheme holds for that month: check the schemes' dates and indicators."
                )
            )
        return self._show(
            "aftersales_kpi.aftersales_kpi_closing_action", [("id", "in", closings.ids)]
        )
