# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

ACCOUNTS = "[('company_ids', 'in', company_id)]"


class ResConfigSettingsAccounting(models.TransientModel):
    """Settings of the Rebates app: accruals (R15)."""

    _inherit = "res.config.settings"

    rebate_accrual_journal_id = fields.Many2one(
        related="company_id.rebate_accrual_journal_id",
        readonly=False,
        domain="[('type', '=', 'general'), ('company_id', '=', company_id)]",
    )
    rebate_accrual_account_id = fields.Many2one(
        related="company_id.rebate_accrual_account_id", readonly=False, domain=ACCOUNTS
    )
    rebate_accrual_expense_account_id = fields.Many2one(
        related="company_id.rebate_accrual_expense_account_id", readonly=False, domain=ACCOUNTS
    )
    rebate_supplier_accrual_account_id = fields.Many2one(
        related="company_id.rebate_supplier_accrual_account_id", readonly=False, domain=ACCOUNTS
    )
    rebate_supplier_income_account_id = fields.Many2one(
        related="company_id.rebate_supplier_income_account_id", readonly=False, domain=ACCOUNTS
    )
    rebate_transfer_account_id = fields.Many2one(
        related="company_id.rebate_transfer_account_id",
        readonly=False,
        domain="[('company_ids', 'in', company_id), ('account_type', '=', 'asset_receivable')]",
    )
    rebate_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Rebate Limit Currency"
    )
    rebate_claim_account_id = fields.Many2one(
        related="company_id.rebate_claim_account_id", readonly=False, domain=ACCOUNTS
    )
    rebate_write_off_limit = fields.Monetary(
        related="company_id.rebate_write_off_limit",
        readonly=False,
        currency_field="rebate_currency_id",
    )
    rebate_write_off_account_id = fields.Many2one(
        related="company_id.rebate_write_off_account_id", readonly=False, domain=ACCOUNTS
    )
    rebate_penalty_account_id = fields.Many2one(
        related="company_id.rebate_penalty_account_id", readonly=False, domain=ACCOUNTS
    )
