# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class StockLocation(models.Model):
    """A technician's van is on the road: no base of ours while somebody drives it (P2)."""

    _inherit = "stock.location"

    def _check_may_become_base(self):
        """A former van may become a base; one in use may not.

        :raise UserError: naming the van and its technician
        """
        # sudo: who drives a van stands on the employee's private file; only the name is told.
        technician = (
            self.env["hr.employee"].sudo().search([("van_location_id", "in", self.ids)], limit=1)
        )
        if technician:
            raise UserError(
                self.env._(
                    "“%(van)s” is the van of %(technician)s and stays a field location. Have "
                    "another van entered on the employee first.",
                    van=technician.van_location_id.display_name,
                    technician=technician.name,
                )
            )
        return super()._check_may_become_base()
