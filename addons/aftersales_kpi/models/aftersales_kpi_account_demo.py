# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

# Accounts that a small chart does not tell apart: group, name, type.
DEMO_ACCOUNTS = [
    ("sale_income_direct", "New Unit Sales", "income"),
    ("sale_cost", "Cost of New Units", "expense_direct_cost"),
    ("maker_rebate", "Rebates of the Maker", "income_other"),
    ("staff_after_sales", "After-Sales Wages", "expense"),
    ("conforming_quality", "Inspection and Testing", "expense"),
    ("operating_expense", "Advertising and Transport", "expense"),
    ("administrative_expense", "Rent and Office", "expense"),
    ("business_tax", "Business Tax", "expense"),
    ("finance_expense", "Interest on Stock", "expense"),
    ("as_income", "Repair and Maintenance", "income"),
    ("as_income_paint", "Body and Paint", "income"),
    ("as_cost_material", "Materials Used", "expense_direct_cost"),
]
# Months back → what was booked at the month's end, by group: debits − credits.
DEMO_MONTHS = {
    1: {
        "sale_income_direct": -240_000,
        "sale_cost": 222_000,
        "maker_rebate": -9_000,
        "as_income": -96_000,
        "as_income_paint": -48_000,
        "as_cost_material": 57_500,
        "staff_after_sales": 16_400,
        "conforming_quality": 1_800,
        "operating_expense": 14_200,
        "administrative_expense": 9_600,
        "business_tax": 2_100,
        "finance_expense": 2_600,
    },
    2: {
        "sale_income_direct": -198_000,
        "sale_cost": 185_000,
        "maker_rebate": -6_000,
        "as_income": -88_000,
        "as_income_paint": -41_000,
        "as_cost_material": 54_900,
        "staff_after_sales": 16_400,
        "conforming_quality": 2_300,
        "operating_expense": 15_900,
        "administrative_expense": 9_400,
        "business_tax": 1_800,
        "finance_expense": 2_700,
    },
}


class AftersalesKpiAccountMapping(models.Model):
    """The demo's mapping, and two months of entries that give the ratios figures (K9)."""

    _inherit = "aftersales.kpi.account.mapping"

    @api.model
    def _load_demo_story(self):
        """Map the demo company's accounts as proposed, and book what a small store books.

        Works with and without a chart of accounts, with and without Odoo's own demo data.
        """
        company = self.env.ref("base.main_company")
        demo = self.with_company(company).with_context(
            allowed_company_ids=company.ids, tracking_disable=True
        )
        if not company.chart_template:
            demo.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        accounts = demo._make_demo_accounts(company)
        wizard = demo.env["aftersales.kpi.account.propose"].create({"company_id": company.id})
        if wizard.line_ids.group_id:
            wizard.action_apply()
        outlet = demo._make_demo_outlet()
        for months, balances in DEMO_MONTHS.items():
            demo._book_demo_month(company, accounts, balances, months, outlet)
        # An account that nobody mapped: the check list shows it.
        unknown = {"": demo._make_demo_account(company, "Differences to Be Cleared", "expense")}
        demo._book_demo_month(company, unknown, {"": 340}, 1, outlet)

    def _make_demo_accounts(self, company):
        """Accounts of their own for what the small chart does not tell apart.

        :return: dict {code of a group: account}
        """
        found = {}
        for group, name, account_type in DEMO_ACCOUNTS:
            found[group] = self._make_demo_account(company, name, account_type)
            self.create(
                {
                    "company_id": company.id,
                    "group_id": self.env.ref(f"aftersales_kpi.account_group_{group}").id,
                    "account_ids": [fields.Command.set(found[group].ids)],
                }
            )
        return found

    def _make_demo_account(self, company, name, account_type):
        Account = self.env["account.account"].with_context(active_test=False)
        taken = set(Account.search(Account._check_company_domain(company)).mapped("code"))
        return Account.create(
            {
                "name": name,
                "code": next(str(n) for n in range(980000, 999999) if str(n) not in taken),
                "account_type": account_type,
                "company_ids": [fields.Command.set(company.ids)],
            }
        )

    def _make_demo_outlet(self):
        """The northern outlet gets an analytic account, so that it has ratios of its own."""
        outlet = self.env.ref("aftersales_base.outlet_north")
        if not outlet.analytic_account_id:
            plan = self.env.ref("analytic.analytic_plan_projects", raise_if_not_found=False)
            plan = plan or self.env["account.analytic.plan"].search([], limit=1)
            plan = plan or plan.create({"name": "Outlets"})
            outlet.analytic_account_id = self.env["account.analytic.account"].create(
                {"name": outlet.name, "plan_id": plan.id, "company_id": outlet.company_id.id}
            )
        return outlet

    def _book_demo_month(self, company, accounts, balances, months, outlet):
        """Post the entry of a month; the outlet has its part of after-sales."""
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
        )
        Account = self.env["account.account"]
        cash = Account.search(
            [
                *Account._check_company_domain(company),
                ("account_type", "=", "asset_current"),
            ],
            limit=1,
        )
        shared = ("as_income", "as_income_paint", "as_cost_material", "staff_after_sales")
        shared += ("operating_expense", "administrative_expense")
        lines = [
            {
                "name": accounts[group].name,
                "account_id": accounts[group].id,
                "balance": amount,
                "analytic_distribution": {str(outlet.analytic_account_id.id): 60}
                if group in shared
                else False,
            }
            for group, amount in balances.items()
        ]
        total = sum(balances.values())
        lines.append({"name": "Sum of the month", "account_id": cash.id, "balance": -total})
        day = fields.Date.today() + relativedelta(months=-months, day=28)
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "company_id": company.id,
                "date": day,
                "ref": "Figures of the store",
                "line_ids": [fields.Command.create(vals) for vals in lines],
            }
        )
        move.action_post()
        return move
