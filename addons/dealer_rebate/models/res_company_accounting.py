# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

ACCOUNTS = "[('company_ids', 'in', id)]"


class ResCompanyAccounting(models.Model):
    """The company's defaults for accruals, transfers and credits of suppliers (R15)."""

    _inherit = "res.company"

    rebate_accrual_journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        ondelete="set null",
        help="Journal of the accrual entries, unless the agreement names another one.",
    )
    rebate_accrual_account_id = fields.Many2one(
        "account.account",
        domain=ACCOUNTS,
        ondelete="set null",
        help="Liability for rebates that dealers have earned and that are not settled yet. Used "
        "for nothing else, so that its balance can be compared with the open accruals.",
    )
    rebate_accrual_expense_account_id = fields.Many2one(
        "account.account",
        domain=ACCOUNTS,
        ondelete="set null",
        help="Expense or revenue reduction that dealers' rebates are accrued on.",
    )
    rebate_supplier_accrual_account_id = fields.Many2one(
        "account.account",
        domain=ACCOUNTS,
        ondelete="set null",
        help="Asset for rebates that we have earned from suppliers and that are not settled yet.",
    )
    rebate_supplier_income_account_id = fields.Many2one(
        "account.account",
        domain=ACCOUNTS,
        ondelete="set null",
        help="Income or cost reduction that suppliers' rebates are booked on.",
    )
    rebate_transfer_account_id = fields.Many2one(
        "account.account",
        domain="[('company_ids', 'in', id), ('account_type', '=', 'asset_receivable')]",
        ondelete="set null",
        help="Receivable account of rebates that are paid by transfer. Used for nothing else, so "
        "that they are never set off against invoices (R3, R4).",
    )
    rebate_claim_account_id = fields.Many2one(
        "account.account",
        domain=ACCOUNTS,
        ondelete="set null",
        help="Asset account for rebates that suppliers owe until their credit note comes (R4).",
    )
    rebate_write_off_limit = fields.Monetary(
        currency_field="currency_id",
        help="Differences up to this amount may be written off, with a reason. 0: none.",
    )
    rebate_write_off_account_id = fields.Many2one(
        "account.account",
        domain=ACCOUNTS,
        ondelete="set null",
        help="Where small differences of rebates are written off.",
    )
    rebate_penalty_account_id = fields.Many2one(
        "account.account",
        domain=ACCOUNTS,
        ondelete="set null",
        help="Expense account of penalties for rebates that are transferred late (R12).",
    )
