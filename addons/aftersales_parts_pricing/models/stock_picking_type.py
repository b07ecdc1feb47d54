# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StockPickingType(models.Model):
    """Operation types of the closed loop between a warehouse and the outlets (P11)."""

    _inherit = "stock.picking.type"

    parts_transfer_step = fields.Selection(
        [
            ("ship", "Shipment to an Outlet"),
            ("receive", "Receipt of What Was Shipped"),
            ("return", "Return from an Outlet"),
            ("old", "Return of Old Parts"),
        ],
        string="Outlet Transfer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Which part of the way between warehouse and outlet this operation is. What is "
        "shipped or sent back stays open until it is received, returned or written off (P11).",
    )
    parts_open_days = fields.Integer(
        string="Old After (Days)",
        default=7,
        help="Pieces on the way for longer than this many days are shown in red.",
    )
