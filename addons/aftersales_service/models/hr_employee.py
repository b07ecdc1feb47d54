# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


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
