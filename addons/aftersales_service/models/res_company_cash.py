# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Collecting on site and same-day invoices: settings and the journal behind them (S4)."""

    _inherit = "res.company"

    aftersales_collect_limit = fields.Monetary(
        string="Collected on Site below",
        default=500.0,
        help="Jobs whose total with tax is below this are collected by the technician on site; "
        "from this amount on an invoice is sent (S4). 0: nothing is collected.",
    )
    aftersales_cash_journal_id = fields.Many2one(
        "account.journal",
        string="Technician Cash",
        domain="[('type', 'in', ('cash', 'bank')), ('company_id', '=', id)]",
        check_company=True,
        help="Journal of what technicians collect. The outstanding account of its payment method "
        "holds the money until it is handed over.",
    )
    aftersales_invoice_mode = fields.Selection(
        [("hand", "By Hand"), ("draft", "Draft at Once"), ("posted", "Posted at Once")],
        string="Invoices of Jobs",
        required=True,
        default="draft",
        help="What happens when a job is done that is not collected on site: nothing, a draft "
        "invoice, or a posted one. What is not invoiced on the same day is shown as late.",
    )
    _aftersales_collect_limit_positive = models.Constraint(
        "CHECK(aftersales_collect_limit >= 0)", "The limit of collecting cannot be negative."
    )

    def _get_aftersales_cash_method(self):
        """Payment method that technicians collect by.

        :return: account.payment.method.line, as superuser
        :raises UserError: when accounting or technician cash is not set up
        """
        self.ensure_one()
        self._check_aftersales_accounting()
        # sudo: technicians read no journals; only where their money goes is looked up.
        journal = self.sudo().aftersales_cash_journal_id
        method = journal.inbound_payment_method_line_ids.filtered("payment_account_id")[:1]
        if not method:
            raise UserError(
                self.env._(
                    "Technician cash is not set up in %(company)s, so nothing can be collected on "
                    "site: have the accountant set it up in Settings > After-Sales Service.",
                    company=self.name,
                )
            )
        return method

    def _is_aftersales_accounting_ready(self):
        """Can this company make invoices: has it a chart with a sales journal?"""
        self.ensure_one()
        # sudo: whether there is a journal is no secret.
        journals = self.env["account.journal"].sudo()
        domain = [*journals._check_company_domain(self), ("type", "=", "sale")]
        return bool(journals.search_count(domain, limit=1))

    def _check_aftersales_accounting(self):
        """Refuse what needs accounting where there is none.

        :raises UserError: naming the company and what to do
        """
        self.ensure_one()
        if not self._is_aftersales_accounting_ready():
            raise UserError(
                self.env._(
                    "Accounting is not set up in %(company)s: have a chart of accounts installed "
                    "(Invoicing > Configuration > Settings) before jobs are collected or invoiced.",
                    company=self.name,
                )
            )

    def _get_aftersales_cash_register(self):
        """Journal that handed-over money goes to: the company's first cash journal, else a bank.

        :return: account.journal, maybe empty
        """
        journals = self.env["account.journal"]
        if not self:
            return journals
        found = journals.search(
            [
                ("company_id", "=", self.id),
                ("type", "in", ("cash", "bank")),
                # sudo: an id to leave out.
                ("id", "!=", self.sudo().aftersales_cash_journal_id.id),
            ]
        )
        return found.sorted(lambda journal: journal.type != "cash")[:1]

    def _setup_aftersales_cash(self):
        """Make the journal of technician cash with its outstanding account, where missing.

        :return: account.journal
        :raises AccessError: for who may not set up accounting
        :raises UserError: when the company has no chart of accounts
        """
        self.ensure_one()
        self._check_aftersales_accounting()
        if self.aftersales_cash_journal_id:
            return self.aftersales_cash_journal_id
        company = self.with_company(self)
        name = self.env._("Technician Cash")
        accounts = company.env["account.account"]
        last = accounts.search(
            [
                *accounts._check_company_domain(self),
                ("account_type", "=", "asset_current"),
                ("code", "!=", False),
            ],
            order="code desc",
            limit=1,
        )
        account = accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(last.code or "101000"),
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [(6, 0, self.ids)],
            }
        )
        journals = company.env["account.journal"]
        used = journals.with_context(active_test=False).search([("company_id", "=", self.id)])
        codes = set(used.mapped("code"))
        code = next(code for n in range(1, 1000) if (code := f"TC{n}") not in codes)
        journal = journals.create(
            {
                "name": name,
                "code": code,
                "type": "cash",
                "company_id": self.id,
                # Last of all, so that no other payment takes it by default.
                "sequence": 200,
                "default_account_id": account.id,
            }
        )
        methods = journal.inbound_payment_method_line_ids | (
            journal.outbound_payment_method_line_ids
        )
        methods.payment_account_id = account
        self.aftersales_cash_journal_id = journal
        return journal
