# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import date

from .common import KpiCommon


class AccountsCommon(KpiCommon):
    """Accounts, a journal and a mapping of the test company, without any chart."""

    ACCOUNTS = {
        "repair": ("income", "as_income"),
        "new_units": ("income", "sale_income_direct"),
        "to_dealers": ("income", "sale_income_dealer"),
        "rebates": ("income_other", "maker_rebate"),
        "parts_used": ("expense_direct_cost", "as_cost"),
        "units_sold": ("expense_direct_cost", "sale_cost"),
        "advertising": ("expense", "operating_expense"),
        "office": ("expense", "administrative_expense"),
        "interest": ("expense", "finance_expense"),
        "wages": ("expense", "staff_expense"),
        "service_wages": ("expense", "staff_after_sales"),
        "levy": ("expense", "business_tax"),
        "testing": ("expense", "conforming_quality"),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Account = cls.env["account.account"].with_company(cls.company)
        kinds = {name: kind for name, (kind, _group) in cls.ACCOUNTS.items()}
        accounts = Account.create(
            [
                {
                    "name": name,
                    "code": f"{number:06}",
                    "account_type": kind,
                    "company_ids": [(6, 0, cls.company.ids)],
                }
                for number, (name, kind) in enumerate({"bank": "asset_current", **kinds}.items(), 1)
            ]
        )
        cls.accounts = {account.name: account for account in accounts}
        cls.journal = cls.env["account.journal"].create(
            {"name": "KPI", "code": "KPIT", "type": "general", "company_id": cls.company.id}
        )
        cls.Mapping = cls.env["aftersales.kpi.account.mapping"]

    @contextmanager
    def assertRefused(self, exception, regex):
        """As assertRaisesRegex, but rolled back like Odoo's assertRaises."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), regex)

    @classmethod
    def group(cls, code):
        return cls.env.ref(f"aftersales_kpi.account_group_{code}")

    @classmethod
    def indicator(cls, code):
        return cls.env.ref(f"aftersales_kpi.indicator_{code}")

    @classmethod
    def map(cls, group, *names, **vals):
        """Map accounts of the test company to a group."""
        return cls.Mapping.create(
            {
                "company_id": cls.company.id,
                "group_id": cls.group(group).id,
                "account_ids": [(6, 0, [cls.accounts[name].id for name in names])],
                **vals,
            }
        )

    @classmethod
    def map_all(cls):
        for name, (_kind, group) in cls.ACCOUNTS.items():
            cls.map(group, name)

    @classmethod
    def book(cls, balances, day=date(2026, 9, 15), post=True, **line_vals):
        """Book an entry.

        :param dict balances: {name of an account: debits − credits}
        :param line_vals: of all lines but the bank's
        """
        lines = [
            {"account_id": cls.accounts[name].id, "balance": amount, **line_vals}
            for name, amount in balances.items()
        ]
        lines.append({"account_id": cls.accounts["bank"].id, "balance": -sum(balances.values())})
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": cls.journal.id,
                "company_id": cls.company.id,
                "date": day,
                "line_ids": [(0, 0, vals) for vals in lines],
            }
        )
        if post:
            move.action_post()
        return move

    def value(self, code, start=date(2026, 9, 1), end=date(2026, 9, 30), subject=None):
        """Figure of an indicator of the company, or of an outlet; ``None``: not measured."""
        kind = "company" if subject is None else "outlet"
        found = self.indicator(code)._measure(self.company, start, end, kind)
        measure = found.get((subject or self.company).id)
        return measure and measure.value

    @classmethod
    def make_analytic(cls, name, plan=None):
        plan = plan or cls.env["account.analytic.plan"].create({"name": f"Plan of {name}"})
        return cls.env["account.analytic.account"].create(
            {"name": name, "plan_id": plan.id, "company_id": cls.company.id}
        )
