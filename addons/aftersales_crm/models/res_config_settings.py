# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of visits (S12)."""

    _inherit = "res.config.settings"

    aftersales_visit_lead_days = fields.Integer(
        related="company_id.aftersales_visit_lead_days", readonly=False
    )
    aftersales_visit_postpone_days = fields.Integer(
        related="company_id.aftersales_visit_postpone_days", readonly=False
    )
