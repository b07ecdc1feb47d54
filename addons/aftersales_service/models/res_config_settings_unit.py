# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of unit files and retail registrations (S14)."""

    _inherit = "res.config.settings"

    aftersales_warranty_grace = fields.Integer(
        related="company_id.aftersales_warranty_grace", readonly=False
    )
    aftersales_registration_days = fields.Integer(
        related="company_id.aftersales_registration_days", readonly=False
    )
    aftersales_foreign_category_id = fields.Many2one(
        related="company_id.aftersales_foreign_category_id", readonly=False
    )
