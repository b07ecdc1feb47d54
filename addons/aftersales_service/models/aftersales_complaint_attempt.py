# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_complaint import CLOSED_STATES


class AftersalesComplaintAttempt(models.Model):
    """One attempt to solve a complaint with the customer, and what came of it (S11).

    Attempts are a log: they are added, never changed. Two failed ones raise a low complaint.
    """

    _name = "aftersales.complaint.attempt"
    _description = "Attempt at a Complaint"
    _inherit = ["aftersales.protected.mixin"]
    _order = "made_at, id"
    _rec_name = "note"

    complaint_id = fields.Many2one(
        "aftersales.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="complaint_id.company_id", store=True, index=True)
    made_at = fields.Datetime(
        string="When", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    note = fields.Text(string="What Was Tried", required=True, help="Offered, explained, done.")
    result = fields.Selection(
        [("solved", "Solved"), ("unsolved", "Not Solved")],
        required=True,
        default="unsolved",
        help="Does the customer agree that it is solved?",
    )
    level = fields.Selection(
        selection=[("low", "Low"), ("high", "High")],
        readonly=True,
        help="Level at which the attempt was made.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Log attempts and let their complaints take the consequence.

        :raises UserError: when a complaint is closed or settled
        """
        attempts = self.browse()
        for vals in vals_list:
            # One after the other: the level of each follows from the ones before it.
            complaint = self.env["aftersales.complaint"].browse(vals.get("complaint_id"))
            complaint._check_no_party()
            if complaint.sudo().state in (*CLOSED_STATES, "settled"):
                raise UserError(
                    self.env._(
                        "%(complaint)s is settled already: nothing more is tried.",
                        complaint=complaint.display_name,
                    )
                )
            attempt = super().create([self._prepare_vals(complaint, vals)])
            # sudo: whoever may add an attempt lets it count; what it changes is decided here.
            complaint.sudo()._apply_attempts()
            attempts += attempt
        return attempts

    def _prepare_vals(self, complaint, vals):
        """When and by whom is not for the caller to choose."""
        if not self.env.su:
            protected = self._get_protected_fields()
            vals = {name: value for name, value in vals.items() if name not in protected}
        return {**vals, "level": complaint.sudo().level}

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"made_at", "user_id", "level"}
