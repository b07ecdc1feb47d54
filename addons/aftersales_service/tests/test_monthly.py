# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import io
from datetime import date, datetime

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged, warmup

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestMonthly(ServiceCommon):
    """March 2031 of a company of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.assistant = cls._user("t_assistant", "aftersales_service.group_service_assistant")
        cls.analyst = cls._user("t_analyst", "aftersales_service.group_service_analyst")
        cls.quality = cls._user("t_quality", "aftersales_service.group_service_quality")

    def _done_job(self, at, **values):
        voucher = self._job(registered_at=at, fault_id=self.fault.id, **values)
        return self._finish(voucher, at=at)

    def _wizard(self, user=None, **values):
        return (
            self.env["aftersales.monthly"]
            .with_user(user or self.analyst)
            .create({"year": 2031, "month": "3", **values})
        )

    def _tables(self, user=None, **values):
        return {table.title: table for table in self._wizard(user, **values)._get_tables()}

    def _row(self, table, name):
        return next((row for row in table.rows if row[0] == name), None)

    def test_S20_jobs_by_type_kind_outlet_and_technician(self):
        self._done_job(datetime(2031, 3, 3, 9))
        self._done_job(datetime(2031, 3, 4, 9), technician_id=self.other_technician.id)
        self._voucher(registered_at=datetime(2031, 3, 5, 9), kind="guidance")._solve_by_phone(
            at=datetime(2031, 3, 5, 10)
        )
        self._voucher(registered_at=datetime(2031, 3, 6, 9))._cancel(
            "Sold", at=datetime(2031, 3, 7, 9)
        )
        again = self._voucher(registered_at=datetime(2031, 3, 8, 9), fault_id=self.fault.id)
        again.action_confirm_rework()
        again._dispatch()
        again._start()
        self._finish(again, at=datetime(2031, 3, 9, 9))
        tables = self._tables()
        kinds = tables["Jobs by Kind of Job"]
        self.assertEqual(
            kinds.header[1:], ["Registered", "Done", "By Phone", "Rework", "Struck Off"]
        )
        self.assertEqual(self._row(kinds, "Repair")[1:], [4, 3, 0, 1, 1])
        self.assertEqual(self._row(kinds, "Guidance")[1:], [1, 0, 1, 0, 0])
        self.assertEqual(self._row(kinds, "Total")[1:], [5, 3, 1, 1, 1])
        people = tables["Jobs by Technician"]
        self.assertEqual(self._row(people, "Tess")[1:], [4, 2, 1, 1, 1])
        self.assertEqual(self._row(people, "Otto")[1:], [1, 1, 0, 0, 0])
        self.assertEqual(len(tables["Jobs by Outlet"].rows), 1)
        self.assertEqual(self._row(tables["Jobs by Service Type"], "A – Paid")[1], 5)

    def test_S20_days_are_the_companys_at_the_months_edge(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self._done_job(datetime(2031, 2, 28, 16, 0))  # 1 March, 00:00 in Shanghai
        self._done_job(datetime(2031, 2, 28, 15, 59))  # still February
        self._done_job(datetime(2031, 3, 31, 15, 59))  # the last minute of March
        self._done_job(datetime(2031, 3, 31, 16, 0))  # April
        tables = self._tables()
        self.assertEqual(self._row(tables["Jobs by Kind of Job"], "Repair")[1:3], [2, 2])
        money = tables["Income and cost of jobs done"]
        self.assertEqual(money.rows[0][1], 2, "the view counts the same days")
        report = self.env["aftersales.service.report"].search(
            [("company_id", "=", self.company.id)], order="done_on"
        )
        self.assertEqual(
            report.mapped("done_on"),
            [date(2031, 2, 28), date(2031, 3, 1), date(2031, 3, 31), date(2031, 4, 1)],
        )

    def test_S20_deadlines_callbacks_and_complaints(self):
        prefix = "aftersales_service.sla_event_type_voucher"
        policy = self.env["aftersales.sla.policy"].create(
            {
                "name": "T done",
                "model_id": self.env["ir.model"]._get_id("aftersales.voucher"),
                "start_type_id": self.env.ref(f"{prefix}_registered").id,
                "stop_type_id": self.env.ref(f"{prefix}_done").id,
                "amount": 4,
                "unit": "hours",
                "company_id": self.company.id,
            }
        )
        with freeze_time("2031-03-03 08:00:00"):
            in_time, late, excused = (self._job() for _job in range(3))
        with freeze_time("2031-03-03 09:00:00"):
            self._finish(in_time, at=datetime(2031, 3, 3, 9))
        for voucher in (late, excused):
            with freeze_time("2031-03-03 18:00:00"):
                self._finish(voucher, at=datetime(2031, 3, 3, 18))
        self.env["aftersales.sla.waiver"].create(
            {
                "deadline_id": excused.sla_deadline_ids.filtered(
                    lambda deadline: deadline.policy_id == policy
                ).id,
                "reason": "Road closed",
            }
        )
        with freeze_time("2031-03-10 08:00:00"):
            self.env["aftersales.callback"].create(
                [
                    {"voucher_id": in_time.id, "outcome": "satisfied"},
                    {"voucher_id": late.id, "outcome": "no_answer"},
                ]
            )
            self.env["aftersales.complaint"].create(
                [
                    {"subject": "T", "cause": "product"},
                    {"subject": "T", "cause": "product", "level": "high", "finding": "true"},
                    {"subject": "T", "kind": "media", "media_name": "The Daily"},
                ]
            )
        tables = self._tables()
        self.assertEqual(self._row(tables["Deadlines"], "T done")[1:], [1, 1, 1, 0, 33.3])
        calls = tables["Callbacks"].rows
        self.assertEqual(calls, [["Satisfied", 1], ["No Answer", 1], ["Total", 2]])
        complaints = tables["Complaints"].rows
        self.assertIn(["Complaint", "Product", 1, 1, 1], complaints)
        self.assertIn(["Media Report", "(none)", 1, 0, 0], complaints)

    def test_S20_income_and_cost(self):
        self.part.standard_price = 30.0
        self.company.aftersales_hourly_cost = 25.0
        paid = self._done_job(
            datetime(2031, 3, 3, 9),
            line_ids=[self._line(self.labour, 2), self._line(self.part, 3)],
        )
        self.unit.warranty_end = date(2040, 1, 1)
        self._done_job(datetime(2031, 3, 4, 9), line_ids=[self._line(self.part, 1)])
        tables = self._tables()
        money = tables["Income and cost of jobs done"]
        hours, income, parts, labour, margin = self._row(money, "A – Paid")[2:]
        self.assertEqual((hours, income), (2.0, 310.0))
        self.assertEqual((parts, labour), (90.0, 50.0))
        self.assertEqual(margin, 170.0)
        free = self._row(money, "C – Free (Warranty)")
        self.assertEqual(free[2:], [0.0, 0.0, 30.0, 0.0, -30.0])
        self.assertEqual(self._row(money, "Total")[1:], [2, 2.0, 310.0, 120.0, 50.0, 140.0])
        faults = tables["Faults by model: improvement requests to the factory"]
        self.assertEqual(
            faults.rows, [["T model", "[T-1] T fault", 2, 0, 120.0]], "most frequent first"
        )
        self.assertEqual(paid.sale_order_id.state, "sale")

    def test_S20_calls_solved_by_phone_are_no_jobs_done(self):
        self._done_job(datetime(2031, 3, 3, 9), line_ids=[self._line(self.labour, 2)])
        called = self._voucher(registered_at=datetime(2031, 3, 5, 9), fault_id=self.fault.id)
        called._solve_by_phone(at=datetime(2031, 3, 5, 10))
        tables = self._tables()
        self.assertEqual(self._row(tables["Jobs by Service Type"], "A – Paid")[2:4], [1, 1])
        money = self._row(tables["Income and cost of jobs done"], "A – Paid")
        self.assertEqual(money[1:3], [1, 2.0])
        (fault,) = tables["Faults by model: improvement requests to the factory"].rows
        self.assertEqual(fault[2], 2, "a fault it is all the same")
        own = self._tables(self.technician_user)[self.technician_user.name]
        self.assertEqual(self._row(own, "Jobs done")[1], 1)

    def test_S20_income_is_in_the_companys_currency(self):
        other = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [
                    Command.create(
                        {"name": "2020-01-01", "rate": 4.0, "company_id": self.company.id}
                    )
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "T", "currency_id": other.id, "company_id": self.company.id}
        )
        group = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").implied_ids += group
        self.customer.with_company(self.company).property_product_pricelist = pricelist
        voucher = self._done_job(datetime(2031, 3, 3, 9), line_ids=[self._line(self.labour, 1)])
        self.assertEqual((voucher.currency_id, voucher.amount_customer), (other, 320.0))
        money = self._tables()["Income and cost of jobs done"]
        self.assertEqual(money.rows[0][3], 80.0)

    def test_S20_work_in_days_is_turned_into_hours(self):
        self.labour.uom_id = self.env.ref("uom.product_uom_day")
        self._done_job(datetime(2031, 3, 3, 9), line_ids=[self._line(self.labour, 2)])
        self.assertEqual(self._tables()["Income and cost of jobs done"].rows[0][2], 16.0)

    def test_S20_a_technician_sees_his_own_only(self):
        self._done_job(datetime(2031, 3, 3, 9), line_ids=[self._line(self.labour, 2)])
        self._done_job(datetime(2031, 3, 4, 9), technician_id=self.other_technician.id)
        tables = self._tables(self.technician_user)
        own = tables[self.technician_user.name]
        self.assertEqual(self._row(own, "Jobs done")[1], 1)
        self.assertEqual(self._row(own, "Hours of work")[1], 2.0)
        self.assertEqual(self._row(tables["Jobs by Kind of Job"], "Repair")[1:3], [1, 1])
        self.assertNotIn("Income and cost of jobs done", tables)
        self.assertEqual(self._wizard(self.technician_user).scope, "person")
        for values in ({"scope": "department"}, {"scope": "person", "user_id": self.other_user.id}):
            wizard = self._wizard(self.technician_user, **values)
            for method in ("action_print", "action_export", "action_open_pivot", "_get_tables"):
                with self.subTest(values=values, method=method):
                    with self.assertRefused(AccessError, "your own report only"):
                        getattr(wizard, method)()
        report = self.env["aftersales.service.report"].with_user(self.technician_user)
        self.assertEqual(
            report.search([("company_id", "=", self.company.id)]).technician_id, self.technician
        )
        for name in ("income", "parts_cost", "labour_cost", "margin"):
            with self.subTest(name), self.assertRaises(AccessError):
                report._read_group([], [], [f"{name}:sum"])

    def test_S20_who_reads_the_departments_report(self):
        for user, may in (
            (self.assistant, True),
            (self.supervisor, True),
            (self.analyst, True),
            (self._user("t_auditor", "aftersales_service.group_service_auditor"), True),
            (self.clerk, False),
            (self.quality, False),
        ):
            wizard = self._wizard(user, scope="department")
            with self.subTest(user.login):
                if may:
                    self.assertTrue(wizard._get_tables())
                else:
                    with self.assertRefused(AccessError, "your own report only"):
                        wizard._get_tables()
                    self.assertTrue(self._wizard(user)._get_tables())

    def test_S20_another_company_is_not_reported(self):
        company = self.env["res.company"].create({"name": "T elsewhere"})
        wizard = self._wizard()
        wizard.sudo().company_id = company
        with self.assertRefused(AccessError, "not among your companies"):
            wizard._get_tables()

    def test_S20_pdf_and_workbook_say_the_same(self):
        self._done_job(datetime(2031, 3, 3, 9), line_ids=[self._line(self.labour, 2)])
        wizard = self._wizard()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.analyst)
            ._render_qweb_html("aftersales_service.report_monthly", wizard.ids)
        )
        for text in ("Monthly Report of Service", "Jobs by Outlet", "T outlet", "T fault"):
            self.assertIn(text, html.decode())
        report = self.env["aftersales.monthly.report"]
        rows = report._with_total([["a", 1], ["b", 2]])
        self.assertEqual(rows[-1], [report._get_total_label(), 3])
        action = wizard.action_export()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].split("/")[3].split("?")[0])
        )
        book = openpyxl.load_workbook(io.BytesIO(attachment.raw))
        tables = wizard._get_tables()
        self.assertEqual(len(book.sheetnames), len(tables))
        for sheet, table in zip(book, tables, strict=True):
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
            self.assertEqual(rows[0], [head or None for head in table.header])
            self.assertEqual(len(rows) - 1, len(table.rows))
        pivot = wizard.action_open_pivot()
        found = self.env["aftersales.service.report"].search(pivot["domain"])
        self.assertEqual(found.mapped("done_on"), [date(2031, 3, 3)])

    def test_S20_a_year_has_four_digits(self):
        with self.assertRefused(UserError, "is no year"):
            self._wizard(year=31)._get_tables()

    @warmup
    def test_S20_queries_do_not_depend_on_the_number_of_jobs(self):
        def count():
            wizard = self._wizard()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard._get_tables()
            return self.env.cr.sql_log_count - before

        line = [self._line(self.labour, 1), self._line(self.part, 0.1)]
        for day in (1, 2):
            self._done_job(datetime(2031, 3, day, 9), line_ids=line)
        count()
        few = count()
        for day in range(3, 7):
            self._done_job(datetime(2031, 3, day, 9), line_ids=line)
        self.assertLessEqual(count(), few)
        self.assertLessEqual(few, 60)
