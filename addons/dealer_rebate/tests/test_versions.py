# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestVersions(RebateCommon):
    """Terms in force do not change; versions follow each other and pay differences (R12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._create_agreement(cls._create_table([(0, 5)]), name="Policy 2026")

    def _new_version(self, date, *rows):
        version = self.agreement._copy_as_version(self.agreement.date_start)
        version.date_start = date
        if rows:
            version.component_ids.rate_table_id = self._create_table(rows)
        return version

    def test_R12_versions_are_told_apart_by_name(self):
        """R12: wherever an agreement is chosen, its later versions carry their number."""
        version = self._new_version("2026-04-01")
        self.assertEqual(self.agreement.display_name, "Policy 2026")
        self.assertEqual(version.display_name, "Policy 2026, version 2")

    def test_R12_new_version_from_a_day_on_pays_the_difference(self):
        """R12: a quarter that was settled by the old terms is paid up by the new ones."""
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._invoice(self.dealer, "2026-05-01", 1000)
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31")), 50)
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-06-30")), 50)
        version = self._new_version("2026-04-01", (0, 7))
        self.assertEqual(
            version.component_ids.mapped("component_key"),
            self.agreement.component_ids.mapped("component_key"),
        )
        version.action_activate()
        self.assertEqual(str(self.agreement.date_end), "2026-03-31")
        self.assertEqual(self.agreement.state, "active")
        settlement = self._settle(version, "2026-06-30")
        self.assertEqual(self._paid(settlement), 20)
        self.assertEqual(settlement.line_ids.settled_before, 50)
        self._assert_ledger_of_versions(version)
        # The old version still answers for its own days, and for no others.
        again = self._settle(self.agreement, "2026-03-31")
        self.assertEqual(set(again.line_ids.mapped("amount")), {0})
        self.assertEqual(
            set(again.line_ids.mapped(lambda line: str(line.period_from))), {"2026-01-01"}
        )

    def _assert_ledger_of_versions(self, version):
        for line in version.settlement_ids.line_ids:
            self.assertEqual(round(sum(line.allocation_ids.mapped("amount_delta")), 2), line.amount)
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT SUM(base_delta) FROM rebate_allocation WHERE component_key = %s
                  AND document_date >= '2026-04-01'""",
            [version.component_ids.component_key],
        )
        self.assertEqual(self.env.cr.fetchone(), (1000,))

    def test_R12_version_starts_with_a_period(self):
        """R12: half a quarter would read the tables with half the turnover: refused."""
        with self.assertRaisesRegex(UserError, "starts with a period"):
            self._new_version("2026-05-15", (0, 7)).action_activate()
        self.assertFalse(self.agreement.date_end)

    def test_R12_version_does_not_start_before_the_one_it_follows(self):
        """R12: a version that starts with the first one would leave it no day."""
        with self.assertRaisesRegex(UserError, "after the version before"):
            self._new_version("2026-01-01", (0, 7)).action_activate()

    def test_R12_what_was_settled_is_not_dropped(self):
        """R12: a component that paid for the version's days has to stay, if only with nothing."""
        self._invoice(self.dealer, "2026-05-01", 1000)
        self._settle(self.agreement, "2026-06-30")
        version = self._new_version("2026-04-01")
        self.env["rebate.component"].create(
            {
                "name": "Other",
                "agreement_id": version.id,
                "rate_table_id": self._create_table([(0, 1)]).id,
            }
        )
        version.component_ids[0].unlink()
        with self.assertRaisesRegex(UserError, "Keep it in the new"):
            version.action_activate()

    def test_R12_open_settlement_is_finished_first(self):
        """R12: an agreement that changes while a run is under way: the run is finished first."""
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._compute(self.agreement, "2026-03-31")
        with self.assertRaisesRegex(UserError, "still open"):
            self._new_version("2026-04-01", (0, 7)).action_activate()

    def test_R12_one_next_version_only(self):
        """R12: versions are a chain, no tree."""
        self._new_version("2026-04-01", (0, 7))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            self._new_version("2026-07-01", (0, 8))
            self.env.flush_all()

    def test_R12_difference_is_readable(self):
        """R12: both sides see what changes, and only that."""
        version = self._new_version("2026-04-01", (0, 7))
        version.group_mode = "together"
        text = version.difference
        self.assertIn("Together, then split", text)
        self.assertIn("7", text)
        self.assertIn("Each alone", text)
        self.assertNotIn("Quarter", text)
        self.assertFalse(self.agreement.difference)

    def test_R12_keys_are_not_chosen(self):
        """R12: nobody but the system gives a component its identity."""
        version = self._new_version("2026-04-01", (0, 7))
        with self.assertRaises(AccessError):
            version.component_ids.component_key = "mine"
        with self.assertRaises(AccessError):
            self.env["rebate.component"].create(
                {"name": "X", "agreement_id": version.id, "component_key": "mine"}
            )

    def test_R12_versions_are_not_linked_by_hand(self):
        """R12: which version follows which is written by the button only."""
        for vals in (
            {"previous_id": self.agreement.id},
            {"root_id": self.agreement.id},
            {"version": 9},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.agreement.copy().write(vals)
            with self.subTest(vals), self.assertRaises(AccessError):
                self.agreement.copy(vals)

    def test_R12_button_proposes_the_next_period(self):
        """R12: by default a version follows with the next period."""
        action = self.agreement.action_new_version()
        version = self.env["rebate.agreement"].browse(action["res_id"])
        start, _end = self.agreement._get_period_bounds(version.date_start)
        self.assertEqual(start, version.date_start)
        self.assertEqual((version.state, version.version), ("draft", 2))
        self.assertEqual(self.agreement.version_count, 2)

    def test_R12_copy_to_next_year(self):
        """R12: the same terms a year later, with keys of their own."""
        self.agreement.action_close()
        agreement = self._create_agreement(
            self._create_table([(0, 6)]),
            name="Policy 2026 autumn",
            date_end="2026-12-31",
            dealer_scope="member",
            member_ids=[Command.create({"partner_id": self.dealer.id, "date_from": "2026-02-01"})],
        )
        copy = self.env["rebate.agreement"].browse(agreement.action_copy_next_year()["res_id"])
        self.assertEqual(copy.name, "Policy 2027 autumn")
        self.assertEqual((str(copy.date_start), str(copy.date_end)), ("2027-01-01", "2027-12-31"))
        self.assertEqual(str(copy.member_ids.date_from), "2027-02-01")
        self.assertNotEqual(copy.component_ids.component_key, agreement.component_ids.component_key)
        copy.action_activate()

    def test_R12_four_eyes(self):
        """R12: one submits, another one approves, where the company wants it."""
        self.company.rebate_four_eyes = True
        other = new_test_user(
            self.env,
            "second_pair",
            "dealer_rebate.group_rebate_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        agreement = self._create_agreement(self._create_table([(0, 6)]), activate=False)
        with self.assertRaisesRegex(UserError, "two people"):
            agreement.action_activate()
        agreement.action_submit()
        self.assertEqual(agreement.state, "submitted")
        with self.assertRaises(UserError):
            agreement.name = "Other"
            agreement.period = "year"
        with self.assertRaisesRegex(AccessError, "yourself"):
            agreement.action_activate()
        agreement.with_user(other).action_activate()
        self.assertEqual(agreement.state, "active")
