# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.mail.models.mail_mail import MailMail

from .common import MONTH
from .common_pay import PayCommon

REPORT = "aftersales_kpi.report_pay_statement"


@tagged("post_install", "-at_install")
@freeze_time("2026-12-15")
class TestPayAccess(PayCommon):
    """What somebody earns is read by that person and by pay officers of the company (K1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.make_rule(cls.tech)
        for person in cls.tech | cls.other:
            cls.make_basis(person, 6000)
        cls.colleague = cls.make_user("kpi_colleague", "aftersales_kpi.group_kpi_user")
        cls.other.user_id = cls.colleague
        cls.statements = cls.Statement.with_user(cls.payroll)._generate(cls.company, MONTH)
        cls.statements = cls.statements.with_env(cls.env)
        cls.mine = cls.statements.filtered(lambda s: s.employee_id == cls.tech)
        cls.strangers = (
            cls.manager,
            cls.colleague,
            cls.make_user("kpi_hr", "hr.group_hr_manager,aftersales_kpi.group_kpi_user"),
            cls.make_user("kpi_nobody", "aftersales_base.group_aftersales_user"),
            cls.make_user("kpi_outside", "base.group_portal"),
        )

        # So that nothing but the rights on pay stops an export.
        cls.env.ref("base.group_allow_export").user_ids = [(4, user.id) for user in cls.strangers]

    def confirm(self):
        self.statements.with_user(self.payroll).action_confirm()

    def test_K1_employee_reads_the_own_from_confirmed_on(self):
        found = self.Statement.with_user(self.user)
        domain = [("id", "in", self.statements.ids)]
        self.assertFalse(found.search(domain))
        with self.assertRaises(AccessError):
            self.mine.with_user(self.user).read(["total"])
        self.confirm()
        self.env.invalidate_all()
        self.assertEqual(found.search(domain).ids, self.mine.ids)
        self.assertEqual(self.mine.with_user(self.user).total, 4200)
        self.mine.with_user(self.payroll).action_pay()
        self.assertEqual(found.search(domain).ids, self.mine.ids)

    def test_K1_the_whole_form_is_readable_for_the_employee(self):
        self.confirm()
        self.env.invalidate_all()
        mine = self.mine.with_user(self.user)
        view = mine.get_view(view_type="form")
        self.assertTrue(mine.web_read({name: {} for name in view["models"][mine._name]}))
        lines = mine.line_ids
        names = view["models"][lines._name]
        self.assertIn("6,000", lines.web_read({name: {} for name in names})[0]["explanation"])
        self.assertNotIn("rule_id", view["arch"])

    def test_K1_strangers_read_nothing_by_any_way(self):
        self.confirm()
        self.mine.with_user(self.payroll).message_post(body="Paid 4,200")
        self.env.invalidate_all()
        lines = self.mine.line_ids
        for user in self.strangers:
            mine, line = self.mine.with_user(user), lines.with_user(user)
            ways = {
                "read": lambda record=mine: record.read(["total"]),
                "web_read": lambda record=mine: record.web_read({"total": {}}),
                "line": lambda record=line: record.read(["amount"]),
                "export": lambda record=mine: record.export_data(["total", "line_ids/amount"]),
                "report": lambda record=mine: record.env["ir.actions.report"]._render_qweb_html(
                    REPORT, record.ids
                ),
                "chatter": lambda record=mine: record.message_ids.read(["body"]),
                "xlsx": lambda record=mine: record.action_export(),
                "mail": lambda record=mine: record.action_send(),
                "pay": lambda record=mine: record.action_pay(),
                "note": lambda record=mine: record.write({"note": "T"}),
            }
            for name, way in ways.items():
                with self.subTest(user=user.login, way=name), self.assertRaises(AccessError):
                    way()

    def test_K1_strangers_find_nothing_by_searching_and_grouping(self):
        self.confirm()
        self.env.invalidate_all()
        domain = [("id", "in", self.mine.ids)]
        for user in self.strangers:
            with self.subTest(user=user.login):
                statements = self.Statement.with_user(user)
                lines = self.env["aftersales.pay.statement.line"].with_user(user)
                with suppress(AccessError):
                    self.assertEqual(statements.search_count(domain), 0)
                    self.assertFalse(
                        statements.search([*domain, ("line_ids.amount", ">", 0)]), "by its lines"
                    )
                with suppress(AccessError):
                    totals = statements.formatted_read_group(
                        domain, ["employee_id"], ["total:sum", "__count"]
                    )
                    self.assertEqual(totals, [])
                with suppress(AccessError):
                    self.assertEqual(
                        lines._read_group(
                            [("statement_id", "in", self.mine.ids)], [], ["amount:sum"]
                        ),
                        [(False,)],
                    )
                with suppress(AccessError):
                    messages = self.env["mail.message"].with_user(user)
                    found = messages.search(
                        [
                            ("model", "=", "aftersales.pay.statement"),
                            ("res_id", "in", self.mine.ids),
                        ]
                    )
                    self.assertFalse(found)

    def test_K1_no_other_model_leads_to_pay(self):
        """No relation or related field that a stranger reads shows pay, rules or bases."""
        models = {name for name in self.env.registry if name.startswith("aftersales.pay.")}
        for name, model in self.env.registry.items():
            if name in models or model._abstract or model._transient:
                continue
            for field in model._fields.values():
                path = field.related.split(".") if isinstance(field.related, str) else ()
                hops, current = {field.comodel_name}, model
                for hop in path:
                    current = self.env.registry[current._fields[hop].comodel_name or name]
                    hops.add(current._name)
                self.assertFalse(hops & models, f"{name}.{field.name}")

    def test_K1_rules_and_bases_are_hidden(self):
        for user in (*self.strangers, self.user):
            for model in ("aftersales.pay.rule", "aftersales.pay.basis"):
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_K1_another_companys_officer_reads_nothing(self):
        sister = self.env["res.company"].create({"name": "KPI Sister"})
        officer = new_test_user(
            self.env,
            "kpi_sister_officer",
            groups="aftersales_kpi.group_kpi_payroll",
            company_id=sister.id,
            company_ids=[(6, 0, sister.ids)],
        )
        self.confirm()
        self.env.invalidate_all()
        self.assertFalse(self.Statement.with_user(officer).search([("id", "in", self.mine.ids)]))
        for records in (
            *(self.mine, self.mine.line_ids, self.rule),
            self.env["aftersales.pay.basis"].search([("employee_id", "=", self.tech.id)]),
        ):
            with self.subTest(records._name), self.assertRaises(AccessError):
                records.with_user(officer).read(["display_name"])
        with self.assertRefused(AccessError, "not a pay officer of KPI Works"):
            self.compute(user=officer)
        with self.assertRaises(AccessError):
            self.env["aftersales.pay.compute"].with_user(officer).create(
                {"company_id": self.company.id, "month": MONTH}
            ).action_compute()
        with self.assertRaises(AccessError):
            self.env["aftersales.pay.basis"].with_user(officer)._propose(self.company, 2027)
        officer.company_ids |= self.company
        both = self.Statement.with_user(officer).with_context(allowed_company_ids=sister.ids)
        self.assertFalse(both.search([("id", "in", self.mine.ids)]), "not the chosen company")

    def test_K1_only_pay_officers_take_the_steps(self):
        for user in (self.manager, self.user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.compute(user=user)
        for step in ("action_confirm", "action_recompute", "action_export"):
            for user in (self.manager, self.user):
                with self.subTest(step=step, user=user.login), self.assertRaises(AccessError):
                    getattr(self.mine.with_user(user), step)()

    def test_K1_an_officer_reads_sheets_and_changes_none(self):
        sheet = self.make_sheet(self.other, agree=False)
        sheet = sheet.with_user(self.payroll)
        self.assertEqual(sheet.points, 8)
        self.assertTrue(sheet.line_ids.mapped("explanation"))
        with self.assertRaises(AccessError):
            sheet.action_discuss()
        with self.assertRaises(AccessError):
            sheet.note = "T"

    def test_K1_sent_to_the_employee_only(self):
        """One mail each, to the own address, nothing of the pay in its text."""
        for person, address in ((self.tech, "tara@example.com"), (self.other, "theo@example.com")):
            person.work_email = address
        statements = self.statements.with_user(self.payroll)
        with self.assertRefused(UserError, "Computed"):
            statements.action_send()
        self.confirm()
        with patch.object(MailMail, "unlink"):
            statements.action_send()
        mails = self.env["mail.mail"].search(
            [("model", "=", "aftersales.pay.statement"), ("res_id", "in", statements.ids)]
        )
        self.assertEqual(sorted(mails.mapped("email_to")), ["tara@example.com", "theo@example.com"])
        self.assertFalse(mails.recipient_ids)
        for mail in mails:
            self.assertNotIn("4,200", mail.body_html)
            self.assertNotIn("4,200", mail.subject)
            self.assertEqual(len(mail.attachment_ids), 1)
            self.assertIn("Pay Statement", mail.attachment_ids.name)
        own = mails.filtered(lambda mail: mail.res_id == self.mine.id)
        self.env.invalidate_all()
        for user in self.strangers:
            with self.subTest(user.login), self.assertRaises(AccessError):
                own.attachment_ids.with_user(user).read(["datas"])
        self.assertTrue(self.mine.mailed_at)

    def test_K1_without_address_nothing_is_sent(self):
        self.confirm()
        self.other.work_email = self.other.user_id.email = False
        with self.assertRefused(UserError, "Theo has no work e-mail address"):
            self.statements.with_user(self.payroll).action_send()

    def test_K1_the_file_for_payroll_is_its_makers_alone(self):
        self.confirm()
        action = self.statements.with_user(self.payroll).action_export()
        number = int(action["url"].split("/")[3].split("?")[0])
        attachment = self.env["ir.attachment"].browse(number)
        self.assertTrue(attachment.with_user(self.payroll).raw)
        for user in (*self.strangers, self.user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                attachment.with_user(user).read(["raw"])
