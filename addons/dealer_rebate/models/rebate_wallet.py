# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class RebateWallet(models.Model):
    """A virtual currency that dealers earn and spend on invoices (P12, R5).

    It is an account: a dealer's balance is the sum of that dealer's journal items on the liability
    account, in the wallet's currency. What it is granted and spent by are journal entries and
    Odoo's own payments; the wallet keeps the rules and the counters that make overdrawing
    impossible, also for two at once.
    """

    _name = "rebate.wallet"
    _description = "Dealer Wallet"
    _inherit = ["aftersales.guarded.mixin", "mail.thread"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(
        required=True, tracking=True, help="As dealers know it, on statements and payments."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency that balances are kept in.",
    )
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        help="Draft: nothing is guarded yet. Active: dealers earn and spend. Closed: nothing more "
        "is granted; what dealers have can still be spent.",
    )
    account_id = fields.Many2one(
        "account.account",
        string="Liability Account",
        check_company=True,
        domain="[('account_type', '=', 'liability_current'), ('reconcile', '=', True)]",
        copy=False,
        help="What dealers have in the wallet is what stands on this account with the dealer as "
        "partner. Used for nothing else. Empty: made when the wallet is activated.",
    )
    expiry_account_id = fields.Many2one(
        "account.account",
        string="Income from Expiry",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other', 'expense'))]",
        help="Where credit goes that nobody spent in time. Empty: made when activated.",
    )
    grant_account_id = fields.Many2one(
        "account.account",
        string="Expense of Grants by Hand",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other', 'expense'))]",
        help="Account of the credit notes of grants by hand. Empty: the rebate journal's own.",
    )
    grant_tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes of Grants by Hand",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale')]",
        help="A grant by hand has no invoice that says which taxes it reduces: these are taken.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Grants",
        check_company=True,
        domain="[('type', '=', 'general')]",
        copy=False,
        help="Entries that move a credit note into the wallet, give back, take back and expire. "
        "Empty: made when the wallet is activated.",
    )
    payment_journal_id = fields.Many2one(
        "account.journal",
        string="Spending Journal",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash'))]",
        copy=False,
        help="Journal that dealers' invoices are paid from with the wallet, by the button Pay. "
        "Empty: made when the wallet is activated.",
    )
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line",
        string="Payment Method",
        readonly=True,
        copy=False,
        help="Its outstanding account is the liability account: paying by it spends.",
    )
    tax_setting = fields.Selection(
        [("grant", "At the grant (spending is payment)"), ("spending", "At spending (a discount)")],
        string="Tax",
        required=True,
        default="grant",
        help="At the grant: the credit note has the taxes of what earned it, and an invoice is "
        "paid with the wallet. At spending: the credit note has no tax, and spending is a line on "
        "the invoice that lowers its taxes.",
    )
    max_share = fields.Float(
        string="Share of an Invoice",
        default=100.0,
        required=True,
        help="Percent of the eligible part of an invoice, tax included, that may be paid with it.",
    )
    min_invoice = fields.Monetary(
        string="Smallest Invoice", help="Total with tax from which the wallet may be used."
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Eligible Categories",
        help="Only lines with products of these categories may be paid with it. Empty: all.",
    )
    expiry_months = fields.Integer(
        string="Expires after", help="Months from the grant. 0: never expires."
    )
    notice_days = fields.Integer(
        default=30,
        help="Days before the expiry that the dealer is told. Nothing expires without notice.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        help="Gets an activity for each dealer whose credit is about to expire.",
    )
    balance_ids = fields.One2many("rebate.wallet.balance", "wallet_id", string="Balances")
    balance = fields.Monetary(
        compute="_compute_balance", string="Owed to Dealers", help="Sum of all dealers' balances."
    )
    dealer_count = fields.Integer(compute="_compute_balance", string="Dealers")

    _account_once = models.UniqueIndex(
        "(account_id) WHERE account_id IS NOT NULL", "An account can belong to one wallet only."
    )
    _share_valid = models.Constraint(
        "CHECK (max_share > 0 AND max_share <= 100)",
        "The share of an invoice must be more than 0 and at most 100 percent.",
    )
    _expiry_valid = models.Constraint(
        "CHECK (expiry_months >= 0 AND notice_days >= 0)",
        "Months and days cannot be negative.",
    )

    @api.depends("balance_ids.balance")
    def _compute_balance(self):
        groups = {
            wallet: (total, count)
            for wallet, total, count in self.env["rebate.wallet.balance"]._read_group(
                [("wallet_id", "in", self.ids)], ["wallet_id"], ["balance:sum", "__count"]
            )
        }
        for wallet in self:
            wallet.balance, wallet.dealer_count = groups.get(wallet._origin, (0, 0))

    def write(self, vals):
        if {"account_id", "currency_id", "company_id", "tax_setting"} & set(vals):
            self._check_draft()
        result = super().write(vals)
        if {"state", "account_id"} & set(vals):
            self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.filtered(lambda wallet: wallet.state != "draft"):
            raise UserError(
                self.env._(
                    "A wallet that has been active cannot be deleted: %(wallets)s. Close it.",
                    wallets=", ".join(self.mapped("name")),
                )
            )

    def action_activate(self):
        """Make what is missing (account, journals, payment method) and put the wallet to use.

        :raise AccessError: for who may not set up accounting
        :raise UserError: when the account has items that no dealer can be found for
        """
        self.check_access("write")
        for wallet in self.filtered(lambda w: w.state != "active"):
            # sudo: the right to change the wallet was checked; making accounts and journals is
            # part of activating it, and only their kind and name come from here.
            wallet.sudo()._ensure_setup()
            wallet.sudo().write({"state": "active"})
            wallet.sudo()._adopt_account()

    def action_close(self):
        """Grant nothing more from here on. What dealers have stays theirs."""
        self.check_access("write")
        # sudo: the right was checked; the state only changes through these methods.
        self.filtered(lambda w: w.state == "active").sudo().write({"state": "closed"})

    def action_view_balances(self):
        """Open the dealers' balances of this wallet."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_wallet_balance_action"
        )
        return action | {"domain": [("wallet_id", "=", self.id)], "context": {}}

    def action_view_entries(self):
        """Open all entries of this wallet."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_wallet_entry_action"
        )
        return action | {"domain": [("wallet_id", "=", self.id)], "context": {}}

    @api.model
    @tools.ormcache()
    def _get_by_account(self):
        """``{account id: wallet id}`` of wallets in use: what is guarded at each posting."""
        # sudo: whoever posts is guarded, whether or not they read wallets.
        wallets = self.sudo().with_context(active_test=False).search([("state", "!=", "draft")])
        return {wallet.account_id.id: wallet.id for wallet in wallets}

    def _get_limit(self, document):
        """Most of a document that may be paid with this wallet, in the document's currency.

        :param document: a customer invoice or a sale order, whose lines have ``price_total``
        """
        self.ensure_one()
        currency = document.currency_id
        date = self._get_date(document)
        minimum = self.currency_id._convert(self.min_invoice, currency, self.company_id, date)
        if currency.compare_amounts(self._get_gross(document), minimum) < 0:
            return 0.0
        lines = self._get_eligible_lines(document)
        return currency.round(sum(lines.mapped("price_total")) * self.max_share / 100)

    def _get_gross(self, document):
        """Total of a document with tax, before what the wallet itself takes off."""
        return sum(self._get_product_lines(document).mapped("price_total"))

    def _get_product_lines(self, document):
        """Lines of goods and services; not those that spend this wallet."""
        if document._name == "account.move":
            return document.invoice_line_ids.filtered(
                lambda line: line.display_type == "product" and line.account_id != self.account_id
            )
        return document.order_line.filtered(lambda line: not line.display_type)

    def _get_eligible_lines(self, document):
        """Lines that may be paid with this wallet. For extension by other rules."""
        lines = self._get_product_lines(document)
        if not self.categ_ids:
            return lines
        categories = self.env["product.category"].search([("id", "child_of", self.categ_ids.ids)])
        return lines.filtered(lambda line: line.product_id.categ_id in categories)

    def _get_date(self, document):
        name = "invoice_date" if document._name == "account.move" else "date_order"
        return fields.Date.to_date(document[name]) or fields.Date.context_today(self)

    def _ensure_setup(self):
        """Make the accounts, the journals and the payment method that are missing."""
        self.ensure_one()
        wallet = self.with_company(self.company_id)
        if not wallet.account_id:
            wallet.account_id = wallet._create_account(
                wallet.name, "liability_current", reconcile=True
            )
        if not wallet.account_id.reconcile:
            raise UserError(
                self.env._(
                    "The account %(account)s of the wallet %(wallet)s must allow reconciliation: "
                    "what is spent is matched with what was granted.",
                    account=wallet.account_id.display_name,
                    wallet=wallet.name,
                )
            )
        if not wallet.expiry_account_id:
            wallet.expiry_account_id = wallet._create_account(
                self.env._("%(wallet)s: expired", wallet=wallet.name), "income_other"
            )
        if not wallet.journal_id:
            wallet.journal_id = wallet._create_journal("general", "WG", sequence=90)
        if wallet.tax_setting == "grant":
            wallet._ensure_payment_method()

    def _ensure_payment_method(self):
        """A journal and method whose outstanding account is the liability account."""
        if not self.payment_journal_id:
            self.payment_journal_id = self._create_journal(
                "cash",
                "WP",
                # Last of all, so that no other payment takes it by default.
                sequence=200,
                default_account_id=self.account_id.id,
                currency_id=self.currency_id.id
                if self.currency_id != self.company_id.currency_id
                else False,
            )
        journal = self.payment_journal_id
        methods = journal.inbound_payment_method_line_ids
        method = methods.filtered(lambda line: line.payment_account_id == self.account_id)[:1]
        if not method:
            method = methods.filtered(lambda line: line.code == "manual")[:1]
            method.write({"payment_account_id": self.account_id.id, "name": self.name})
        # Only into the journal that is this wallet's own: the way back for what was paid.
        if journal.default_account_id == self.account_id:
            journal.outbound_payment_method_line_ids.payment_account_id = self.account_id
        self.payment_method_line_id = method

    def _create_account(self, name, account_type, **vals):
        accounts = self.env["account.account"].with_company(self.company_id)
        last = accounts.search(
            [
                *accounts._check_company_domain(self.company_id),
                ("account_type", "=", account_type),
                ("code", "!=", False),
            ],
            order="code desc",
            limit=1,
        )
        code = accounts._search_new_account_code(last.code or "230000")
        currency = self.currency_id - self.company_id.currency_id
        return accounts.create(
            {
                "name": name,
                "code": code,
                "account_type": account_type,
                "company_ids": [(6, 0, self.company_id.ids)],
                "currency_id": currency.id if account_type == "liability_current" else False,
            }
            | vals
        )

    def _create_journal(self, journal_type, prefix, **vals):
        journals = self.env["account.journal"].with_context(active_test=False)
        used = journals.search([("company_id", "=", self.company_id.id)]).mapped("code")
        code = next(code for n in range(1, 1000) if (code := f"{prefix}{n}") not in used)
        return self.env["account.journal"].create(
            {
                "name": self.name
                if journal_type == "cash"
                else self.env._("%(wallet)s: grants", wallet=self.name),
                "code": code,
                "type": journal_type,
                "company_id": self.company_id.id,
            }
            | vals
        )

    def _adopt_account(self):
        """Count what stands on the account already, where it was in use before."""
        self.ensure_one()
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.account_id.id), ("parent_state", "=", "posted")]
        )
        lines._check_wallet_lines()
        self.env["rebate.wallet.balance"]._refresh(lines._get_wallet_keys())

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("use the buttons of the wallet to activate or close it.")

    def _check_draft(self):
        for wallet in self.filtered(lambda w: w.state != "draft"):
            raise UserError(
                self.env._(
                    "The wallet %(wallet)s is in use: its account, currency, company and tax "
                    "setting stay. Close it and make a new one.",
                    wallet=wallet.name,
                )
            )

    def _check_ledger(self):
        """Rows where account, counter, lots and holds do not say the same (P12).

        :return: records of ``rebate.wallet.check`` with a difference; none is how it should be
        """
        self.env.flush_all()
        return self.env["rebate.wallet.check"].search(
            [("wallet_id", "in", self.ids), ("is_equal", "=", False)]
        )

    def _get_portal_rows(self, partner):
        """What a dealer may see of their wallets, as plain data for a portal page (R5).

        Amounts are floats in the row's currency. Read with ``sudo`` by the caller, after it has
        checked that the partner is the visitor's own.

        :param partner: the dealer, or one of its contacts
        :return: list of dicts, one a wallet: name, currency, balance, held, available, rules,
            lots (open, earliest expiry first), holds, and entries (newest last, with the running
            balance); a page that shows them by and by reads
            ``rebate.wallet.balance._get_portal_entries``
        """
        balances = self.env["rebate.wallet.balance"].search(partner._get_rebate_wallet_domain())
        if self:
            balances = balances.filtered(lambda balance: balance.wallet_id in self)
        return [balance._prepare_portal_row() for balance in balances]
