# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of surveys, audits and qualification, a company each (K11 to K13)."""

    _inherit = "res.config.settings"

    aftersales_survey_mail = fields.Boolean(
        related="company_id.aftersales_survey_mail", readonly=False
    )
    aftersales_survey_every = fields.Integer(
        related="company_id.aftersales_survey_every", readonly=False
    )
    aftersales_survey_window = fields.Integer(
        related="company_id.aftersales_survey_window", readonly=False
    )
    aftersales_survey_pushes = fields.Integer(
        related="company_id.aftersales_survey_pushes", readonly=False
    )
    aftersales_survey_repeat_days = fields.Integer(
        related="company_id.aftersales_survey_repeat_days", readonly=False
    )
    aftersales_survey_link_days = fields.Integer(
        related="company_id.aftersales_survey_link_days", readonly=False
    )
    aftersales_survey_phone_percent = fields.Float(
        related="company_id.aftersales_survey_phone_percent", readonly=False
    )
    aftersales_survey_outlet_limit = fields.Integer(
        related="company_id.aftersales_survey_outlet_limit", readonly=False
    )
    aftersales_survey_tries = fields.Integer(
        related="company_id.aftersales_survey_tries", readonly=False
    )
    aftersales_survey_hourly_limit = fields.Integer(
        related="company_id.aftersales_survey_hourly_limit", readonly=False
    )
    aftersales_survey_least = fields.Integer(
        related="company_id.aftersales_survey_least", readonly=False
    )
    aftersales_survey_user_id = fields.Many2one(
        related="company_id.aftersales_survey_user_id", readonly=False
    )
    aftersales_audit_vouchers = fields.Integer(
        related="company_id.aftersales_audit_vouchers", readonly=False
    )
    aftersales_audit_tolerated = fields.Integer(
        related="company_id.aftersales_audit_tolerated", readonly=False
    )
    aftersales_audit_loss = fields.Float(related="company_id.aftersales_audit_loss", readonly=False)
    aftersales_standard_pass = fields.Float(
        related="company_id.aftersales_standard_pass", readonly=False
    )
    aftersales_certificate_days = fields.Integer(
        related="company_id.aftersales_certificate_days", readonly=False
    )
