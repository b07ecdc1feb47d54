# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesReason(models.TransientModel):
    """Giving up a welcome pack needs a reason too (N1)."""

    _inherit = "aftersales.reason"

    purpose = fields.Selection(
        selection_add=[("welcome_cancel", "Cancel a Welcome Pack")],
        ondelete={"welcome_cancel": "cascade"},
    )

    @api.model
    def _get_purposes(self):
        return {
            **super()._get_purposes(),
            "welcome_cancel": ("aftersales.welcome.pack", "action_cancel"),
        }
