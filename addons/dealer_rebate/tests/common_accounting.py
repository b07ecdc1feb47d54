# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, fields

from .common import RebateCommon


class RebateAccountingCommon(RebateCommon):
    """A company that accrues: journal and accounts of its own, and short helpers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accrued = cls._create_account("REB.1", "liability_current")
        cls.expense = cls._create_account("REB.2", "expense")
        cls.company.write(
            {
                "rebate_accrual_journal_id": cls.company_data["default_journal_misc"].id,
                "rebate_accrual_account_id": cls.accrued.id,
                "rebate_accrual_expense_account_id": cls.expense.id,
            }
        )

    @classmethod
    def _create_account(cls, code, account_type, **vals):
        return cls.env["account.account"].create(
            {
                "name": code,
                "code": code,
                "account_type": account_type,
                "company_ids": [Command.set(cls.company.ids)],
            }
            | vals
        )

    def _accrue(self, agreement, date):
        return agreement._accrue(fields.Date.to_date(date))

    def _balance(self, account):
        """Credits less debits of posted items."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return -round(sum(lines.mapped("balance")), 2)

    def _assert_account_is_open_accruals(self, account=None):
        self.env.flush_all()
        rows = self.env["rebate.accrual.balance"].search(
            [("account_id", "=", (account or self.accrued).id)]
        )
        self.assertTrue(rows)
        self.assertEqual(rows.difference, 0)
        return rows
