# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class StockMove(models.Model):
    """Parts in a van keep the prices at which they were issued (P11)."""

    _inherit = "stock.move"

    @api.model
    def _get_frozen_steps(self):
        return super()._get_frozen_steps() | {"van"}
