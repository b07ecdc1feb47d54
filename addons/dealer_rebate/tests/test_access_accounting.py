# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common_accounting import RebateAccountingCommon
from .roles import RolesMixin


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20")
class TestAccessAccounting(RolesMixin, RebateAccountingCommon):
    """Who may do what with the accounting of rebates, and other companies' records (R15)."""

    read = {"rebate_user": "r", "rebate_manager": "r"}
    payouts = read | {"invoicing": "rwcd"}
    wizard = {"rebate_user": "rwc", "rebate_manager": "rwc"}
    rights = {
        "rebate.accrual": read,
        "rebate.accrual.balance": read,
        "rebate.payout": payouts,
        "rebate.payout.line": payouts,
        "rebate.expected.credit": read,
        "rebate.expected.match": read,
        "rebate.accrual.run": wizard,
        "rebate.cutoff.report": wizard,
        "rebate.expected.settle": wizard,
        "rebate.settlement.cancel": wizard,
        "rebate.write.off": wizard,
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        claim = cls._create_account("REB.C", "asset_current", reconcile=True)
        income = cls._create_account("REB.I", "income_other")
        cls.company.rebate_claim_account_id = claim
        cls.company.rebate_supplier_income_account_id = income
        table = cls._create_table([(0, 10)])
        cls._invoice(cls.dealer, "2026-02-01", 1000)
        transfer = cls._create_agreement(
            table, name="Transfer", payout="transfer", accrual_method="reached"
        )
        transfer._accrue(fields.Date.to_date("2026-02-28"))
        transfer._settle_period(fields.Date.to_date("2026-03-31"))
        payout = cls.env["rebate.payout"].create({})
        payout.action_collect()
        supplier = cls._create_agreement(
            table, name="Supplier", direction="supplier", payout="bill"
        )
        purchases = cls.company_data["default_journal_purchase"]
        bill, refund = (
            cls._invoice(cls.dealer, date, amount, move_type=move_type, journal_id=purchases.id)
            for date, amount, move_type in (
                ("2026-02-01", 1000, "in_invoice"),
                ("2026-05-01", 60, "in_refund"),
            )
        )
        cls.bill = bill
        expected = supplier._settle_period(fields.Date.to_date("2026-03-31")).expected_ids
        match = expected._match(refund)
        cls.env.flush_all()
        cls.records = {
            "rebate.accrual": transfer.accrual_ids,
            "rebate.accrual.balance": cls.env["rebate.accrual.balance"].search([]),
            "rebate.payout": payout,
            "rebate.payout.line": payout.line_ids,
            "rebate.expected.credit": expected,
            "rebate.expected.match": match.sudo(False),
        }

    def test_R15_an_accountant_without_other_rights_does_it_all(self):
        """R15: the rights Rebates: User and Invoicing are enough from accrual to payment."""
        user = self._user(
            "accountant", "dealer_rebate.group_rebate_user,account.group_account_invoice"
        )
        agreement = self._create_agreement(
            self._create_table([(0, 5)]), name="Own", payout="transfer", accrual_method="reached"
        )
        wizard = (
            self.env["rebate.accrual.run"]
            .with_user(user)
            .create({"date": "2026-02-28", "agreement_ids": agreement.ids})
        )
        wizard.action_accrue()
        self.assertEqual(agreement.accrual_open, 50)
        settlement = self._compute(agreement, "2026-03-31")
        settlement.action_review()
        settlement.with_user(user).action_post()
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(agreement.accrual_open, 0)
        self.env["res.partner.bank"].create(
            {"partner_id": self.dealer.id, "acc_number": "CN1", "allow_out_payment": True}
        )
        payout = (
            self.env["rebate.payout"]
            .with_user(user)
            .create({"journal_id": self.company_data["default_journal_bank"].id})
        )
        payout.action_collect()
        payout.action_pay()
        self.assertEqual(payout.line_ids.payment_id.amount, 50)
        expected = self.records["rebate.expected.credit"].with_user(user)
        self.company.rebate_write_off_limit = 100
        self.company.rebate_write_off_account_id = self.expense
        expected._write_off("Small", fields.Date.to_date("2026-06-01"))
        expected.action_undo_write_off()
        expected.match_ids.action_undo()
        self.assertEqual(expected.amount_open, 100)
        other = self._settle(agreement, "2026-06-30")
        self.assertEqual(other.state, "posted")
        settlement.with_user(user)._cancel_posted(fields.Date.to_date("2026-06-01"), "Wrong")
        self.assertEqual(settlement.state, "cancel")

    def test_R15_ledgers_are_not_written_by_anybody(self):
        """R15: neither accruals nor expected credits can be written from outside."""
        user = self._user(
            "writer", "dealer_rebate.group_rebate_manager,account.group_account_invoice"
        )
        for model in ("rebate.accrual", "rebate.expected.credit", "rebate.expected.match"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.records[model].with_user(user).write({"amount": 1})

    def test_R15_pay_out_runs_move_by_their_buttons_only(self):
        """R15: state, list, amounts and payments of a run are typed by nobody, nor by a context."""
        user = self._user("cashier", "account.group_account_invoice")
        payout = self.records["rebate.payout"].with_user(user)
        for record, vals in (
            (payout, {"state": "paid"}),
            (payout.line_ids, {"amount": 9999}),
            (payout.line_ids, {"payment_id": False}),
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "press|buttons"):
                record.write(vals)
        with self.assertRaises(UserError):
            payout.create({"state": "paid"})
        other = payout.with_context(default_state="paid").create({})
        self.assertEqual(other.state, "draft")
        self.assertEqual(payout.line_ids.amount, 100)

    def test_R15_queries_do_not_grow_with_dealers(self):
        """R15: computing accruals takes as many queries for twelve dealers as for two."""
        counts = []
        for number in (2, 12):
            dealers = self.env["res.partner"].union(
                *(self._create_dealer(f"Dealer {number}.{n}") for n in range(number))
            )
            for dealer in dealers:
                self._invoice(dealer, "2026-02-01", 1000)
            agreement = self._create_agreement(
                self._create_table([(0, 10)]),
                name=f"Of {number}",
                partner_ids=[Command.set(dealers.ids)],
                accrual_method="linear",
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            values = agreement.sudo()._prepare_accruals(fields.Date.to_date("2026-02-28"))
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(values), number)
        self.assertLessEqual(counts[1], counts[0])
