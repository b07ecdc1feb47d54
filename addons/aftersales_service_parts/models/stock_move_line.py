# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class StockMoveLine(models.Model):
    """Moves of parts used on site tell the guard that they belong to a job (P2)."""

    _inherit = "stock.move.line"

    @api.model
    def _get_part_job(self, move, picking):
        if move.aftersales_voucher_line_id:
            return "service"
        return super()._get_part_job(move, picking)
