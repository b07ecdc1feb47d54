# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import MONTH, KpiCommon

AGREE = "aftersales_kpi.mail_activity_agree"
ANSWER = "aftersales_kpi.mail_activity_answer"


@tagged("post_install", "-at_install")
class TestSettle(KpiCommon):
    """K4: told, disputed line by line, settled, agreed; corrected after it was locked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tech.work_email = "tara@example.com"
        cls.job = cls.make_job(cls.tech, days=4)
        cls.sheet = cls.Sheet._generate(cls.company, MONTH, employees=cls.tech)
        cls.as_manager = cls.sheet.with_user(cls.manager)
        cls.as_employee = cls.sheet.with_user(cls.user)
        cls.speed_line = cls.line(cls, cls.sheet, cls.speed)

    def waiting(self, activity, sheet=None):
        kind = self.env.ref(activity)
        return (sheet or self.sheet).activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def dispute(self, comment="One job was held by the customer."):
        wizard = self.env["aftersales.kpi.dispute"].with_user(self.user)
        wizard.create({"line_id": self.speed_line.id, "comment": comment}).action_dispute()

    def settle(self, **vals):
        wizard = self.env["aftersales.kpi.settle"].with_user(self.manager)
        wizard.create({"line_id": self.speed_line.id, "reason": "Checked.", **vals}).action_settle()

    def evidence(self):
        return (
            self.env["ir.attachment"]
            .with_user(self.manager)
            .create({"name": "mail.txt", "datas": base64.b64encode(b"held")})
        )

    def test_K4_the_employee_is_told(self):
        """An activity for who can log in, a mail for who has an address."""
        self.other.work_email = "theo@example.com"
        other = self.generate(employees=self.other)
        mails = self.env["mail.mail"].search([])
        (self.sheet | other).with_user(self.manager).action_discuss()
        self.assertEqual(self.waiting(AGREE).user_id, self.user)
        self.assertFalse(other.activity_ids, "nobody who could log in")
        told = self.env["mail.mail"].search([]) - mails
        self.assertEqual(set(told.mapped("email_to")), {"tara@example.com", "theo@example.com"})
        mail = told.filtered(lambda mail: mail.email_to == "tara@example.com")
        self.assertIn("September 2026", mail.subject)
        self.assertIn(f"/odoo/kpi-sheets/{self.sheet.id}", mail.body_html)
        self.as_employee.action_agree()
        self.assertFalse(self.waiting(AGREE))

    def test_K4_only_the_disputed_line_waits(self):
        """Disputed with a comment; the manager is told; the sheet is not agreed meanwhile."""
        self.as_manager.action_discuss()
        self.dispute()
        fix = self.line(self.sheet, self.fix)
        self.assertEqual((self.speed_line.dispute, fix.dispute), ("open", False))
        self.assertEqual(self.sheet.dispute_count, 1)
        self.assertEqual(self.waiting(ANSWER).user_id, self.manager)
        self.assertFalse(self.waiting(AGREE))
        self.assertFalse(self.as_employee.may_agree)
        with self.assertRaisesRegex(UserError, "Speed of Tara, September 2026"):
            self.as_employee.action_agree()
        with self.assertRaisesRegex(UserError, "settle its figures on the lines instead"):
            self.as_manager.action_recompute()
        with self.assertRaisesRegex(UserError, "disputed once"):
            self.dispute("Again")

    def test_K4_upheld_with_a_reason(self):
        self.as_manager.action_discuss()
        self.dispute()
        self.settle(reason="The customer was called on day four.")
        self.assertRecordValues(
            self.speed_line,
            [{"dispute": "upheld", "value": 4, "points": 8, "settled_by_id": self.manager.id}],
        )
        self.assertFalse(self.waiting(ANSWER))
        self.assertEqual(self.waiting(AGREE).user_id, self.user)
        self.as_employee.action_agree()
        self.as_manager.action_lock()
        self.assertEqual(self.sheet.state, "locked")

    def test_K4_corrected_with_evidence(self):
        """Another figure, graded by the line's own terms; what was measured stays readable."""
        self.as_manager.action_discuss()
        self.dispute()
        self.speed_table.line_ids.value = 1
        with self.assertRaisesRegex(UserError, "Attach what"):
            self.settle(verdict="corrected", value=2.5)
        evidence = self.evidence()
        self.settle(verdict="corrected", value=2.5, evidence_ids=[(6, 0, evidence.ids)])
        self.assertRecordValues(
            self.speed_line,
            [
                {
                    "dispute": "corrected",
                    "value": 2.5,
                    "points": 10,
                    "measured_value": 4,
                    "measured_points": 8,
                }
            ],
        )
        self.assertEqual((self.sheet.points, self.sheet.score), (20, 100))
        self.assertIn("2.5 lies in the row", self.speed_line.explanation)
        own = self.speed_line.with_user(self.user)
        self.assertEqual(own.evidence_ids.mapped("raw"), [b"held"])
        self.assertIn("Checked.", own.dispute_words)
        self.as_employee.action_agree()

    def test_K4_who_may_dispute_and_settle(self):
        line = self.speed_line
        with self.assertRaisesRegex(UserError, "This step needs: Discussed"):
            line.with_user(self.user)._dispute("Too early")
        self.as_manager.action_discuss()
        with self.assertRaisesRegex(AccessError, "Only Tara disputes"):
            line.with_user(self.manager)._dispute("Not mine")
        stranger = self.make_user("kpi_stranger", "aftersales_kpi.group_kpi_user")
        with self.assertRaises(AccessError):
            line.with_user(stranger)._dispute("Let me see")
        with self.assertRaisesRegex(UserError, "Say what is wrong"):
            self.dispute("  ")
        with self.assertRaisesRegex(UserError, "is not disputed"):
            self.settle()
        self.dispute()
        with self.assertRaisesRegex(AccessError, "KPI manager"):
            line.with_user(self.user)._uphold("I agree with myself")
        for vals in ({"dispute": "upheld"}, {"value": 1}):
            with self.assertRaisesRegex(UserError, "not typed"):
                line.with_user(self.manager).sudo().write(vals)

    def test_K4_a_manager_disputes_for_who_cannot_log_in(self):
        sheet = self.generate(employees=self.other)
        sheet.with_user(self.manager).action_discuss()
        line = sheet.line_ids[0].with_user(self.manager)
        self.assertTrue(line.may_dispute)
        line._dispute("He said it was not his job.")
        line._uphold("It was.")
        sheet.with_user(self.manager).action_agree()
        self.assertEqual(sheet.agreed_by_id, self.manager)

    # After it was locked

    def lock(self):
        self.as_manager.action_discuss()
        self.as_employee.action_agree()
        self.as_manager.action_lock()

    def test_K4_a_locked_sheet_is_corrected_by_a_new_revision(self):
        self.lock()
        before = self.sheet.read(["points", "score", "state"])
        self.make_job(self.tech, days=5)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.as_manager._correct(" ")
        wizard = self.env["aftersales.kpi.correct"].with_user(self.manager)
        action = wizard.create(
            {"sheet_id": self.sheet.id, "reason": "A job was filed under another name."}
        ).action_correct()
        correction = self.Sheet.browse(action["res_id"])
        self.assertEqual(correction.display_name, "Tara, September 2026, correction 1")
        self.assertEqual(self.line(correction, self.speed).value, 4.5)
        self.assertFalse(self.sheet.superseded_by_id, "counts until the correction is agreed")
        with self.assertRaisesRegex(UserError, "has a correction already"):
            self.as_manager._correct("Once more")
        self.assertEqual(self.generate(employees=self.tech), correction)
        correction.with_user(self.manager).action_discuss()
        correction.with_user(self.user).action_agree()
        self.assertEqual(self.sheet.superseded_by_id, correction)
        self.assertEqual(self.sheet.read(["points", "score", "state"]), before)
        correction.with_user(self.manager).action_lock()
        self.assertEqual(self.generate(employees=self.tech), correction)
        with self.assertRaisesRegex(UserError, "does not change any more"):
            correction.unlink()

    def test_locked_refuses_import_and_remote_calls(self):
        self.lock()
        Sheet = self.Sheet.with_user(self.manager)
        values = self.sheet.read(["points", "state", "score"])
        result = Sheet.load([".id", "note"], [[str(self.sheet.id), "x"]])
        self.assertTrue(result["messages"])
        created = Sheet.load(
            ["employee_id/.id", "company_id/.id", "scheme_id/.id", "period_start"],
            [[str(self.tech.id), str(self.company.id), str(self.scheme.id), "2026-08-01"]],
        )
        self.assertFalse(created["ids"])
        with self.assertRaisesRegex(UserError, "does not change any more"):
            self.as_manager.web_save({"note": "x"}, {"note": {}})
        self.generate()
        self.assertEqual(self.sheet.read(["points", "state", "score"]), values)

    def rework(self, job, at):
        """A rework of a job, registered and confirmed at a moment."""
        return self.env["aftersales.voucher"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "registered_at": at,
                "outlet_id": self.outlet.id,
                "technician_id": self.other.id,
                "rework_of_id": job.id,
            }
        )

    def test_S18_rework_confirmed_after_the_month_was_closed(self):
        """The locked sheet stays; the difference counts in the next open one, once."""
        self.lock()
        self.assertEqual(self.line(self.sheet, self.fix).points, 10)
        self.make_job(self.tech, registered=datetime(2026, 10, 5, 8))
        self.rework(self.job, datetime(2026, 10, 6, 8))
        october = self.generate(date(2026, 10, 1), employees=self.tech)
        self.assertRecordValues(
            october.late_ids,
            [
                {
                    "period_start": MONTH,
                    "indicator_id": self.fix.id,
                    "value_before": 100,
                    "value_after": 0,
                    "points": -5,
                }
            ],
        )
        self.assertEqual(self.sheet.points, 18)
        self.assertEqual((october.points, october.late_points, october.score), (15, -5, 75))
        self.generate(date(2026, 10, 1), employees=self.tech)
        self.assertEqual(len(october.late_ids), 1, "computing again says it once")
        november = self.generate(date(2026, 11, 1), employees=self.tech)
        self.assertFalse(november.late_ids, "said in October")

    def test_S18_late_changes_as_a_note(self):
        self.lock()
        self.scheme.late_effect = "show"
        self.rework(self.job, datetime(2026, 10, 6, 8))
        october = self.generate(date(2026, 10, 1), employees=self.tech)
        self.assertEqual(october.late_ids.mapped("points"), [0])
        self.scheme.look_back = 0
        self.assertFalse(self.generate(date(2026, 10, 1), employees=self.tech).late_ids)

    # The employee's file

    def test_wage_of_the_month_for_pay_officers_only(self):
        self.tech.sudo().wage = 3000
        self.tech.create_version({"date_version": date(2026, 10, 1)}).wage = 4000
        sheet = self.generate(employees=self.tech)
        officer = self.make_user("kpi_pay", "aftersales_kpi.group_kpi_payroll")
        officer.group_ids |= self.env.ref("aftersales_kpi.group_kpi_manager")
        self.assertEqual(sheet.with_user(officer).wage, 3000)
        for user in (self.manager, self.user):
            with self.assertRaises(AccessError):
                sheet.with_user(user).read(["wage"])

    def test_who_moves_comes_or_leaves_inside_the_month(self):
        """The last day decides; the part of the month is said."""
        workshop = self.make_department("Workshop")
        mover = self.make_employee("Mover", department_id=workshop.id)
        mover.create_version(
            {"date_version": date(2026, 9, 20), "department_id": self.department.id}
        )
        comer = self.make_employee("Comer", date_version=date(2026, 9, 10))
        leaver = self.make_employee("Leaver")
        leaver.sudo().departure_date = date(2026, 9, 15)
        leaver.action_archive()
        gone = self.make_employee("Gone")
        gone.sudo().departure_date = date(2026, 8, 15)
        sheets = self.generate(employees=mover | comer | leaver | gone)
        found = {sheet.subject_name: sheet for sheet in sheets}
        self.assertEqual(set(found), {"Mover", "Comer", "Leaver"})
        self.assertEqual(found["Mover"].department_id, self.department)
        self.assertEqual(found["Mover"].presence, "before in Workshop")
        self.assertEqual(found["Comer"].present_from, date(2026, 9, 10))
        self.assertEqual(found["Leaver"].present_to, date(2026, 9, 15))
        self.assertTrue(all(sheets.mapped("is_partial")))
        self.assertFalse(self.sheet.is_partial)

    # Closing

    def test_closing_says_what_is_open(self):
        """Not computed, not handed out, waiting, disputed, agreed: closed when nothing is left."""
        self.scheme.health_indicator_ids = self.speed | self.fix
        Closing = self.env["aftersales.kpi.closing"].with_user(self.manager)
        wizard = self.env["aftersales.kpi.close"].with_user(self.manager)
        action = wizard.create({"company_id": self.company.id, "month": MONTH}).action_open()
        closing = Closing.search(action["domain"])
        self.assertEqual(
            (closing.missing_count, closing.computed_count, closing.sheet_count), (1, 1, 1)
        )
        verdicts = closing.health_ids.mapped("verdict")
        self.assertEqual(verdicts, ["unknown", "unknown"], "nothing in August")
        self.assertEqual(closing.health_ids[0].value, 4)
        closing.action_compute()
        closing.invalidate_recordset()
        self.assertEqual((closing.missing_count, closing.computed_count), (0, 2))
        with self.assertRaisesRegex(UserError, "To Discuss: 2"):
            closing.action_close()
        closing.action_discuss()
        self.speed_line = self.line(self.sheet, self.speed)
        self.dispute()
        closing.invalidate_recordset()
        self.assertEqual((closing.discussed_count, closing.disputed_count), (1, 1))
        found = closing.with_context(closing_state="disputed").action_view_sheets()
        self.assertEqual(self.Sheet.search(found["domain"]), self.sheet)
        self.settle()
        self.as_employee.action_agree()
        sheets = closing._get_sheets()
        (sheets - self.sheet).with_user(self.manager).action_agree()
        closing.action_close()
        self.assertEqual(set(sheets.mapped("state")), {"locked"})
        self.make_employee("Forgotten")
        self.assertEqual(len(self.generate()), 2, "no new sheet in a closed month")
        with self.assertRaisesRegex(UserError, "is closed"):
            closing.action_compute()
        closing.action_reopen()
        self.assertEqual(len(self.generate()), 3)

    def test_closing_is_written_by_its_steps(self):
        closing = self.env["aftersales.kpi.closing"].with_user(self.manager)
        closing = closing._open_period(self.company, MONTH)
        for vals in ({"state": "closed"}, {"override_reason": "x"}):
            with self.assertRaisesRegex(UserError, "buttons"):
                closing.write(vals)
        with self.assertRaises(AccessError):
            closing.with_user(self.user)._open_period(self.company, MONTH)

    def test_reminder_goes_to_who_has_not_answered(self):
        self.as_manager.action_discuss()
        closing = self.env["aftersales.kpi.closing"].with_user(self.manager)
        closing = closing._open_period(self.company, MONTH)
        mails = self.env["mail.mail"].search([])
        closing.action_remind()
        told = self.env["mail.mail"].search([]) - mails
        self.assertEqual(told.mapped("email_to"), ["tara@example.com"])

    def test_discussing_asks_few_queries_whatever_the_number(self):
        with freeze_time("2026-10-05"):
            few = self.env["hr.employee"].union(*[self.make_employee(f"F{n}") for n in range(3)])
            many = self.env["hr.employee"].union(*[self.make_employee(f"M{n}") for n in range(30)])
            counts = []
            for people in (few, many):
                sheets = self.generate(employees=people).with_user(self.manager)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                sheets.action_discuss()
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)
