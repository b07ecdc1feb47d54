# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestAccess(KpiCommon):
    """Role × model × right."""

    # model -> rights of (employee, manager, after-sales user without a role here, portal)
    EXPECTED = {
        "aftersales.kpi.indicator": ("r", "crwu", "", ""),
        "aftersales.kpi.scheme": ("r", "crwu", "", ""),
        "aftersales.kpi.scheme.line": ("r", "crwu", "", ""),
        "aftersales.kpi.scheme.gate": ("r", "crwu", "", ""),
        "aftersales.kpi.sheet.gate": ("r", "r", "", ""),
        "aftersales.kpi.sheet.late": ("r", "r", "", ""),
        "aftersales.kpi.closing": ("", "rw", "", ""),
        "aftersales.kpi.closing.health": ("", "r", "", ""),
        "aftersales.kpi.close": ("", "crwu", "", ""),
        "aftersales.kpi.dispute": ("crwu", "crwu", "", ""),
        "aftersales.kpi.settle": ("", "crwu", "", ""),
        "aftersales.kpi.correct": ("", "crwu", "", ""),
        "aftersales.kpi.override": ("", "crwu", "", ""),
        "aftersales.kpi.template": ("", "crwu", "", ""),
        "aftersales.kpi.renew": ("", "crwu", "", ""),
        "aftersales.kpi.sheet": ("r", "rwu", "", ""),
        "aftersales.kpi.sheet.line": ("r", "r", "", ""),
        "aftersales.kpi.choice": ("r", "crwu", "", ""),
        "aftersales.kpi.value": ("r", "crwu", "", ""),
        "aftersales.kpi.target": ("r", "crwu", "", ""),
        "aftersales.kpi.reading": ("r", "r", "", ""),
        "aftersales.kpi.import": ("", "crwu", "", ""),
        "aftersales.kpi.target.unlock": ("", "crwu", "", ""),
        "aftersales.kpi.figures": ("r", "crwu", "", ""),
        "aftersales.kpi.figures.line": ("r", "crwu", "", ""),
        "aftersales.kpi.generate": ("", "crwu", "", ""),
        "aftersales.kpi.account.group": ("r", "crwu", "", ""),
        "aftersales.kpi.account.mapping": ("", "crwu", "", ""),
        "aftersales.kpi.account.propose": ("", "crwu", "", ""),
        "aftersales.kpi.account.propose.line": ("", "crwu", "", ""),
        "aftersales.kpi.account.unmapped": ("", "r", "", ""),
        "aftersales.kpi.amplification": ("", "crwu", "", ""),
        "aftersales.kpi.data.rule": ("", "crwu", "", ""),
        "aftersales.kpi.quality.cost": ("", "r", "", ""),
        "aftersales.kpi.report.delivery": ("", "r", "", ""),
        "aftersales.start.tile": ("r", "crwu", "r", ""),
        "aftersales.kpi.role": ("r", "crwu", "", ""),
        "aftersales.kpi.role.sheet": ("", "crwu", "", ""),
        "aftersales.team": ("r", "crwu", "", ""),
        "aftersales.team.member": ("r", "crwu", "", ""),
        "aftersales.commission.plan": ("r", "r", "", ""),
        "aftersales.commission.rule": ("r", "r", "", ""),
        "aftersales.commission.rule.share": ("r", "r", "", ""),
        "aftersales.commission.statement": ("r", "r", "", ""),
        "aftersales.commission.line": ("r", "r", "", ""),
        "aftersales.commission.figure": ("r", "r", "", ""),
        "aftersales.commission.source": ("r", "r", "", ""),
        "aftersales.commission.generate": ("", "", "", ""),
        "aftersales.kpi.attendance": ("r", "crwu", "", ""),
        "aftersales.kpi.attendance.propose": ("", "crwu", "", ""),
        "aftersales.voucher.share": ("", "r", "", ""),
        "aftersales.pay.rule": ("", "", "", ""),
        "aftersales.pay.rule.target": ("", "", "", ""),
        "aftersales.pay.basis": ("", "", "", ""),
        "aftersales.pay.basis.import": ("", "", "", ""),
        "aftersales.pay.basis.propose": ("", "", "", ""),
        "aftersales.pay.compute": ("", "", "", ""),
        "aftersales.pay.statement": ("r", "r", "", ""),
        "aftersales.pay.statement.line": ("r", "r", "", ""),
        "aftersales.customer.agent": ("r", "crwu", "", ""),
        "aftersales.voucher": ("", "r", "", ""),
        "aftersales.callback": ("", "r", "", ""),
        "aftersales.complaint": ("", "r", "", ""),
        "aftersales.sla.deadline": ("", "r", "", ""),
        "aftersales.insurance.policy": ("", "r", "", ""),
        "account.move": ("", "r", "", "r"),
        "account.move.line": ("", "r", "", "r"),
        "rate.table": ("r", "crwu", "r", ""),
    }

    # What a pay officer may do besides what every employee may.
    PAY_OFFICER = {
        "aftersales.commission.plan": "crwu",
        "aftersales.commission.rule": "crwu",
        "aftersales.commission.rule.share": "crwu",
        "aftersales.commission.statement": "rwu",
        "aftersales.commission.generate": "crwu",
        "aftersales.kpi.attendance": "crwu",
        "aftersales.kpi.attendance.propose": "crwu",
        "aftersales.pay.rule": "crwu",
        "aftersales.pay.rule.target": "crwu",
        "aftersales.pay.basis": "crwu",
        "aftersales.pay.basis.import": "crwu",
        "aftersales.pay.basis.propose": "crwu",
        "aftersales.pay.compute": "crwu",
        "aftersales.pay.statement": "rwu",
    }

    def test_access_table(self):
        users = (
            self.user,
            self.manager,
            self.make_user("kpi_none", "aftersales_base.group_aftersales_user"),
            self.make_user("kpi_portal", "base.group_portal"),
            self.payroll,
        )
        rights = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
        for model, expected in self.EXPECTED.items():
            officer = self.PAY_OFFICER.get(model, expected[0])
            for user, allowed in zip(users, (*expected, officer), strict=True):
                for key, operation in rights.items():
                    self.assertEqual(
                        self.env[model].with_user(user).has_access(operation),
                        key in allowed,
                        f"{user.login} {operation} {model}",
                    )

    def test_employees_see_their_own_only(self):
        for technician in (self.tech, self.other):
            self.make_job(technician)
        sheets = self.generate()
        own = sheets.filtered(lambda sheet: sheet.employee_id == self.tech)
        Sheet = self.Sheet.with_user(self.user)
        self.assertEqual(Sheet.search([("id", "in", sheets.ids)]), own)
        lines = self.env["aftersales.kpi.sheet.line"].with_user(self.user)
        self.assertEqual(lines.search([("sheet_id", "in", sheets.ids)]), own.line_ids)
        with self.assertRaises(AccessError):
            (sheets - own).with_user(self.user).read(["points"])
        with self.assertRaises(AccessError):
            own.with_user(self.user).note = "More, please"
        self.assertEqual(own.with_user(self.manager).points, own.points)

    def test_employee_reads_the_whole_form(self):
        """Everything the form shows is readable for the employee, HR rights or not."""
        self.make_job(self.tech)
        sheet = self.generate(employees=self.tech).with_user(self.user)
        self.env.invalidate_all()
        view = sheet.get_view(view_type="form")
        self.assertIn("line_ids", view["arch"])
        shown = {node.get("name") for node in etree.fromstring(view["arch"]).iter("field")}
        names = [name for name in view["models"]["aftersales.kpi.sheet"] if name in shown]
        self.assertNotIn("wage", names)
        self.assertEqual(sheet.read(names)[0]["employee_id"][1], "Tara")
        line_names = list(view["models"]["aftersales.kpi.sheet.line"])
        self.assertEqual(len(sheet.line_ids.read(line_names)), 2)
        self.assertIn("Tara", sheet.display_name)

    def test_employee_may_object_in_the_chatter(self):
        sheet = self.generate(employees=self.tech).with_user(self.user)
        message = sheet.message_post(body="One job was not mine.")
        self.assertEqual(message.author_id, self.user.partner_id)

    def test_manager_reads_jobs_but_does_not_change_them(self):
        job = self.make_open_job()
        self.assertEqual(job.with_user(self.manager).technician_id, self.tech)
        with self.assertRaises(AccessError):
            job.with_user(self.manager).write({"work_done": "x"})
