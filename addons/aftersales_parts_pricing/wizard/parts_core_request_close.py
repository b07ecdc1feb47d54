# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class PartsCoreRequestClose(models.TransientModel):
    """Why a request to the guardians is refused, or a release taken back (P2)."""

    _name = "parts.core.request.close"
    _description = "Close a Request to the Guardians"

    res_model = fields.Selection(
        [("parts.core.release", "Release"), ("parts.core.removal", "Removal of the class")],
        required=True,
    )
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    state = fields.Selection([("refused", "Refused"), ("revoked", "Revoked")], required=True)
    reason = fields.Text(required=True, help="For the log and for the person who asked.")

    @api.constrains("reason")
    def _check_reason(self):
        for wizard in self:
            if not wizard.reason.strip():
                raise UserError(self.env._("Say why, for the person who asked."))

    def action_close(self):
        """Close the request with the reason; it checks by itself who may."""
        self.ensure_one()
        self.env[self.res_model].browse(self.res_id)._close(self.state, self.reason)
        return {"type": "ir.actions.act_window_close"}
