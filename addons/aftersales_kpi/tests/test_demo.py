# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """Odoo swallows errors in demo data; this does not."""

    def test_demo_loaded(self):
        module = self.env.ref("base.module_aftersales_kpi")
        self.assertFalse(self.env["ir.demo_failure"].search([("module_id", "=", module.id)]))
        scheme = self.env.ref("aftersales_kpi.scheme_field_service", False)
        if not module.demo:
            self.assertFalse(scheme)
            return
        sheets = self.env["aftersales.kpi.sheet"].search([("scheme_id", "=", scheme.id)])
        technicians = self.env.ref("aftersales_base.employee_technician")
        technicians |= self.env.ref("aftersales_base.employee_technician_south")
        self.assertEqual(sheets.employee_id, technicians)
        self.assertTrue(all(sheets.line_ids.mapped("is_measured")))

    def test_commission_demo_loaded(self):
        """Repair North's month is confirmed, with its jobs as sources."""
        team = self.env.ref("aftersales_kpi.team_north", False)
        if not self.env.ref("base.module_aftersales_kpi").demo:
            self.assertFalse(team)
            return
        tara = self.env.ref("aftersales_base.employee_technician")
        statement = self.env["aftersales.commission.statement"].search(
            [("employee_id", "=", tara.id)], limit=1
        )
        self.assertEqual(statement.state, "confirmed")
        self.assertTrue(statement.line_ids.figure_id.source_ids)

    def test_indicators_are_there(self):
        """Both indicators and their bands come with the module, demo or not."""
        for name in ("speed", "first_time_fix"):
            self.assertEqual(self.env.ref(f"aftersales_kpi.indicator_{name}").measure, name)
            table = self.env.ref(f"aftersales_kpi.rate_table_{name}")
            self.assertEqual((table.method, table.inputs), ("band", "one"))

    def test_measure_demo_loaded(self):
        """Typed figures with evidence, locked targets, readings of the last months."""
        module = self.env.ref("base.module_aftersales_kpi")
        typed = self.env.ref("aftersales_kpi.value_skill_tara", False)
        if not module.demo:
            self.assertFalse(typed)
            return
        self.assertEqual((typed.state, typed.value), ("confirmed", 10))
        self.assertTrue(typed.attachment_ids)
        self.assertTrue(self.env.ref("aftersales_kpi.target_visits_year").is_locked)
        skill = self.env.ref("aftersales_kpi.indicator_skill")
        # An upgrade does not turn on what is kept of indicators that were there before.
        if skill.read_on:
            self.assertIn(typed.employee_id, skill.reading_ids.employee_id)
            speed = self.env.ref("aftersales_kpi.indicator_speed")
            self.assertTrue(speed.reading_ids.outlet_id)

    def test_pay_demo_loaded(self):
        """One month is paid and one computed, by both ways, for people who sign in."""
        module = self.env.ref("base.module_aftersales_kpi")
        rule = self.env.ref("aftersales_kpi.pay_rule_field_service", False)
        if not module.demo:
            self.assertFalse(rule)
            return
        desk = self.env.ref("aftersales_kpi.pay_rule_service_desk")
        statements = self.env["aftersales.pay.statement"].search(
            [("rule_id", "in", (rule | desk).ids)]
        )
        self.assertEqual(set(statements.mapped("state")), {"paid", "computed"})
        self.assertEqual(statements.rule_id, rule | desk)
        self.assertFalse(any(statements.mapped("is_blocked")))
        paid = statements.filtered(lambda s: s.state == "paid" and s.rule_id == rule)
        self.assertEqual(len(paid.sheet_id), 2)
        officer = self.env.ref("aftersales_base.user_hr")
        self.assertTrue(officer.has_group("aftersales_kpi.group_kpi_payroll"))

    def test_ratio_demo_loaded(self):
        """The demo company maps its accounts and has ratios of the month before."""
        module = self.env.ref("base.module_aftersales_kpi")
        rule = self.env.ref("aftersales_kpi.data_rule_work", False)
        if not module.demo:
            self.assertFalse(rule)
            return
        self.assertEqual(rule.field_name, "work_done")
        self.assertGreater(self.env.ref("aftersales_kpi.amplification_tractors").factor, 1)
        company = self.env.ref("base.main_company")
        mappings = self.env["aftersales.kpi.account.mapping"]
        self.assertTrue(mappings.search_count([("company_id", "=", company.id)]))
        role = self.env.ref("aftersales_kpi.role_store_manager")
        sheet = self.env["aftersales.kpi.role.sheet"].create(
            {"company_id": company.id, "role_id": role.id, "month": rule.create_date.date()}
        )
        rows = {row["indicator"].code: row for row in sheet._get_rows()}
        self.assertTrue(rows["as_margin"]["before"])
        self.assertTrue(rows["task_completion"]["before"])
