# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_accounting import RebateAccountingCommon
from .roles import RolesMixin


@tagged("post_install", "-at_install")
@freeze_time("2026-10-05")
class TestDue(RolesMixin, RebateAccountingCommon):
    """Reminder of renewal talks, and one list of what is due when (R12, R15)."""

    rights = {"rebate.due": {"rebate_user": "r", "rebate_manager": "r"}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "talks_manager",
            "dealer_rebate.group_rebate_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.agreement = cls._ending("Ends", "2026-12-31", accrual_method="reached")
        cls.env.flush_all()
        cls.records = {
            "rebate.due": cls.env["rebate.due"].search([("agreement_id", "=", cls.agreement.id)])
        }

    @classmethod
    def _ending(cls, name, date_end, **vals):
        return cls._create_agreement(
            cls._percent(10),
            **{"name": name, "date_end": date_end, "responsible_id": cls.manager.id} | vals,
        )

    def _due(self, agreement):
        """{kind: date} of the list; open transfers come as "open"."""
        self.env.flush_all()
        self.env["rebate.due"].invalidate_model()
        rows = self.env["rebate.due"].search([("agreement_id", "=", agreement.id)])
        return {
            "open"
            if row.settlement_id and row.kind == "payout"
            else row.kind: fields.Date.to_string(row.date)
            for row in rows
        }

    def _talks(self, agreement):
        return agreement.activity_ids.filtered(
            lambda one: (
                one.activity_type_id == self.env.ref("dealer_rebate.mail_activity_type_talks")
            )
        )

    def test_R12_reminded_of_renewal_talks_once(self):
        """R12: months before the end the responsible person gets an activity, once a version."""
        later = self._ending("Later", "2027-02-28")
        never = self._ending("Never", "2026-11-30", talks_months=0)
        over = self._ending("Over", "2026-09-30")
        self.env["rebate.agreement"]._cron_remind_talks()
        talks = self._talks(self.agreement)
        self.assertEqual(talks.user_id, self.manager)
        self.assertIn("ends on 12/31/2026", talks.note)
        self.assertEqual(str(self.agreement.talks_date), "2026-09-30")
        for agreement in later + never + over:
            self.assertFalse(self._talks(agreement), agreement.name)
        self.env["rebate.agreement"]._cron_remind_talks()
        self.assertEqual(len(self._talks(self.agreement)), 1)
        self.assertIn("talks", self._due(self.agreement))
        talks.action_feedback("Renewed by mouth")
        self.env["rebate.agreement"]._cron_remind_talks()
        self.assertFalse(self._talks(self.agreement))
        self.assertNotIn("talks", self._due(self.agreement))

    def test_R12_next_version_is_reminded_of_by_itself(self):
        """R12: a version that is followed needs no talks; the one that follows has its own."""
        version = self.env["rebate.agreement"].browse(self.agreement.action_new_version()["res_id"])
        version.write({"date_start": "2026-10-01", "date_end": "2026-12-20"})
        version.action_activate()
        self.assertEqual(str(self.agreement.date_end), "2026-09-30")
        with freeze_time("2026-09-30"):
            self.env["rebate.agreement"]._cron_remind_talks()
        self.assertFalse(self._talks(self.agreement))
        self.assertEqual(len(self._talks(version)), 1)
        self.assertNotIn("end", self._due(self.agreement))

    def test_R12_no_talks_after_notice(self):
        """R12: notice ends the talks, and the list says when it ends."""
        self.env["rebate.agreement"]._cron_remind_talks()
        notice = self.env["rebate.notice"].create(
            {
                "agreement_id": self.agreement.id,
                "signed_by": "Ms Li",
                "date_received": "2026-10-01",
                "attachment_ids": [(0, 0, {"name": "notice.pdf", "raw": b"%PDF"})],
            }
        )
        notice.action_confirm()
        self.assertFalse(self._talks(self.agreement))
        due = self._due(self.agreement)
        self.assertEqual(due["end"], "2026-10-31")
        self.assertNotIn("talks", due)
        end = self.env["rebate.due"].search(
            [("agreement_id", "=", self.agreement.id), ("kind", "=", "end")]
        )
        self.assertTrue(end.by_notice)

    def test_R12_contract_names_the_talks(self):
        """R12: the contract says from when on both sides talk."""
        clause = dict(self.agreement._get_contract_clauses(self.dealer))["Term"]
        self.assertIn("from 09/30/2026 on, 3 months before the end", clause)

    def test_R15_what_is_due_when(self):
        """R15: settlement, pay-out, accrual, talks and end, each with its day; they move on."""
        self.assertEqual(
            self._due(self.agreement),
            {
                "settlement": "2026-04-01",
                "payout": "2026-04-30",
                "accrual": "2026-02-01",
                "talks": "2026-09-30",
                "end": "2026-12-31",
            },
        )
        self._accrue(self.agreement, "2026-01-31")
        self._settle(self.agreement, "2026-03-31")
        due = self._due(self.agreement)
        self.assertEqual((due["settlement"], due["payout"]), ("2026-07-01", "2026-07-30"))
        self.assertEqual(due["accrual"], "2026-03-01")
        with freeze_time("2027-01-05"):
            self._accrue(self.agreement, "2026-12-31")
        self.assertNotIn("accrual", self._due(self.agreement))
        self.agreement.action_close()
        self.assertFalse(self._due(self.agreement))

    def test_R15_open_transfers_are_due(self):
        """R15: transfers that were posted and not paid, by settlement, with what is open."""
        agreement = self._ending("Transfer", "2026-12-30", payout="transfer")
        self._invoice(self.dealer, "2026-02-01", 1000)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._due(agreement)["open"], "2026-04-30")
        row = self.env["rebate.due"].search([("settlement_id", "=", settlement.id)])
        self.assertEqual((row.amount, row.kind), (100, "payout"))
        self.assertEqual(row.action_open()["res_id"], settlement.id)
        settlement._cancel_posted(fields.Date.to_date("2026-10-01"), "Wrong")
        self.assertNotIn("open", self._due(agreement))

    def test_R15_settle_from_the_list(self):
        """R15: the row of a settlement opens the one that is open, or makes the next one."""
        row = self.records["rebate.due"].filtered(lambda one: one.kind == "settlement")
        self.assertEqual(row.action_open()["res_id"], self.agreement.id)
        settlement = self.env["rebate.settlement"].browse(row.action_settle()["res_id"])
        self.assertEqual(str(settlement.date_to), "2026-03-31")
        self.assertEqual(row.action_settle()["res_id"], settlement.id)
        self.env.flush_all()
        running = self.env["rebate.due"].search([("settlement_id", "=", settlement.id)])
        self.assertEqual((running.kind, str(running.date)), ("settlement", "2026-04-01"))
        self.assertEqual(running.action_open()["res_id"], settlement.id)

    def test_R12_the_reminder_is_not_typed(self):
        """R12: whether somebody was reminded is written by the system only."""
        with self.assertRaises(AccessError):
            self.agreement.with_user(self.manager).talks_reminded_on = "2026-01-01"
