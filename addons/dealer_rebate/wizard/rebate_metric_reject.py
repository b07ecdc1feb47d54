# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateMetricReject(models.TransientModel):
    """Asks why figures are rejected; the one who entered them reads it."""

    _name = "rebate.metric.reject"
    _description = "Reject Figures"

    reason = fields.Char(required=True, help="What is wrong, and what to hand in instead.")

    def action_reject(self):
        """Reject the chosen figures.

        :raise AccessError: for others than rebate managers
        """
        self.ensure_one()
        model = self.env.context.get("active_model")
        if model not in ("rebate.metric.value", "rebate.metric.item"):
            return
        self.env[model].browse(self.env.context.get("active_ids", []))._reject(self.reason)
