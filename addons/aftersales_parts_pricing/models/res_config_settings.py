# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of stock age and return offers."""

    _inherit = "res.config.settings"

    parts_age_target = fields.Float(related="company_id.parts_age_target", readonly=False)
    parts_age_days = fields.Integer(related="company_id.parts_age_days", readonly=False)
    parts_unmoved_days = fields.Integer(related="company_id.parts_unmoved_days", readonly=False)
    parts_dead_months = fields.Integer(related="company_id.parts_dead_months", readonly=False)
    parts_buy_back_percent = fields.Float(
        related="company_id.parts_buy_back_percent", readonly=False
    )
