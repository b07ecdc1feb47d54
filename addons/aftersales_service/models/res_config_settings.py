# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the service department, a company each."""

    _inherit = "res.config.settings"

    aftersales_visit_hours = fields.Float(
        related="company_id.aftersales_visit_hours", readonly=False
    )
    aftersales_rework_days = fields.Integer(
        related="company_id.aftersales_rework_days", readonly=False
    )
    aftersales_callback_tries = fields.Integer(
        related="company_id.aftersales_callback_tries", readonly=False
    )
