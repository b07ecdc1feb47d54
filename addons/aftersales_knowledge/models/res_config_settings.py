# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the knowledge base, a company each."""

    _inherit = "res.config.settings"

    aftersales_help_vote_limit = fields.Integer(
        related="company_id.aftersales_help_vote_limit", readonly=False
    )
    aftersales_article_suggestions = fields.Integer(
        related="company_id.aftersales_article_suggestions", readonly=False
    )
