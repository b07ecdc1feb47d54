# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StockPicking(models.Model):
    """Transfers that bring back what a dealer accepted to sell back (P10)."""

    _inherit = "stock.picking"

    parts_return_offer_id = fields.Many2one(
        "parts.return.offer",
        string="Return Offer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The dealer accepted this offer; the pieces take away from nobody's demand.",
    )
