# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesReceptionAppointment(models.Model):
    """One entry of the programme of a visit: when, what, where, with whom (S21)."""

    _name = "aftersales.reception.appointment"
    _description = "Appointment of a Visit"
    _order = "start, id"
    _check_company_auto = True

    reception_id = fields.Many2one(
        "aftersales.reception", required=True, index=True, ondelete="cascade", string="Visit"
    )
    company_id = fields.Many2one(related="reception_id.company_id", store=True, precompute=True)
    name = fields.Char(string="What", required=True)
    start = fields.Datetime(required=True)
    stop = fields.Datetime(string="Until", required=True)
    place = fields.Char()
    employee_ids = fields.Many2many("hr.employee", string="With", check_company=True)

    _dates_check = models.Constraint(
        "CHECK (stop >= start)", "An appointment ends before it begins: correct its times."
    )

    @api.constrains("start", "stop", "reception_id")
    def _check_inside(self):
        """Appointments lie within the visit."""
        for appointment in self:
            visit = appointment.reception_id
            if appointment.start < visit.date_from or appointment.stop > visit.date_to:
                raise ValidationError(
                    self.env._(
                        "“%(appointment)s” lies outside the visit: move it, or change arrival "
                        "and departure.",
                        appointment=appointment.name,
                    )
                )
