# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_accounting import RebateAccountingCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
MODELS = (
    "rebate.accrual",
    "rebate.accrual.balance",
    "rebate.payout",
    "rebate.payout.line",
    "rebate.expected.credit",
    "rebate.expected.match",
)
# role: (group, what it may do with each of the models)
ROLES = {
    "portal": ("base.group_portal", ("", "", "", "", "", "")),
    "employee": ("base.group_user", ("", "", "", "", "", "")),
    "network": ("aftersales_base.group_aftersales_user", ("", "", "", "", "", "")),
    "invoicing": ("account.group_account_invoice", ("", "", "rwcd", "rwcd", "", "")),
    "rebate_user": ("dealer_rebate.group_rebate_user", ("r", "r", "r", "r", "r", "r")),
    "rebate_manager": ("dealer_rebate.group_rebate_manager", ("r", "r", "r", "r", "r", "r")),
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20")
class TestAccessAccounting(RebateAccountingCommon):
    """Who may do what with the accounting of rebates, and other companies' records (R15)."""

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

    def _user(self, login, group, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            f"rebate_acc_{login}",
            group,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_roles(self):
        """The table of roles, walked with ``with_user``."""
        for role, (group, rights) in ROLES.items():
            user = self._user(role, group)
            for model, allowed in zip(MODELS, rights, strict=True):
                for letter, operation in OPERATIONS.items():
                    with self.subTest(role=role, model=model, operation=operation):
                        records = self.records[model].with_user(user)
                        self.assertTrue(records)
                        self.assertEqual(records.has_access(operation), letter in allowed)

    def test_other_companies_see_nothing(self):
        """Every model is closed to an accountant of another company."""
        other = self.setup_other_company()["company"]
        user = self._user(
            "elsewhere", "dealer_rebate.group_rebate_manager,account.group_account_invoice", other
        )
        for model, records in self.records.items():
            with self.subTest(model):
                self.assertFalse(
                    self.env[model].with_user(user).search([("id", "in", records.ids)])
                )
                with self.assertRaises(AccessError):
                    records.with_user(user).read(["display_name"])

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
