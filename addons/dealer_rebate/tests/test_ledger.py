# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestLedger(RebateCommon):
    """The allocation ledger and the credit notes that it explains."""

    def test_R15_offsetting_lines_do_not_blow_up_shares(self):
        """R15: large lines that cancel out still earn their own share, within a cent."""
        agreement = self._create_agreement(self._create_table([(0, 5)]))
        self._invoice(self.dealer, "2026-02-01", 10000)
        self._invoice(self.dealer, "2026-02-02", -9999.70)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(settlement.line_ids.amount, 0.02)
        amounts = sorted(settlement.line_ids.allocation_ids.mapped("amount_delta"))
        self.assertAlmostEqual(amounts[0], -499.985, delta=0.01)
        self.assertAlmostEqual(amounts[1], 500, delta=0.01)
        self._assert_ledger(agreement)

    def test_R15_each_tax_gets_its_exact_share(self):
        """R15: many small lines: cents are shared out by tax first, then inside each tax."""
        low, high = self._create_tax(6), self._create_tax(13)
        agreement = self._create_agreement(self._create_table([(0, 5)]))
        # 5 % of 0.09 is 0.0045 and of 0.11 is 0.0055: one common pool would favour the latter.
        self._invoice(self.dealer, "2026-02-01", *[0.09] * 40, taxes=low)
        self._invoice(self.dealer, "2026-02-01", *[0.11] * 40, taxes=high)
        settlement = self._settle(agreement, "2026-03-31")
        note = settlement.line_ids.credit_note_id
        by_tax = {line.tax_ids: line.price_subtotal for line in note.invoice_line_ids}
        self.assertEqual(by_tax, {low: 0.18, high: 0.22})
        self._assert_ledger(agreement)

    def test_R15_tax_included_in_price(self):
        """R15: with taxes included in prices the untaxed amount is still the rebate."""
        tax = self._create_tax(13, price_include_override="tax_included")
        agreement = self._create_agreement(self._create_table([(0, 7)]))
        self._invoice(self.dealer, "2026-02-01", 113, 226, 33.33, taxes=tax)
        settlement = self._settle(agreement, "2026-03-31")
        line = settlement.line_ids
        self.assertEqual(line.credit_note_id.amount_untaxed, line.amount)
        self.assertEqual(line.credit_note_id.invoice_line_ids.tax_ids, tax)

    def test_R15_fixed_taxes_are_not_given_back(self):
        """R15: an amount a piece is no percentage: the rebate does not reduce it."""
        eco = self._create_tax(2, amount_type="fixed", name="Eco")
        vat = self._create_tax(13)
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        self._invoice(self.dealer, "2026-02-01", 1000, taxes=eco | vat)
        note = self._settle(agreement, "2026-03-31").line_ids.credit_note_id
        self.assertEqual(note.invoice_line_ids.tax_ids, vat)

    def test_R15_amount_without_origin_has_no_tax(self):
        """R15: a fixed sum on a turnover that nets to nothing has no line to hang on."""
        tax = self._create_tax(13)
        agreement = self._create_agreement(self._create_table([(0, 50)], method="band"))
        self._invoice(self.dealer, "2026-02-01", 1000, taxes=tax)
        self._invoice(self.dealer, "2026-02-02", -1000, taxes=tax)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement), 50)
        self.assertFalse(settlement.line_ids.credit_note_id.invoice_line_ids.tax_ids)
        row = settlement.line_ids.allocation_ids.filtered(lambda row: not row.source_id)
        self.assertEqual(row.amount_delta, 50)
        self._assert_ledger(agreement)
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 0)

    def test_R15_credit_note_of_a_settlement_is_protected(self):
        """R15: the document behind the ledger is not reopened, cancelled or deleted."""
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        self._invoice(self.dealer, "2026-02-01", 1000)
        note = self._settle(agreement, "2026-03-31").line_ids.credit_note_id
        for method in (note.button_draft, note.button_cancel, note.unlink):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                method()
        self.assertEqual(note.state, "posted")

    def test_R15_documents_and_snapshot(self):
        """R15: each row names the document, its date and the product, as they were."""
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        invoice = self._invoice(self.dealer, "2026-02-01", 1000)
        settlement = self._settle(agreement, "2026-03-31")
        row = settlement.line_ids.allocation_ids
        self.assertEqual(row.document, invoice.name)
        self.assertEqual(str(row.document_date), "2026-02-01")
        self.assertEqual(row.product, invoice.invoice_line_ids.name)
        self.assertEqual(row.action_view_document()["res_id"], invoice.id)
        self.assertEqual(row.company_id, self.company)
