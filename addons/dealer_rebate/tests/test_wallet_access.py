# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_wallet import WalletCommon
from .roles import GROUPS, RolesMixin


@tagged("post_install", "-at_install")
class TestWalletAccess(RolesMixin, WalletCommon):
    """Who may do what with wallets: role x model x right, and other companies' records."""

    groups = GROUPS | {"sales": "sales_team.group_sale_manager"}
    read = {"rebate_user": "r", "rebate_manager": "r"}
    kept = {"rebate_user": "r", "rebate_manager": "rwcd"}
    rights = {
        "rebate.wallet": kept,
        "rebate.wallet.balance": read,
        "rebate.wallet.entry": read,
        "rebate.wallet.hold": read,
        "rebate.wallet.check": read,
        "rebate.wallet.grant": kept,
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._grant(cls.dealer, 100)
        order = cls._order(cls.dealer, 500, 20)
        order.action_confirm()
        row = cls.env["rebate.wallet.balance"].search([("wallet_id", "=", cls.wallet.id)])
        cls.records = {
            "rebate.wallet": cls.wallet,
            "rebate.wallet.balance": row,
            "rebate.wallet.entry": row._get_entries(),
            "rebate.wallet.hold": order.rebate_wallet_hold_ids,
            "rebate.wallet.check": cls.env["rebate.wallet.check"].search([]),
            "rebate.wallet.grant": cls.env["rebate.wallet.grant"].create(
                {
                    "wallet_id": cls.wallet.id,
                    "partner_id": cls.dealer.id,
                    "amount": 1,
                    "reason": "Test",
                }
            ),
        }

    def test_P12_a_wallet_is_activated_by_its_button_only(self):
        """P12: no value, no import and no default of a context makes a wallet active."""
        user = self._user("keeper", GROUPS["rebate_manager"])
        wallets = self.env["rebate.wallet"].with_user(user)
        vals = {"name": "Other", "currency_id": self.company.currency_id.id}
        with self.assertRaisesRegex(UserError, "buttons"):
            wallets.create(vals | {"state": "active"})
        wallet = wallets.with_context(default_state="active").create(vals)
        self.assertEqual(wallet.state, "draft")
        with self.assertRaisesRegex(UserError, "buttons"):
            wallet.write({"state": "active"})

    def test_P12_wallets_of_two_companies_are_two(self):
        """P12: the same dealer's money with a sister company is another balance."""
        data = self.setup_other_company(name="Sister")
        wallet = self._create_wallet(
            name="Sister's money",
            company_id=data["company"].id,
            currency_id=data["company"].currency_id.id,
        )
        note = self.env["account.move"].with_company(data["company"])
        note = note.create(
            self._prepare_invoice(
                self.dealer,
                self.today,
                [70],
                move_type="out_refund",
                journal_id=data["default_journal_sale"].id,
            )
        )
        note.action_post()
        wallet._grant(note)
        self._assert_wallet(100, held=20)
        self._assert_wallet(70, wallet=wallet)

    def test_P12_accountant_without_rebates_is_guarded(self):
        """P12: who may pay invoices spends by the rules, without any right on wallets."""
        accountant = self._user("cashier", "account.group_account_invoice")
        invoice = self._bill(self.dealer, 500)
        test = self.with_user_env(accountant)
        with self.assertRaisesRegex(Exception, "80.00|does not have"), self.env.cr.savepoint():
            test(invoice, 81)
        test(invoice, 80)
        self._assert_wallet(20, held=20)

    def test_P12_salesperson_holds_by_the_rules(self):
        """P12: a salesperson confirms an order that holds, and cancels it."""
        seller = self._user("seller", "sales_team.group_sale_salesman")
        order = self._order(self.dealer, 500, 30)
        order.user_id = seller
        order.with_user(seller).action_confirm()
        self._assert_wallet(100, held=50)
        order.with_user(seller)._action_cancel()
        self._assert_wallet(100, held=20)

    def with_user_env(self, user):
        """``spend(invoice, amount)`` as somebody else."""

        def spend(invoice, amount):
            wizard = (
                self.env["account.payment.register"]
                .with_user(user)
                .with_context(active_model="account.move", active_ids=invoice.ids)
                .create(
                    {
                        "journal_id": self.wallet.payment_journal_id.id,
                        "payment_method_line_id": self.wallet.payment_method_line_id.id,
                        "amount": amount,
                    }
                )
            )
            return wizard._create_payments()

        return spend
