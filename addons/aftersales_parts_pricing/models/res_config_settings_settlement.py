# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettingsSettlement(models.TransientModel):
    """Settings of parts settlement (P12)."""

    _inherit = "res.config.settings"

    parts_settlement_period = fields.Selection(
        related="company_id.parts_settlement_period", readonly=False, required=True
    )
    parts_settlement_auto = fields.Boolean(
        related="company_id.parts_settlement_auto", readonly=False
    )
    parts_statement_days = fields.Integer(related="company_id.parts_statement_days", readonly=False)
