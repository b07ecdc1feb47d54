# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.dealer_rebate.tests.common_wallet import WalletCommon

from .common import RebatePartsCommon


@tagged("post_install", "-at_install")
class TestStatement(RebatePartsCommon, WalletCommon):
    """Rebates and virtual currency stand apart on a dealer's statement of parts (P12)."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref(
            "aftersales_parts_pricing.group_parts_settlement"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.end = cls.today.replace(day=1) - timedelta(days=1)
        cls.start = cls.end.replace(day=1)

    def _statement(self, date):
        settlement = self.env["parts.settlement"].create(
            {"company_id": self.company.id, "date_to": date}
        )
        settlement.action_make_statements()
        return settlement.statement_ids.filtered(lambda s: s.partner_id == self.dealer)

    def _amounts(self, statement, kind):
        lines = statement.line_ids.filtered(
            lambda line: line.section == "account" and line.kind == kind
        )
        return sorted(lines.mapped("amount"))

    def test_P12_rebates_and_virtual_currency_apart(self):
        before = self.start - timedelta(days=1)
        self._grant(self.dealer, 30, date=before)
        self._grant(self.dealer, 120, date=self.start)
        bill = self._bill(self.dealer, 250, date=self.start)
        self._spend(bill, 80, date=self.end)
        agreement = self._create_tier_agreement(self.tier_a)
        settlement = self.env["rebate.settlement"].create(
            {"agreement_id": agreement.id, "date_to": "2026-03-31"}
        )
        rebate = self._credit_note(self.dealer, 10, date=self.start)
        # A posted settlement writes this as superuser.
        rebate.sudo().rebate_settlement_id = settlement
        statement = self._statement(self.end)
        self.assertEqual(self._amounts(statement, "rebate"), [-10])
        self.assertEqual(self._amounts(statement, "wallet"), [-80, 120])
        self.assertEqual(self._amounts(statement, "credit_note"), [-120])
        self.assertEqual(self._amounts(statement, "invoice"), [250])
        self.assertEqual(
            statement.closing_balance, bill.amount_residual + rebate.amount_residual_signed
        )
        self.assertEqual(statement.amount_invoiced, 250 - 120)
        wallet = statement.line_ids.filtered(lambda line: line.section == "wallet")
        self.assertEqual(wallet.mapped("amount"), [30, 120, -80])
        self.assertFalse(wallet[0].document)
        self.assertEqual(sum(wallet.mapped("amount")), self._balance().balance)
