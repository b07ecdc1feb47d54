# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestHealth(KpiCommon):
    """Signs that a scheme does good: complete data, reports on time (K4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complete = cls.env.ref("aftersales_kpi.indicator_data_complete")
        cls.on_time = cls.env.ref("aftersales_kpi.indicator_reports_on_time")
        cls.deliveries = cls.env["aftersales.kpi.report.delivery"]

    def ask(self, *names, department=None):
        """A department asks for these fields of a job."""
        return self.env["aftersales.kpi.data.rule"].create(
            [
                {
                    "company_id": self.company.id,
                    "department_id": department and department.id,
                    "field_name": name,
                }
                for name in names
            ]
        )

    # === COMPLETE DATA === #

    def test_K4_complete_data(self):
        """Everything that the department asks for; half of it is not complete."""
        self.ask("fault_description", "work_done", department=self.department)
        full = {"fault_description": "No oil", "work_done": "Filled up"}
        done = self.make_job(self.tech, **full)
        self.make_job(self.tech, fault_description="No oil")
        self.make_job(self.tech, fault_description="No oil", work_done="")
        self.make_job(self.other, **full)
        measured = self.measure(self.complete)
        self.assertEqual(measured[self.other.id].value, 100)
        self.assertEqual(measured[self.tech.id].amount, 1)
        self.assertEqual(measured[self.tech.id].weight, 3)
        self.assertIn(done.id, measured[self.tech.id].source_ids)
        company = self.measure(self.complete, subject="company")[self.company.id]
        self.assertEqual(company.value, 50)

    def test_K4_each_department_asks_for_its_own(self):
        """The technician's department on the day of the job; the rest by the general rule."""
        office = self.make_department("Office")
        mover = self.make_employee("Mover")
        mover.create_version({"date_version": date(2026, 9, 20), "department_id": office.id})
        self.ask("fault_description", department=self.department)
        self.make_job(mover, datetime(2026, 9, 7), fault_description="Noise")
        self.make_job(mover, datetime(2026, 9, 21))
        self.assertEqual(self.measure(self.complete)[mover.id].weight, 1)
        self.ask("work_done")
        self.assertEqual(self.measure(self.complete)[mover.id].value, 50)

    def test_K4_nobody_asks_nothing_is_measured(self):
        self.make_job(self.tech)
        self.assertEqual(self.measure(self.complete), {})

    def test_K4_only_fields_of_the_job_can_be_asked_for(self):
        for name in ("line_ids", "nothing", "id; DROP TABLE res_users"):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "no field of a job"):
                self.ask(name)

    def test_K4_a_field_is_asked_for_once(self):
        self.ask("fault_description", department=self.department)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.ask("fault_description", department=self.department)

    def test_K4_each_field_of_a_job_can_be_asked_for(self):
        """Every type of column is understood by the database."""
        found = [name for name, _label in self.env["aftersales.kpi.data.rule"]._get_field_names()]
        self.assertGreater(len(found), 40)
        self.ask(*found)
        self.make_job(self.tech)
        self.assertEqual(self.measure(self.complete)[self.tech.id].value, 0)

    def test_K4_a_manager_sees_what_is_asked_for(self):
        """Without rights on Odoo's own list of fields."""
        manager = self.make_user("kpi_data_manager", "aftersales_kpi.group_kpi_manager")
        rule = self.ask("work_done").with_user(manager)
        self.assertEqual(rule.read(["field_name"])[0]["field_name"], "work_done")
        labels = rule.fields_get(["field_name"])["field_name"]["selection"]
        self.assertIn("work_done", dict(labels))

    # === REPORTS === #

    def report(self, moment, month="8", scope="department"):
        """Somebody exports the report of a month of 2026 at a moment."""
        reader = self.make_user(f"kpi_reader_{moment}", "aftersales_service.group_service_analyst")
        wizard = self.env["aftersales.monthly"].with_user(reader)
        with freeze_time(moment):
            wizard = wizard.create(
                {
                    "company_id": self.company.id,
                    "year": 2026,
                    "month": month,
                    "scope": scope,
                    "user_id": reader.id,
                }
            )
            wizard.action_export()
        return self.deliveries.search([("company_id", "=", self.company.id)])

    def share(self, first=date(2026, 9, 1), last=date(2026, 9, 30)):
        return self.measure(self.on_time, first, last, subject="company")[self.company.id].value

    def test_K4_report_on_time(self):
        """August's report is due on 5 September; the first one counts."""
        self.assertEqual(self.share(), 0)
        delivered = self.report("2026-09-05 23:00:00")
        self.assertEqual(
            (delivered.month, delivered.user_id.login[:10]), (date(2026, 8, 1), "kpi_reader")
        )
        self.assertEqual(self.share(), 100)
        self.assertEqual(self.report("2026-09-20 10:00:00"), delivered)
        self.assertEqual(self.share(), 100)
        self.assertEqual(self.share(date(2026, 8, 1), date(2026, 9, 30)), 50)

    def test_K4_report_too_late(self):
        self.report("2026-09-06 00:30:00")
        self.assertEqual(self.share(), 0)
        self.on_time.report_due_day = 6
        self.assertEqual(self.share(), 100)

    def test_K4_report_of_a_month_that_runs_is_none(self):
        self.assertFalse(self.report("2026-08-31 10:00:00"))
        self.assertFalse(self.report("2026-09-02 10:00:00", scope="person"))

    def test_K4_no_report_is_due_in_a_few_days(self):
        measured = self.measure(
            self.on_time, date(2026, 9, 7), date(2026, 9, 13), subject="company"
        )
        self.assertEqual(measured, {})
