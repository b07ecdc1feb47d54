# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import RoundCommon


@tagged("post_install", "-at_install")
class TestFinding(RoundCommon):
    def test_S21_person_rectification_and_date(self):
        """The keeper of the area, within the days of the settings; he gets a to-do."""
        with freeze_time("2026-03-02 08:00:00"):
            finding = self._finding()
        self.assertEqual(finding.employee_id, self.technician)
        self.assertEqual(finding.date_due, date(2026, 3, 9))
        self.assertEqual(finding.outlet_id, self.outlet)
        activity = finding.activity_ids
        self.assertEqual(
            (activity.user_id, activity.date_deadline),
            (
                self.technician_user,
                date(2026, 3, 9),
            ),
        )
        finding.employee_id = self.other_technician
        self.assertEqual(finding.activity_ids.user_id, self.other_user)

    def test_S21_a_walk_with_a_finding_rectified_and_verified(self):
        job = self._make(self.plan).with_user(self.technician_user)
        job.action_start()
        job.write(
            {
                "round_finding_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Spanner on the floor",
                            "category": "floor_tools",
                            "area_id": self.store.id,
                            "rectification": "Hang it up",
                        },
                    )
                ]
            }
        )
        finding = job.round_finding_ids
        self.assertEqual(finding.employee_id, self.boss)
        job.checklist_line_ids.write({"result": "ok"})
        job.action_done()
        self.assertEqual((job.state, job.round_open_finding_count), ("closed", 1))
        by_boss = finding.with_user(self.supervisor)
        with self.assertRefused(UserError, "write what was done"):
            by_boss.action_done()
        by_boss.done_note = "Hung up, board labelled"
        by_boss.action_done()
        self.assertEqual((finding.state, finding.done_by_id), ("done", self.supervisor))
        with self.assertRefused(UserError, "somebody else verifies"):
            by_boss.action_verify()
        finding.with_user(self.quality).action_verify()
        self.assertEqual((finding.state, finding.verified_by_id), ("verified", self.quality))
        self.assertFalse(finding.activity_ids)
        with self.assertRefused(UserError, "does not change any more"):
            by_boss.rectification = "Else"

    def test_S21_the_person_answers_and_changes_nothing_else(self):
        finding = self._finding()
        own = finding.with_user(self.technician_user)
        own.write({"done_note": "Wiped"})
        for vals in ({"date_due": "2099-01-01"}, {"employee_id": self.boss.id}):
            with self.subTest(vals=vals), self.assertRefused(AccessError, "changes what it asks"):
                own.write(vals)
        with self.assertRefused(UserError, "Use the buttons"):
            own.write({"state": "verified"})
        with self.assertRefused(AccessError, "Only a service supervisor"):
            own.action_verify()
        with self.assertRaises(AccessError):
            finding.with_user(self.other_user).action_done()
        own.action_done()
        with self.assertRaises(AccessError):
            own.done_note = "Wiped twice"

    def test_S21_nobody_passes_stamps_at_creation(self):
        with self.assertRefused(UserError, "Use the buttons"):
            self._finding(state="verified")
        finding = (
            self.env["aftersales.round.finding"]
            .with_user(self.supervisor)
            .with_context(default_state="verified")
            .create({"name": "T", "area_id": self.bay.id, "rectification": "T"})
        )
        self.assertEqual(finding.state, "open")

    def test_S21_sent_back_with_a_reason(self):
        finding = self._finding()
        own = finding.with_user(self.technician_user)
        own.done_note = "Wiped"
        own.action_done()
        verifier = finding.with_user(self.supervisor)
        action = verifier.action_send_back()
        self.assertEqual(action["res_model"], "aftersales.reason")
        wizard = (
            self.env["aftersales.reason"]
            .with_user(self.supervisor)
            .with_context(**action["context"])
            .create({"reason": "It still drips"})
        )
        wizard.action_confirm()
        self.assertEqual(
            (finding.state, finding.sent_back_count, finding.reason, finding.done_at),
            ("open", 1, "It still drips", False),
        )
        self.assertEqual(finding.activity_ids.user_id, self.technician_user)
        with self.assertRefused(UserError, "Write the reason"):
            verifier.action_drop(reason=" ")
        verifier.action_drop(reason="Lift was sold")
        self.assertEqual(finding.state, "dropped")
        with self.assertRefused(UserError, "drop it with a reason"):
            finding.sudo().unlink()

    def test_S21_overdue_findings_show_and_are_called_to_mind(self):
        """Once the day after, then every three days; never again when it is rectified."""
        finding = self._finding(date_due=date(2026, 3, 9))
        Finding = self.env["aftersales.round.finding"].with_user(self.supervisor)
        overdue = [("is_overdue", "=", True), ("id", "=", finding.id)]
        with freeze_time("2026-03-09 12:00:00"):
            self.assertFalse(Finding.search(overdue))
            self.assertFalse(self._remind(finding))
        with freeze_time("2026-03-10 12:00:00"):
            self.assertEqual(Finding.search(overdue), finding)
            self.assertEqual(self._remind(finding), 1)
            self.assertFalse(self._remind(finding))
        with freeze_time("2026-03-12 12:00:00"):
            self.assertFalse(self._remind(finding))
        with freeze_time("2026-03-13 12:00:00"):
            self.assertEqual(self._remind(finding), 1)
            own = finding.with_user(self.technician_user)
            own.done_note = "Wiped"
            own.action_done()
        with freeze_time("2026-03-20 12:00:00"):
            self.assertFalse(self._remind(finding))
            self.assertFalse(Finding.search(overdue))

    def _remind(self, finding):
        """Run the reminders; number of messages about the finding."""
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: True)
        messages = [
            ("model", "=", finding._name),
            ("res_id", "=", finding.id),
            ("message_type", "=", "user_notification"),
            ("partner_ids", "=", self.technician_user.partner_id.id),
        ]
        before = self.env["mail.message"].search_count(messages)
        self.env["aftersales.round.finding"]._cron_remind()
        return self.env["mail.message"].search_count(messages) - before

    def test_S21_repeated_findings_are_counted(self):
        """Same kind, same place, within the days of the settings; dropped ones do not count."""
        with freeze_time("2026-01-05 08:00:00"):
            old = self._finding()
        with freeze_time("2026-03-02 08:00:00"):
            second = self._finding()
            dropped = self._finding()
            dropped.action_drop(reason="Water")
            third, elsewhere = self.env["aftersales.round.finding"].create(
                [
                    {
                        "name": "Oil",
                        "category": "floor_oil",
                        "area_id": area.id,
                        "rectification": "Wipe",
                    }
                    for area in (self.bay, self.store)
                ]
            )
        with freeze_time("2026-04-20 08:00:00"):
            last = self._finding()
        self.assertEqual(
            (old + second + third + elsewhere + last).mapped("earlier_count"), [0, 1, 2, 0, 2]
        )
        self.assertEqual(
            self.env["aftersales.round.finding"].search([("earlier_count", ">", 1)]) & last, last
        )

    def test_S21_who_has_no_login_is_told_through_the_verifier(self):
        person = self.env["hr.employee"].create({"name": "No Login"})
        finding = self._finding(employee_id=person.id, verifier_id=self.quality.id)
        self.assertEqual(finding.activity_ids.user_id, self.quality)

    def test_S21_many_findings_one_query_for_repeats(self):
        vals = {"name": "T", "area_id": self.bay.id, "rectification": "T"}
        findings = self.env["aftersales.round.finding"].create([vals] * 5)
        self.env.flush_all()
        self.env.invalidate_all()
        findings.mapped("found_at")
        before = self.env.cr.sql_log_count
        findings._count_earlier()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 4)

    def test_S21_open_findings_of_an_area(self):
        finding = self._finding()
        self.assertEqual(self.bay.open_finding_count, 1)
        own = finding.with_user(self.technician_user)
        own.done_note = "Wiped"
        own.action_done()
        finding.with_user(self.supervisor).action_verify()
        self.bay.invalidate_recordset()
        self.assertEqual(self.bay.open_finding_count, 0)
        self.assertLess(finding.found_at, finding.verified_at + timedelta(seconds=1))
