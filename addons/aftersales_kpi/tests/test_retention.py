# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import golden
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-10-15")
class TestRetention(PayCommon):
    """Who turned customers into regulars, and what is paid for their repeat orders (K8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Agent = cls.env["aftersales.customer.agent"]
        cls.turnover = cls.env.ref("aftersales_kpi.indicator_retention_turnover")
        cls.agent = cls.make_person("Agnes")
        cls.agent.user_id = cls.make_user("kpi_agent", "aftersales_kpi.group_kpi_user")
        account = cls.env["account.account"]
        accounts = account.create(
            [
                {
                    "code": code,
                    "name": code,
                    "account_type": kind,
                    "company_ids": [(6, 0, cls.company.ids)],
                }
                for code, kind in (("KPIR1", "asset_receivable"), ("KPII1", "income"))
            ]
        )
        cls.receivable, cls.income = accounts
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "KPI sales",
                "code": "KPIS",
                "type": "sale",
                "company_id": cls.company.id,
                "default_account_id": cls.income.id,
            }
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Care",
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": False,
                "company_id": cls.company.id,
            }
        )
        cls.set_receivable(cls.customer)

    @classmethod
    def set_receivable(cls, partner):
        partner.with_company(cls.company).property_account_receivable_id = cls.receivable

    @classmethod
    def make_order(cls, day, amount=100, seller=None, partner=None):
        order = (
            cls.env["sale.order"]
            .with_company(cls.company)
            .create(
                {
                    "partner_id": (partner or cls.customer).id,
                    "company_id": cls.company.id,
                    "user_id": (seller or cls.agent).user_id.id,
                    "order_line": [
                        (
                            0,
                            0,
                            {
                                "product_id": cls.product.id,
                                "product_uom_qty": 1,
                                "price_unit": float(amount),
                                "tax_ids": False,
                            },
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        order.date_order = datetime(2026, 9, 1, 9) + timedelta(days=day - 1)
        return order

    @classmethod
    def invoice(cls, order, day):
        invoice = order._create_invoices()
        invoice.invoice_date = date(2026, 9, 1) + timedelta(days=day - 1)
        invoice.action_post()
        return invoice

    @classmethod
    def credit(cls, invoice, amount, day):
        refund = invoice._reverse_moves(
            [{"invoice_date": date(2026, 9, day), "date": date(2026, 9, day)}]
        )
        refund.invoice_line_ids.price_unit = float(amount)
        refund.action_post()
        return refund

    def find(self, partner=None):
        self.Agent._assign(self.company)
        partner = (partner or self.customer).commercial_partner_id
        return self.Agent.search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )

    def measured(self, employee=None):
        found = self.measure(self.turnover, subject_ids=(employee or self.agent).ids)
        return {key: measure.value for key, measure in found.items()}

    # === K8 GOLDEN === #

    def test_K8_golden(self):
        """Turnover × 3 ‰ + base pay; one target missed by a colleague loses the bonus."""
        case = golden("K8")
        given = case["given"]
        self.assertFalse(given["all_met"])
        colleague = self.make_person("Carl", department=self.agent.department_id)
        rule = self.make_rule(
            self.agent,
            way="retention",
            permille=float(given["rate_permille"]),
            bonus=float(given["bonus"]),
            wage_source="fixed",
            wage=float(given["base"]),
            target_ids=[(0, 0, {"indicator_id": self.speed.id, "target": 3})],
        )
        first = self.make_order(-20, 5000)
        orders = given["closed_orders"]
        second = self.make_order(2, orders / 2)
        third = self.make_order(9, orders)
        self.invoice(first, 3)
        self.invoice(second, 4)
        self.credit(self.invoice(third, 10), orders / 2, 20)
        self.make_job(colleague, days=4)
        statements = self.compute()
        statement = statements.filtered(lambda s: s.employee_id == self.agent)
        self.assertMoney(statement.total, case["expect"]["pay"])
        turnover = statement.line_ids.filtered(lambda line: line.component == "turnover")
        self.assertMoney(turnover.base, orders)
        self.assertEqual(turnover.source_count, 3)
        bonus = statement.line_ids.filtered(lambda line: line.component == "bonus")
        self.assertIn("Speed at most 3 days", bonus.explanation)
        self.assertNotIn("Carl", bonus.explanation, "whose miss it was is nobody's business")
        rule.target_ids.target = 4
        statements = self.compute()
        statement = statements.filtered(lambda s: s.employee_id == self.agent)
        self.assertMoney(statement.total, case["expect"]["pay"] + given["bonus"])
        self.assertMoney((statements - statement).total, given["base"] + given["bonus"])

    def test_K8_the_bonus_of_another_department_stays(self):
        other = self.make_person("Dora")
        departments = self.agent.department_id | other.department_id
        self.make_rule(
            self.agent,
            department_ids=[(6, 0, departments.ids)],
            way="retention",
            bonus=500,
            wage_source="fixed",
            target_ids=[(0, 0, {"indicator_id": self.speed.id, "target": 3})],
        )
        self.make_job(other, days=4)
        totals = {s.employee_id: s.total for s in self.compute()}
        self.assertEqual(totals, {self.agent: 500, other: 0})

    def test_K8_the_agreed_sheet_decides_on_a_target(self):
        """What was agreed counts, also when the figure would be another today."""
        self.make_rule(
            self.agent,
            way="retention",
            bonus=500,
            wage_source="fixed",
            target_ids=[(0, 0, {"indicator_id": self.speed.id, "target": 3})],
        )
        self.make_sheet(self.agent)
        self.make_job(self.agent, days=60)
        self.assertMoney(self.compute().total, "500")

    # === WHO MADE A CUSTOMER A REGULAR === #

    def test_K8_the_second_order_decides(self):
        """Whoever had the first; further ones change nothing."""
        other = self.make_person("Oscar")
        other.user_id = self.make_user("kpi_other", "aftersales_kpi.group_kpi_user")
        self.make_order(1, seller=other)
        self.assertFalse(self.find())
        second = self.make_order(5)
        found = self.find()
        self.assertEqual((found.employee_id, found.sale_order_id), (self.agent, second))
        self.assertEqual((found.date_from, found.origin), (date(2026, 9, 5), "order"))
        self.make_order(6, seller=other)
        self.assertEqual(self.find(), found)

    def test_K8_addresses_are_one_customer(self):
        address = self.env["res.partner"].create({"name": "Yard", "parent_id": self.customer.id})
        self.set_receivable(address)
        self.make_order(1, partner=address)
        self.make_order(2)
        self.assertEqual(self.find().employee_id, self.agent)

    def test_K8_jobs_are_dealings_too(self):
        """A job by the technician; internal work, rework and open jobs are none."""
        self.make_job(self.other, registered=datetime(2026, 9, 1, 8))
        self.make_open_job()
        self.assertFalse(self.find())
        job = self.make_job(self.tech, registered=datetime(2026, 9, 20, 8))
        found = self.find()
        self.assertEqual((found.employee_id, found.voucher_id), (self.tech, job))

    def test_K8_without_seller_nobody_earns_and_it_is_shown(self):
        self.make_order(1)
        order = self.make_order(2)
        order.user_id = False
        found = self.find()
        self.assertTrue(found)
        self.assertFalse(found.employee_id)
        self.invoice(order, 3)
        self.assertEqual(self.measured(), {})

    def test_K8_cancelled_orders_and_other_companies_do_not_count(self):
        self.make_order(1)
        self.make_order(2)._action_cancel()
        self.assertFalse(self.find())
        self.Agent._assign(self.env["res.company"].create({"name": "KPI Sister"}))
        self.assertFalse(self.find())

    def test_K8_looking_twice_finds_once(self):
        self.make_order(1)
        self.make_order(2)
        found = self.find()
        self.assertEqual(self.find(), found)
        self.assertEqual(len(found), 1)

    def test_K8_corrected_with_a_reason(self):
        self.make_order(1)
        self.make_order(2)
        found = self.find().with_user(self.manager)
        with self.assertRefused(UserError, "Say why"):
            found.employee_id = self.tech
        found.write({"employee_id": self.tech.id, "reason": "Tara won the customer back"})
        with self.assertRefused(UserError, "Say why"):
            found.create({"partner_id": self.env.user.partner_id.id, "employee_id": self.tech.id})
        with self.assertRefused(UserError, "correct it"):
            found.unlink()
        for values in ({"origin": "typed"}, {"sale_order_id": False}):
            with self.subTest(values), self.assertRefused(UserError, "not typed"):
                found.write({**values, "reason": "T"})
        with self.assertRefused(ValidationError, "at the same time"):
            found.create(
                {
                    "partner_id": self.customer.id,
                    "employee_id": self.agent.id,
                    "company_id": self.company.id,
                    "date_from": date(2026, 9, 10),
                    "reason": "T",
                }
            )
        with self.assertRaises(AccessError):
            found.with_user(self.agent.user_id).write({"reason": "Mine"})

    def test_K8_handed_over_from_a_day(self):
        """Each agent earns on what was invoiced in the own time."""
        self.make_order(1)
        early, late = self.make_order(2, 300), self.make_order(3, 700)
        found = self.find()
        found.write({"date_to": date(2026, 9, 15), "reason": "Moved"})
        self.Agent.create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "employee_id": self.tech.id,
                "date_from": date(2026, 9, 16),
                "reason": "Moved",
            }
        )
        self.invoice(early, 15)
        self.invoice(late, 16)
        people = self.agent | self.tech
        self.assertEqual(self.measured(people), {self.agent.id: 300, self.tech.id: 700})

    # === TURNOVER === #

    def test_K8_turnover_counts_posted_invoices_of_the_month(self):
        self.make_order(-10, 40)
        second = self.make_order(-5, 50)
        third = self.make_order(2, 70)
        self.find()
        invoice = self.invoice(second, 1)
        self.invoice(third, 30).button_draft()
        self.assertEqual(self.measured(), {self.agent.id: 50})
        self.credit(invoice, 20, 30)
        self.assertEqual(self.measured(), {self.agent.id: 30})
        found = self.measure(self.turnover, subject_ids=self.agent.ids)[self.agent.id]
        lines = self.env["account.move.line"].browse(found.source_ids)
        self.assertEqual(sorted(lines.mapped("balance")), [-50, 20])

    def test_K8_turnover_in_the_currency_of_the_company(self):
        self.make_order(-10)
        order = self.make_order(-5, 90)
        self.find()
        foreign = self.env["res.currency"].with_context(active_test=False)
        foreign = foreign.search([("id", "!=", self.company.currency_id.id)], limit=1)
        foreign.active = True
        invoice = order._create_invoices()
        invoice.write({"invoice_date": date(2026, 9, 3), "currency_id": foreign.id})
        invoice.invoice_currency_rate = 3
        invoice.action_post()
        self.assertEqual(self.measured(), {self.agent.id: Decimal(30)})

    def test_K8_merged_customers_are_paid_for_once(self):
        """Two customers with an agent each become one: the first agent earns."""
        twin = self.env["res.partner"].create({"name": "Hill Farm Ltd"})
        self.set_receivable(twin)
        for partner in (twin, self.customer):
            self.make_order(1, partner=partner)
            self.make_order(2, partner=partner)
        self.find()
        self.find(twin).write({"employee_id": self.tech.id, "reason": "T"})
        order = self.make_order(5, 60)
        self.invoice(order, 6)
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((twin | self.customer).ids, self.customer)
        self.assertEqual(len(self.find()), 2)
        self.assertEqual(sum(self.measured(self.agent | self.tech).values()), 60)

    def test_K8_the_night_job_finds_them(self):
        self.make_order(1)
        self.make_order(2)
        with self.enter_registry_test_mode():
            self.env.ref("aftersales_kpi.ir_cron_assign_agents").method_direct_trigger()
        self.assertTrue(
            self.Agent.search_count([("partner_id", "=", self.customer.id)]), "without asking"
        )
