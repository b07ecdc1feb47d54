# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesAppointmentOverrule(models.TransientModel):
    """A supervisor books a technician who is booked already, with a reason that is kept (S7)."""

    _name = "aftersales.appointment.overrule"
    _description = "Book a Technician Twice"
    _check_company_auto = True

    voucher_id = fields.Many2one(
        "aftersales.voucher", string="Job", required=True, readonly=True, ondelete="cascade"
    )
    appointment_id = fields.Many2one(
        "aftersales.appointment", readonly=True, ondelete="cascade", help="Visit that moves."
    )
    is_lead = fields.Boolean(readonly=True, help="The visit is that of the job's own technician.")
    technician_id = fields.Many2one(
        "hr.employee", required=True, readonly=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="voucher_id.company_id")
    start = fields.Datetime(required=True)
    end = fields.Datetime(required=True)
    message = fields.Char(readonly=True)
    reason = fields.Char(required=True, help="Why both windows stand; kept in the log of the job.")

    def action_book(self):
        """Book the window, or move the visit there.

        :raises AccessError: when the user is no supervisor
        :raises UserError: when the reason is blank, or the visit is over
        """
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Write the reason: two windows overlap only with one."))
        voucher, technician = self.voucher_id, self.technician_id
        vals = {
            "technician_id": technician.id,
            "start": self.start,
            "end": self.end,
            "overlap_reason": self.reason,
        }
        visit = self.appointment_id
        if self.is_lead and not visit:
            visit = voucher._get_lead_appointment().filtered(lambda v: v.state == "planned")
        if visit:
            visit.write(vals)
        else:
            visit.create({"voucher_id": voucher.id, **vals})
        if self.is_lead and voucher.technician_id != technician:
            voucher.technician_id = technician
        return {"type": "ir.actions.client", "tag": "soft_reload"}
