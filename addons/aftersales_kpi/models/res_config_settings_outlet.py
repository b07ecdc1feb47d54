# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of outlets' bills, a company each (S10)."""

    _inherit = "res.config.settings"

    outlet_fee_journal_id = fields.Many2one(
        related="company_id.outlet_fee_journal_id",
        readonly=False,
        domain="[('type', '=', 'purchase'), ('company_id', '=', company_id)]",
    )
    outlet_fee_product_id = fields.Many2one(
        related="company_id.outlet_fee_product_id", readonly=False
    )
    outlet_fee_tax_ids = fields.Many2many(
        related="company_id.outlet_fee_tax_ids",
        readonly=False,
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', '=', company_id)]",
    )
