# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class HrEmployee(models.Model):
    """A location that is or was a technician's van is no base of ours (P2)."""

    _inherit = "hr.employee"

    @api.model_create_multi
    def create(self, vals_list):
        """A store room with restricted parts in it cannot become a van."""
        employees = super().create(vals_list)
        employees._mark_vans()
        return employees

    def write(self, vals):
        """As on creation; whoever comes back to work may have kept the van."""
        result = super().write(vals)
        if vals.keys() & {"van_location_id", "active"}:
            self._mark_vans()
        return result

    def _mark_vans(self):
        """Keep the vans outside our bases, also when they change hands or are given up.

        :raise UserError: when restricted parts lie in one
        """
        # sudo: the van stands on the employee's private file, closed to some who write employees.
        self.sudo().van_location_id._mark_as_field_location()
