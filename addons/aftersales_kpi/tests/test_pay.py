# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import MONTH, golden
from .common_pay import PayCommon

OCTOBER = date(2026, 10, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-12-15")
class TestPay(PayCommon):
    """Scheme → sheet → statement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.make_person()

    # === K1 === #

    def _pay_golden(self, case):
        given = case["given"]
        rule = self.make_rule(
            self.person,
            base_share=float(given["base_share"]),
            performance_share=float(given["performance_share"]),
        )
        self.assertEqual((rule.way, rule.kpi_min, rule.kpi_max), ("performance", 0.5, 5))
        self.make_basis(self.person, given.get("last_year_average_month", 6000))
        # A score of 10 × the KPI value against a par of 10.
        par = Decimal(80) if given["kpi"] <= Decimal("1.25") else Decimal(10)
        sheet = self.make_sheet(self.person, points=given["kpi"] * par / 10, par=par)
        self.assertEqual(Decimal(str(sheet.kpi_value)), given["kpi"])
        return self.compute()

    def test_K1_golden(self):
        case = golden("K1")
        statement = self._pay_golden(case)
        expected = case["expect"]
        self.assertEqual(self.amount(statement, "base"), expected["base"])
        self.assertEqual(self.amount(statement, "performance"), expected["performance"])
        self.assertMoney(statement.total, expected["pay"])
        words = statement.line_ids.mapped("explanation")
        self.assertIn("base share 0.7", words[0])
        self.assertIn("KPI value 1.25", words[1])

    def test_K1_bounds_golden(self):
        case = golden("K1-bounds")
        given = case["given"] | {"last_year_average_month": Decimal(6000)}
        statement = self._pay_golden(case | {"given": given})
        line = statement.line_ids.filtered(lambda line: line.component == "performance")
        self.assertEqual(line.factor, float(case["expect"]["kpi_used"]))
        self.assertMoney(statement.total, case["expect"]["pay"])
        self.assertIn("The sheet gave 7", line.explanation)

    def test_K1_bounds_below(self):
        """A KPI value of nearly nothing counts as 0.5."""
        self.make_rule(self.person)
        self.make_basis(self.person, 1000)
        self.make_sheet(self.person, points=1)
        statement = self.compute()
        self.assertEqual(self.amount(statement, "performance"), Decimal("150"))

    def test_K1_shares_golden(self):
        case = golden("K1-shares")
        self.assertTrue(case["expect"]["error"])
        shares = {name: float(value) for name, value in case["given"].items()}
        with self.assertRefused(ValidationError, "0.7 .* 0.4 do not add up to 1"):
            self.make_rule(self.person, **shares)

    def test_K1_shares_within_bounds(self):
        """0.9 + 0.1 add up, and are refused all the same: base pay is 0.5 to 0.8."""
        with self.assertRefused(ValidationError, "base share 0.9 is not between 0.5 and 0.8"):
            self.make_rule(self.person, base_share=0.9, performance_share=0.1)
        rule = self.make_rule(
            self.person,
            base_share=0.9,
            performance_share=0.1,
            base_share_max=0.9,
            performance_share_min=0.1,
        )
        with self.assertRefused(ValidationError, "add up"):
            rule.performance_share = 0.2

    def test_K1_without_agreed_sheet_performance_waits(self):
        """Base pay is due; performance pay follows in the next open month once it is agreed."""
        self.make_rule(self.person)
        self.make_basis(self.person, 6000)
        sheet = self.make_sheet(self.person, points=10, agree=False)
        first = self.pay(self.person)
        self.assertMoney(first.total, "4200")
        self.assertIn("No KPI sheet", first.notice)
        sheet.with_user(self.manager).action_discuss()
        sheet.with_user(self.manager).action_agree()
        second = self.compute(OCTOBER)
        self.assertEqual(self.amount(second, "delta"), Decimal("2250"))
        self.assertEqual(second.line_ids.origin_id, first)
        self.assertMoney(second.total, "6450")
        self.assertMoney(second.own_amount, "4200")
        self.assertMoney(second.delta_amount, "2250")

    def test_K1_without_basis_nothing_is_confirmed(self):
        self.make_rule(self.person)
        self.make_basis(self.person, 6000, confirm=False)
        self.make_sheet(self.person)
        statement = self.compute()
        self.assertTrue(statement.is_blocked)
        self.assertMoney(statement.total, "0")
        with self.assertRefused(UserError, "Paula.*No pay basis of 2026 is confirmed"):
            statement.with_user(self.payroll).action_confirm()

    def test_K1_joins_and_leaves_within_the_month(self):
        """Share of days: 16 of 30 from the 15th, 10 of 30 to the 10th; the file's last day
        counts."""
        late = self.make_person(
            "Late", department=self.person.department_id, date_version=date(2026, 9, 15)
        )
        gone = self.make_person("Gone", department=self.person.department_id)
        gone.version_id.departure_date = date(2026, 9, 10)
        never = self.make_person("Never", department=self.person.department_id)
        never.version_id.departure_date = date(2026, 8, 31)
        self.make_rule(self.person)
        people = self.person | late | gone | never
        for person in people:
            self.make_basis(person, 3000)
        statements = self.compute()
        self.assertEqual(statements.employee_id, self.person | late | gone)
        totals = {s.employee_id: s.total for s in statements}
        self.assertMoney(totals[late], "1120")
        self.assertMoney(totals[gone], "700")
        self.assertMoney(totals[self.person], "2100")
        line = statements.filtered(lambda s: s.employee_id == late).line_ids
        self.assertIn("16 of 30 days", line.explanation)

    # === K3 === #

    def test_K3_proportional_golden(self):
        case = golden("K3-proportional")
        given = case["given"]
        rule = self.make_rule(self.person, way="proportional")
        self.person.version_id.wage = float(given["wage"])
        self.make_sheet(self.person, points=given["points"], most=given["of"])
        statement = self.compute()
        self.assertMoney(statement.total, case["expect"]["pay"])
        self.assertIn("30 of 40 points", statement.line_ids.explanation)
        rule.write({"wage_source": "fixed", "wage": 2 * float(given["wage"])})
        self.assertMoney(self.compute().total, 2 * case["expect"]["pay"])

    def test_K3_grades_golden(self):
        case = golden("K3-grades")
        bands = [(float(start), float(pay)) for start, pay in case["given"]["bands"]]
        self.make_rule(self.person, way="graded", table_id=self.make_table("from", bands).id)
        scheme = self.make_scheme(self.person, 0, most=40)
        self.make_job(self.person)
        cases = zip(case["given"]["points"], case["expect"]["pay"], strict=True)
        for points, pay in cases:
            with self.subTest(points=points), self.env.cr.savepoint() as savepoint:
                scheme.line_ids.table_id.line_ids.value = float(points)
                sheet = self.generate(employees=self.person)
                sheet.with_user(self.manager).action_discuss()
                sheet.with_user(self.manager).action_agree()
                self.assertEqual(Decimal(str(sheet.points)), points)
                self.assertMoney(self.compute().total, pay)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_K3_levels_that_were_paid_do_not_change(self):
        """Neither the table nor a row; else each paid month would be corrected."""
        table = self.make_table("from", ((0, 1000), (30, 1200)))
        self.make_rule(self.person, way="graded", table_id=table.id)
        self.make_sheet(self.person, points=9)
        table.line_ids[0].value = 900
        self.pay(self.person)
        with self.assertRefused(UserError, "somebody was paid"):
            table.line_ids[0].value = 800
        with self.assertRefused(UserError, "somebody was paid"):
            table.line_ids = [(0, 0, {"from_value": 8, "value": 5000})]
        with self.assertRefused(UserError, "somebody was paid"):
            table.line_ids[0].unlink()
        with self.assertRefused(UserError, "somebody was paid"):
            table.bound = "above"
        table.name = "Levels of 2026"
        self.assertFalse(self.amount(self.compute(OCTOBER), "delta"))

    def test_K3_grades_scale_points_that_could_not_be_measured(self):
        """25 of the 30 points that could be measured are 33.33 on a scale of 40."""
        table = self.make_table("from", ((0, 1000), (30, 1200), (40, 1400)))
        self.make_rule(self.person, way="graded", table_id=table.id, points_of=40)
        self.make_sheet(self.person, points=25, most=30)
        statement = self.compute()
        self.assertMoney(statement.total, "1200")
        self.assertIn("scale of 40", statement.line_ids.explanation)

    def test_K3_points_below_each_level_are_said(self):
        table = self.make_table("from", ((20, 1000), (30, 1200)))
        table.open_below = False
        self.make_rule(self.person, way="graded", table_id=table.id)
        self.make_sheet(self.person, points=9)
        self.assertIn("no level of pay", self.compute().notice)

    # === RULES === #

    def test_K1_overlapping_rules_are_refused(self):
        rule = self.make_rule(self.person)
        with self.assertRefused(ValidationError, "fit the same people"):
            self.make_rule(self.person, date_from=date(2026, 6, 1))
        below = self.make_department("Below", parent_id=self.person.department_id.id)
        with self.assertRefused(ValidationError, "fit the same people"):
            self.make_rule(self.make_person("Ben", department=below))
        rule.date_to = date(2026, 5, 31)
        self.make_rule(self.person, date_from=date(2026, 6, 1))
        with self.assertRefused(ValidationError, "fit the same people"):
            rule.date_to = date(2026, 6, 1)

    def test_K1_rules_by_scheme_and_by_department(self):
        """People of a scheme are in its departments: another department's rule is no overlap."""
        scheme = self.make_scheme(self.person, 8)
        rule = self.make_rule(
            self.person, scheme_ids=[(6, 0, scheme.ids)], department_ids=[(5, 0, 0)]
        )
        elsewhere = self.make_person("Elsa")
        other = self.make_rule(elsewhere)
        with self.assertRefused(ValidationError, "fit the same people"):
            self.make_rule(self.person)
        self.make_basis(self.person, 6000)
        self.make_basis(elsewhere, 6000)
        found = {s.employee_id: s.rule_id for s in self.compute()}
        self.assertEqual(found, {self.person: rule, elsewhere: other})
        # Who is moved later is found when the month is computed.
        scheme.department_ids |= elsewhere.department_id
        with self.assertRefused(UserError, "both fit Elsa"):
            self.compute()

    def test_K1_new_version_and_frozen_terms(self):
        """Terms by which somebody was paid stay; a new version holds from next month on."""
        rule = self.make_rule(self.person).with_user(self.payroll)
        self.make_basis(self.person, 6000)
        self.pay(self.person)
        for vals in ({"base_share": 0.6, "performance_share": 0.4}, {"kpi_max": 9}):
            with self.subTest(vals), self.assertRefused(UserError, "new version"):
                rule.write(vals)
        with self.assertRefused(UserError, "new version"):
            rule.date_to = date(2026, 8, 31)
        with self.assertRaises(UserError):
            rule.unlink()
        action = rule.action_new_version()
        version = rule.browse(action["res_id"])
        self.assertEqual(rule.date_to, date(2026, 12, 31))
        self.assertEqual((version.date_from, version.date_to), (date(2027, 1, 1), False))
        version.write({"base_share": 0.6, "performance_share": 0.4})
        found = self.env["aftersales.pay.rule"]._search_in_force(self.company, date(2027, 1, 1))
        self.assertEqual(found, version.with_env(self.env))

    def test_K1_rule_form(self):
        form = Form(self.env["aftersales.pay.rule"].with_user(self.payroll))
        form.name = "By form"
        form.department_ids.add(self.person.department_id)
        form.base_share = 0.6
        form.performance_share = 0.4
        self.assertEqual(form.save().base_share, 0.6)

    # === STEPS AND CORRECTIONS === #

    def test_K1_nothing_is_typed(self):
        self.make_rule(self.person)
        self.make_basis(self.person, 6000)
        statement = self.compute().with_user(self.payroll)
        for vals in ({"total": 9999}, {"state": "paid"}, {"sheet_id": False}):
            with self.subTest(vals), self.assertRaises(UserError):
                statement.write(vals)
        with self.assertRaises(UserError):
            statement.with_env(self.env).line_ids.amount = 9999
        with self.assertRaises(UserError):
            self.Statement.create({"employee_id": self.person.id, "period_start": MONTH})
        with self.assertRaises(AccessError):
            statement.line_ids.unlink()
        statement.note = "Well done"

    def test_K1_paid_statements_never_change(self):
        self.make_rule(self.person)
        self.make_basis(self.person, 6000)
        statement = self.pay(self.person).with_user(self.payroll)
        for step in ("action_confirm", "action_pay", "action_reset", "action_recompute"):
            with self.subTest(step), self.assertRefused(UserError, "Paid"):
                getattr(statement, step)()
        with self.assertRaises(UserError):
            statement.note = "Later"
        with self.assertRaises(UserError):
            statement.unlink()
        before = statement.total
        self.assertEqual(self.compute(), statement.with_env(self.env))
        self.assertEqual(statement.total, before)

    def test_K1_confirming_locks_the_sheet(self):
        self.make_rule(self.person)
        self.make_basis(self.person, 6000)
        sheet = self.make_sheet(self.person)
        statement = self.compute().with_user(self.payroll)
        self.assertEqual(sheet.state, "agreed")
        statement.action_confirm()
        self.assertEqual(sheet.state, "locked")
        statement.action_reset()
        self.assertEqual(statement.state, "computed")
        statement.action_recompute()
        statement.action_confirm()

    @freeze_time("2026-09-30 12:00:00")
    def test_K1_a_month_that_runs_is_not_confirmed(self):
        self.make_rule(self.person)
        self.make_basis(self.person, 6000)
        statement = self.compute().with_user(self.payroll)
        with self.assertRefused(UserError, "not over"):
            statement.action_confirm()

    def test_K1_a_basis_that_was_wrong_is_made_good_once(self):
        """Both months are corrected in the next open one, and never again."""
        self.make_rule(self.person)
        basis = self.make_basis(self.person, 6000)
        september = self.pay(self.person)
        october = self.pay(self.person, OCTOBER)
        basis.action_reset()
        self.assertFalse(self.compute(date(2026, 11, 1)).line_ids, "nothing while it is open")
        basis.amount = 5999.99
        basis.action_confirm()
        november = self.pay(self.person, date(2026, 11, 1))
        # 4,199.993 half up is 4,199.99: a cent less each.
        self.assertEqual(self.amount(november, "delta"), Decimal("-0.02"))
        self.assertEqual(november.line_ids.origin_id, september | october)
        self.assertMoney(november.total, "4199.97")
        with freeze_time("2027-01-15"):
            self.make_basis(self.person, 6000, year=2027)
            december = self.compute(date(2026, 12, 1))
            self.assertFalse(self.amount(december, "delta"))

    def test_K1_a_corrected_sheet_is_made_good(self):
        """The newest agreed revision counts; the difference is paid in the next open month."""
        self.make_rule(self.person)
        self.make_basis(self.person, 6000)
        sheet = self.make_sheet(self.person, points=8)
        september = self.pay(self.person)
        self.assertMoney(september.total, "6000")
        sheet.scheme_id.line_ids.table_id.line_ids.value = 10
        correction = sheet.with_user(self.manager)._correct("A job was missing")
        self.assertFalse(self.amount(self.compute(OCTOBER), "delta"), "not agreed yet")
        correction.action_discuss()
        correction.action_agree()
        october = self.compute(OCTOBER)
        self.assertEqual(self.amount(october, "delta"), Decimal("450"))

    def test_K1_who_left_still_gets_corrections(self):
        self.make_rule(self.person)
        self.make_basis(self.person, 6000)
        sheet = self.make_sheet(self.person, points=8, agree=False)
        self.pay(self.person)
        self.person.version_id.departure_date = date(2026, 9, 30)
        sheet.with_user(self.manager).action_discuss()
        sheet.with_user(self.manager).action_agree()
        october = self.compute(OCTOBER)
        self.assertEqual(october.line_ids.mapped("component"), ["delta"])
        self.assertMoney(october.total, "1800")
        self.assertFalse(october.rule_id)

    def test_K1_a_corrected_statement_is_not_taken_back(self):
        self.make_rule(self.person)
        self.make_basis(self.person, 6000)
        sheet = self.make_sheet(self.person, agree=False)
        first = self.compute().with_user(self.payroll)
        first.action_confirm()
        sheet.with_user(self.manager).action_discuss()
        sheet.with_user(self.manager).action_agree()
        second = self.compute(OCTOBER)
        with self.assertRefused(UserError, "take that one back first"):
            first.action_reset()
        second.with_user(self.payroll).unlink()
        first.action_reset()

    def test_K1_who_is_not_paid_any_more_loses_the_draft(self):
        rule = self.make_rule(self.person)
        other = self.make_rule(self.make_person("Otto"))
        self.make_basis(self.person, 6000)
        self.assertEqual(len(self.compute()), 2)
        other.active = False
        self.assertEqual(self.compute().rule_id, rule)
        count = self.Statement.search_count([("company_id", "=", self.company.id)])
        self.assertEqual(count, 1)

    def test_K1_without_rule_a_sentence(self):
        with self.assertRefused(UserError, "No pay rule of KPI Works holds in September 2026"):
            self.compute()

    def test_K1_rounded_once(self):
        """Three parts of a third of a cent: the sum is rounded, the parts add up to it."""
        self.make_rule(self.person, base_share=0.6667, performance_share=0.3333)
        self.make_basis(self.person, "100.01")
        self.make_sheet(self.person, points=8)
        statement = self.compute()
        self.assertMoney(statement.total, "100.01")
        self.assertMoney(sum(statement.line_ids.mapped("amount")), "100.01")

    def test_K1_queries_do_not_depend_on_people(self):
        """Twice as many people: the same number of queries."""
        people = self.person
        for number in range(3):
            people |= self.make_person(f"P{number}", department=self.person.department_id)
        self.make_rule(self.person)
        for person in people:
            self.make_basis(person, 6000)
        self.compute(employees=people)
        counts = []
        for some in (people, people[:2], people):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.compute(employees=some)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])
        self.assertLess(counts[1], 60)
