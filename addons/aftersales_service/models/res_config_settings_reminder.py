# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of reminders and of customers who are not to be contacted (S13)."""

    _inherit = "res.config.settings"

    aftersales_no_contact_percent = fields.Float(
        related="company_id.aftersales_no_contact_percent", readonly=False
    )
