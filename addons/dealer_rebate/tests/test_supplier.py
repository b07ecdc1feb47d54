# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import golden
from .common_accounting import RebateAccountingCommon


class SupplierCommon(RebateAccountingCommon):
    """A supplier, and where what it owes is booked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.claim = cls._create_account("REB.C", "asset_current", reconcile=True)
        cls.income = cls._create_account("REB.I", "income_other")
        cls.write_off = cls._create_account("REB.W", "expense")
        cls.asset = cls._create_account("REB.A", "asset_current")
        cls.company.write(
            {
                "rebate_claim_account_id": cls.claim.id,
                "rebate_supplier_income_account_id": cls.income.id,
                "rebate_supplier_accrual_account_id": cls.asset.id,
                "rebate_write_off_account_id": cls.write_off.id,
                "rebate_write_off_limit": 5,
            }
        )
        cls.supplier = cls._create_dealer("Supplier", is_dealer=False)

    def _supplier_agreement(self, **vals):
        return self._create_agreement(
            self._create_table(golden("R14-restate")[0]["tiers"]),
            **{"partner_ids": self.supplier.ids, "direction": "supplier", "payout": "bill"} | vals,
        )

    def _bill(self, amount, date="2026-02-01", move_type="in_invoice", **vals):
        return self._invoice(
            self.supplier,
            date,
            amount,
            move_type=move_type,
            journal_id=self.company_data["default_journal_purchase"].id,
            **vals,
        )

    def _credit(self, amount, date="2026-05-01"):
        return self._bill(amount, date, "in_refund")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20")
class TestSupplier(SupplierCommon):
    """The other side of R4: what suppliers owe us, expected, matched, and written off."""

    def _expected(self, **vals):
        given, _expect = golden("R4-top")
        self._bill(given["quarter_purchases"])
        agreement = self._supplier_agreement(**vals)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(settlement.state, "posted")
        return settlement.expected_ids

    def _settle_wizard(self, credit, **vals):
        action = credit.action_match()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create(vals)
        wizard.action_settle()
        return wizard

    def test_R4_expected_entry(self):
        """R4: a quarter of 30,000 bought makes 3,000 expected, and no credit note of ours."""
        credit = self._expected()
        rebate = golden("R4-top")[1]["rebate"]
        self.assertEqual(
            (credit.amount, credit.amount_open, credit.state), (rebate, rebate, "open")
        )
        self.assertEqual(credit.move_id.move_type, "entry")
        self.assertEqual(self._balance(self.claim), -rebate)
        self.assertEqual(self._balance(self.income), rebate)
        lines = credit.settlement_id.line_ids
        self.assertEqual((lines.state, lines.credit_note_id), ("posted", credit.move_id))
        self._assert_ledger(credit.agreement_id)
        self.assertFalse(self._settle(credit.agreement_id, "2026-03-31").expected_ids)

    def test_R4_matched_with_the_suppliers_credit_note(self):
        """R4: matching clears the expected entry; the credit note is no turnover."""
        credit = self._expected()
        refund = self._credit(3000)
        wizard = self._settle_wizard(credit, refund_id=refund.id)
        self.assertEqual(
            (credit.state, credit.amount_matched, credit.amount_open), ("done", 3000, 0)
        )
        self.assertEqual(wizard.amount_credited, 0)
        self.assertEqual((self._balance(self.claim), self._balance(self.income)), (0, 0))
        claim = credit.move_id.line_ids.filtered(lambda line: line.account_id == self.claim)
        self.assertTrue(claim.reconciled)
        self.assertEqual(refund.rebate_settlement_id, credit.settlement_id)
        self._bill(10000, "2026-04-15")
        second = self._settle(credit.agreement_id, "2026-06-30")
        self.assertEqual(second.line_ids.base, 10000)

    def test_R4_difference_stays_open_or_is_written_off(self):
        """R4: 2,996 credited of 3,000: 4 within the limit of 5, with a reason."""
        credit = self._expected()
        self._settle_wizard(credit, refund_id=self._credit(2996).id)
        self.assertEqual((credit.state, credit.amount_open), ("open", 4))
        with self.assertRaisesRegex(UserError, "reason"):
            credit._write_off("", fields.Date.to_date("2026-05-02"))
        self._settle_wizard(credit, write_off=True, reason="Rounding", date="2026-05-02")
        self.assertEqual((credit.state, credit.amount_written_off), ("done", 4))
        self.assertEqual((self._balance(self.claim), self._balance(self.write_off)), (0, -4))
        credit.action_undo_write_off()
        self.assertEqual((credit.state, credit.amount_open), ("open", 4))
        self.assertEqual((self._balance(self.claim), self._balance(self.write_off)), (-4, 0))

    def test_R4_large_difference_is_not_written_off(self):
        """R4: what exceeds the limit is claimed, not given up."""
        credit = self._expected()
        credit._match(self._credit(2990))
        with self.assertRaisesRegex(UserError, "limit"):
            credit._write_off("Too much", fields.Date.to_date("2026-05-02"))
        credit._match(self._credit(10))
        self.assertEqual(credit.state, "done")

    def test_R4_one_credit_note_for_two_quarters(self):
        """R4: a credit note is matched with several expected credits, each cent once."""
        first = self._expected()
        self._bill(10000, "2026-04-15")
        second = self._settle(first.agreement_id, "2026-06-30").expected_ids
        refund = self._credit(3400)
        first._match(refund)
        self.assertEqual(first._get_refund_left(refund), 400)
        second._match(refund)
        self.assertEqual((second.amount_matched, second.amount_open), (400, 100))
        with self.assertRaisesRegex(UserError, "does not fit"):
            second._match(refund)

    def test_R4_undo_a_match(self):
        """R4: an undone match leaves the credit expected and the credit note free."""
        credit = self._expected()
        refund = self._credit(3000)
        credit._match(refund)
        credit.match_ids.action_undo()
        self.assertEqual((credit.state, credit.amount_open), ("open", 3000))
        self.assertEqual(self._balance(self.claim), -3000)
        self.assertFalse(refund.rebate_settlement_id)

    def test_R4_what_does_not_fit_is_refused(self):
        """R4: another supplier's document, a draft or a bill is no credit note for it."""
        credit = self._expected()
        other = self._invoice(
            self.dealer,
            "2026-05-01",
            3000,
            move_type="in_refund",
            journal_id=self.company_data["default_journal_purchase"].id,
        )
        for move in (other, self._bill(3000)):
            with self.assertRaisesRegex(UserError, "does not fit"):
                credit._match(move)

    def test_R4_draft_credit_note(self):
        """R4: expected as a draft with the taxes of the bills; its own posting settles it."""
        tax = self._create_tax(13, type_tax_use="purchase")
        self._bill(30000, taxes=tax)
        agreement = self._supplier_agreement(supplier_document="refund")
        credit = self._settle(agreement, "2026-03-31").expected_ids
        refund = credit.move_id
        self.assertEqual((refund.move_type, refund.state), ("in_refund", "draft"))
        self.assertEqual((refund.amount_untaxed, refund.amount_tax), (3000, 390))
        self.assertEqual(credit.state, "open")
        with self.assertRaisesRegex(UserError, "ledger"), self.env.cr.savepoint():
            refund.unlink()
        refund.invoice_line_ids.price_unit = 2998
        refund.invoice_date = "2026-05-01"
        refund.action_post()
        self.assertEqual((credit.amount_matched, credit.amount_open), (2998, 2))
        credit._write_off("Rounding", fields.Date.to_date("2026-05-02"))
        self.assertEqual(credit.state, "done")
        self.assertEqual(self._balance(self.write_off), 0)

    def test_R15_cancelling(self):
        """R15: a cancelled settlement expects nothing, is reversed, and can be settled again."""
        credit = self._expected()
        settlement = credit.settlement_id
        match = credit._match(self._credit(3000))
        with self.assertRaisesRegex(UserError, "matched"):
            settlement._cancel_posted(fields.Date.to_date("2026-06-01"), "Wrong")
        settlement = self.env["rebate.settlement"].browse(settlement.id)
        match.action_undo()
        settlement._cancel_posted(fields.Date.to_date("2026-06-01"), "Wrong")
        self.assertEqual((settlement.state, credit.state), ("cancel", "cancel"))
        self.assertEqual((self._balance(self.claim), self._balance(self.income)), (0, 0))
        again = self._settle(credit.agreement_id, "2026-03-31")
        self.assertEqual(again.expected_ids.amount, 3000)

    def test_R15_cancelling_a_draft(self):
        """R15: a draft credit note is cancelled with its settlement."""
        credit = self._expected(supplier_document="refund")
        credit.settlement_id._cancel_posted(fields.Date.to_date("2026-06-01"), "Wrong")
        self.assertEqual((credit.move_id.state, credit.state), ("cancel", "cancel"))
        self.assertEqual(credit.settlement_id.state, "cancel")

    def test_R15_accrual_is_an_asset(self):
        """R15: what suppliers will owe is accrued as an asset, and reversed by the settlement."""
        self._bill(30000)
        agreement = self._supplier_agreement(accrual_method="reached")
        self._accrue(agreement, "2026-02-28")
        self.assertEqual((self._balance(self.asset), self._balance(self.income)), (-3000, 3000))
        self._assert_account_is_open_accruals(self.asset)
        self._settle(agreement, "2026-03-31")
        self.assertEqual((self._balance(self.asset), self._balance(self.claim)), (0, -3000))
        self.assertEqual(self._balance(self.income), 3000)
        self._assert_account_is_open_accruals(self.asset)

    def test_R4_pay_out_fits_the_direction(self):
        """R4: suppliers pay by their credit, dealers do not."""
        table = self._create_table([(0, 10)])
        for vals in ({"direction": "supplier"}, {"payout": "bill"}):
            with self.subTest(**vals), self.assertRaisesRegex(UserError, "Supplier's credit"):
                self._create_agreement(table, **vals)

    def test_R4_only_accountants_match(self):
        """R4: who may not post may not match."""
        credit = self._expected()
        user = new_test_user(
            self.env,
            "rebate_matcher",
            "dealer_rebate.group_rebate_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            credit.with_user(user).action_match()
        with self.assertRaises(AccessError):
            credit.with_user(user)._write_off("x", fields.Date.to_date("2026-05-02"))
