# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from .common import MONTH, KpiCommon


class PayCommon(KpiCommon):
    """People of a department with a scheme of their own, paid by a rule of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Statement = cls.env["aftersales.pay.statement"]
        # Sheets are made by the schemes of each test.
        cls.scheme.active = False

    @classmethod
    def make_person(cls, name="Paula", **vals):
        """An employee in a department of the same name."""
        department = vals.pop("department", None) or cls.make_department(name)
        return cls.make_employee(name, department_id=department.id, **vals)

    @classmethod
    def make_rule(cls, employee, **vals):
        return cls.env["aftersales.pay.rule"].create(
            {
                "name": f"Pay of {employee.department_id.name}",
                "company_id": cls.company.id,
                "date_from": date(2026, 1, 1),
                "department_ids": [(6, 0, employee.department_id.ids)],
                **vals,
            }
        )

    @classmethod
    def make_basis(cls, employee, amount, year=2026, confirm=True):
        basis = cls.env["aftersales.pay.basis"].create(
            {
                "employee_id": employee.id,
                "company_id": cls.company.id,
                "year": year,
                "amount": float(amount),
            }
        )
        if confirm:
            basis.action_confirm()
        return basis

    @classmethod
    def make_scheme(cls, employee, points, most=10, par=80):
        """A scheme of the department by which any job gives these points."""
        return cls.env["aftersales.kpi.scheme"].create(
            {
                "name": f"Scheme of {employee.department_id.name}",
                "company_id": cls.company.id,
                "date_from": date(2026, 1, 1),
                "department_ids": [(6, 0, employee.department_id.ids)],
                "par_score": float(par),
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "indicator_id": cls.speed.id,
                            "table_id": cls.make_table("from", ((0, float(points)),)).id,
                            "max_points": float(most),
                        },
                    )
                ],
            }
        )

    def make_sheet(self, employee, points=8, agree=True, month=MONTH, **kwargs):
        """The month's sheet of an employee, through scheme, job, discussion and agreement."""
        if not self.env["aftersales.kpi.scheme"].search_count(
            [("department_ids", "in", employee.department_id.ids)]
        ):
            self.make_scheme(employee, points, **kwargs)
        self.make_job(employee, registered=self.at(month))
        sheet = self.generate(month, employees=employee)
        if agree:
            sheet.with_user(self.manager).action_discuss()
            sheet.with_user(employee.user_id or self.manager).action_agree()
        return sheet

    @staticmethod
    def at(month):
        """A moment of the month."""
        return datetime(month.year, month.month, 7, 8)

    def compute(self, month=MONTH, user=None, **kwargs):
        statements = self.Statement.with_user(user or self.payroll)._generate(
            self.company, month, **kwargs
        )
        return statements.with_env(self.env)

    def pay(self, employee, month=MONTH):
        """Compute, confirm and pay an employee's month."""
        statement = self.compute(month, employees=employee).with_user(self.payroll)
        statement.action_confirm()
        statement.action_pay()
        return statement.with_env(self.env)

    def amount(self, statement, component):
        lines = statement.line_ids.filtered(lambda line: line.component == component)
        return Decimal(str(round(sum(lines.mapped("amount")), 2)))

    @contextmanager
    def assertRefused(self, exception, regex):
        """As assertRaisesRegex, but rolled back like Odoo's assertRaises."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), regex)

    def assertMoney(self, amount, expected):
        self.assertEqual(Decimal(str(round(amount, 2))), Decimal(expected))
