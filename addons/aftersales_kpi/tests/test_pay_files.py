# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io

import openpyxl
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.export import as_csv, as_xlsx

from .common import MONTH
from .common_pay import PayCommon

HEADER = ["employee", "year", "amount", "note"]


@tagged("post_install", "-at_install")
@freeze_time("2026-12-15")
class TestPayFiles(PayCommon):
    """Bases from files and from last year; statements as PDF and for payroll (K1)."""

    def load(self, rows, content=None):
        wizard = (
            self.env["aftersales.pay.basis.import"]
            .with_user(self.payroll)
            .with_company(self.company)
            .create(
                {
                    "file": base64.b64encode(content or as_xlsx({"Bases": (HEADER, rows)})),
                    "filename": "bases.xlsx",
                }
            )
        )
        return wizard, wizard.action_import()

    def bases(self, **kwargs):
        return self.env["aftersales.pay.basis"].search(
            [("company_id", "=", self.company.id)], **kwargs
        )

    # === BASES === #

    def test_K1_bases_are_imported_as_drafts(self):
        self.other.work_email = "theo@example.com"
        _wizard, action = self.load(
            [["Tara", 2026, 6000, "by the books"], ["theo@example.com", 2026, 5500.5, ""]]
        )
        self.assertEqual(action["res_model"], "aftersales.pay.basis")
        bases = self.bases(order="amount desc")
        self.assertEqual(bases.mapped("employee_id"), self.tech | self.other)
        self.assertEqual(bases.mapped("amount"), [6000, 5500.5])
        self.assertEqual(set(bases.mapped("state")), {"draft"})
        self.assertEqual(set(bases.mapped("origin")), {"imported"})
        self.assertEqual(bases[0].note, "by the books")

    def test_K1_bases_from_csv(self):
        self.load((), as_csv(HEADER, [["Tara", 2026, 6000, ""]]))
        self.assertEqual(self.bases().amount, 6000)

    def test_K1_a_bad_file_imports_nothing_and_says_why(self):
        self.make_basis(self.other, 100)
        self.make_employee("Tara")
        rows = [
            ["Nobody", 2026, 100, ""],
            ["Tara", 2026, 100, ""],
            ["Theo", 2026, 100, ""],
            ["Theo", 1026, 100, ""],
            ["Theo", 2027, -5, ""],
            ["Theo", 2028, 1.0001, ""],
            ["Theo", 2029, "much", ""],
            ["Theo", 2030, 100, ""],
            ["Theo", 2030, 100, ""],
            ["", 2031, 100, ""],
        ]
        wizard, _action = self.load(rows)
        self.assertEqual(len(self.bases()), 1)
        for part in (
            "Row 2: KPI Works has no employee",
            "Row 3: more than one employee is called “Tara”",
            "Row 4: Theo has a pay basis for 2026 already",
            "Row 5: 1026 is no year",
            "Row 6: the amount -5 is not above zero",
            "Row 7: the amount 1.0001 has more decimals",
            "Row 8, column amount: “much” is no number",
            "Row 10: Theo has a pay basis for 2030 already",
            "Row 11: employee is empty",
        ):
            self.assertIn(part, wizard.problems)

    def test_K1_bases_are_proposed_from_last_year_else_from_the_wage(self):
        """All that was paid ÷ the months worked, half up; half a month counts as half."""
        self.make_rule(self.tech)
        self.make_basis(self.tech, 6000)
        self.make_sheet(self.tech, points=10)
        self.pay(self.tech)
        self.pay(self.tech, MONTH.replace(month=10))
        self.other.version_id.wage = 3333.335
        wizard = (
            self.env["aftersales.pay.basis.propose"]
            .with_user(self.payroll)
            .with_company(self.company)
            .create({"year": 2027, "employee_ids": [(6, 0, (self.tech | self.other).ids)]})
        )
        wizard.action_propose()
        bases = self.bases().filtered(lambda basis: basis.year == 2027)
        found = {basis.employee_id: (basis.amount, basis.origin, basis.state) for basis in bases}
        self.assertEqual(found[self.tech], (5325, "statements", "draft"))
        self.assertEqual(found[self.other], (3333.34, "wage", "draft"))
        with self.assertRefused(UserError, "Nothing to propose for 2027"):
            wizard.action_propose()

    def test_K1_proposed_for_whom_a_rule_fits(self):
        self.make_rule(self.tech)
        for person in self.tech | self.make_person("Elsewhere"):
            person.version_id.wage = 1000
        bases = self.env["aftersales.pay.basis"].with_user(self.payroll)
        found = bases._propose(self.company, 2026)
        self.assertEqual(found.employee_id, self.tech)

    def test_K1_a_confirmed_basis_does_not_change(self):
        basis = self.make_basis(self.tech, 6000).with_user(self.payroll)
        self.assertEqual(basis.confirmed_by_id, self.env.user)
        for vals in ({"amount": 9000}, {"state": "draft"}, {"year": 2025}):
            with self.subTest(vals), self.assertRefused(UserError, "Confirmed"):
                basis.write(vals)
        with self.assertRefused(UserError, "Confirmed"):
            basis.unlink()
        basis.action_reset()
        with self.assertRefused(UserError, "not typed"):
            basis.state = "confirmed"
        draft = basis.create(
            {
                "employee_id": self.other.id,
                "company_id": self.company.id,
                "year": 2026,
                "amount": 1,
                "state": "confirmed",
                "origin": "statements",
            }
        )
        self.assertEqual((draft.state, draft.origin), ("draft", "typed"))

    def test_K1_one_basis_a_year_and_more_than_nothing(self):
        self.make_basis(self.tech, 6000)
        for employee, amount in ((self.tech, 1), (self.other, 0)):
            with (
                self.subTest(amount),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
            ):
                self.make_basis(employee, amount)

    # === STATEMENTS === #

    def test_K1_statement_prints(self):
        self.make_rule(self.tech)
        self.make_basis(self.tech, 6000)
        self.make_basis(self.other, 5000)
        self.make_sheet(self.tech, points=10)
        self.compute()
        statement = self.compute(employees=self.tech).with_user(self.payroll)
        report = self.env["ir.actions.report"]
        name = "aftersales_kpi.report_pay_statement"
        html = report.with_user(self.payroll)._render_qweb_html(name, statement.ids)[0].decode()
        self.assertIn("Draft", html)
        statement.action_confirm()
        html = report.with_user(self.user)._render_qweb_html(name, statement.ids)[0].decode()
        for part in (
            *("KPI Works", "Tara", "September 2026", "Base pay", "Performance pay"),
            *("4,200.00", "2,250.00", "6,450.00", "base share 0.7", "Confidential"),
        ):
            self.assertIn(part, html)
        self.assertNotIn("Draft", html)
        self.assertNotIn("Theo", html)

    def test_K1_statements_for_payroll(self):
        self.make_rule(self.tech)
        self.make_basis(self.tech, 6000)
        self.make_basis(self.other, 5000)
        self.make_sheet(self.tech, points=10)
        self.tech.name = "=Tara"
        statements = self.compute().with_user(self.payroll)
        url = statements.action_export()["url"]
        attachment = self.env["ir.attachment"].browse(int(url.split("/")[3].split("?")[0]))
        self.assertEqual(attachment.name, "pay-2026-09.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(attachment.raw))
        rows = list(book["Statements"].values)
        self.assertEqual(len(rows), 3)
        code = self.company.currency_id.name
        self.assertEqual(rows[1][1:2] + rows[1][3:], ("=Tara", 6450, 0, 6450, code, "Computed"))
        components = list(book["Components"].values)
        self.assertEqual([row[7] for row in components[1:]], [4200, 2250, 3500])
        self.assertEqual(book["Statements"]["B2"].data_type, "s", "a name is no formula")
