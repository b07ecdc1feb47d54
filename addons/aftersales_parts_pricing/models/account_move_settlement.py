# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AccountMoveSettlement(models.Model):
    """Invoices know the settlement of parts that made them (P12)."""

    _inherit = "account.move"

    parts_settlement_id = fields.Many2one(
        "parts.settlement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="account.group_account_invoice,account.group_account_readonly,"
        "aftersales_parts_pricing.group_parts_settlement",
        help="The period's settlement of parts that made this invoice.",
    )
