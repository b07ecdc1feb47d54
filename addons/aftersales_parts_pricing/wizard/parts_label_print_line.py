# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from ..code128 import get_code128_uri


class PartsLabelPrintLine(models.TransientModel):
    """How many labels of a part."""

    _name = "parts.label.print.line"
    _description = "Line of Part Labels"

    print_id = fields.Many2one("parts.label.print", required=True, index=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", string="Part", required=True)
    lot_id = fields.Many2one(
        "stock.lot", string="Lot/Serial Number", domain="[('product_id', '=', product_id)]"
    )
    labels = fields.Integer(default=1, help="How many labels are printed.")
    pieces = fields.Float(
        string="Pieces per Label",
        digits="Product Unit",
        default=1,
        help="What the label says that the bag or box holds.",
    )

    def _get_barcode_uri(self):
        """Image of what a scanner reads: the barcode of the part, else its number."""
        code = self.product_id.barcode or self.product_id.default_code
        return get_code128_uri(code, width=227, height=31)
