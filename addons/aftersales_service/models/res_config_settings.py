# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the service department, a company each."""

    _inherit = "res.config.settings"

    aftersales_visit_hours = fields.Float(
        related="company_id.aftersales_visit_hours", readonly=False
    )
    aftersales_rework_days = fields.Integer(
        related="company_id.aftersales_rework_days", readonly=False
    )
    aftersales_callback_tries = fields.Integer(
        related="company_id.aftersales_callback_tries", readonly=False
    )
    aftersales_collect_limit = fields.Monetary(
        related="company_id.aftersales_collect_limit", readonly=False
    )
    aftersales_cash_journal_id = fields.Many2one(
        related="company_id.aftersales_cash_journal_id", readonly=False
    )
    aftersales_invoice_mode = fields.Selection(
        related="company_id.aftersales_invoice_mode", readonly=False
    )
    aftersales_rating_mail = fields.Boolean(
        related="company_id.aftersales_rating_mail", readonly=False
    )
    aftersales_web_request_limit = fields.Integer(
        related="company_id.aftersales_web_request_limit", readonly=False
    )
    aftersales_consent_text = fields.Text(
        related="company_id.aftersales_consent_text", readonly=False
    )
    aftersales_callback_hours = fields.Float(
        related="company_id.aftersales_callback_hours", readonly=False
    )
    aftersales_callback_retry_hours = fields.Float(
        related="company_id.aftersales_callback_retry_hours", readonly=False
    )
    aftersales_callback_skip_rated = fields.Boolean(
        related="company_id.aftersales_callback_skip_rated", readonly=False
    )
    aftersales_complaint_attempts = fields.Integer(
        related="company_id.aftersales_complaint_attempts", readonly=False
    )
    aftersales_discipline_months = fields.Integer(
        related="company_id.aftersales_discipline_months", readonly=False
    )
    aftersales_delay_rate = fields.Monetary(
        related="company_id.aftersales_delay_rate",
        readonly=False,
    )
    aftersales_delay_cap = fields.Monetary(
        related="company_id.aftersales_delay_cap",
        readonly=False,
    )
    aftersales_old_part_days = fields.Integer(
        related="company_id.aftersales_old_part_days", readonly=False
    )
    aftersales_hourly_cost = fields.Monetary(
        related="company_id.aftersales_hourly_cost",
        readonly=False,
    )
    aftersales_goodwill_clerk_percent = fields.Float(
        related="company_id.aftersales_goodwill_clerk_percent", readonly=False
    )
    aftersales_goodwill_clerk_amount = fields.Monetary(
        related="company_id.aftersales_goodwill_clerk_amount", readonly=False
    )
    aftersales_goodwill_supervisor_percent = fields.Float(
        related="company_id.aftersales_goodwill_supervisor_percent", readonly=False
    )
    aftersales_goodwill_supervisor_amount = fields.Monetary(
        related="company_id.aftersales_goodwill_supervisor_amount", readonly=False
    )
    aftersales_warranty_grace = fields.Integer(
        related="company_id.aftersales_warranty_grace", readonly=False
    )
    aftersales_registration_days = fields.Integer(
        related="company_id.aftersales_registration_days", readonly=False
    )
    aftersales_foreign_category_id = fields.Many2one(
        related="company_id.aftersales_foreign_category_id", readonly=False
    )
    aftersales_contract_reminder_months = fields.Integer(
        related="company_id.aftersales_contract_reminder_months", readonly=False
    )
    aftersales_claim_account_id = fields.Many2one(
        related="company_id.aftersales_claim_account_id", readonly=False
    )
    aftersales_claim_writeoff_account_id = fields.Many2one(
        related="company_id.aftersales_claim_writeoff_account_id", readonly=False
    )
    aftersales_claim_journal_id = fields.Many2one(
        related="company_id.aftersales_claim_journal_id", readonly=False
    )
    aftersales_claim_labour_id = fields.Many2one(
        related="company_id.aftersales_claim_labour_id", readonly=False
    )
    aftersales_claim_guesses = fields.Integer(
        related="company_id.aftersales_claim_guesses", readonly=False
    )
    aftersales_no_contact_percent = fields.Float(
        related="company_id.aftersales_no_contact_percent", readonly=False
    )

    aftersales_alias_name = fields.Char(related="company_id.aftersales_alias_name", readonly=False)
    aftersales_alias_domain = fields.Char(related="company_id.alias_domain_id.name")
    aftersales_monthly_day = fields.Integer(
        related="company_id.aftersales_monthly_day", readonly=False
    )
    aftersales_monthly_user_ids = fields.Many2many(
        related="company_id.aftersales_monthly_user_ids", readonly=False
    )
    aftersales_monthly_sent = fields.Date(related="company_id.aftersales_monthly_sent")

    def action_setup_aftersales_cash(self):
        """Make the journal and the account of technician cash where they are missing (S4).

        :raises AccessError: for who may not set up accounting
        :raises UserError: when the company has no chart of accounts
        """
        self.ensure_one()
        self.company_id._setup_aftersales_cash()
        return True
