# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

# What a reason may be asked for: (model, method). Nothing else can be called by this dialogue.
PURPOSES = {
    "claim_appeal": ("aftersales.claim", "action_appeal"),
    "claim_cancel": ("aftersales.claim", "action_cancel"),
    "claim_write_off": ("aftersales.claim", "action_write_off"),
    "complaint_withdraw": ("aftersales.complaint", "action_withdraw"),
    "compensation_refuse": ("aftersales.complaint", "action_refuse_compensation"),
    "part_release": ("aftersales.part.return", "action_release"),
    "part_scrap": ("aftersales.part.return", "action_scrap"),
    "discipline_withdraw": ("aftersales.discipline", "action_withdraw"),
}


class AftersalesReason(models.TransientModel):
    """Asks for the reason of a step that needs one (S11, S17)."""

    _name = "aftersales.reason"
    _description = "Reason of a Step"

    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Json(required=True, readonly=True)
    purpose = fields.Selection(
        [
            ("claim_appeal", "Appeal against an Answer"),
            ("claim_cancel", "Cancel a Claim"),
            ("claim_write_off", "Write Off a Difference"),
            ("complaint_withdraw", "Withdraw a Complaint"),
            ("compensation_refuse", "Refuse a Compensation"),
            ("part_release", "Release an Old Part"),
            ("part_scrap", "Scrap an Old Part"),
            ("discipline_withdraw", "Withdraw Discipline"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(required=True, help="Stays with the record.")

    def action_confirm(self):
        """Take the step with this reason; the step itself checks the right to do so.

        :raises UserError: when the dialogue was opened for something else
        """
        self.ensure_one()
        model, method = self._get_purposes()[self.purpose]
        if model != self.res_model:
            raise UserError(self.env._("This reason belongs to another document: open it again."))
        getattr(self.env[model].browse(self.res_ids), method)(reason=self.reason)
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _get_purposes(self):
        """What may be asked for: {purpose: (model, method)}. Hook: extend it with your own."""
        return PURPOSES
