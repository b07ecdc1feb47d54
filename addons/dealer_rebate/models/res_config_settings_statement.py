# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettingsStatement(models.TransientModel):
    """Settings of the Rebates app: statements on credit notes (R15)."""

    _inherit = "res.config.settings"

    rebate_attach_statement = fields.Boolean(
        related="company_id.rebate_attach_statement", readonly=False
    )
