# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StockPickingType(models.Model):
    """Issuing parts to a technician is an operation of its own (P11)."""

    _inherit = "stock.picking.type"

    parts_transfer_step = fields.Selection(
        selection_add=[("van", "Issue to a Technician")], ondelete={"van": "set null"}
    )
