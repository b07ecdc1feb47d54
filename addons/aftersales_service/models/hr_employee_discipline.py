# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class HrEmployee(models.Model):
    """How many discipline records were ever made about an employee (S11)."""

    _inherit = "hr.employee"

    discipline_count = fields.Integer(
        readonly=True,
        copy=False,
        default=0,
        groups="hr.group_hr_user",
        help="Counter that keeps two judgements at the same moment apart.",
    )
