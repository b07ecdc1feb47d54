# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesKpiGenerate(models.TransientModel):
    """Compute the KPI sheets of a month for everybody that a scheme is for."""

    _name = "aftersales.kpi.generate"
    _description = "Compute KPI Sheets of a Month"
    _inherit = ["aftersales.kpi.month.mixin"]

    scheme_ids = fields.Many2many(
        "aftersales.kpi.scheme",
        string="Schemes",
        help="Only these schemes. Empty: all schemes that are in force.",
    )

    def action_generate(self):
        """Compute the month and show its sheets. Sheets that were discussed stay as they are.

        :raises UserError: when no scheme or no employee fits the month
        """
        self.ensure_one()
        sheets = self.env["aftersales.kpi.sheet"]._generate(
            self.company_id, self.month, schemes=self.scheme_ids or None
        )
        if not sheets:
            raise UserError(
                self.env._(
                    "No KPI sheet to compute: no scheme that is in force at the beginning of that "
                    "month fits an employee. Check the schemes' dates, departments and job "
                    "positions."
                )
            )
        return self._show("aftersales_kpi.aftersales_kpi_sheet_action", [("id", "in", sheets.ids)])
