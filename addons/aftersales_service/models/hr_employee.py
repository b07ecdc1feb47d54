# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HrEmployee(models.Model):
    """Technicians: an employee with a van."""

    _inherit = "hr.employee"

    van_location_id = fields.Many2one(
        "stock.location",
        string="Van",
        domain="[('usage', '=', 'internal')]",
        check_company=True,
        groups="hr.group_hr_user",
        help="Stock location of this technician's van. Parts used on site are taken from it.",
    )

    aftersales_bookings = fields.Integer(
        readonly=True,
        copy=False,
        groups="hr.group_hr_user",
        help="Counts bookings of this technician: two dispatchers who book him at once both write "
        "it, so that the second one sees what the first one booked.",
    )

    @api.constrains("van_location_id")
    def _check_van_location_id(self):
        """What leaves a van must be ours: parts would come out of nowhere otherwise."""
        for employee in self:
            van = employee.van_location_id
            if van and van.usage != "internal":
                raise ValidationError(
                    self.env._(
                        "%(location)s cannot be the van of %(technician)s: choose an internal "
                        "location, which holds parts of the company.",
                        location=van.display_name,
                        technician=employee.name,
                    )
                )
