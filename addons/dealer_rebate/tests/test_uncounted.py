# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestUncounted(RebateCommon):
    """Which invoices did not count, and why: a line of the period is in one list or the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = cls._create_table([(0, 10)])

    def _reasons(self, line):
        """{document: reason}"""
        action = line.action_view_uncounted()
        rows = self.env[action["res_model"]].search(action["domain"])
        return {row.move_line_id.move_id: row.reason for row in rows}

    def _draft(self, day, *amounts, **vals):
        return self.env["account.move"].create(
            self._prepare_invoice(self.dealer, day, list(amounts), **vals)
        )

    def test_R12_every_reason_of_a_document(self):
        """R12: drafts, cancelled ones, rebates, what came later; what counted is not listed."""
        agreement = self._create_agreement(self.table)
        counted = self._invoice(self.dealer, "2026-02-01", 1000)
        draft = self._draft("2026-02-02", 5)
        cancelled = self._draft("2026-02-03", 6)
        cancelled.button_cancel()
        elsewhere = self._invoice(self.dealer, "2026-04-01", 8)
        line = self._settle(agreement, "2026-03-31").line_ids
        later = self._invoice(self.dealer, "2026-03-01", 7)
        own = self._reasons(line)
        self.assertEqual(own, {draft: "draft", cancelled: "cancel", later: "later"})
        self.assertNotIn(counted, own)
        self.assertNotIn(elsewhere, own)

    def test_R12_rebates_and_the_cut_off(self):
        """R12: an earlier rebate in the period, and what an interim settlement leaves out."""
        agreement = self._create_agreement(self.table)
        self._invoice(self.dealer, "2026-02-01", 1000)
        first = self._settle(agreement, "2026-03-31")
        note = first.line_ids.credit_note_id
        self._invoice(self.dealer, note.invoice_date, 500)
        rebate = self._compute(agreement, note.invoice_date)
        line = rebate.line_ids.filtered(lambda line: not line.is_restatement)
        self.assertEqual(self._reasons(line), {note: "rebate"})
        other = self._create_agreement(self._create_table([(0, 5)]), name="Interim")
        after = self._invoice(self.dealer, "2026-03-20", 9)
        interim = self._compute(other, "2026-02-28")
        self.assertEqual(self._reasons(interim.line_ids), {after: "cutoff"})

    def test_R12_S17_what_settles_a_claim_is_no_turnover(self):
        """A credit note for a warranty claim takes nothing off the dealer's purchases."""
        agreement = self._create_agreement(self.table)
        self._invoice(self.dealer, "2026-02-01", 1000)
        claim = self._draft("2026-02-10", 300, move_type="out_refund")
        claim.aftersales_no_turnover = True
        claim.action_post()
        returned = self._draft("2026-02-11", 200, move_type="out_refund")
        returned.action_post()
        line = self._settle(agreement, "2026-03-31").line_ids
        self.assertEqual(line.amount, 80)
        self.assertEqual(self._reasons(line), {claim: "claim"})

    def test_R12_scope_of_dates_products_and_members(self):
        """R12: outside the promotion, another product, a day before the membership."""
        agreement = self._create_agreement(
            self.table,
            component_vals={
                "date_scope_from": "2026-02-01",
                "date_scope_to": "2026-03-15",
                "product_ids": self.product_a.ids,
            },
            dealer_scope="member",
            partner_ids=[],
            member_ids=[Command.create({"partner_id": self.dealer.id, "date_from": "2026-01-10"})],
        )
        before = self._invoice(self.dealer, "2026-01-05", 1)
        early = self._invoice(self.dealer, "2026-01-20", 2)
        late = self._invoice(self.dealer, "2026-03-20", 3)
        bought, other = (self._draft("2026-02-10", amount) for amount in (1000, 4))
        bought.invoice_line_ids.product_id = self.product_a
        other.invoice_line_ids.product_id = self.product_b
        (bought | other).action_post()
        line = self._compute(agreement, "2026-03-31").line_ids
        self.assertEqual(
            self._reasons(line),
            {before: "party", early: "dates", late: "dates", other: "product"},
        )

    def test_R14_what_is_not_paid(self):
        """R14: where only what is paid counts, the open document is named."""
        agreement = self._create_agreement(self.table, paid_only=True)
        paid = self._invoice(self.dealer, "2026-02-01", 1000)
        unpaid = self._invoice(self.dealer, "2026-02-02", 50)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        ).create({"payment_date": "2026-02-10"})._create_payments()
        line = self._compute(agreement, "2026-03-31").line_ids
        self.assertEqual(self._reasons(line), {unpaid: "unpaid"})

    def test_R2_another_store(self):
        """R2: what the dealer's other address bought is named as such."""
        store, sibling = (
            self.env["aftersales.outlet"]
            .sudo()
            .create(
                {
                    "name": name,
                    "code": name,
                    "partner_id": self.env["res.partner"]
                    .create({"name": name, "parent_id": self.dealer.id, "type": "delivery"})
                    .id,
                    "dealer_id": self.dealer.id,
                    "date_start": "2026-01-01",
                }
            )
            for name in ("North", "South")
        )
        agreement = self._create_agreement(self.table, subject="store")
        self._invoice(self.dealer, "2026-02-01", 100, partner_shipping_id=store.partner_id.id)
        away = self._invoice(
            self.dealer, "2026-02-02", 200, partner_shipping_id=sibling.partner_id.id
        )
        lines = self._compute(agreement, "2026-03-31").line_ids
        line = lines.filtered(lambda line: line.outlet_id == store)
        self.assertEqual(self._reasons(line), {away: "store"})

    def test_what_counts_no_documents_says_so(self):
        """A fixed sum has no invoices behind it."""
        agreement = self._create_agreement(
            self.table, component_vals={"basis": "fixed", "fixed_amount": 100}
        )
        line = self._compute(agreement, "2026-03-31").line_ids[:1]
        with self.assertRaisesRegex(UserError, "counts no invoices"):
            line.action_view_uncounted()

    def test_rows_are_ones_own(self):
        """Nobody sees what another one asked for, and a rebate user needs no right on invoices."""
        agreement = self._create_agreement(self.table)
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._draft("2026-02-02", 5)
        line = self._compute(agreement, "2026-03-31").line_ids
        mine = self.env["rebate.uncounted"].search(line.action_view_uncounted()["domain"])
        self.assertTrue(mine)
        user = new_test_user(
            self.env,
            "asker",
            "dealer_rebate.group_rebate_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        action = line.with_user(user).action_view_uncounted()
        rows = self.env["rebate.uncounted"].with_user(user).search([])
        self.assertEqual(rows.mapped("reason"), ["draft"])
        self.assertFalse(rows & mine)
        self.assertEqual(rows, rows.search(action["domain"]))
