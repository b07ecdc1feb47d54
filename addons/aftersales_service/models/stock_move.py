# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockMove(models.Model):
    """Moves of parts that were used on a job know the line of the job."""

    _name = "stock.move"
    _inherit = ["aftersales.voucher.line.mixin", "stock.move"]

    def _prepare_merge_moves_distinct_fields(self):
        """Moves of two lines of a job stay two moves: each keeps its serial and its line."""
        return super()._prepare_merge_moves_distinct_fields() + ["aftersales_voucher_line_id"]
