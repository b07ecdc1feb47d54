# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesReason(models.TransientModel):
    """Asks why a visit is not made (S12)."""

    _inherit = "aftersales.reason"

    purpose = fields.Selection(
        selection_add=[("visit_cancel", "Cancel a Visit")], ondelete={"visit_cancel": "cascade"}
    )

    def action_confirm(self):
        """Cancel the visits with this reason; the step checks the right to do so."""
        self.ensure_one()
        if self.purpose != "visit_cancel":
            return super().action_confirm()
        self.env["aftersales.visit"].browse(self.res_ids).action_cancel(reason=self.reason)
        return {"type": "ir.actions.act_window_close"}
