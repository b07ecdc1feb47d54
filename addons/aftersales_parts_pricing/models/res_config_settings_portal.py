# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the dealers' portal, a company each."""

    _inherit = "res.config.settings"

    parts_portal_order_mode = fields.Selection(
        related="company_id.parts_portal_order_mode", readonly=False, required=True
    )
    parts_stock_green = fields.Float(related="company_id.parts_stock_green", readonly=False)
    parts_stock_amber = fields.Float(related="company_id.parts_stock_amber", readonly=False)
    parts_portal_warehouse_id = fields.Many2one(
        related="company_id.parts_portal_warehouse_id",
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
