# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.models.ir_cron import IrCron

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestCancel(RebateCommon):
    """A posted settlement is cancelled by reversing documents, and never by deleting (R15)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._create_agreement(
            cls._create_table([(0, 10)]), partner_ids=[Command.set((cls.dealer | cls.dealer_2).ids)]
        )
        cls._invoice(cls.dealer, "2026-02-01", 1000)
        cls._invoice(cls.dealer_2, "2026-02-01", 3000)

    def _cancel(self, settlement, date="2026-08-01", user=None):
        action = settlement.with_user(user or self.env.user).action_cancel_posted()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user or self.env.user)
            .with_context(**action["context"])
            .create({"date": date, "reason": "Wrong table"})
        )
        wizard.action_cancel_settlement()
        return wizard

    def test_R15_cancel_reverses_each_credit_note(self):
        """R15: each credit note has its reversal, and all stay in the books."""
        settlement = self._settle(self.agreement, "2026-03-31")
        notes = settlement.line_ids.credit_note_id
        self._cancel(settlement)
        self.assertEqual(settlement.state, "cancel")
        self.assertEqual(set(settlement.line_ids.mapped("state")), {"cancelled"})
        self.assertEqual(settlement.line_ids.credit_note_id, notes)
        self.assertEqual(set(notes.mapped("state")), {"posted"})
        self.assertEqual(set(notes.mapped("amount_residual")), {0})
        reversals = settlement.line_ids.reversal_id
        self.assertEqual(reversals.reversed_entry_id, notes)
        self.assertEqual(set(reversals.mapped("state")), {"posted"})
        self.assertEqual({str(day) for day in reversals.mapped("date")}, {"2026-08-01"})
        self.assertIn("Wrong table", reversals[0].ref)
        self.assertEqual(settlement.cancel_reason, "Wrong table")

    def test_R15_settling_again_pays_again_once(self):
        """R15: after a cancellation the period is due again, and paid once."""
        first = self._settle(self.agreement, "2026-03-31")
        self._cancel(first)
        self.assertEqual(str(self.agreement._get_next_cutoff()), "2026-03-31")
        again = self._settle(self.agreement, "2026-03-31")
        self.assertEqual(self._paid(again), 400)
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31")), 0)
        self._assert_ledger(self.agreement)

    def test_R15_reversal_is_no_turnover(self):
        """R15: a reversal dated in the next quarter does not raise that quarter's turnover."""
        first = self._settle(self.agreement, "2026-03-31")
        self._cancel(first, date="2026-05-15")
        self._invoice(self.dealer, "2026-05-01", 1000)
        second = self._settle(self.agreement, "2026-06-30")
        self.assertEqual(second.line_ids.base, 1000)
        self.assertEqual(self._paid(second), 100)

    def test_R15_interim_cancelled_between_others(self):
        """R15: cancelling the first of two runs leaves the second one; the rest is paid again."""
        first = self._settle(self.agreement, "2026-03-31", cutoff="2026-02-15")
        self._invoice(self.dealer, "2026-03-01", 500)
        second = self._settle(self.agreement, "2026-03-31")
        self.assertEqual(self._paid(second), 50)
        self._cancel(first)
        self.assertEqual(second.state, "posted")
        third = self._settle(self.agreement, "2026-03-31")
        self.assertEqual(self._paid(third), 400)
        self._assert_ledger(self.agreement)

    def test_R15_matched_invoices_are_open_again(self):
        """R15: an invoice that was set off against a rebate is open again."""
        settlement = self._settle(self.agreement, "2026-03-31")
        note = settlement.line_ids.credit_note_id.filtered(lambda n: n.partner_id == self.dealer)
        invoice = self._invoice(self.dealer, "2026-04-02", 500)
        receivable = (note | invoice).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        receivable.reconcile()
        self.assertEqual(invoice.amount_residual, 400)
        action = settlement.action_cancel_posted()
        wizard = (
            self.env[action["res_model"]].with_context(**action["context"]).create({"reason": "x"})
        )
        self.assertEqual((wizard.document_count, wizard.paid_count), (2, 1))
        wizard.action_cancel_settlement()
        self.assertEqual(invoice.amount_residual, 500)

    def test_R15_reversed_by_hand_ends_in_the_same_state(self):
        """R15: Odoo's own Reverse on one credit note cancels that dealer's lines."""
        settlement = self._settle(self.agreement, "2026-03-31")
        line = settlement.line_ids.filtered(lambda line: line.partner_id == self.dealer)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=line.credit_note_id.ids)
            .create({"journal_id": self.rebate_journal.id, "date": "2026-08-01"})
        )
        reversal = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        self.assertEqual(line.state, "posted")
        reversal.action_post()
        self.assertEqual((line.state, line.reversal_id), ("cancelled", reversal))
        self.assertEqual(settlement.state, "posted")
        self.assertIn(line.credit_note_id.name, settlement.message_ids[0].body)
        again = self._settle(self.agreement, "2026-03-31")
        self.assertEqual(self._paid(again), 100)
        self.assertEqual(again.line_ids.filtered("credit_note_id").partner_id, self.dealer)
        self._assert_ledger(self.agreement)

    def test_R15_part_of_a_reversal_is_refused(self):
        """R15: a partial reversal is refused with a sentence that says what to do."""
        settlement = self._settle(self.agreement, "2026-03-31")
        note = settlement.line_ids.credit_note_id[0]
        reversal = note._reverse_moves([{"date": "2026-08-01", "invoice_date": "2026-08-01"}])
        reversal.invoice_line_ids.price_unit /= 2
        with self.assertRaisesRegex(UserError, "cancel the settlement"):
            reversal.action_post()

    def test_R15_reversal_stays(self):
        """R15: the reversing document is part of the ledger, too."""
        settlement = self._settle(self.agreement, "2026-03-31")
        self._cancel(settlement)
        reversal = settlement.line_ids.reversal_id[0]
        for method in (reversal.button_draft, reversal.button_cancel):
            with self.assertRaisesRegex(UserError, "took back"):
                method()

    def test_R15_in_chunks_by_the_scheduled_action(self):
        """R15: more dealers than a chunk are reversed by the scheduled action, resumable."""
        settlement = self._settle(self.agreement, "2026-03-31")
        self.env["ir.config_parameter"].sudo().set_param("dealer_rebate.posting_chunk", 1)
        self._cancel(settlement)
        self.assertEqual(settlement.state, "reversing")
        self.assertEqual(set(settlement.line_ids.mapped("state")), {"posted"})
        with patch.object(IrCron, "_commit_progress", return_value=0):
            self.env["rebate.settlement"].sudo()._cron_cancel_settlements()
        self.assertEqual(sorted(settlement.line_ids.mapped("state")), ["cancelled", "posted"])
        self.assertEqual(settlement.state, "reversing")
        with patch.object(IrCron, "_commit_progress", return_value=float("inf")):
            self.env["rebate.settlement"].sudo()._cron_cancel_settlements()
        self.assertEqual(settlement.state, "cancel")
        self.assertEqual(len(settlement.line_ids.reversal_id), 2)

    def test_R14_carried_balance_goes_with_it(self):
        """R14: what a cancelled settlement carried is decided anew by the next one."""
        self._invoice(self.dealer_2, "2026-02-02", -4000)
        agreement = self.agreement.copy()
        agreement.component_ids.rate_table_id = self._create_table([(0, 10)], open_below=True)
        agreement.action_activate()
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(sorted(settlement.line_ids.mapped("state")), ["carried", "posted"])
        self._cancel(settlement)
        self.assertEqual(set(settlement.line_ids.mapped("state")), {"cancelled"})
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 100)

    def test_R15_lock_date(self):
        """R15: in a locked period the reversal takes the next open date."""
        settlement = self._settle(self.agreement, "2026-03-31")
        self.company.sudo().fiscalyear_lock_date = "2026-08-31"
        self._cancel(settlement, date="2026-08-01")
        self.assertTrue(all(str(d.date) > "2026-08-31" for d in settlement.line_ids.reversal_id))

    def test_R15_refused_while_another_is_open(self):
        """R15: an open settlement was computed on what the posted one paid."""
        settlement = self._settle(self.agreement, "2026-03-31")
        self._compute(self.agreement, "2026-06-30")
        with self.assertRaisesRegex(UserError, "is open"):
            self._cancel(settlement)

    def test_R15_only_accountants_cancel(self):
        """R15: who may not post may not take back either."""
        settlement = self._settle(self.agreement, "2026-03-31")
        user = new_test_user(
            self.env,
            "rebate_clerk",
            "dealer_rebate.group_rebate_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self._cancel(settlement, user=user)
        with self.assertRaises(AccessError):
            settlement.with_user(user)._cancel_posted("2026-08-01", "x")
