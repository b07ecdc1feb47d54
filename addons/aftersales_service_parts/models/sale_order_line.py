# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class SaleOrderLine(models.Model):
    """What a job's line costs is decided on the job: warranty and goodwill are no discount (P6)."""

    _inherit = "sale.order.line"

    def _is_held_to_list(self):
        """Held to the list once somebody sells below what the job says."""
        # sudo: as for the price itself, a seller need not read service vouchers.
        line = self.sudo().aftersales_voucher_line_id
        if line and self.currency_id.compare_amounts(self.price_unit, line.price_unit) >= 0:
            return bool(self.discount) and super()._is_held_to_list()
        return super()._is_held_to_list()
