# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestInsurance(ServiceCommon):
    """Insurance policies on units (S14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.insurer = cls.env["res.partner"].create({"name": "T insurer", "is_company": True})

    def _policy(self, start, end, **values):
        return self.env["aftersales.insurance.policy"].create(
            {
                "name": f"P {start}",
                "lot_id": self.unit.id,
                "insurer_id": self.insurer.id,
                "date_from": start,
                "date_to": end,
                **values,
            }
        )

    def test_S14_two_commercial_policies_do_not_overlap(self):
        first = self._policy(date(2030, 1, 1), date(2030, 12, 31))
        for start, end in (
            (date(2030, 12, 31), date(2031, 12, 31)),
            (date(2029, 6, 1), date(2030, 1, 1)),
            (date(2030, 3, 1), date(2030, 4, 1)),
        ):
            with self.subTest(start=start), self.assertRefused(ValidationError, "overlaps"):
                self._policy(start, end)
        self._policy(date(2031, 1, 1), date(2031, 12, 31))
        compulsory = self._policy(date(2030, 1, 1), date(2030, 12, 31), scope="compulsory")
        with self.assertRefused(ValidationError, "overlaps"):
            compulsory.scope = "commercial"
        first.active = False
        compulsory.scope = "commercial"
        with self.assertRefused(ValidationError, "overlaps"):
            first.active = True

    def test_S14_policy_of_a_day_both_ends_included(self):
        policy = self._policy(date(2030, 1, 1), date(2030, 12, 31))
        compulsory = self._policy(date(2030, 1, 1), date(2031, 12, 31), scope="compulsory")
        for day, expected in (
            (date(2029, 12, 31), policy.browse()),
            (date(2030, 1, 1), policy),
            (date(2030, 12, 31), policy),
            (date(2031, 1, 1), policy.browse()),
        ):
            with self.subTest(day=day):
                self.assertEqual(self.unit._get_policy(day), expected)
        self.assertEqual(self.unit._get_policy(date(2031, 5, 1), "compulsory"), compulsory)

    @mute_logger("odoo.sql_db")
    def test_S14_dates_and_shares_make_sense(self):
        with self.assertRaises(psycopg2.errors.CheckViolation), self.env.cr.savepoint():
            self._policy(date(2030, 2, 1), date(2030, 1, 1))
        with self.assertRaises(psycopg2.errors.CheckViolation), self.env.cr.savepoint():
            self._policy(date(2030, 1, 1), date(2030, 2, 1), deductible_percent=101)

    def test_S14_what_ends_soon_is_listed_and_renewed(self):
        today = fields.Date.context_today(self.env["aftersales.insurance.policy"])
        policy = self._policy(today - timedelta(days=350), today + timedelta(days=14))
        self.assertEqual((policy.state, policy.holder_id), ("ending", self.customer))
        view = self.env.ref("aftersales_service.aftersales_insurance_policy_view_search")
        self.assertIn("+30d", view.arch)
        found = policy.search([("date_to", ">=", "today"), ("date_to", "<=", "+30d")])
        self.assertIn(policy, found)
        action = policy.with_user(self.clerk).action_renew()
        form = Form(policy.with_user(self.clerk).with_context(**action["context"]).browse())
        form.name = "P next"
        renewal = form.save()
        self.assertTrue(renewal.is_renewal)
        self.assertEqual(renewal.date_from, policy.date_to + timedelta(days=1))
        self.assertEqual(renewal.insurer_id, self.insurer)
        self.assertEqual(renewal.state, "future")

    def test_S14_import_of_policies_names_what_is_wrong(self):
        policies = self.env["aftersales.insurance.policy"].with_user(self.clerk)
        names = ["name", "lot_id", "insurer_id", "date_from", "date_to", "scope"]
        good = ["I-1", "T-SERIAL-1", "T insurer", "2030-01-01", "2030-12-31", "Commercial"]
        result = policies.load(names, [good])
        self.assertFalse(result["messages"])
        policy = policies.browse(result["ids"])
        self.assertEqual((policy.lot_id, policy.insurer_id), (self.unit, self.insurer))
        for row, word in (
            (["I-2", "T-NONE", *good[2:]], "T-NONE"),
            (["I-3", good[1], good[2], "31.31.2030", *good[4:]], "31.31.2030"),
            (["I-4", good[1], good[2], "2030-06-01", "2031-05-31", "Commercial"], "overlaps"),
            (["", *good[1:]], "Policy Number"),
        ):
            with self.subTest(row=row):
                result = policies.load(names, [row])
                self.assertFalse(result["ids"])
                self.assertIn(word, result["messages"][0]["message"])
