# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import date_utils

# Of each dealer, for the quarter before last, the last and the running one: purchases as (days into
# the quarter, quantities of pump, filter set and belt kit). Less than nothing is a return.
STORY = {
    "dealer_northstar": (
        [(8, (3, 55, 18)), (36, (4, 60, 20)), (68, (2, 50, 16))],
        [(9, (4, 60, 20)), (38, (3, 70, 25)), (69, (5, 65, 30)), (75, (0, -12, -4))],
        [(11, (4, 50, 18)), (58, (3, 45, 15))],
    ),
    "dealer_southfield": (
        [(18, (4, 35, 10)), (51, (3, 40, 14))],
        [(16, (5, 40, 12)), (55, (3, 45, 18))],
        [(24, (3, 30, 10))],
    ),
    "dealer_riverside": (
        [(21, (2, 30, 9)), (66, (1, 20, 6))],
        [(23, (3, 25, 8)), (61, (0, 30, 10))],
        [(40, (1, 20, 5))],
    ),
}
PRODUCTS = ("product_pump", "product_filter", "product_belt")
# The company's accounts of rebates: field, name, type and whether items are matched.
ACCOUNTS = (
    ("rebate_accrual_account_id", "Accrued Dealer Rebates", "liability_current", False),
    ("rebate_accrual_expense_account_id", "Dealer Rebates", "expense", False),
    ("rebate_supplier_accrual_account_id", "Accrued Supplier Rebates", "asset_current", False),
    ("rebate_supplier_income_account_id", "Supplier Rebates", "income_other", False),
    ("rebate_transfer_account_id", "Rebates Paid by Transfer", "asset_receivable", True),
    ("rebate_claim_account_id", "Credits Expected from Suppliers", "asset_current", True),
    ("rebate_penalty_account_id", "Penalties for Late Rebates", "expense", False),
    ("rebate_write_off_account_id", "Small Differences of Rebates", "expense", False),
)


class RebateDemo(models.AbstractModel):
    """Makes the demo story's accounting: what data files cannot say is done here.

    Works with and without a chart of accounts, with and without Odoo's own demo data.
    """

    _name = "rebate.demo"
    _description = "Demo Story of Rebates"

    @api.model
    def _load_story(self):
        """Post the demo dealers' purchases and compute the quarter before last."""
        company = self.env.ref("base.main_company")
        demo = self.with_company(company).with_context(allowed_company_ids=company.ids)
        demo._ensure_accounting(company)
        agreement = demo.env.ref("dealer_rebate.agreement_parts").with_env(demo.env)
        agreement.journal_id = company.rebate_journal_id
        agreement.action_activate()
        quarters = demo._get_quarters()
        demo._create_invoices(quarters)
        settlement = demo.env["rebate.settlement"].create(
            {"agreement_id": agreement.id, "date_to": quarters[0][1]}
        )
        settlement.action_compute()
        demo.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": "dealer_rebate.settlement_parts",
                    "record": settlement,
                    "noupdate": True,
                }
            ]
        )

    def _ensure_accounting(self, company):
        """A chart of accounts where there is none; journals and accounts for rebates."""
        if not company.chart_template:
            self.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        journals = self.env["account.journal"]
        if not company.rebate_journal_id:
            sales = journals.search(
                [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
            )
            company.rebate_journal_id = journals.create(
                {
                    "name": "Dealer Rebates",
                    "code": "REB",
                    "type": "sale",
                    "refund_sequence": True,
                    "company_id": company.id,
                    "default_account_id": sales.default_account_id.id,
                }
            )
        if not company.rebate_accrual_journal_id:
            company.rebate_accrual_journal_id = journals.search(
                [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
            )
        for field, name, account_type, matched in ACCOUNTS:
            if not company[field]:
                company[field] = self._create_account(company, name, account_type, matched)
        company.rebate_write_off_limit = company.rebate_write_off_limit or 5.0

    def _create_account(self, company, name, account_type, matched):
        accounts = self.env["account.account"].with_company(company)
        last = accounts.search(
            [
                *accounts._check_company_domain(company),
                ("account_type", "=", account_type),
                ("code", "!=", False),
            ],
            order="code desc",
            limit=1,
        )
        return accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(last.code or "900000"),
                "account_type": account_type,
                "reconcile": matched,
                "company_ids": [Command.set(company.ids)],
            }
        )

    def _get_quarters(self):
        """First and last day of the quarter before last, the last one, and the running one."""
        today = fields.Date.context_today(self)
        start = date_utils.start_of(today, "quarter")
        last = date_utils.start_of(start - timedelta(days=1), "quarter")
        before = date_utils.start_of(last - timedelta(days=1), "quarter")
        return (
            (before, last - timedelta(days=1)),
            (last, start - timedelta(days=1)),
            (start, today),
        )

    def _create_invoices(self, quarters):
        """Invoices and one return of the story, posted; none lies after today."""
        vals_list = []
        for dealer, purchases in STORY.items():
            for (start, end), days in zip(quarters, purchases, strict=True):
                passed = (end - start).days
                vals_list += [
                    self._prepare_move_vals(
                        dealer, start + timedelta(days=min(day, day * passed // 89)), quantities
                    )
                    for day, quantities in days
                ]
        self.env["account.move"].create(vals_list).action_post()

    def _prepare_move_vals(self, dealer, date, quantities):
        products = [self.env.ref(f"dealer_rebate.{name}") for name in PRODUCTS]
        return {
            "move_type": "out_refund" if min(quantities) < 0 else "out_invoice",
            "partner_id": self.env.ref(f"aftersales_base.{dealer}").id,
            "invoice_date": date,
            "date": date,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "quantity": abs(n),
                        "price_unit": product.list_price,
                    }
                )
                for product, n in zip(products, quantities, strict=True)
                if n
            ],
        }
