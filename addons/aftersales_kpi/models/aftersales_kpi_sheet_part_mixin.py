# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AftersalesKpiSheetPartMixin(models.AbstractModel):
    """Rows of a KPI sheet that only its steps write: lines, gates, late changes."""

    _name = "aftersales.kpi.sheet.part.mixin"
    _description = "Part of a KPI Sheet"
    _inherit = ["aftersales.computed.part.mixin"]
    _step_model = "aftersales.kpi.sheet"

    sheet_id = fields.Many2one(
        "aftersales.kpi.sheet", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="sheet_id.company_id", store=True, index=True)

    @api.model
    def _get_step_refusal(self):
        return self.env._(
            "The lines of a KPI sheet are computed, not typed: compute the month again."
        )
