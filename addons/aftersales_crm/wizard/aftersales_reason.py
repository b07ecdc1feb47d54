# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesReason(models.TransientModel):
    """Asks why a visit is not made (S12)."""

    _inherit = "aftersales.reason"

    purpose = fields.Selection(
        selection_add=[("visit_cancel", "Cancel a Visit")], ondelete={"visit_cancel": "cascade"}
    )

    @api.model
    def _get_purposes(self):
        return {
            **super()._get_purposes(),
            "visit_cancel": ("aftersales.visit", "action_cancel"),
        }
