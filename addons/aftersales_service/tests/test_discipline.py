# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_complaint import ComplaintCommon


@tagged("post_install", "-at_install")
class TestDiscipline(ComplaintCommon):
    def _found(self, day=None, **values):
        """The discipline of a complaint about Tess that was found true on a day."""
        values = {"employee_id": self.technician.id, **values}
        finding = {
            name: values.pop(name)
            for name in ("finding", "ground", "harmed", "harm_proved")
            if name in values
        }
        if not day:
            return self._judge(self._complaint(**values), **finding).sudo().discipline_ids
        with freeze_time(f"{day} 12:00:00"):
            return self._judge(self._complaint(**values), **finding).sudo().discipline_ids

    def test_S11_warning_penalty_proposal_of_dismissal(self):
        steps = [self._found(f"2026-0{month}-01").step for month in (1, 2, 3, 4)]
        self.assertEqual(steps, ["warning", "penalty", "dismissal", "dismissal"])

    def test_S11_the_ladder_counts_twelve_months_of_the_finding(self):
        first = self._found("2025-03-10")
        self.assertEqual(first.date, date(2025, 3, 10))
        last_day = self._found("2026-03-09")
        self.assertEqual((last_day.step, last_day.earlier_ids), ("penalty", first))
        lapsed = self._found("2026-03-10")
        self.assertEqual((lapsed.step, lapsed.earlier_ids), ("penalty", last_day))
        self.company.aftersales_discipline_months = 1
        self.assertEqual(self._found("2026-09-01").step, "warning")

    def test_S11_the_day_is_the_companys(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        with freeze_time("2026-01-31 20:00:00"):
            discipline = self._found()
        self.assertEqual(discipline.date, date(2026, 2, 1))

    def test_S11_each_employee_has_a_ladder_of_his_own(self):
        self._found("2026-01-01")
        self.assertEqual(
            self._found("2026-01-02", employee_id=self.other_technician.id).step, "warning"
        )

    def test_S11_counts_only_when_proved_harm_by_words_conduct_attitude_or_manner(self):
        for values in (
            {"finding": "not_true"},
            {"ground": False},
            {"harmed": False, "harm_proved": False},
            {"harm_proved": False},
            {"employee_id": False},
        ):
            with self.subTest(values):
                self.assertFalse(self._found("2026-01-01", **values))
        for ground in ("words", "conduct", "attitude", "manner"):
            with self.subTest(ground):
                self.assertTrue(self._found("2026-01-01", ground=ground))
        with self.assertRefused(UserError, "cannot be proved"):
            self._found("2026-01-01", harmed=False)

    def test_S11_hr_decides_and_the_employee_acknowledges(self):
        discipline = self._found("2026-01-01")
        self.assertEqual(discipline.proof, "Three witnesses")
        for user in (self.quality, self.supervisor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                discipline.with_user(user).action_decide()
        officer = discipline.with_user(self.hr)
        with self.assertRefused(UserError, "Write the measure first"):
            officer.action_decide()
        with self.assertRaises(AccessError):
            discipline.with_user(self.technician_user).read(["step"])
        officer.measure = "A talk, and this on file"
        officer.action_decide()
        self.assertEqual(discipline.decided_by_id, self.hr)
        with self.assertRefused(UserError, "This step needs"):
            officer.measure = "Something milder"
        with self.assertRefused(AccessError, "whom it is about"):
            officer.action_acknowledge()
        discipline.with_user(self.technician_user).action_acknowledge()
        self.assertEqual(discipline.state, "acknowledged")
        self.assertTrue(discipline.acknowledged_at)

    def test_S11_withdrawn_ones_count_no_more(self):
        first = self._found("2026-01-01")
        with self.assertRaises(AccessError):
            first.with_user(self.quality).action_withdraw(reason="T")
        first.with_user(self.hr).action_withdraw(reason="The witness was wrong")
        self.assertEqual(self._found("2026-02-01").step, "warning")
        with self.assertRefused(UserError, "is not deleted"):
            first.unlink()

    def test_S11_seen_by_quality_engineers_hr_and_the_employee_only(self):
        mine = self._found("2026-01-01")
        other = self._found("2026-01-01", employee_id=self.other_technician.id)
        records = mine + other
        for discipline in records:
            discipline.with_user(self.hr).measure = "T"
            discipline.with_user(self.hr).action_decide()
        director = self._user("t_director", "aftersales_service.group_service_director")
        employee = self._user("t_employee", "base.group_user")
        seen = {
            self.technician_user: mine,
            self.other_user: other,
            self.quality: records,
            self.hr: records,
            self.clerk: self.env["aftersales.discipline"],
            self.supervisor: self.env["aftersales.discipline"],
            director: self.env["aftersales.discipline"],
            employee: self.env["aftersales.discipline"],
        }
        for user, expected in seen.items():
            found = records.with_user(user).search([("id", "in", records.ids)])
            with self.subTest(user.login):
                self.assertEqual(found.ids, expected.sorted("id", reverse=True).ids)
        own = mine.with_user(self.technician_user)
        arch = etree.fromstring(own.get_view(view_type="form")["arch"])
        shown = {node.get("name") for node in arch.xpath("//sheet//field[not(ancestor::field)]")}
        self.assertTrue(own.web_read({name: {} for name in shown})[0]["step"])
        self.assertNotIn("complaint_id", shown, "the employee does not read the complaint")
        with self.assertRaises(AccessError):
            own.read(["complaint_id"])

    def test_S11_nobody_enters_or_changes_discipline(self):
        discipline = self._found("2026-01-01")
        for user in (self.quality, self.hr):
            with self.subTest(user.login):
                with self.assertRefused(UserError, "by the decision of HR"):
                    discipline.with_user(user).step = "dismissal"
                with self.assertRefused(UserError, "by the decision of HR"):
                    discipline.with_user(user).create({"employee_id": self.technician.id})
                with self.assertRaises(AccessError):
                    discipline.with_user(user).create({"measure": "T"})
        officer = self.env["hr.employee"].create({"name": "O", "user_id": self.hr.id})
        own = self._found("2026-01-01", employee_id=officer.id)
        with self.assertRefused(AccessError, "about yourself"):
            own.with_user(self.hr).measure = "Nothing"
        with self.assertRefused(AccessError, "about yourself"):
            own.with_user(self.hr).action_decide()

    def test_S11_multi_company(self):
        company = self.env["res.company"].create({"name": "T elsewhere"})
        discipline = self._found("2026-01-01")
        discipline.company_id = company
        for user in (self.quality, self.hr):
            with self.subTest(user.login), self.assertRaises(AccessError):
                discipline.with_user(user).read(["step"])
