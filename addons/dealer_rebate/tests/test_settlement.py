# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import RebateCommon, golden


@tagged("post_install", "-at_install")
class TestSettlement(RebateCommon):
    """What counts, for whom, and what is paid when a period is settled more than once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tiers = golden("R14-restate")[0]["tiers"]
        cls.ten_percent = cls._create_table([(0, 10)], open_below=True)

    def test_R12_second_run_pays_nothing(self):
        """R12: settling again is allowed, and pays and allocates nothing."""
        agreement = self._create_agreement(self.ten_percent)
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._settle(agreement, "2026-03-31")
        again = self._settle(agreement, "2026-03-31")
        self.assertEqual((again.state, again.run), ("posted", 2))
        self.assertEqual(again.line_ids.settled_before, 100)
        self.assertEqual(again.line_ids.amount, 0)
        self.assertFalse(again.line_ids.credit_note_id)
        self.assertFalse(again.line_ids.allocation_ids)

    def test_R12_T5_wider_period_is_netted(self):
        """T5 of the peers: 45 paid for the half-year, 180 for the year: 135 are due."""
        agreement = self._create_agreement(
            self._create_table([(0, 5), (1000, 10)]), period="year", date_end="2026-12-31"
        )
        self._invoice(self.dealer, "2026-02-01", 900)
        self.assertEqual(self._paid(self._settle(agreement, "2026-06-30", "2026-06-30")), 45)
        self._invoice(self.dealer, "2026-08-01", 900)
        self.assertEqual(self._paid(self._settle(agreement, "2026-12-31")), 135)
        self._assert_ledger(agreement)

    def test_T1_incremental_slices(self):
        """T1 of the peers: 6,000 over 5/10/20 % at 0/1,000/5,000 is 650, not 750."""
        table = self._create_table([(0, 5), (1000, 10), (5000, 20)], method="incremental")
        agreement = self._create_agreement(table)
        self._invoice(self.dealer, "2026-02-01", 6000)
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 650)

    def test_T2_edge_of_a_band(self):
        """T2 of the peers: turnover exactly on an edge reaches one row."""
        agreement = self._create_agreement(self._create_table([(0, 5), (1000, 10)]))
        self._invoice(self.dealer, "2026-02-01", 999.99)
        self._invoice(self.dealer_2, "2026-02-01", 1000)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement, self.dealer), 50)
        self.assertEqual(self._paid(settlement, self.dealer_2), 100)

    def test_T3_above_the_last_row(self):
        """T3 of the peers: the top row is open."""
        agreement = self._create_agreement(self._create_table([(0, 5), (5000, 10)]))
        self._invoice(self.dealer, "2026-02-01", 6000)
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 600)

    def test_T4_addresses_count_as_one_dealer(self):
        """T4 of the peers: two addresses of 600 are a dealer of 1,200."""
        agreement = self._create_agreement(self._create_table([(0, 5), (1000, 10)]))
        addresses = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": self.dealer.id, "type": "invoice"}
                for name in ("North", "South")
            ]
        )
        for address in addresses:
            self._invoice(address, "2026-02-01", 600)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(settlement.line_ids.partner_id, self.dealer)
        self.assertEqual(self._paid(settlement), 120)

    def test_T6_own_credit_notes_do_not_count(self):
        """T6 of the peers: a rebate's credit note, its copy and its reversal are no turnover."""
        agreement = self._create_agreement(self.ten_percent)
        self._invoice(self.dealer, "2026-02-01", 2000)
        q1 = self._settle(agreement, "2026-03-31")
        note = q1.line_ids.credit_note_id
        copy = note.copy({"invoice_date": "2026-05-02", "date": "2026-05-02"})
        self.assertEqual(copy.rebate_settlement_id, q1)
        self.assertFalse(copy.invoice_line_ids.rebate_settlement_line_id)
        copy.action_post()
        self._invoice(self.dealer, "2026-05-01", 2000)
        self.assertEqual(self._paid(self._settle(agreement, "2026-06-30")), 200)
        reversal = note._reverse_moves([{"date": "2026-08-03", "invoice_date": "2026-08-03"}])
        self.assertEqual(reversal.rebate_settlement_id, q1)
        reversal.action_post()
        copy.copy({"move_type": "out_invoice", "invoice_date": "2026-08-04"}).action_post()
        self._invoice(self.dealer, "2026-08-01", 2000)
        self.assertEqual(self._paid(self._settle(agreement, "2026-09-30")), 200)

    def test_own_credit_note_dated_in_the_period_does_not_count(self):
        """A credit note dated in the very period that it pays for leaves its base alone."""
        agreement = self._create_agreement(self.ten_percent)
        self._invoice(self.dealer, "2026-02-01", 2000)
        settlement = self._compute(agreement, "2026-03-31")
        settlement.posting_date = "2026-03-31"
        settlement.action_review()
        settlement.action_post()
        self.assertEqual(str(settlement.line_ids.credit_note_id.invoice_date), "2026-03-31")
        self.assertEqual(self._settle(agreement, "2026-03-31").line_ids.base, 2000)

    def test_basis_untaxed_after_discount_posted_only(self):
        """R4: what counts is untaxed, after discount, posted, product lines, in the period."""
        agreement = self._create_agreement(self.ten_percent)
        invoice = self._invoice(
            self.dealer,
            "2026-02-01",
            1000,
            taxes=self._create_tax(13, price_include_override="tax_excluded"),
        )
        self.assertEqual(invoice.amount_total, 1130)
        discounted = self._prepare_invoice(self.dealer, "2026-02-02", [1000])
        discounted["invoice_line_ids"][0][2]["discount"] = 25
        self._post_invoices(discounted)
        self._invoice(self.dealer, "2026-02-03", -250)
        self.env["account.move"].create(self._prepare_invoice(self.dealer, "2026-02-04", [5000]))
        self._invoice(self.dealer, "2025-12-31", 7000)
        self._invoice(self.dealer, "2026-04-01", 7000)
        line = self._compute(agreement, "2026-03-31").line_ids
        self.assertEqual(line.base, 1500)
        self.assertEqual(line.source_count, 3)

    def test_scope_by_category(self):
        """R1: only products of the named categories, and those below them, count."""
        parent = self.env["product.category"].create({"name": "Parts"})
        child = self.env["product.category"].create({"name": "Filters", "parent_id": parent.id})
        self.product_b.categ_id = child
        agreement = self._create_agreement(
            self.ten_percent, component_vals={"categ_ids": [Command.set(parent.ids)]}
        )
        vals = self._prepare_invoice(self.dealer, "2026-02-01", [1000, 400])
        vals["invoice_line_ids"][1][2]["product_id"] = self.product_b.id
        self._post_invoices(vals)
        line = self._compute(agreement, "2026-03-31").line_ids
        self.assertEqual((line.base, line.source_count), (400, 1))

    def test_only_the_agreements_dealers(self):
        """Selected dealers, or everybody who is marked as a dealer."""
        stranger = self._create_dealer("Nobody", is_dealer=False)
        for partner in (self.dealer, self.dealer_2, stranger):
            self._invoice(partner, "2026-02-01", 1000)
        one = self._create_agreement(self.ten_percent, partner_ids=self.dealer.ids)
        self.assertEqual(self._compute(one, "2026-03-31").line_ids.partner_id, self.dealer)
        everybody = self._create_agreement(
            self.ten_percent, name="All", dealer_scope="all", partner_ids=[]
        )
        partners = self._compute(everybody, "2026-03-31").line_ids.partner_id
        self.assertLessEqual(self.dealer | self.dealer_2, partners)
        self.assertNotIn(stranger, partners)

    def test_dealer_no_longer_marked_is_not_charged_back(self):
        """Who was paid stays in the computation when the mark “dealer” goes."""
        agreement = self._create_agreement(self.ten_percent, dealer_scope="all", partner_ids=[])
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._settle(agreement, "2026-03-31")
        self.dealer.is_dealer = False
        again = self._settle(agreement, "2026-03-31")
        line = again.line_ids.filtered(lambda line: line.partner_id == self.dealer)
        self.assertEqual((line.earned, line.amount), (100, 0))

    def test_two_components_one_credit_note(self):
        """R1 and R2 add up: one credit note with a line for each component."""
        agreement = self._create_agreement(self.ten_percent, self._create_table([(0, 1.5)]))
        self._invoice(self.dealer, "2026-02-01", 1000)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(len(settlement.line_ids), 2)
        note = settlement.line_ids.credit_note_id
        self.assertEqual(note.invoice_line_ids.mapped("price_subtotal"), [100, 15])
        self._assert_ledger(agreement)

    def test_R14_invoice_reset_to_draft_after_settlement(self):
        """R14: an invoice that goes takes its rebate back, even when its lines are gone."""
        agreement = self._create_agreement(self.ten_percent)
        invoice = self._invoice(self.dealer, "2026-02-01", 1000, 500)
        name = invoice.name
        self._settle(agreement, "2026-03-31")
        invoice.button_draft()
        invoice.invoice_line_ids[1].unlink()
        invoice.action_post()
        self._invoice(self.dealer, "2026-05-01", 2000)
        q2 = self._settle(agreement, "2026-06-30")
        restated = q2.line_ids.filtered("is_restatement")
        self.assertEqual(restated.amount, -50)
        gone = restated.allocation_ids.filtered(lambda row: not row.move_line_id)
        self.assertEqual((gone.document, gone.base_delta, gone.amount_delta), (name, -500, -50))
        self.assertEqual(self._paid(q2), 150)
        self._assert_ledger(agreement)

    def test_R14_late_invoice_lifts_the_tier(self):
        """R14: a late invoice that reaches the next tier pays the difference on everything."""
        agreement = self._create_agreement(self._create_table(self.tiers))
        first = self.tiers[0][0]
        self._invoice(self.dealer, "2026-02-01", first)
        self._settle(agreement, "2026-03-31")
        self._invoice(self.dealer, "2026-03-31", self.tiers[1][0] - first)
        second = self._settle(agreement, "2026-03-31")
        total = self.tiers[1][0] * self.tiers[1][1] / 100
        self.assertEqual(self._paid(second), total - first * self.tiers[0][1] / 100)
        self._assert_ledger(agreement)

    def test_compute_again_takes_new_documents(self):
        """A draft computation is replaced as a whole."""
        agreement = self._create_agreement(self.ten_percent)
        self._invoice(self.dealer, "2026-02-01", 1000)
        settlement = self._compute(agreement, "2026-03-31")
        self._invoice(self.dealer, "2026-02-02", 1000)
        settlement.action_compute()
        self.assertEqual(settlement.line_ids.amount, 200)
        self.assertEqual(len(settlement.line_ids.allocation_ids), 2)

    def test_R15_changed_document_stops_the_posting(self):
        """R15: what changed since the computation is named, and nothing is posted."""
        agreement = self._create_agreement(self.ten_percent)
        self._invoice(self.dealer, "2026-02-01", 1000)
        settlement = self._compute(agreement, "2026-03-31")
        settlement.action_review()
        late = self._invoice(self.dealer, "2026-02-02", 1000)
        with self.assertRaisesRegex(UserError, late.name), self.env.cr.savepoint():
            settlement.action_post()
        self.assertEqual(settlement.state, "reviewed")
        settlement.action_compute()
        settlement.action_review()
        settlement.action_post()
        self.assertEqual(self._paid(settlement), 200)

    def test_R15_document_replaced_by_its_equal_stops_the_posting(self):
        """R15: another invoice of the same dealer and amount is still another invoice."""
        agreement = self._create_agreement(self.ten_percent)
        gone = self._invoice(self.dealer, "2026-02-01", 1000)
        self._invoice(self.dealer, "2026-02-03", 500)
        settlement = self._compute(agreement, "2026-03-31")
        settlement.action_review()
        gone.button_draft()
        instead = self._invoice(self.dealer, "2026-02-02", 1000)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            settlement.action_post()
        for document in (gone, instead):
            self.assertIn(document.name, str(caught.exception))

    def test_one_open_settlement_an_agreement(self):
        """What is open decides what the next one pays: one at a time."""
        agreement = self._create_agreement(self.ten_percent)
        self._compute(agreement, "2026-03-31")
        with self.assertRaisesRegex(Exception, "open_once"), self.env.cr.savepoint():
            self._compute(agreement, "2026-06-30")

    def test_cutoff_inside_the_agreement_and_not_backwards(self):
        """A cut-off lies in the agreement's dates and not before what is settled."""
        agreement = self._create_agreement(self.ten_percent, date_end="2026-06-30")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._compute(agreement, "2026-07-01")
        self._settle(agreement, "2026-03-31")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._compute(agreement, "2026-03-15")

    def test_cancel_only_when_nothing_is_posted(self):
        """Cancelling drops the lines and frees the agreement; posted settlements stay."""
        agreement = self._create_agreement(self.ten_percent)
        self._invoice(self.dealer, "2026-02-01", 1000)
        settlement = self._compute(agreement, "2026-03-31")
        settlement.action_cancel()
        self.assertFalse(settlement.line_ids)
        posted = self._settle(agreement, "2026-03-31")
        self.assertEqual((posted.run, self._paid(posted)), (2, 100))
        with self.assertRaises(UserError):
            posted.action_cancel()
        with self.assertRaises(UserError):
            posted.unlink()
        with self.assertRaises(UserError):
            posted.sudo().line_ids.unlink()

    def test_states_are_not_written_by_hand(self):
        """RPC cannot jump over the steps."""
        agreement = self._create_agreement(self.ten_percent)
        settlement = self._compute(agreement, "2026-03-31")
        with self.assertRaises(AccessError):
            settlement.write({"state": "posting"})
        with self.assertRaises(AccessError):
            self.env["rebate.settlement"].create(
                {"agreement_id": agreement.id, "state": "reviewed"}
            )
        with self.assertRaises(UserError):
            settlement.action_post()

    def test_default_cutoff_is_the_first_open_period(self):
        """A new settlement proposes the first closed period that has none."""
        agreement = self._create_agreement(self.ten_percent, date_end="2026-06-30")
        self._settle(agreement, "2026-03-31")
        action = agreement.action_create_settlement()
        settlement = self.env["rebate.settlement"].browse(action["res_id"])
        self.assertEqual(str(settlement.date_to), "2026-06-30")
        self.assertEqual(settlement.name, f"{agreement.name} 2026 Q2")

    def test_merged_dealers_keep_what_was_paid(self):
        """Two dealers merged: their settled amounts add up, nothing is paid twice."""
        agreement = self._create_agreement(self.ten_percent, dealer_scope="all", partner_ids=[])
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._invoice(self.dealer_2, "2026-02-01", 500)
        first = self._settle(agreement, "2026-03-31")
        merge = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        merge._merge((self.dealer | self.dealer_2).ids, self.dealer)
        self.assertEqual(len(first.line_ids), 2)
        again = self._settle(agreement, "2026-03-31")
        line = again.line_ids.filtered(lambda line: line.partner_id == self.dealer)
        self.assertEqual((line.earned, line.settled_before, line.amount), (150, 150, 0))

    def test_queries_do_not_depend_on_dealers_or_lines(self):
        """One grouped query a component: 3 or 30 dealers, 3 or 90 invoice lines cost the same."""
        few = self._create_agreement(self.ten_percent, name="Few")
        self._invoice(self.dealer, "2026-02-01", 10)
        dealers = self.env["res.partner"].create(
            [{"name": f"D{n}", "is_dealer": True} for n in range(30)]
        )
        many = self._create_agreement(
            self.ten_percent, name="Many", partner_ids=[Command.set(dealers.ids)]
        )
        self._post_invoices(
            *(self._prepare_invoice(d, "2026-02-01", [10, 20, 30]) for d in dealers)
        )
        counts = []
        for agreement in (few, many, few, many):
            settlement = self.env["rebate.settlement"].create(
                {"agreement_id": agreement.id, "date_to": "2026-03-31"}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            settlement.action_compute()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            settlement.action_cancel()
        self.assertEqual(counts[2], counts[3], counts)
        self.assertLessEqual(counts[3], 40)
