# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from .commission import NEXT, CommissionCommon, commission
from .common import MONTH


@tagged("post_install", "-at_install")
class TestWorkshop(CommissionCommon):
    """K22: labour of teams, rework, parts; shared inside the team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.join(cls.repair, cls.tech, share=60)
        cls.paint = cls.make_team("Paint 1", "paint")
        cls.fault = cls.env["aftersales.fault"].create({"code": "KPI-1", "name": "Leaks"})
        cls.unit = cls.env["stock.lot"].create(
            {
                "name": "KPI-UNIT-1",
                "product_id": cls.env["product.product"]
                .create({"name": "Tractor", "is_storable": True, "tracking": "serial"})
                .id,
            }
        )

    def test_K22_reached(self):
        """The whole month's fees decide, not one job's."""
        case = commission("K22-reached")
        self.work(self.tech, *case["given"]["labour_fees"])
        self.assertEqual(self.amount(self.compute(), "labour"), case["expect"]["commission"])

    def test_K22_not_reached(self):
        case = commission("K22-not-reached")
        for fee in case["given"]["labour_fees"]:
            self.work(self.tech, fee)
        self.assertEqual(self.amount(self.compute(), "labour"), case["expect"]["commission"])

    def test_K22_one_line_is_two(self):
        """Peers pay by the line: 1,200 there is not twice 600."""
        self.work(self.tech, 6000)
        self.join(self.paint, self.other)
        self.work(self.other, 3000, 3000)
        statements = self.compute()
        self.assertEqual(self.amount(statements, "labour", self.tech), 900)
        self.assertEqual(
            self.amount(statements, "labour", self.tech),
            self.amount(statements, "labour", self.other),
        )

    def _rework(self, case_id="K22-rework", day=None, confirm=True, technician=None):
        """Jobs of the golden case: the third repeats the first."""
        products = {}
        jobs = {}
        for number, job in enumerate(commission(case_id)["given"]["jobs"]):
            lines = []
            for item in job["items"]:
                name = item["item"]
                products.setdefault(name, self.make_labour(name))
                lines.append(self.labour_line(float(item["fee"]), products[name]))
            repeated = jobs.get(job.get("rework_of"))
            at = datetime(2026, 9, 1 + number, 8)
            vals = {"lot_id": self.unit.id, "fault_id": self.fault.id} if number != 1 else {}
            if repeated:
                at = day or at
            jobs[job["id"]] = self.make_job(
                (repeated and technician) or self.tech,
                registered=at,
                days=0.2,
                line_ids=lines,
                outcomes=(),
                **vals,
            )
            if repeated:
                self.assertEqual(jobs[job["id"]].rework_candidate_id, repeated)
                if confirm:
                    jobs[job["id"]].action_confirm_rework()
                    jobs[job["id"]]._write_step({"rework_confirmed_at": at})
        return jobs

    def test_K22_rework(self):
        """It earns nothing, and takes back the fee of the same item only."""
        expect = commission("K22-rework")["expect"]
        self._rework()
        statements = self.compute()
        line = self.lines(statements, "labour")
        self.assertEqual(Decimal(str(line.figure)), expect["countable"])
        self.assertEqual(self.amount(statements, "labour"), expect["commission"])
        # What nets to nothing has no row: the service and the brakes remain.
        self.assertEqual(sorted(line.figure_id.source_ids.mapped("amount")), [400, 3000])

    def test_K22_rework_confirmed_in_a_later_month_is_a_negative_row_then(self):
        """The closed month stays; the later one bears the item, once."""
        jobs = self._rework(day=datetime(2026, 9, 20, 8), confirm=False)
        closed = self.close()
        # 2,500 + 400 + 3,000 + 800 before anybody knew.
        self.assertEqual(self.lines(closed, "labour").figure, 6700)
        self.assertEqual(self.amount(closed, "labour"), 1005)
        repeat = jobs[Decimal(3)]
        repeat.action_confirm_rework()
        repeat._write_step({"rework_confirmed_at": datetime(2026, 10, 5, 9)})
        statements = self.compute(NEXT)
        line = self.lines(statements, "labour")
        self.assertEqual(line.mapped("period_of"), [NEXT], "no correction of the closed month")
        self.assertEqual(line.figure, -3300)
        self.assertEqual(sorted(line.figure_id.source_ids.mapped("amount")), [-2500, -800])
        self.assertEqual(self.amount(statements, "labour"), -330)
        self.assertEqual(closed.line_ids.filtered("figure_id")[:1].figure, 6700)

    def test_K22_the_earlier_team_bears_the_rework(self):
        self.join(self.paint, self.other)
        self._rework(technician=self.other)
        statements = self.compute()
        self.assertEqual(self.lines(statements, "labour", self.tech).figure, 3400)
        self.assertEqual(self.lines(statements, "labour", self.other).figure, 0)

    def test_K22_internal_and_unfinished_work_earns_nothing(self):
        self.work(self.tech, 100, service_type="D", partner_id=False)
        self.make_open_job()
        self.assertEqual(self.amount(self.compute(), "labour"), 0)

    def test_K22_shares(self):
        case = commission("K22-shares")
        people = {"a": self.tech, "b": self.other, "c": self.make_employee("Tina")}
        self.repair.member_ids.unlink()
        for name, share in case["given"]["shares"].items():
            self.join(self.repair, people[name], share=float(share))
        self.work(self.tech, 5500)
        statements = self.compute()
        self.assertEqual(
            self.lines(statements, "labour", self.tech).team_amount,
            float(case["given"]["commission"]),
        )
        for name, employee in people.items():
            self.assertEqual(
                self.amount(statements, "labour", employee), case["expect"][name], name
            )

    def test_K22_shares_to_the_cent(self):
        case = commission("K22-shares-cent")
        people = [self.tech, self.other, self.make_employee("Tina")]
        self.repair.member_ids.unlink()
        for employee, share in zip(people, case["given"]["shares"].values(), strict=True):
            self.join(self.repair, employee, share=float(share))
        self.work(self.tech, 1000)
        statements = self.compute()
        parts = [self.amount(statements, "labour", employee) for employee in people]
        self.assertEqual(sum(parts), case["expect"]["sum"])
        self.assertEqual({str(part) for part in parts}, set(case["expect"]["each"].split(" or ")))

    def test_K22_member_for_a_part_of_the_month(self):
        """Days in the team count in the share, and in the base pay."""
        self.repair.member_ids.unlink()
        self.join(self.repair, self.tech, share=1)
        self.join(self.repair, self.other, "leader", share=1, date_to="2026-09-15")
        self.work(self.tech, 1500)
        statements = self.compute()
        self.assertEqual(self.amount(statements, "labour", self.tech), 100)
        self.assertEqual(self.amount(statements, "labour", self.other), 50)
        self.assertEqual(self.amount(statements, "base_leader", self.other), 250)

    def test_K22_a_job_of_two_technicians(self):
        self.join(self.paint, self.other)
        job = self.work(self.tech, 1000)
        with self.assertRaises(ValidationError):
            job.share_ids = [
                (0, 0, {"employee_id": self.tech.id, "share": 70}),
                (0, 0, {"employee_id": self.other.id, "share": 20}),
            ]
        job.share_ids = [
            (0, 0, {"employee_id": self.tech.id, "share": 70}),
            (0, 0, {"employee_id": self.other.id, "share": 30}),
        ]
        with self.assertRaises(ValidationError):
            job.share_ids[0].share = 50
        with self.assertRaises(ValidationError):
            job.share_ids[0].unlink()
        statements = self.compute()
        self.assertEqual(self.amount(statements, "labour", self.tech), 70)
        self.assertEqual(self.amount(statements, "labour", self.other), 30)
        # Both may be changed together.
        job.share_ids = [
            (1, share.id, {"share": 60 if share.employee_id == self.tech else 40})
            for share in job.share_ids
        ]
        self.assertEqual(self.amount(self.compute(), "labour", self.other), 40)

    def test_K22_parts(self):
        """Extra parts by what the customer pays, claimed parts by their gross profit."""
        case = commission("K22-parts")
        given = case["given"]
        self._measured("proposed_parts", given["customer_paid_parts"], "team", self.repair)
        self._measured(
            "claimed_parts_profit", given["claimed_parts_gross_profit"], "team", self.repair
        )
        statements = self.compute()
        total = self.amount(statements, "proposed") + self.amount(statements, "claimed")
        self.assertEqual(total, case["expect"]["commission"])

    def test_K22_proposed_parts_count_as_paid_by_the_customer(self):
        part = self.env["product.product"].create(
            {"name": "Filter", "type": "consu", "list_price": 50.0, "taxes_id": False}
        )
        line = {"product_id": part.id, "quantity": 2}
        self.tech.van_location_id = self._make_place()
        job = self.make_job(
            self.tech,
            outcomes=(),
            line_ids=[(0, 0, {**line, "is_proposed": True}), (0, 0, line)],
        )
        self.assertEqual(job.amount_customer, 200)
        statements = self.compute()
        self.assertEqual(self.lines(statements, "proposed").figure, 100)
        self.assertEqual(self.amount(statements, "proposed"), 2)

    def _make_place(self):
        return self.env["stock.location"].create(
            {"name": "North", "usage": "internal", "company_id": self.company.id}
        )

    def test_K22_broken_parts_are_borne_by_the_leader(self):
        self.join(self.repair, self.other, "leader", share=40)
        self._measured("broken_parts", Decimal("80.55"), "team", self.repair)
        statements = self.compute()
        self.assertEqual(self.amount(statements, "broken", self.other), Decimal("-80.55"))
        self.assertFalse(self.lines(statements, "broken", self.tech))

    def test_K22_full_attendance_counts_once_it_is_confirmed(self):
        attendance = self.env["aftersales.kpi.attendance"]._propose(
            self.company, MONTH, date(2026, 9, 30)
        )
        self.assertEqual(attendance.employee_id, self.tech)
        self.assertEqual(self.amount(self.compute(), "attendance"), 0)
        attendance.action_confirm()
        self.assertEqual(self.amount(self.compute(), "attendance"), 100)
        with self.assertRaises(UserError):
            attendance.absent_days = 1
        with self.assertRaises(UserError):
            attendance.create(
                {"employee_id": self.other.id, "company_id": self.company.id, "state": "confirmed"}
            )
        attendance.action_reopen()
        attendance.absent_days = 0.5
        attendance.action_confirm()
        self.assertEqual(self.amount(self.compute(), "attendance"), 0)

    def test_K23_director(self):
        """120 % of the average of the teams' labour commissions, whatever else they earn."""
        case = commission("K23")
        given = case["given"]
        amounts = [*given["repair_team_commissions"], *given["paint_team_commissions"]]
        teams = [self.repair, self.make_team("Repair 2", "repair"), self.paint]
        people = [self.tech, self.other, self.make_employee("Tina")]
        for team, employee, amount in zip(teams, people, amounts, strict=True):
            if team != self.repair:
                self.join(team, employee)
            # 15 % of what reaches the base, 10 % of what just does not.
            fee = amount / Decimal("0.15") if amount >= 750 else amount * 10 - Decimal("0.01")
            self.work(employee, fee)
        self._measured("proposed_parts", Decimal(9000), "team", self.paint)
        management = self.make_team("Workshop office", "management")
        boss = self.make_employee("Dora")
        self.join(management, boss, "director")
        statements = self.compute()
        self.assertEqual(
            [self.amount(statements, "labour", employee) for employee in people], amounts
        )
        self.assertEqual(self.amount(statements, "average", boss), case["expect"]["director"])
        self.assertEqual(self.amount(statements, "base_director", boss), 700)
        self.assertIn("825", self.lines(statements, "average", boss).explanation)

    def _measured(self, measure, value, kind, subject):
        """Let an indicator find one row of this value."""

        def rows(_indicator, scope):
            if scope.subject != kind or scope.start != MONTH:
                return SQL(
                    "SELECT 0 AS subject_id, 0 AS res_id, 0::numeric AS amount, 1 AS weight "
                    "WHERE FALSE"
                )
            return SQL(
                "SELECT %s AS subject_id, 0 AS res_id, %s::numeric AS amount, 1 AS weight",
                subject.id,
                value,
            )

        patcher = patch.object(
            self.env.registry["aftersales.kpi.indicator"], f"_get_rows_{measure}", rows
        )
        self.startPatcher(patcher)


@tagged("post_install", "-at_install")
class TestStatement(CommissionCommon):
    """Computed, confirmed, paid; corrections by difference; who sees what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.join(cls.repair, cls.tech, share=60)
        cls.join(cls.repair, cls.other, "leader", share=40)

    def test_K22_statement_keeps_its_sources(self):
        job = self.work(self.tech, 1000, 500)
        statements = self.compute()
        line = self.lines(statements, "labour", self.tech)
        self.assertEqual(line.figure_id, self.lines(statements, "labour", self.other).figure_id)
        sources = line.figure_id.source_ids
        self.assertEqual(sources.mapped("res_id"), job.line_ids.ids)
        self.assertEqual(sum(sources.mapped("amount")), line.figure)
        self.assertIn(job.number, sources[0].name)
        action = line.action_view_sources()
        self.assertEqual(self.env["aftersales.commission.source"].search(action["domain"]), sources)
        self.assertEqual(sources[0].action_open()["res_id"], job.id)
        # Computing again does not double anything.
        again = self.compute()
        self.assertEqual(again, statements)
        self.assertEqual(len(self.lines(again, "labour", self.tech).figure_id.source_ids), 2)

    def test_K22_confirmed_together_and_for_good(self):
        self.work(self.tech, 1000)
        statements = self.compute()
        self.confirm(statements[0])
        self.assertEqual(set(statements.mapped("state")), {"confirmed"})
        self.work(self.tech, 9000)
        amounts = statements.mapped("amount_total")
        self.assertEqual(self.compute(), statements)
        self.assertEqual(statements.mapped("amount_total"), amounts)
        officer = statements.with_user(self.officer)
        for attempt in (
            lambda: officer[0].write({"amount_total": 1}),
            lambda: officer[0].write({"note": "x"}),
            lambda: officer[0].unlink(),
            lambda: officer.action_confirm(),
            lambda: officer.action_recompute(),
            lambda: self.plans["workshop"].rule_ids[0].write({"rate_below": 50}),
            lambda: self.plans["workshop"].write({"team_kind": "paint"}),
            lambda: self.plans["workshop"].write({"date_to": "2026-08-31"}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                attempt()
        officer.action_pay()
        self.assertEqual(set(statements.mapped("state")), {"paid"})

    def test_K22_a_month_that_is_not_over_is_not_confirmed(self):
        today = self.company._get_aftersales_date(datetime.now())
        self.work(self.tech, 1000, day=datetime(today.year, today.month, 1, 1))
        with self.assertRaisesRegex(UserError, "not over"):
            self.confirm(self.compute(today))

    def test_K22_what_comes_to_light_later_is_a_difference_once(self):
        """Total to date less what was confirmed, in the next month and never again."""
        job = self.work(self.tech, 1000)
        september = self.close()
        self.assertEqual(self.amount(september, "labour", self.tech), 60)
        # A job of September that was entered late lifts the month over its base.
        late = self.work(self.tech, 5000)
        october = self.compute(NEXT)
        line = self.lines(october, "labour", self.tech, MONTH)
        self.assertTrue(line.is_correction)
        self.assertEqual(line.amount, 540 - 60)
        self.assertEqual(line.figure_id.source_ids.mapped("res_id"), late.line_ids.ids)
        self.assertEqual(line.figure_id.value, 5000)
        self.confirm(october)
        self.assertEqual(
            sum(self.lines(september | october, "labour", self.tech).mapped("amount")), 540
        )
        november = self.compute(date(2026, 11, 1))
        self.assertFalse(self.lines(november, "labour", month=MONTH))
        # Somebody else did it: both months are made good.
        job.share_ids = [(0, 0, {"employee_id": self.make_employee("Tina").id, "share": 100})]
        november = self.compute(date(2026, 11, 1))
        line = self.lines(november, "labour", self.tech, MONTH)
        self.assertEqual(line.amount, 450 - 540)
        self.assertEqual(line.figure_id.source_ids.mapped("amount"), [-1000])

    def test_K22_corrections_are_not_confirmed_twice(self):
        """Two open months may both hold a correction; the second is computed anew."""
        self.work(self.tech, 1000)
        self.close()
        self.work(self.tech, 5000)
        october = self.compute(NEXT)
        november = self.compute(date(2026, 11, 1))
        self.assertTrue(self.lines(november, "labour", month=MONTH))
        self.confirm(october)
        with self.assertRaisesRegex(UserError, "compute"):
            with patch.object(type(november), "_check_month_over", lambda self: None):
                self.confirm(november)
        self.assertFalse(self.lines(self.compute(date(2026, 11, 1)), "labour", month=MONTH))

    def test_K22_below_zero_is_carried(self):
        rule = self.plans["workshop"].rule_ids.filtered(lambda rule: rule.code == "base_leader")
        rule.amount = -150
        self.work(self.tech, 1000)
        september = self.close()
        leader = september.filtered(lambda s: s.employee_id == self.other)
        self.assertEqual(
            (leader.amount_total, leader.amount_payable, leader.carried_out), (-110, 0, -110)
        )
        self.work(self.tech, 4000, day=datetime(2026, 10, 5, 8))
        october = self.compute(NEXT).filtered(lambda s: s.employee_id == self.other)
        self.assertEqual(october.carried_in, -110)
        self.assertEqual(october.amount_total, 10)
        self.assertEqual((october.amount_payable, october.carried_out), (0, -100))

    def test_K22_nobody_gets_it_is_said(self):
        self.repair.member_ids.filtered(lambda m: m.employee_id == self.other).unlink()
        self.join(self.repair, self.make_employee("Lea"), date_from="2026-09-20")
        self.repair.member_ids.filtered(lambda m: m.employee_id == self.tech).share = 0
        self.repair.member_ids.write({"share": 0})
        self.work(self.tech, 1000)
        problems = []
        self.compute(problems=problems)
        self.assertEqual(len(problems), 1)
        self.assertIn("Repair 1", problems[0])

    def test_K22_a_new_version_holds_from_its_month(self):
        plan = self.plans["workshop"]
        with self.assertRaises(ValidationError):
            plan.copy({"code": plan.code, "date_from": "2026-10-01"})
        plan.date_to = "2026-09-30"
        version = plan.copy({"code": plan.code, "date_from": "2026-10-01", "date_to": False})
        version.rule_ids.filtered(lambda rule: rule.code == "labour").rate_below = 20
        self.work(self.tech, 1000)
        self.work(self.tech, 1000, day=datetime(2026, 10, 5, 8))
        self.assertEqual(self.amount(self.close(), "labour"), 100)
        october = self.compute(NEXT)
        self.assertEqual(self.amount(october, "labour"), 200)
        self.assertEqual(october.line_ids.plan_id, version)

    def test_K22_privacy(self):
        """The employee after the confirmation, the pay officer; nobody else, managers neither."""
        self.work(self.tech, 1000)
        statements = self.compute()
        own = statements.filtered(lambda s: s.employee_id == self.tech)
        models = {
            "aftersales.commission.statement": (statements, own),
            "aftersales.commission.line": (statements.line_ids, own.line_ids),
            "aftersales.commission.source": (
                statements.line_ids.figure_id.source_ids,
                own.line_ids.figure_id.source_ids,
            ),
        }
        for model, (every, _mine) in models.items():
            domain = [("id", "in", every.ids)]
            for user in (self.user, self.manager):
                self.assertFalse(self.env[model].with_user(user).search(domain), model)
            self.assertEqual(self.env[model].with_user(self.officer).search(domain), every)
        self.confirm(statements)
        for model, (every, mine) in models.items():
            domain = [("id", "in", every.ids)]
            self.assertEqual(self.env[model].with_user(self.user).search(domain), mine, model)
            self.assertFalse(self.env[model].with_user(self.manager).search(domain), model)
        self.assertTrue(own.with_user(self.user).line_ids.filtered("figure_id"))
        with self.assertRaises(AccessError):
            (statements - own).with_user(self.user).read(["amount_total"])
        for user in (self.user, self.manager):
            with self.assertRaises(AccessError):
                self.Statement.with_user(user)._generate(self.company, MONTH)
            with self.assertRaises(AccessError):
                own.with_user(user).action_pay()

    def test_K22_statement_prints(self):
        self.work(self.tech, 1000)
        statements = self.close()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.user)
            ._render_qweb_html(
                "aftersales_kpi.report_commission_statement",
                statements.filtered(lambda s: s.employee_id == self.tech).ids,
            )
        )
        for text in ("Tara", "September 2026", "Labour fees", "60.00", "below the base of 5000"):
            self.assertIn(text, html.decode())
        self.assertNotIn("Theo", html.decode())

    def test_K22_queries_do_not_depend_on_the_number_of_sources(self):
        self.work(self.tech, 10)
        self.compute()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.compute()
            return self.cr.sql_log_count - before

        few = count()
        for number in range(4):
            self.work(self.tech, 10, 20, 30, day=datetime(2026, 9, 10 + number, 8))
        people = [self.make_employee(f"T{number}") for number in range(4)]
        for employee in people:
            self.join(self.repair, employee)
        many = count()
        self.assertLessEqual(many, few + 6)
        self.assertLessEqual(many, 100)
