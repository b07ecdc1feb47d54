# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class HrEmployee(models.Model):
    """A store room with restricted parts in it cannot become a technician's van (P2)."""

    _inherit = "hr.employee"

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        # sudo: the guard counts every piece, whatever the user may see.
        employees.sudo().van_location_id._check_restricted_stock()
        return employees

    def write(self, vals):
        result = super().write(vals)
        if "van_location_id" in vals:
            # sudo: as in create.
            self.sudo().van_location_id._check_restricted_stock()
        return result
