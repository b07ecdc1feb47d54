# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.fields import Domain


class ResUsers(models.Model):
    """Technicians see the issues into their own vans; supervisors see all transfers (P11)."""

    _inherit = "res.users"

    @api.model
    def _get_parts_wide_groups(self):
        return [
            *super()._get_parts_wide_groups(),
            "aftersales_service.group_service_supervisor",
        ]

    def _get_own_parts_transfer_domain(self, path):
        return super()._get_own_parts_transfer_domain(path) | Domain(
            f"{path}parts_technician_id.user_id", "=", self.id
        )
