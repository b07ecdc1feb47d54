# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Figures of rounds in the settings (S21)."""

    _inherit = "res.config.settings"

    aftersales_finding_days = fields.Integer(
        related="company_id.aftersales_finding_days", readonly=False
    )
    aftersales_finding_repeat_days = fields.Integer(
        related="company_id.aftersales_finding_repeat_days", readonly=False
    )
    aftersales_finding_reminder_days = fields.Integer(
        related="company_id.aftersales_finding_reminder_days", readonly=False
    )
    aftersales_six_s_max = fields.Integer(related="company_id.aftersales_six_s_max", readonly=False)
    aftersales_six_s_low = fields.Integer(related="company_id.aftersales_six_s_low", readonly=False)
    aftersales_training_points = fields.Integer(
        related="company_id.aftersales_training_points", readonly=False
    )
    aftersales_training_pass = fields.Integer(
        related="company_id.aftersales_training_pass", readonly=False
    )
