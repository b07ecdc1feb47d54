# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class PartsPriceImportRow(models.TransientModel):
    """A row of a file of prices, and whether it can be imported (P7 b)."""

    _name = "parts.price.import.row"
    _description = "Import Kept Prices: Row"
    _order = "is_refused desc, number, id"

    import_id = fields.Many2one("parts.price.import", required=True, ondelete="cascade", index=True)
    number = fields.Integer(string="Row", aggregator=None, help="Number of the row in the file.")
    part = fields.Char(string="As in the File")
    product_id = fields.Many2one("product.product", string="Part")
    currency_id = fields.Many2one(related="import_id.policy_id.currency_id")
    settlement_price = fields.Monetary()
    guide_price = fields.Monetary()
    note = fields.Char()
    is_refused = fields.Boolean()
    verdict = fields.Char(help="Accepted, or why not.")
