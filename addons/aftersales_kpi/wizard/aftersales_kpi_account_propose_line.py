# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesKpiAccountProposeLine(models.TransientModel):
    """An account and the group that is proposed for it (K9)."""

    _name = "aftersales.kpi.account.propose.line"
    _description = "Proposed Account Group"
    _order = "id"

    wizard_id = fields.Many2one(
        "aftersales.kpi.account.propose", required=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one("account.account", required=True, ondelete="cascade")
    account_type = fields.Selection(related="account_id.account_type")
    group_id = fields.Many2one(
        "aftersales.kpi.account.group",
        ondelete="cascade",
        help="Group to which the account's items will belong; empty: none.",
    )
