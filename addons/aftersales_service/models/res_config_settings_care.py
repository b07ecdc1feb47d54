# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Callbacks, complaints and discipline of the company (S9, S11, S20)."""

    _inherit = "res.config.settings"

    aftersales_callback_hours = fields.Float(
        related="company_id.aftersales_callback_hours", readonly=False
    )
    aftersales_callback_retry_hours = fields.Float(
        related="company_id.aftersales_callback_retry_hours", readonly=False
    )
    aftersales_callback_skip_rated = fields.Boolean(
        related="company_id.aftersales_callback_skip_rated", readonly=False
    )
    aftersales_complaint_attempts = fields.Integer(
        related="company_id.aftersales_complaint_attempts", readonly=False
    )
    aftersales_discipline_months = fields.Integer(
        related="company_id.aftersales_discipline_months", readonly=False
    )
    aftersales_delay_rate = fields.Monetary(
        related="company_id.aftersales_delay_rate",
        readonly=False,
    )
    aftersales_delay_cap = fields.Monetary(
        related="company_id.aftersales_delay_cap",
        readonly=False,
    )
    aftersales_hourly_cost = fields.Monetary(
        related="company_id.aftersales_hourly_cost",
        readonly=False,
    )
