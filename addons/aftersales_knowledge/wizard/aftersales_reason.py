# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from odoo.addons.aftersales_service.wizard.aftersales_reason import PURPOSES

PURPOSES["article_withdraw"] = ("aftersales.article", "action_withdraw")


class AftersalesReason(models.TransientModel):
    """Asks why an article is withdrawn (S22)."""

    _inherit = "aftersales.reason"

    purpose = fields.Selection(
        selection_add=[("article_withdraw", "Withdraw an Article")],
        ondelete={"article_withdraw": "cascade"},
    )
