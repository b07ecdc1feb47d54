# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


from odoo import SUPERUSER_ID, Command, api, fields
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase


@tagged("post_install", "-at_install")
class TestWalletConcurrency(RivalsCase):
    """Two who spend the same money at once (P12)."""

    def _create_data(self, env):
        receivable, income, liability, expiry = self._keep(
            env["account.account"].create(
                [
                    {"code": f"WLTC{n}", "name": f"WLTC{n}", "account_type": kind}
                    | ({"reconcile": True} if kind == "liability_current" else {})
                    for n, kind in enumerate(
                        ("asset_receivable", "income", "liability_current", "income_other")
                    )
                ]
            )
        )
        self.journal, general, cash = self._keep(
            env["account.journal"].create(
                [
                    {"name": "W", "code": "WTC1", "type": "sale", "default_account_id": income.id},
                    {"name": "W", "code": "WTC2", "type": "general"},
                    {
                        "name": "W",
                        "code": "WTC3",
                        "type": "cash",
                        "default_account_id": liability.id,
                        "sequence": 900,
                    },
                ]
            )
        )
        self.wallet = self._keep(
            env["rebate.wallet"].create(
                {
                    "name": "At once",
                    "account_id": liability.id,
                    "expiry_account_id": expiry.id,
                    "journal_id": general.id,
                    "payment_journal_id": cash.id,
                }
            )
        )
        self.wallet.action_activate()
        self.dealer = self._keep(
            env["res.partner"].create(
                {
                    "name": "At once",
                    "is_company": True,
                    "property_account_receivable_id": receivable.id,
                }
            )
        )
        self.invoices = self._document(env, "out_invoice", 100) | self._document(
            env, "out_invoice", 100
        )
        self._grant(env, 100)

    def _document(self, env, move_type, amount):
        move = env["account.move"].create(
            {
                "move_type": move_type,
                "journal_id": self.journal.id,
                "partner_id": self.dealer.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create({"name": "Part", "price_unit": amount, "tax_ids": []})
                ],
            }
        )
        move.action_post()
        return move

    def _grant(self, env, amount):
        return self.wallet.with_env(env)._grant(self._document(env, "out_refund", amount))

    def _clean_up(self):
        """Take away what was committed, wallet first."""
        wallets = tuple(self.created.get("rebate.wallet", [0]))
        partners = tuple(self.created.get("res.partner", [0]))
        with self.registry.cursor() as cr:
            for query, ids in (
                ("DELETE FROM rebate_wallet_balance WHERE wallet_id IN %s", wallets),
                ("DELETE FROM account_payment_register WHERE partner_id IN %s", partners),
                ("DELETE FROM account_payment WHERE partner_id IN %s", partners),
                (
                    """DELETE FROM mail_message WHERE model = 'account.move' AND res_id IN
                       (SELECT id FROM account_move WHERE partner_id IN %s)""",
                    partners,
                ),
                (
                    """DELETE FROM account_partial_reconcile WHERE debit_move_id IN
                       (SELECT id FROM account_move_line WHERE partner_id IN %s)""",
                    partners,
                ),
                (
                    """UPDATE account_move SET rebate_wallet_origin_id = NULL,
                       origin_payment_id = NULL WHERE partner_id IN %s""",
                    partners,
                ),
                ("DELETE FROM account_move WHERE partner_id IN %s", partners),
                ("UPDATE rebate_wallet SET state = 'draft' WHERE id IN %s", wallets),
            ):
                cr.execute(SQL(query, ids))
            env = api.Environment(cr, SUPERUSER_ID, {})
            for model in ("rebate.wallet", "account.journal", "res.partner", "account.account"):
                env[model].browse(self.created.get(model, [])).exists().unlink()
        self.registry.clear_cache()

    def _fresh(self, env):
        env.cr.rollback()
        env.invalidate_all()
        return env

    def _spend(self, env, number, amount):
        wallet = self.wallet.with_env(env)
        invoice = self.invoices.with_env(env)[number]
        env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "journal_id": wallet.payment_journal_id.id,
                "payment_method_line_id": wallet.payment_method_line_id.id,
                "amount": amount,
            }
        )._create_payments()

    def _balance(self, env):
        row = env["rebate.wallet.balance"].search([("owner", "=", self.dealer.id)])
        return row.mapped("balance")

    @mute_logger("odoo.sql_db")
    def test_P12_two_spends_of_80_out_of_100(self):
        """P12: one passes, the other fails to serialise, is retried, and is refused."""
        first, second = (self._fresh(env) for env in self.envs)
        for env in (first, second):
            self.assertEqual(self._balance(env), [100])  # both screens show the money
        self._spend(first, 0, 80)
        self._assert_rival_waits_and_fails(first, lambda: self._spend(second, 1, 80))
        # Odoo retries a request that failed to serialise, on a fresh snapshot.
        with self.assertRaisesRegex(Exception, "At once"):
            self._spend(self._fresh(second), 1, 80)
        self._spend(self._fresh(second), 1, 20)
        self._commit(second)
        self.assertEqual(self._balance(self._fresh(first)), [0])
        self.assertFalse(self.wallet.with_env(first)._check_ledger())

    @mute_logger("odoo.sql_db")
    def test_P12_even_without_matching_the_counter_stops_the_second(self):
        """P12: it is the counter that serialises, not the matching with the grants."""
        first, second = (self._fresh(env) for env in self.envs)
        self.assertEqual(self._balance(second), [100])  # the snapshot is taken
        row = first["rebate.wallet.balance"]
        row._refresh({(self.wallet.id, self.dealer.id)})
        rival = second["rebate.wallet.balance"]
        self._assert_rival_waits_and_fails(
            first, lambda: rival._refresh({(self.wallet.id, self.dealer.id)})
        )

    @mute_logger("odoo.sql_db")
    def test_P12_two_first_grants_make_one_row(self):
        """P12: two grants at once to a dealer without a counter make one counter."""
        first, second = (self._fresh(env) for env in self.envs)
        first.cr.execute("DELETE FROM rebate_wallet_balance WHERE owner = %s", [self.dealer.id])
        self._commit(first)
        for env in (first, second):
            self.assertEqual(self._balance(self._fresh(env)), [])
        self._grant(first, 10)
        self._assert_rival_waits_and_fails(
            first,
            lambda: second["rebate.wallet.balance"]._refresh({(self.wallet.id, self.dealer.id)}),
        )
        self._grant(self._fresh(second), 10)
        self._commit(second)
        self.assertEqual(self._balance(self._fresh(first)), [120])
