# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import MONTH, golden
from .quality import QualityCommon

END = date(2026, 9, 30)


@tagged("post_install", "-at_install")
class TestQualification(QualityCommon):
    """K13: certificates held ÷ required by role; people, second posts, education, years."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Role = cls.env["aftersales.qualification.requirement"]
        Role.search([]).action_archive()
        cls.kind = cls.env["aftersales.certificate.kind"].create({"name": "K", "months": 12})
        cls.role = cls.make_role("Role")
        cls.indicator = cls.env.ref("aftersales_kpi.indicator_certificates_held")

    @classmethod
    def make_role(cls, name, **vals):
        return cls.env["aftersales.qualification.requirement"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "kind_ids": [(6, 0, cls.kind.ids)],
                **vals,
            }
        )

    @classmethod
    def appoint(cls, employees, role=None, outlet=None, **vals):
        return cls.env["aftersales.qualification.post"].create(
            [
                {
                    "requirement_id": (role or cls.role).id,
                    "outlet_id": (outlet or cls.outlet).id,
                    "employee_id": employee.id,
                    "date_from": date(2026, 1, 1),
                    **vals,
                }
                for employee in employees
            ]
        )

    @classmethod
    def certify(cls, employees, **vals):
        return cls.env["aftersales.certificate"].create(
            [
                {
                    "employee_id": employee.id,
                    "kind_id": cls.kind.id,
                    "company_id": cls.company.id,
                    "date_from": date(2026, 1, 1),
                    **vals,
                }
                for employee in employees
            ]
        )

    def held(self, subject="outlet", subject_id=None, end=END):
        found = self.measure(self.indicator, MONTH, end, subject=subject)
        measure = found.get(subject_id or self.outlet.id)
        return measure and measure.value

    def points(self, value):
        table = self.env.ref("aftersales_kpi.rate_table_certificates_held")
        return table.evaluate([value])[0].amount

    def test_K13_golden(self):
        """Exactly 95 % does not earn the full bonus; more does."""
        given = golden("K13")["given"]
        required, held = int(given["required"]), int(given["held"])
        self.role.people_min = required
        people = self.env["hr.employee"].create(
            [{"name": f"P{number}", "company_id": self.company.id} for number in range(required)]
        )
        self.appoint(people)
        self.certify(people[:held])
        value = self.held()
        self.assertEqual(value, Decimal(100) * held / required)
        self.assertEqual(self.points(value) == 100, golden("K13")["expect"]["full_bonus"])
        self.assertEqual(self.sheet_points(), 0)
        self.certify(people[held])
        self.assertEqual(self.sheet_points(), 100)

    def sheet_points(self):
        """What the outlet's sheet of the month says, computed anew."""
        Scheme = self.env["aftersales.kpi.scheme"]
        values = {"name": "Qualified", "company_id": self.company.id, "subject_kind": "outlet"}
        scheme = Scheme.search([("name", "=", values["name"])]) or Scheme.create(
            {
                **values,
                "date_from": date(2026, 1, 1),
                "outlet_ids": [(6, 0, self.outlet.ids)],
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "indicator_id": self.indicator.id,
                            "max_points": 100,
                            "table_id": self.env.ref(
                                "aftersales_kpi.rate_table_certificates_held"
                            ).id,
                        },
                    )
                ],
            }
        )
        return self.generate(schemes=scheme).line_ids.points

    def test_K13_only_valid_certificates_of_people_on_the_post(self):
        self.role.people_min = 4
        people = self.tech | self.other | self.make_employee("A") | self.make_employee("B")
        self.appoint(people[:3])
        self.certify(people[0])
        self.certify(people[1], date_from=date(2025, 1, 1), date_to=date(2026, 9, 29))
        self.certify(people[2], date_from=date(2026, 10, 1))
        self.certify(people[3])  # not on the post
        self.assertEqual(self.held(), 25)
        self.assertEqual(self.held(end=date(2026, 9, 29)), 50)
        self.assertEqual(self.held("company", self.company.id), 25)

    def test_K13_a_certificate_held_twice_counts_once(self):
        self.role.people_min = 2
        self.appoint(self.tech)
        self.certify(self.tech)
        self.certify(self.tech, number="2")
        self.assertEqual(self.held(), 50)

    def test_K13_a_surplus_covers_no_lack(self):
        other = self.make_role("Other")
        people = self.tech | self.other
        self.appoint(people)
        self.certify(people)
        self.assertEqual(self.held(), 50)
        self.appoint(self.tech, other)
        self.assertEqual(self.held(), 100)

    def test_K13_education_and_years_in_the_trade(self):
        """Who does not meet what the role asks for is not counted."""
        self.role.write({"education": "2", "years_min": 5})
        self.appoint(self.tech)
        self.certify(self.tech)
        for education, since, expected in (
            (False, False, 0),
            ("2", False, 0),
            ("1", date(2020, 1, 1), 0),
            ("2", date(2021, 10, 1), 0),
            ("2", date(2021, 9, 30), 100),
            ("4", date(2001, 1, 1), 100),
        ):
            with self.subTest(education=education, since=since):
                self.tech.write(
                    {"aftersales_education": education, "aftersales_trade_since": since}
                )
                self.assertEqual(self.held(), expected)

    def test_K13_outlets_of_the_kind_only(self):
        self.role.outlet_kind = "agent"
        self.assertIsNone(self.held())
        with self.assertRaisesRegex(ValidationError, "another kind"):
            self.appoint(self.tech)

    def test_K13_at_most_so_many_people(self):
        self.role.people_max = 2
        people = self.tech | self.other | self.make_employee("A")
        self.appoint(people[:2])
        with self.assertRaisesRegex(ValidationError, "at most 2"), self.env.cr.savepoint():
            self.appoint(people[2])
        self.appoint(people[2], outlet=self.outlet.copy({"code": "K13-2"}))
        first = self.env["aftersales.qualification.post"].search(
            [("employee_id", "=", self.tech.id), ("outlet_id", "=", self.outlet.id)]
        )
        first.date_to = date(2026, 5, 31)
        self.appoint(people[2], date_from=date(2026, 6, 1))

    def test_K13_no_second_post_where_none_may_be(self):
        other = self.make_role("Other")
        self.appoint(self.tech)
        self.appoint(self.tech, other)
        alone = self.make_role("Alone", second_post=False)
        with self.assertRaisesRegex(ValidationError, "second post"), self.env.cr.savepoint():
            self.appoint(self.tech, alone)
        self.appoint(self.other, alone)
        with self.assertRaisesRegex(ValidationError, "second post"), self.env.cr.savepoint():
            self.appoint(self.other)

    def test_K13_shipped_defaults(self):
        """The lifecycle specialist: at most 10, junior college up, five years in the trade."""
        role = self.env.ref("aftersales_kpi.qualification_lifecycle")
        self.assertEqual((role.people_max, role.education, role.years_min), (10, "2", 5))

    def test_K13_what_is_missing_is_a_list(self):
        today = fields.Date.context_today(self.indicator)
        self.role.people_min = 2
        self.appoint(self.tech)
        self.certify(self.tech, date_from=today - timedelta(days=1))
        gap = (
            self.env["aftersales.qualification.gap"]
            .with_user(self.manager)
            .search([("requirement_id", "=", self.role.id)])
        )
        self.assertEqual((gap.outlet_id, gap.kind_id), (self.outlet, self.kind))
        self.assertEqual((gap.required, gap.held, gap.missing), (2, 1, 1))

    def test_K13_one_query_for_all_outlets(self):
        for number in range(4):
            self.outlet.copy({"code": f"K13-{number}"})
        self.env.flush_all()
        self.measure(self.indicator, MONTH, END, subject="outlet")
        with self.assertQueryCount(1):
            found = self.measure(self.indicator, MONTH, END, subject="outlet")
        self.assertEqual(len(found), 5)

    def test_K13_somebody_is_told_before_a_certificate_ends(self):
        """Once an end, the head of the employee; a renewed one again."""
        head = self.make_employee("Head", user_id=self.manager.id)
        self.tech.parent_id = head
        today = self.company._get_aftersales_date(fields.Datetime.now())
        soon = self.certify(self.tech, date_to=today + relativedelta(days=59))
        later = self.certify(self.tech, date_to=today + relativedelta(days=61))
        for _time in range(2):
            self.warn()
        self.assertEqual(soon.activity_ids.user_id, self.manager)
        self.assertEqual(len(soon.activity_ids), 1)
        self.assertFalse(later.activity_ids)
        self.assertEqual((soon.state, later.state), ("soon", "valid"))
        soon.date_to = today + relativedelta(days=30)
        self.warn()
        self.assertEqual(len(soon.activity_ids), 2)

    def warn(self):
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda _self, *args, **kwargs: 60
        ):
            self.env["aftersales.certificate"]._cron_warn()

    def test_K13_the_end_is_proposed_from_the_kind(self):
        certificate = self.certify(self.tech)
        self.assertEqual(certificate.date_to, date(2026, 12, 31))

    def test_K13_K4_employees_see_their_own_certificates(self):
        mine, theirs = self.certify(self.tech | self.other)
        Certificate = self.env["aftersales.certificate"].with_user(self.user)
        self.assertEqual(Certificate.search([("company_id", "=", self.company.id)]), mine)
        self.assertEqual(Certificate.browse(mine.id).employee_id.name, "Tara")
        with self.assertRaises(AccessError):
            Certificate.browse(theirs.id).read(["number"])
        with self.assertRaises(AccessError):
            Certificate.browse(mine.id).date_to = date(2030, 1, 1)
        posts = self.appoint(self.tech | self.other)
        Post = self.env["aftersales.qualification.post"].with_user(self.user)
        self.assertEqual(Post.search([("id", "in", posts.ids)]), posts[0])
