# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class PartsGuard(models.AbstractModel):
    """Technicians' vans are on the road, not a base of ours: no restricted part in them (P2)."""

    _inherit = "parts.guard"

    @api.model
    def _get_field_locations(self):
        # sudo: the decision must not depend on which technicians the user may see.
        technicians = (
            self.env["hr.employee"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch([("van_location_id", "!=", False)], ["van_location_id"])
        )
        return super()._get_field_locations() | technicians.van_location_id
