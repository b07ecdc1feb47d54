# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import KpiCommon

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


@cache
def golden_fees():
    """The golden case of outlets' fees, figures as Decimal."""
    path = Path(__file__).parent / "golden" / "commission.json"
    cases = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    return next(case for case in cases if case["id"] == "S10-fees")


def make_books(env, company):
    """What a vendor bill needs, without a whole chart of accounts.

    :return: (journal, payable account, service)
    """
    expense, payable = env["account.account"].create(
        [
            {
                "name": code,
                "code": code,
                "account_type": account_type,
                "company_ids": [Command.set(company.ids)],
            }
            for code, account_type in (("KPIX1", "expense"), ("KPIX2", "liability_payable"))
        ]
    )
    journal = env["account.journal"].create(
        {
            "name": "Bills of outlets",
            "code": "KPIO",
            "type": "purchase",
            "company_id": company.id,
            "default_account_id": expense.id,
            "refund_sequence": True,
        }
    )
    service = env["product.product"].create(
        {"name": "Work of outlets", "type": "service", "supplier_taxes_id": False}
    )
    company.write({"outlet_fee_journal_id": journal.id, "outlet_fee_product_id": service.id})
    return journal, payable, service


class OutletCommon(KpiCommon):
    """An agent with a vendor and a login, our own outlet, fees and the books of their company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.journal, cls.payable, cls.service = make_books(env, cls.company)
        cls.vendor = cls.make_vendor("Lake Service")
        cls.agent = cls.make_agent("Lake Service", "KPI-L", cls.vendor)
        cls.grades = {
            name: cls.env["aftersales.outlet.grade"].create(
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "score_from": score,
                    "coefficient": coefficient,
                }
            )
            for name, score, coefficient in (("A", 85, 1.0), ("B", 70, 0.9), ("D", 0, 0.5))
        }
        cls.Settlement = cls.env["aftersales.outlet.settlement"]

    @classmethod
    def make_vendor(cls, name, **vals):
        return (
            cls.env["res.partner"]
            .with_company(cls.company)
            .create(
                {
                    "name": name,
                    "is_company": True,
                    "email": "outlet@example.com",
                    "property_account_payable_id": cls.payable.id,
                    **vals,
                }
            )
        )

    @classmethod
    def make_agent(cls, name, code, partner, **vals):
        return cls.env["aftersales.outlet"].create(
            {
                "name": name,
                "code": code,
                "kind": "agent",
                "partner_id": partner.id,
                "is_foreign": True,
                "company_id": cls.company.id,
                **vals,
            }
        )

    @classmethod
    def make_accountant(cls, login="kpi_accountant", groups=""):
        return new_test_user(
            cls.env,
            login,
            groups="account.group_account_invoice,aftersales_kpi.group_outlet_settlement" + groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def make_fee(cls, amount, **vals):
        return cls.env["aftersales.outlet.fee"].create(
            {
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "amount": float(amount),
                "date_from": date(2026, 1, 1),
                **vals,
            }
        )

    @classmethod
    def make_outlet_job(cls, outlet=None, done=None, **vals):
        """A job that an outlet on the portal has done."""
        outlet = outlet or cls.agent
        done = done or datetime(2026, 9, 10, 12)
        job = cls.env["aftersales.voucher"].create(
            {
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "registered_at": done - timedelta(days=2),
                "outlet_id": outlet.id,
                "signature": cls.signature,
                "signed_by": "Hill",
                **vals,
            }
        )
        job._dispatch(at=done - timedelta(days=1))
        job._start(at=done - timedelta(hours=2))
        job._done(at=done)
        return job

    @classmethod
    def give_grade(cls, outlet, name, day=date(2026, 1, 1)):
        return cls.env["aftersales.outlet.grading"].create(
            {
                "outlet_id": outlet.id,
                "grade_id": cls.grades[name].id,
                "date_from": day,
                "reason": "Agreed",
            }
        )

    @classmethod
    def make_penalty(cls, amount, outlet=None, day=date(2026, 9, 20), **vals):
        outlet = outlet or cls.agent
        penalty = cls.env["aftersales.outlet.penalty"].create(
            {
                "outlet_id": outlet.id,
                "date": day,
                "amount": float(amount),
                "reason": "Came late",
                "attachment_ids": [Command.create({"name": "Letter", "raw": b"late"})],
                **vals,
            }
        )
        penalty.action_confirm()
        return penalty

    def settle(self, month=SEPTEMBER, outlets=None):
        settlements = self.Settlement.with_user(self.manager)._generate(
            self.company, month, self.agent if outlets is None else outlets
        )
        return settlements.with_env(self.env)

    def accept(self, settlements):
        settlements.with_user(self.manager).action_send()
        settlements.with_user(self.manager).action_accept()
        return settlements

    def amounts(self, settlement):
        return settlement.line_ids.sorted("id").mapped("amount")
