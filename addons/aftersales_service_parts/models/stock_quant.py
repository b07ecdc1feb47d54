# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockQuant(models.Model):
    """Whoever drives a van answers for what is missing in it (K21)."""

    _inherit = "stock.quant"

    def _get_keepers(self):
        """The technician of each van that is counted."""
        keepers = super()._get_keepers()
        # sudo: the van stands on the employee's private file; only the name is taken.
        technicians = self.env["hr.employee"].sudo()
        for technician in technicians.search(
            [("van_location_id", "parent_of", self.location_id.ids)]
        ):
            for place in self.location_id:
                if place._child_of(technician.van_location_id):
                    keepers[place] = technician.sudo(self.env.su)
        return keepers
