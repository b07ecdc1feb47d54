# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import ValidationError

from .aftersales_visit_plan import SENIORITIES


class HrEmployee(models.Model):
    """Senior and ordinary staff (S12); who leaves visits nobody any more."""

    _inherit = "hr.employee"

    aftersales_seniority = fields.Selection(
        SENIORITIES,
        string="Seniority in Service",
        default="ordinary",
        required=True,
        groups="hr.group_hr_user",
        help="Senior staff make the senior visits of the visit plan (S12).",
    )

    def write(self, vals):
        """Visits of those who leave go to whom the plan names, or to nobody."""
        result = super().write(vals)
        if vals.get("active", True) is False:
            # sudo: HR archives employees, and knows nothing of visits.
            visits = self.env["aftersales.visit"].sudo()
            visits.search([("employee_id", "in", self.ids), ("state", "=", "planned")])._hand_over()
        return result

    def _check_aftersales_senior(self):
        """Refuse ordinary staff for senior visits.

        :raises ValidationError: naming the employee
        """
        # sudo: seniority is in HR's file; only whether it fits is told.
        for employee in self.sudo():
            if employee.aftersales_seniority != "senior":
                raise ValidationError(
                    self.env._(
                        "%(employee)s is not senior staff: choose somebody who is, or have HR "
                        "change the seniority.",
                        employee=employee.name,
                    )
                )
