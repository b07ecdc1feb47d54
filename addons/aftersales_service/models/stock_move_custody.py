# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class StockMove(models.Model):
    """Moves of old parts know their part: only so they pass the door of claim custody (S17)."""

    _inherit = "stock.move"

    aftersales_part_return_id = fields.Many2one(
        "aftersales.part.return",
        string="Old Part",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Old part that is taken in, sent or scrapped by this move.",
    )

    def _prepare_merge_moves_distinct_fields(self):
        """Two old parts stay two moves."""
        return super()._prepare_merge_moves_distinct_fields() + ["aftersales_part_return_id"]

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"aftersales_part_return_id"}
