# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.models.ir_cron import IrCron

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestPosting(RebateCommon):
    """Credit notes: what they carry, who posts them, and in which chunks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealers = cls.dealer | cls.dealer_2 | cls._create_dealer("Dealer Three")
        cls.agreement = cls._create_agreement(
            cls._create_table([(0, 10)]), partner_ids=[Command.set(cls.dealers.ids)]
        )
        for dealer in cls.dealers:
            cls._invoice(dealer, "2026-02-01", 1000)

    def _reviewed(self):
        settlement = self._compute(self.agreement, "2026-03-31")
        settlement.action_review()
        return settlement

    def _set_chunk(self, size):
        self.env["ir.config_parameter"].sudo().set_param("dealer_rebate.posting_chunk", size)

    def _run_cron(self):
        with patch.object(IrCron, "_commit_progress", return_value=float("inf")) as progress:
            self.env["rebate.settlement"].sudo()._cron_post_settlements()
        self.env.invalidate_all()
        return progress

    def test_R15_credit_note(self):
        """R15: journal, reference, date, partner and link of a credit note."""
        settlement = self._reviewed()
        settlement.action_post()
        note = settlement.line_ids.credit_note_id.filtered(lambda n: n.partner_id == self.dealer)
        self.assertEqual(note.state, "posted")
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(note.journal_id, self.rebate_journal)
        self.assertEqual(note.ref, settlement.name)
        self.assertEqual(note.invoice_date, fields.Date.context_today(note))
        self.assertEqual(note.rebate_settlement_id, settlement)
        self.assertEqual(note.amount_untaxed, 100)
        self.assertIn(self.agreement.name, note.narration)
        self.assertEqual(settlement.posted_by_id, self.env.user)
        self.assertEqual(settlement.credit_note_count, 3)

    def test_R15_big_settlements_are_left_to_the_cron(self):
        """More dealers than a chunk: the button orders, the scheduled action posts."""
        self._set_chunk(2)
        settlement = self._reviewed()
        settlement.action_post()
        self.assertEqual((settlement.state, settlement.open_dealer_count), ("posting", 3))
        progress = self._run_cron()
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(len(settlement.line_ids.credit_note_id), 3)
        self.assertEqual([call.args for call in progress.call_args_list], [(), (2,), (1,)])
        self.assertEqual(progress.call_args_list[0].kwargs, {"remaining": 3})

    def test_R15_cron_stops_when_its_time_is_up(self):
        """The scheduled action stops between chunks and goes on next time."""
        self._set_chunk(1)
        settlement = self._reviewed()
        settlement.action_post()
        with patch.object(IrCron, "_commit_progress", return_value=0):
            self.env["rebate.settlement"].sudo()._cron_post_settlements()
        self.env.invalidate_all()
        self.assertEqual((settlement.state, settlement.open_dealer_count), ("posting", 2))
        self.assertEqual(settlement.progress, 33)
        self._run_cron()
        self.assertEqual(settlement.state, "posted")

    def test_R15_refusal_is_written_down_and_stops_only_this_one(self):
        """A reason of business stops the settlement, is shown, and can be mended."""
        self._set_chunk(1)
        settlement = self._reviewed()
        settlement.action_post()
        settlement._post_next_chunk()
        posted = settlement.line_ids.filtered(lambda line: line.state == "posted").partner_id
        self.assertEqual(len(posted), 1)
        waiting = (self.dealers - posted)[0]
        # The first dealer has its credit note: what comes now is the next settlement's.
        self._invoice(posted, "2026-02-02", 500)
        late = self._invoice(waiting, "2026-02-02", 500)
        self._run_cron()
        self._run_cron()
        self.assertEqual(settlement.state, "posting")
        self.assertIn(late.name, settlement.posting_error)
        settlement.action_compute()
        self.assertEqual(settlement.state, "computed")
        settlement.action_review()
        settlement.action_post()
        self._run_cron()
        self.assertEqual(settlement.state, "posted")
        self.assertFalse(settlement.posting_error)
        self.assertEqual(len(settlement.line_ids.credit_note_id), 3)
        self.assertEqual(len(settlement.line_ids), 3)
        self.assertEqual(self._paid(settlement, waiting), 150)
        self.assertEqual(self._paid(settlement, posted), 100)
        self._set_chunk(100)
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31"), posted), 50)
        self._assert_ledger(self.agreement)

    def test_R15_stopped_between_chunks_and_continued(self):
        """R15: the accountant stops a long run and goes on later, nobody twice, nobody left out."""
        self._set_chunk(1)
        settlement = self._reviewed()
        settlement.action_post()
        settlement._post_next_chunk()
        before = settlement.write_date
        settlement.action_stop_posting()
        self.env.flush_all()
        self.assertEqual(settlement.write_date, before, "the run holds that row")
        self._run_cron()
        self.assertEqual((settlement.state, settlement.open_dealer_count), ("posting", 2))
        self.assertIn(self.env.user.name, settlement.posting_error)
        settlement.action_post()
        self.assertFalse(settlement.posting_error)
        settlement.action_stop_posting()
        settlement.action_post()
        self._run_cron()
        self.assertEqual(settlement.state, "posted", "going on answers a request to stop")
        self.assertEqual(len(settlement.line_ids.credit_note_id), 3)
        self._assert_ledger(self.agreement)
        settlement.action_stop_posting()
        self._run_cron()
        self.assertFalse(settlement.posting_error, "what is done cannot be stopped")

    def test_R15_posting_twice_does_nothing(self):
        """Pressing the button again changes nothing."""
        settlement = self._reviewed()
        settlement.action_post()
        notes = settlement.line_ids.credit_note_id
        settlement.action_post()
        self.assertEqual(settlement._post_next_chunk(), 0)
        self.assertEqual(settlement.line_ids.credit_note_id, notes)
        self.assertEqual(
            self.env["account.move"].search_count([("rebate_settlement_id", "=", settlement.id)]), 3
        )

    def test_R15_only_accountants_post(self):
        """R15: a rebate manager who is no accountant cannot post."""
        manager = new_test_user(
            self.env,
            "rebate_manager",
            "dealer_rebate.group_rebate_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        settlement = self._compute(self.agreement, "2026-03-31").with_user(manager)
        with self.assertRaises(AccessError):
            settlement.action_stop_posting()
        settlement.action_review()
        with self.assertRaises(AccessError):
            settlement.action_post()
        manager.group_ids |= self.env.ref("account.group_account_invoice")
        settlement.action_post()
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(settlement.posted_by_id, manager)

    def test_R15_only_managers_release(self):
        """A rebate user computes, a manager releases."""
        user = new_test_user(
            self.env,
            "rebate_user",
            "dealer_rebate.group_rebate_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        settlement = (
            self.env["rebate.settlement"]
            .with_user(user)
            .create({"agreement_id": self.agreement.id, "date_to": "2026-03-31"})
        )
        settlement.action_compute()
        self.assertEqual(len(settlement.line_ids), 3)
        with self.assertRaises(AccessError):
            settlement.action_review()

    def test_R15_without_a_journal_the_message_says_so(self):
        """No journal: nothing happens, and the user is told where to set one."""
        self.company.rebate_journal_id = False
        settlement = self._reviewed()
        with self.assertRaisesRegex(UserError, "journal"):
            settlement.action_post()

    def test_R15_agreements_journal_and_account_win(self):
        """Journal, product and account of the agreement are used where they are set."""
        journal = self.rebate_journal.copy({"code": "RB2"})
        account = self.company_data["default_account_expense"]
        self.agreement.write(
            {"journal_id": journal.id, "account_id": account.id, "product_id": self.product_a.id}
        )
        settlement = self._reviewed()
        settlement.action_post()
        note = settlement.line_ids.credit_note_id[0]
        self.assertEqual(note.journal_id, journal)
        self.assertEqual(note.invoice_line_ids.account_id, account)
        self.assertEqual(note.invoice_line_ids.product_id, self.product_a)

    def test_R15_no_posting_in_the_future(self):
        """A future date would leave drafts behind."""
        settlement = self._reviewed()
        settlement.posting_date = fields.Date.add(fields.Date.context_today(settlement), days=1)
        with self.assertRaisesRegex(UserError, "future"):
            settlement.action_post()

    def test_actions_open_what_they_name(self):
        """Smart buttons lead to this settlement's records and no others."""
        settlement = self._reviewed()
        settlement.action_post()
        notes = settlement.action_view_credit_notes()
        found = self.env["account.move"].search(notes["domain"])
        self.assertEqual(found, settlement.line_ids.credit_note_id)
        lines = settlement.action_view_lines()
        self.assertEqual(
            self.env["rebate.settlement.line"].search(lines["domain"]), settlement.line_ids
        )
        rows = settlement.action_view_allocations()
        self.assertEqual(self.env["rebate.allocation"].search_count(rows["domain"]), 3)
        back = found[0].action_view_rebate_settlement()
        self.assertEqual(back["res_id"], settlement.id)


@tagged("post_install", "-at_install")
class TestPostingTaxes(RebateCommon):
    """Balances whose sign changes with the tax, and the language of the document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._create_agreement(cls._create_table([(0, 10)], open_below=True))
        cls.high = cls._create_tax(20)

    def test_R14_negative_with_tax_is_carried_and_blocks_nobody(self):
        """1.00 without tax, -0.80 with it: carried, while the other dealer is paid."""
        self._invoice(self.dealer, "2026-02-01", 100)
        self._invoice(self.dealer, "2026-02-01", -90, taxes=self.high)
        self._invoice(self.dealer_2, "2026-02-01", 1000)
        settlement = self._settle(self.agreement, "2026-03-31")
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(self._paid(settlement), 100)
        line = settlement.line_ids.filtered(lambda line: line.partner_id == self.dealer)
        self.assertEqual((line.amount, line.state, line.is_carried), (1, "carried", True))
        self.assertFalse(line.credit_note_id)
        self.assertFalse(
            self.env["account.move"].search(
                [("rebate_settlement_id", "=", settlement.id), ("partner_id", "=", self.dealer.id)]
            )
        )
        # What was carried comes back, and is paid as soon as the balance allows it.
        self._invoice(self.dealer, "2026-04-01", 50)
        following = self._settle(self.agreement, "2026-06-30")
        self.assertEqual(self._paid(following, self.dealer), 6)
        note = following.line_ids.credit_note_id
        self.assertEqual(note.amount_total, 4.2)
        self._assert_ledger(self.agreement)

    def test_R15_nothing_without_tax_but_tax_is_owed(self):
        """-10 of one tax and +10 of another: the credit note pays the tax between them."""
        invoice = self._invoice(self.dealer, "2026-02-01", 100)
        self._settle(self.agreement, "2026-03-31")
        self._invoice(self.dealer, "2026-02-02", -100)
        self._invoice(self.dealer, "2026-04-01", 100, taxes=self.high)
        note = self._settle(self.agreement, "2026-06-30").line_ids.credit_note_id
        self.assertEqual((note.amount_untaxed, note.amount_total), (0, 2))
        self.assertEqual(invoice.amount_untaxed, 100)
        self._assert_ledger(self.agreement)

    def test_R15_credit_note_speaks_the_dealers_language(self):
        """Dates and texts of the document follow the dealer, not who posts it."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.dealer.lang = "fr_FR"
        self.env["res.lang"].search([("code", "=", "fr_FR")]).date_format = "%d|%m|%Y"
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._invoice(self.dealer_2, "2026-02-01", 1000)
        notes = self._settle(self.agreement, "2026-03-31").line_ids.credit_note_id
        own = notes.filtered(lambda note: note.partner_id == self.dealer)
        self.assertIn("31|03|2026", own.narration)
        self.assertNotIn("31|03|2026", (notes - own).narration)
