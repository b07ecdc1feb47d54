# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesKpiCorrect(models.TransientModel):
    """Why a locked sheet is corrected."""

    _name = "aftersales.kpi.correct"
    _description = "Correct a Locked KPI Sheet"

    sheet_id = fields.Many2one(
        "aftersales.kpi.sheet", required=True, readonly=True, ondelete="cascade"
    )
    reason = fields.Text(required=True, help="What was wrong with the locked sheet.")

    def action_correct(self):
        """Start the correction and open it."""
        self.ensure_one()
        correction = self.sheet_id._correct(self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": correction._name,
            "res_id": correction.id,
            "view_mode": "form",
        }
