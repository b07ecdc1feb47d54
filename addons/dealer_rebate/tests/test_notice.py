# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import RebateCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-08-10")
class TestNotice(RebateCommon):
    """Written notice ends an agreement; what was earned until then is settled (R4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._create_agreement(cls._create_table([(0, 10)]))

    def _notice(self, agreement=None, confirm=True, written=True, **vals):
        notice = self.env["rebate.notice"].create(
            {
                "agreement_id": (agreement or self.agreement).id,
                "partner_id": self.dealer.id,
                "signed_by": "Ms Li, manager",
                "date_received": "2026-08-03",
            }
            | vals
        )
        if written:
            notice.attachment_ids = self.env["ir.attachment"].create(
                {"name": "notice.pdf", "raw": b"%PDF"}
            )
        if confirm:
            notice.action_confirm()
        return notice

    def test_R4_thirty_days_written_notice_ends_it(self):
        """R4: the last day is the day of receipt plus 30 days, and the chatter has the document."""
        notice = self._notice()
        self.assertEqual(str(self.agreement.date_end), "2026-09-02")
        self.assertEqual(self.agreement.notice_id, notice)
        message = self.agreement.message_ids[0]
        self.assertIn("Ms Li, manager", message.body)
        self.assertEqual(message.attachment_ids, notice.attachment_ids)
        self.assertEqual(notice.attachment_ids.res_id, notice.id)
        self.assertEqual(self.agreement.state, "active")

    def test_R4_what_is_earned_until_then_survives(self):
        """R4: the period that is cut is settled to its last day, and nothing is due after it."""
        self._invoice(self.dealer, "2026-07-05", 1000)
        self._invoice(self.dealer, "2026-09-02", 500)
        self._invoice(self.dealer, "2026-09-03", 9000)
        self._notice()
        with freeze_time("2026-10-05"):
            for day in ("2026-03-31", "2026-06-30"):
                self._settle(self.agreement, day)
            self.assertEqual(str(self.agreement.next_cutoff), "2026-09-02")
            settlement = self.env["rebate.settlement"].create({"agreement_id": self.agreement.id})
            self.assertEqual(str(settlement.date_to), "2026-09-02")
            self.assertFalse(settlement.is_interim)
            settlement.action_compute()
            settlement.action_review()
            settlement.action_post()
            self.assertEqual(self._paid(settlement), 150)
            self.assertFalse(self.agreement.next_cutoff)
            self._assert_ledger(self.agreement)
            with self.assertRaisesRegex(UserError, "outside the dates"):
                self._settle(self.agreement, "2026-12-31", cutoff="2026-10-05")

    def test_R4_a_years_component_is_settled_with_the_last_day(self):
        """R4: a component with a year of its own ends with the agreement as well."""
        agreement = self._scheme(
            [{"rate_table_id": self._percent(2).id, "period": "year"}], name="Year", period="month"
        )
        self._invoice(self.dealer, "2026-02-05", 1000)
        self._notice(agreement)
        with freeze_time("2026-09-05"):
            settlement = self._settle(agreement, "2026-09-01")
        self.assertEqual(self._paid(settlement), 20)

    def test_R4_calendar_of_its_own(self):
        """R4: periods of a calendar that begin after the last day are not due any more."""
        agreement = self._create_agreement(
            self._percent(5),
            name="Seasons",
            period="custom",
            period_ids=[
                Command.create({"name": name, "date_from": first, "date_to": last})
                for name, first, last in (
                    ("Summer", "2026-07-01", "2026-10-31"),
                    ("Winter", "2026-11-01", "2026-12-31"),
                )
            ],
        )
        self._notice(agreement)
        self.assertEqual(str(agreement.next_cutoff), "2026-09-02")
        with freeze_time("2026-09-05"):
            self._settle(agreement, "2026-09-01")
        self.assertFalse(agreement.next_cutoff)

    def test_R4_earlier_only_if_both_sides_agree(self):
        """R4: an earlier last day is refused, unless who agreed to it is recorded."""
        early = {"date_effective": "2026-08-31"}
        with self.assertRaisesRegex(UserError, "on 09/02/2026 at the earliest, 30 days later"):
            self._notice(**early)
        self.assertFalse(self.agreement.date_end)
        self._notice(**early, agreed_by="Ms Li and Mr Wang, 5 August")
        self.assertEqual(str(self.agreement.date_end), "2026-08-31")
        self.assertIn("Mr Wang", self.agreement.notice_text)

    def test_R4_later_is_always_possible(self):
        """R4: notice to the end of the quarter needs no consent; to no end before it, none."""
        self._notice(date_effective="2026-09-30")
        self.assertEqual(str(self.agreement.date_end), "2026-09-30")
        yearly = self._create_agreement(self._percent(3), name="Year", date_end="2026-08-31")
        with self.assertRaisesRegex(UserError, "ends nothing"):
            self._notice(yearly)

    def test_R4_days_of_notice_are_terms(self):
        """R4: the notice period is agreed on, frozen in force, and not negative."""
        agreement = self._create_agreement(self._percent(3), name="Long", notice_days=90)
        self.assertEqual(str(self._notice(agreement).date_effective), "2026-11-01")
        with self.assertRaisesRegex(UserError, "terms cannot change"):
            agreement.notice_days = 1
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self._create_agreement(self._percent(3), name="Short", notice_days=-1)

    def test_R4_in_writing(self):
        """R4: without a document, or received in the future, it is no notice yet."""
        with self.assertRaisesRegex(UserError, "in writing"):
            self._notice(written=False)
        with self.assertRaisesRegex(UserError, "still to come"):
            self._notice(date_received="2026-08-11")

    def test_R4_settled_days_are_not_ended(self):
        """R4: what is settled stays; an open settlement is finished first."""
        self._invoice(self.dealer, "2026-07-05", 1000)
        interim = self._settle(self.agreement, "2026-08-09", cutoff="2026-08-09")
        early = {"date_effective": "2026-08-08", "agreed_by": "Both"}
        with self.assertRaisesRegex(UserError, "settled until 08/09/2026"):
            self._notice(**early)
        self.assertEqual(interim.state, "posted")
        second = self._compute(self.agreement, "2026-08-10")
        with self.assertRaisesRegex(UserError, "is open"):
            self._notice()
        second.action_cancel()
        self._notice()

    def test_R4_withdrawn_before_its_effect(self):
        """R4: taken back in time, the end before comes back; afterwards it is too late."""
        notice = self._notice()
        with self.assertRaisesRegex(UserError, "who withdrew"):
            notice.action_withdraw()
        notice.withdrawal = "Ms Li by letter of 20 August, accepted"
        with freeze_time("2026-09-03"), self.assertRaisesRegex(UserError, "taken effect"):
            notice.action_withdraw()
        with freeze_time("2026-09-02"):
            notice.action_withdraw()
        self.assertEqual(notice.state, "withdrawn")
        self.assertFalse(self.agreement.date_end)
        self.assertFalse(self.agreement.notice_id)
        self.assertIn("20 August", self.agreement.message_ids[0].body)
        self._notice()
        self.assertEqual(str(self.agreement.date_end), "2026-09-02")

    def test_R4_not_withdrawn_after_the_last_settlement(self):
        """R4: once it was settled up to the last day, the notice stands."""
        self._invoice(self.dealer, "2026-07-05", 1000)
        notice = self._notice()
        for day in ("2026-03-31", "2026-06-30", "2026-09-02"):
            self._settle(self.agreement, day)
        notice.withdrawal = "Too late"
        with self.assertRaisesRegex(UserError, "settles up to the end"):
            notice.action_withdraw()

    def test_R4_once(self):
        """R4: one notice in force; versions and drafts wait until it is withdrawn."""
        self._notice()
        with self.assertRaisesRegex(UserError, "Withdraw it before"):
            self._notice()
        with self.assertRaisesRegex(UserError, "Withdraw it first"):
            self.agreement.action_new_version()
        with self.assertRaisesRegex(UserError, "Withdraw it first"):
            self.agreement.action_draft()

    def test_R4_newest_version(self):
        """R4: notice belongs on the version that runs on."""
        version = self.env["rebate.agreement"].browse(self.agreement.action_new_version()["res_id"])
        self._notice()
        with self.assertRaisesRegex(UserError, "Withdraw it first"):
            version.action_activate()
        self.agreement.notice_id.withdrawal = "Agreed on new terms"
        self.agreement.notice_id.action_withdraw()
        version.action_activate()
        with self.assertRaisesRegex(UserError, "Version 2"):
            self._notice()
        self._notice(version, date_effective="2026-11-30")
        self.assertEqual(str(version.date_end), "2026-11-30")
        draft = self._create_agreement(self._percent(3), name="Draft", activate=False)
        with self.assertRaisesRegex(UserError, "not in force"):
            self._notice(draft)

    def test_R4_one_dealer_leaves(self):
        """R4: a member's notice ends the membership; the others go on."""
        agreement = self._create_agreement(
            self._percent(10),
            name="Members",
            dealer_scope="member",
            member_ids=[
                Command.create({"partner_id": dealer.id}) for dealer in self.dealer + self.dealer_2
            ],
        )
        for dealer in self.dealer + self.dealer_2:
            self._invoice(dealer, "2026-09-01", 100)
            self._invoice(dealer, "2026-09-20", 1000)
        notice = self._notice(agreement, scope="member")
        self.assertFalse(agreement.date_end)
        self.assertFalse(agreement.notice_id)
        with freeze_time("2026-10-05"):
            settlement = self._settle(agreement, "2026-09-30")
        self.assertEqual(self._paid(settlement, self.dealer), 10)
        self.assertEqual(self._paid(settlement, self.dealer_2), 110)
        self.assertIn("Ms Li", dict(agreement._get_contract_clauses(self.dealer))["Notice"])
        self.assertNotIn("Ms Li", dict(agreement._get_contract_clauses(self.dealer_2))["Notice"])
        notice.withdrawal = "Stays"
        notice.action_withdraw()
        self.assertFalse(any(agreement.member_ids.mapped("date_to")))
        with self.assertRaisesRegex(UserError, "members by date"):
            self._notice(scope="member")

    def test_R4_version_drafted_before_a_dealer_left(self):
        """R4: who left by notice is not taken back by next year's terms, drafted before it."""
        agreement = self._create_agreement(
            self._percent(10),
            name="Members",
            dealer_scope="member",
            member_ids=[
                Command.create({"partner_id": dealer.id}) for dealer in self.dealer + self.dealer_2
            ],
        )
        version = agreement._copy_as_version(fields.Date.to_date("2027-01-01"))
        notice = self._notice(agreement, scope="member")
        with self.assertRaisesRegex(UserError, "Take the dealer out"):
            version.action_activate()
        notice.withdrawal = "Stays"
        with self.assertRaisesRegex(UserError, "relies on it"):
            notice.action_withdraw()
        version.member_ids.filtered(lambda one: one.partner_id == self.dealer).unlink()
        version.action_activate()
        self.assertEqual(version.state, "active")

    def test_R4_contract_prints_it(self):
        """R4: the contract has the clause, and the notice once it is given."""
        clause = dict(self.agreement._get_contract_clauses(self.dealer))["Notice"]
        self.assertIn("written notice of 30 days", clause)
        self.assertNotIn("09/02/2026", clause)
        self._notice()
        clauses = dict(self.agreement._get_contract_clauses(self.dealer))
        self.assertIn("the last day is 09/02/2026", clauses["Notice"])
        self.assertIn("to 09/02/2026", clauses["Term"])

    def test_R4_a_notice_in_force_stays_as_it_was_given(self):
        """R4: neither typed into force, nor changed or deleted in force."""
        user = self._manager()
        draft = self._notice(confirm=False).with_user(user)
        with self.assertRaises(AccessError):
            draft.state = "confirmed"
        with self.assertRaises(AccessError):
            draft.create(
                {"agreement_id": self.agreement.id, "signed_by": "X", "state": "confirmed"}
            )
        draft.action_confirm()
        with self.assertRaisesRegex(UserError, "stays as it was given"):
            draft.date_effective = "2026-12-31"
        with self.assertRaisesRegex(UserError, "stays on record"):
            draft.unlink()
        draft.withdrawal = "By mail"
        draft.action_withdraw()
        self.assertFalse(self.agreement.date_end)

    def _manager(self):
        return self.env["res.users"].create(
            {
                "name": "Manager",
                "login": "notice_manager",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(self.env.ref("dealer_rebate.group_rebate_manager").ids)],
            }
        )

    def test_R4_form(self):
        """R4: the form proposes the last day and asks for consent only where it is needed."""
        action = self.agreement.action_give_notice()
        self.assertFalse(action["context"]["default_partner_id"])
        with Form(self.env["rebate.notice"].with_context(**action["context"])) as form:
            form.signed_by = "Ms Li"
            self.assertEqual(str(form.date_effective), "2026-09-09")
            form.date_received = fields.Date.to_date("2026-08-01")
            self.assertEqual(str(form.date_effective), "2026-08-31")
