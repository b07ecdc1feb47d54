# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of service contracts."""

    _inherit = "res.config.settings"

    aftersales_contract_reminder_months = fields.Integer(
        related="company_id.aftersales_contract_reminder_months", readonly=False
    )
