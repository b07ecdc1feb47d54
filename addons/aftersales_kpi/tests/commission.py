# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from .common import MONTH, KpiCommon

NEXT = date(2026, 10, 1)


@cache
def commission(case_id):
    """Return a case of ``golden/commission.json``, figures as Decimal."""
    path = Path(__file__).parent / "golden" / "commission.json"
    cases = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    return next(case for case in cases if case["id"] == case_id)


class CommissionCommon(KpiCommon):
    """The shipped plans in a company of its own, with teams that begin without members."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Statement = cls.env["aftersales.commission.statement"]
        cls.officer = cls.payroll
        cls.plans = {}
        for name in ("workshop", "director", "parts"):
            plan = cls.env.ref(f"aftersales_kpi.commission_plan_{name}", False)
            if plan:
                cls.plans[name] = plan.copy(
                    {"code": plan.code, "name": plan.name, "company_id": cls.company.id}
                )
        cls.repair = cls.make_team("Repair 1", "repair")
        cls.labour = cls.make_labour("Labour")

    @classmethod
    def make_team(cls, name, kind, **vals):
        return cls.env["aftersales.team"].create(
            {
                "name": name,
                "code": name.upper(),
                "kind": kind,
                "company_id": cls.company.id,
                **vals,
            }
        )

    @classmethod
    def join(cls, team, employee, role="member", share=1.0, date_from="2026-01-01", date_to=False):
        """Make an employee a member of a team."""
        return cls.env["aftersales.team.member"].create(
            {
                "team_id": team.id,
                "employee_id": employee.id,
                "role": role,
                "share": share,
                "date_from": date_from,
                "date_to": date_to,
            }
        )

    @classmethod
    def make_labour(cls, name, **vals):
        """A labour product at 1.00 an hour, so that hours are the fee."""
        return cls.env["product.product"].create(
            {"name": name, "type": "service", "list_price": 1.0, "taxes_id": False, **vals}
        )

    @classmethod
    def labour_line(cls, fee, product=None, **vals):
        product = product or cls.labour
        return (0, 0, {"line_type": "labour", "product_id": product.id, "quantity": fee, **vals})

    @classmethod
    def work(cls, technician, *fees, day=None, **vals):
        """Do a job with labour of these fees."""
        day = day or datetime(2026, 9, 7, 8)
        lines = [cls.labour_line(float(fee)) for fee in fees]
        return cls.make_job(technician, registered=day, line_ids=lines, outcomes=(), **vals)

    def compute(self, month=MONTH, problems=None):
        statements = self.Statement.with_user(self.officer)._generate(self.company, month, problems)
        return statements.with_env(self.env)

    def confirm(self, statements):
        statements.with_user(self.officer).action_confirm()

    def close(self, month=MONTH):
        """Compute and confirm a month."""
        statements = self.compute(month)
        self.confirm(statements)
        return statements

    def lines(self, statements, code, employee=None, month=None):
        return statements.line_ids.filtered(
            lambda line: (
                line.rule_code == code
                and (not employee or line.employee_id == employee)
                and (not month or line.period_of == month)
            )
        )

    def amount(self, statements, code, employee=None, month=None):
        """What a rule gives, as an exact number."""
        amounts = self.lines(statements, code, employee, month).mapped("amount")
        return sum((Decimal(str(amount)) for amount in amounts), Decimal(0))
