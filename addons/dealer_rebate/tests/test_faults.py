# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.base.models.ir_cron import IrCron

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestMerge(RebateCommon):
    """Two dealers become one at the worst moments (R15): nothing is lost, nothing paid twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = cls._create_table([(0, 5), (1000, 10)])
        cls.agreement = cls._create_agreement(cls.table)
        cls._invoice(cls.dealer, "2026-02-01", 800)
        cls._invoice(cls.dealer_2, "2026-02-01", 400)

    def _merge(self, kept, gone):
        """Odoo's wizard, as the contact manager presses it."""
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .sudo()
            .with_context(active_model="res.partner", active_ids=(kept | gone).ids)
            .create({})
        )
        wizard.dst_partner_id = kept
        wizard.action_merge()
        self.assertFalse(gone.exists())

    def _release_and_post(self, settlement):
        settlement.action_review()
        settlement.action_post()

    def _assert_settled(self, total):
        """All settlements together paid the total to the dealer that is left; the books add up."""
        lines = self.agreement.settlement_ids.line_ids.filtered(lambda line: line.state == "posted")
        self.assertEqual(sum(lines.mapped("amount")), total)
        self.assertEqual(sum(self._paid(s) for s in self.agreement.settlement_ids), total)
        self.assertEqual(lines.partner_id, self.dealer)
        self._assert_ledger(self.agreement)
        again = self._settle(self.agreement, max(self.agreement.settlement_ids.mapped("date_to")))
        self.assertEqual(self._paid(again), 0)
        self._assert_ledger(self.agreement)

    def test_R15_merged_between_settlements(self):
        """R15: what both were paid counts for the one; the higher tier of both pays the rest."""
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31")), 60)
        self._merge(self.dealer, self.dealer_2)
        again = self._settle(self.agreement, "2026-03-31")
        line = again.line_ids
        self.assertEqual((line.earned, line.settled_before, line.amount), (120, 60, 60))
        self._assert_settled(120)

    def test_R15_merged_between_computing_and_posting(self):
        """R15: what was computed for two is not what one earns: computed again, then posted."""
        settlement = self._compute(self.agreement, "2026-03-31")
        settlement.action_review()
        self._merge(self.dealer, self.dealer_2)
        with self.assertRaisesRegex(UserError, "INV/(.|\n)*changed since(.|\n)*Compute it again"):
            settlement.action_post()
        settlement.action_compute()
        self.assertEqual(settlement.line_ids.mapped("amount"), [120])
        self._release_and_post(settlement)
        self.assertEqual(len(settlement.line_ids.credit_note_id), 1)
        self._assert_settled(120)

    def _post_first_chunk(self):
        """A settlement of which one dealer is posted and the other one is still to come."""
        self.env["ir.config_parameter"].sudo().set_param("dealer_rebate.posting_chunk", 1)
        settlement = self._compute(self.agreement, "2026-03-31")
        self._release_and_post(settlement)
        settlement._post_next_chunk()
        self.assertEqual((settlement.state, settlement.open_dealer_count), ("posting", 1))
        posted = settlement.line_ids.filtered(lambda line: line.state == "posted")
        return settlement, posted.partner_id

    def _go_on(self, settlement):
        with patch.object(IrCron, "_commit_progress", lambda *_args, **_kwargs: 60):
            self.env["rebate.settlement"].sudo()._cron_post_settlements()
        self.assertEqual(settlement.state, "posted", settlement.posting_error)

    def test_R15_merged_half_way_through_the_posting(self):
        """R15: the posted one swallows the other, or is swallowed: the next chunk goes on."""
        settlement, posted = self._post_first_chunk()
        self.assertEqual(posted, self.dealer)
        self._merge(self.dealer, self.dealer_2)
        self._go_on(settlement)
        self.assertEqual(self._paid(settlement), 60)
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31")), 60)
        self._assert_settled(120)

    def test_R15_merged_into_the_one_still_to_be_posted(self):
        """R15: the same, the other way round."""
        settlement, _posted = self._post_first_chunk()
        kept, self.dealer = self.dealer_2, self.dealer
        self._merge(kept, self.dealer)
        self.dealer = kept
        self._go_on(settlement)
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31")), 60)
        self._assert_settled(120)

    def test_R15_merged_half_way_and_computed_again(self):
        """R15: who has its credit note gets no second one in this settlement, but in the next."""
        settlement, _posted = self._post_first_chunk()
        self._merge(self.dealer, self.dealer_2)
        settlement.action_compute()
        self._release_and_post(settlement)
        self.assertEqual((settlement.state, self._paid(settlement)), ("posted", 40))
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31")), 80)
        self._assert_settled(120)

    def test_R14_merged_with_a_carried_balance(self):
        """R14: what one owes is taken off what the other one earns."""
        table = self._create_table([(0, 5)], open_below=True)
        self.agreement = self._create_agreement(table, name="With returns")
        self._invoice(self.dealer_2, "2026-02-10", -1000)
        first = self._settle(self.agreement, "2026-03-31")
        self.assertEqual((self._paid(first), first.amount_carried), (40, -30))
        self._merge(self.dealer, self.dealer_2)
        self._invoice(self.dealer, "2026-05-01", 2000)
        second = self._settle(self.agreement, "2026-06-30")
        # The first quarter's 200 earn 10, of which 40 were paid; the second's 2000 earn 100.
        self.assertEqual(self._paid(second), 70)
        self._assert_settled(110)

    def test_R12_merged_members_go_on(self):
        """R12: both were members; the one that is left is paid once, and a new version follows."""
        agreement = self._create_agreement(
            self.table,
            name="Members",
            dealer_scope="member",
            member_ids=[
                Command.create({"partner_id": self.dealer.id, "date_to": "2026-06-30"}),
                Command.create({"partner_id": self.dealer_2.id, "date_from": "2026-01-15"}),
            ],
        )
        self.agreement.action_close()
        self.agreement = agreement
        self._merge(self.dealer, self.dealer_2)
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 120)
        self._assert_settled(120)
        version = agreement._copy_as_version(agreement.date_start)
        self.assertEqual(version.member_ids.partner_id, self.dealer)
        # The days of both, where they overlap in one line.
        days = agreement.member_ids.mapped(lambda member: (member.date_from, member.date_to))
        self.assertEqual(days, [(False, False)])

    def test_R12_merged_dealers_of_a_draft(self):
        """R12: a draft that named both can be saved, activated and settled for the one."""
        draft = self._create_agreement(self.table, name="Draft", activate=False, period="half")
        self._merge(self.dealer, self.dealer_2)
        with Form(draft) as form:
            form.name = "Draft after the merge"
        draft.action_activate()
        self.assertEqual(draft.partner_ids, self.dealer)
        self.assertEqual(self._paid(self._settle(draft, "2026-06-30")), 120)
