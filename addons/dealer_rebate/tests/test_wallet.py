# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common_wallet import WalletCommon


@tagged("post_install", "-at_install")
class TestWallet(WalletCommon):
    """Granting, spending and the rules of spending (P12)."""

    def test_P12_activation_makes_what_is_missing(self):
        """P12: account, journals and a method whose outstanding account is the liability."""
        self.assertRecordValues(
            self.wallet.account_id,
            [{"account_type": "liability_current", "reconcile": True}],
        )
        self.assertEqual(
            self.wallet.payment_method_line_id.payment_account_id, self.wallet.account_id
        )
        self.assertEqual(self.wallet.journal_id.type, "general")
        self.assertTrue(self.wallet.expiry_account_id)

    def test_P12_grant_moves_the_credit_note_into_the_wallet(self):
        """P12: the credit note is settled by the entry; the dealer's balance is the account's."""
        note = self._credit_note(self.dealer, 120)
        entry = self.wallet._grant(note)
        self.assertEqual(note.payment_state, "paid")
        self.assertRecordValues(
            entry.line_ids.sorted("debit"),
            [
                {
                    "account_id": self.wallet.account_id.id,
                    "partner_id": self.dealer.id,
                    "credit": 120.0,
                    "debit": 0.0,
                },
                {
                    "account_id": self.dealer.property_account_receivable_id.id,
                    "partner_id": self.dealer.id,
                    "credit": 0.0,
                    "debit": 120.0,
                },
            ],
        )
        self._assert_wallet(120)

    def test_P12_granting_twice_grants_once(self):
        """P12: a credit note that has gone into the wallet has nothing left to go."""
        note = self._credit_note(self.dealer, 120)
        self.wallet._grant(note)
        self.assertFalse(self.wallet._grant(note))
        self._assert_wallet(120)

    def test_P12_grants_of_a_batch(self):
        """P12: a settlement's credit notes go into their dealers' wallets together."""
        notes = self._credit_note(self.dealer, 120) | self._credit_note(self.dealer_2, 80)
        self.assertEqual(len(self.wallet._grant(notes)), 2)
        self._assert_wallet(120)
        self._assert_wallet(80, partner=self.dealer_2)
        self.assertEqual(self.wallet.balance, 200)

    def test_P12_register_payment_spends(self):
        """P12: Odoo's own button *Pay* pays an invoice from the wallet."""
        self._grant(self.dealer, 100)
        invoice = self._bill(self.dealer, 250)
        payment = self._spend(invoice, 80)
        self.assertEqual(invoice.amount_residual, 170)
        self.assertEqual(payment.state, "paid")
        self.assertEqual(self._balance()._get_entries().mapped("kind"), ["grant", "spend"])
        self._assert_wallet(20)

    def test_P12_wizard_proposes_what_can_be_spent(self):
        """P12: choosing the wallet proposes the least of balance, rest and rule."""
        self.wallet.max_share = 30
        self._grant(self.dealer, 100)
        for total, proposed in ((200, 60), (1000, 100)):
            wizard = (
                self.env["account.payment.register"]
                .with_context(
                    active_model="account.move", active_ids=self._bill(self.dealer, total).ids
                )
                .create({})
            )
            with Form(wizard) as form:
                form.journal_id = self.wallet.payment_journal_id
                self.assertEqual(form.amount, proposed)

    def test_P12_no_more_than_the_balance(self):
        """P12: more than what is there is refused, with a sentence; nothing is booked."""
        self._grant(self.dealer, 100)
        invoice = self._bill(self.dealer, 250)
        with self.assertRaisesRegex(UserError, "Dealer One"), self.env.cr.savepoint():
            self._spend(invoice, 100.01)
        self._assert_wallet(100)

    def test_P12_another_dealers_money_pays_nothing(self):
        """P12: a balance belongs to one dealer."""
        self._grant(self.dealer, 100)
        invoice = self._bill(self.dealer_2, 250)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._spend(invoice, 10)
        self._assert_wallet(100)

    def test_P12_a_contacts_payment_is_the_dealers(self):
        """P12: the dealer's addresses spend the dealer's wallet."""
        self._grant(self.dealer, 100)
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.dealer.id})
        invoice = self._bill(contact, 250)
        self._spend(invoice, 60)
        self._assert_wallet(40)

    def test_P12_share_of_an_invoice(self):
        """P12: at most the agreed share, over several payments."""
        self.wallet.max_share = 30
        self._grant(self.dealer, 500)
        invoice = self._bill(self.dealer, 200)
        self._spend(invoice, 40)
        with self.assertRaisesRegex(UserError, "60.00"), self.env.cr.savepoint():
            self._spend(invoice, 20.01)
        self._spend(invoice, 20)
        self._assert_wallet(440)

    def test_P12_categories_and_smallest_invoice(self):
        """P12: only eligible lines count, and only from the smallest invoice on."""
        category = self.env["product.category"].create({"name": "Parts"})
        self.wallet.write({"categ_ids": category.ids, "min_invoice": 100})
        self._grant(self.dealer, 500)
        invoice = self._bill(self.dealer, 300)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._spend(invoice, 1)
        self.product_a.categ_id = self.env["product.category"].create(
            {"name": "Filters", "parent_id": category.id}
        )
        self._spend(invoice, 200)
        small = self._bill(self.dealer, 99.99)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._spend(small, 1)
        self._assert_wallet(300)

    def test_P12_rules_hold_however_it_is_matched(self):
        """P12: a payment on account that is matched later keeps to the rules too."""
        self.wallet.max_share = 30
        self._grant(self.dealer, 500)
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.dealer.id,
                "amount": 150,
                "journal_id": self.wallet.payment_journal_id.id,
                "payment_method_line_id": self.wallet.payment_method_line_id.id,
            }
        )
        payment.action_post()
        invoice = self._bill(self.dealer, 200)
        lines = (payment.move_id | invoice)._get_wallet_open_lines()
        with self.assertRaisesRegex(UserError, "at most"), self.env.cr.savepoint():
            lines.reconcile()
        self._assert_wallet(350)

    def test_P12_manual_entries_move_the_counter_too(self):
        """P12: whatever is posted on the account is in the balance; it cannot be overdrawn."""
        other = self.company_data["default_account_expense"]
        entry = self._entry(other, 70)
        self._assert_wallet(70)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._entry(other, -70.01)
        entry.button_draft()
        self._assert_wallet(0)

    def test_P12_entry_without_a_dealer_is_refused(self):
        """P12: there is no money in the wallet that belongs to nobody."""
        with self.assertRaisesRegex(UserError, "without a partner"), self.env.cr.savepoint():
            self._entry(self.company_data["default_account_expense"], 10, partner=None)

    def test_P12_posted_items_that_change_are_counted(self):
        """P12: moving a posted item to another dealer moves the balance."""
        entry = self._entry(self.company_data["default_account_expense"], 70)
        entry.line_ids.write({"partner_id": self.dealer_2.id})
        self._assert_wallet(0)
        self._assert_wallet(70, partner=self.dealer_2)

    def test_P12_spent_items_that_change_are_matched_anew(self):
        """P12: a payment moved to another dealer spends that dealer's grants, or is refused."""
        self._grant(self.dealer, 100)
        self._grant(self.dealer_2, 50)
        invoice = self._bill(self.dealer, 250)
        small, large = self._spend(invoice, 20), self._spend(invoice, 60)
        small.move_id.line_ids._filter_wallet().partner_id = self.dealer_2
        self._assert_wallet(40)
        self._assert_wallet(30, partner=self.dealer_2)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            large.move_id.line_ids._filter_wallet().partner_id = self.dealer_2
        self._assert_wallet(40)

    def test_P12_cancelled_payment_gives_back(self):
        """P12: a payment reset to draft gives its money back to the same grants."""
        self._grant(self.dealer, 100)
        invoice = self._bill(self.dealer, 250)
        payment = self._spend(invoice, 80)
        payment.action_draft()
        self._assert_wallet(100)
        payment.action_post()
        self._assert_wallet(20)

    def test_P12_grant_stays_as_it_is(self):
        """P12: what filled a wallet is corrected by a reversal, never reopened."""
        note = self._credit_note(self.dealer, 100)
        entry = self.wallet._grant(note)
        for move in (note, entry):
            with self.assertRaisesRegex(UserError, "Reverse"), self.env.cr.savepoint():
                move.button_draft()

    def test_P12_check_finds_a_counter_that_was_tampered_with(self):
        """P12: the report shows a counter that does not say what the account says."""
        self._grant(self.dealer, 100)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE rebate_wallet_balance SET balance = 999, available = 999 WHERE owner = %s",
            [self.dealer.id],
        )
        self.env.invalidate_all()
        check = self.wallet._check_ledger()
        self.assertRecordValues(
            check,
            [{"partner_id": self.dealer.id, "account_balance": 100, "counter_balance": 999}],
        )
        # The next entry counts from the account: what was tampered with cannot be spent.
        self._grant(self.dealer, 1)
        self._assert_wallet(101)

    @mute_logger("odoo.sql_db")
    def test_P12_database_refuses_a_negative_counter(self):
        """P12: the last guard is a CHECK."""
        self._grant(self.dealer, 100)
        row = self._balance()
        with self.assertRaises(Exception) as failure, self.env.cr.savepoint():
            row.sudo().write({"available": -1, "balance": -1})
            row.flush_recordset()
        self.assertEqual(failure.exception.pgcode, "23514")

    def test_P12_foreign_wallet(self):
        """P12: a wallet in another currency counts in that currency, whatever the rates."""
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        wallet = self._create_wallet(name="Euro money", currency_id=currency.id)
        note = self._post_invoices(
            self._prepare_invoice(
                self.dealer,
                self.today,
                [100],
                move_type="out_refund",
                journal_id=self.rebate_journal.id,
                currency_id=currency.id,
            )
        )
        wallet._grant(note)
        self._assert_wallet(100, wallet=wallet)
        currency.rate_ids.create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": self.today,
                "rate": 4.0,
            }
        )
        self._spend(self._bill(self.dealer, 50, currency_id=currency.id), 50, wallet)
        self._assert_wallet(50, wallet=wallet)

    def test_P12_wrong_currency_is_refused(self):
        """P12: a credit note in another currency has no place in the wallet."""
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        note = self._post_invoices(
            self._prepare_invoice(
                self.dealer, self.today, [100], move_type="out_refund", currency_id=currency.id
            )
        )
        with self.assertRaises(UserError):
            self.wallet._grant(note)

    def test_P12_closed_wallet(self):
        """P12: a closed wallet is spent, not filled."""
        self._grant(self.dealer, 100)
        self.wallet.action_close()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._grant(self.dealer, 1)
        self._spend(self._bill(self.dealer, 250), 100)
        self._assert_wallet(0)

    def test_P12_terms_in_use_stay(self):
        """P12: account and currency of a wallet in use do not change; it is not deleted."""
        with self.assertRaises(UserError):
            self.wallet.account_id = self.company_data["default_account_expense"]
        with self.assertRaises(UserError):
            self.wallet.unlink()
        user = new_test_user(self.env, "wallet_rpc", "dealer_rebate.group_rebate_manager")
        user.write({"company_ids": [Command.set(self.company.ids)], "company_id": self.company.id})
        with self.assertRaises(UserError):
            self.wallet.with_user(user).write({"state": "draft"})

    def test_P12_merged_dealers_add_up(self):
        """P12: merging two dealers deletes nothing and adds up what they have."""
        self._grant(self.dealer, 100)
        self._grant(self.dealer_2, 50)
        order = self._order(self.dealer_2, 500, 20)
        order.action_confirm()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.dealer | self.dealer_2).ids, self.dealer)
        self._assert_wallet(150, held=20)
        self._spend(self._bill(self.dealer, 500), 130)
        self._assert_wallet(20, held=20)

    def test_P12_merge_into_a_dealer_without_wallet(self):
        """P12: the wallet moves along to a dealer that had none."""
        self._grant(self.dealer, 100)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.dealer | self.dealer_2).ids, self.dealer_2)
        self._assert_wallet(100, partner=self.dealer_2)
        self._grant(self.dealer_2, 5)
        self._assert_wallet(105, partner=self.dealer_2)

    def test_P12_dealer_that_gets_a_parent(self):
        """P12: the wallet follows the dealer into its new group."""
        person = self._create_dealer("Person", is_company=False)
        self._grant(person, 100)
        person.parent_id = self.dealer
        self._assert_wallet(100)

    def _entry(self, account, amount, partner=True):
        entry = self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.wallet.account_id.id,
                            "partner_id": self.dealer.id if partner else False,
                            "balance": -amount,
                        }
                    ),
                    Command.create({"account_id": account.id, "balance": amount}),
                ],
            }
        )
        entry.action_post()
        return entry


@tagged("post_install", "-at_install")
class TestWalletLots(WalletCommon):
    """Expiry, refunds, holds (P12, R5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wallet.write({"expiry_months": 6, "notice_days": 30})

    def _months(self, months, days=0):
        return self.today + relativedelta(months=months) + timedelta(days=days)

    def test_P12_earliest_expiry_is_spent_first(self):
        """P12: what expires first is spent first, whenever it was granted."""
        self._grant(self.dealer, 50)
        self._grant(self.dealer, 30, self._months(-3))
        self._spend(self._bill(self.dealer, 500), 45)
        self.assertEqual(
            self._lots(),
            [
                (self._months(-3) + relativedelta(months=6), 30, 30, 0, 0),
                (self._months(6), 50, 15, 0, 35),
            ],
        )
        self._assert_wallet(35)

    def test_P12_expiry_with_notice(self):
        """P12: the dealer is told first; then what is left goes to income."""
        self._grant(self.dealer, 100, self._months(-6, 20))
        self._spend(self._bill(self.dealer, 500), 30)
        messages = self.dealer.message_ids
        self.wallet.sudo()._notify_expiry()
        self.assertIn("70.00", (self.dealer.message_ids - messages)[:1].body)
        self.assertEqual(len(self.dealer.activity_ids), 1)
        self.wallet.sudo()._notify_expiry()
        self.assertEqual(len(self.dealer.activity_ids), 1, "told once")
        lot = self._balance()._get_open_lots()
        self.assertEqual(lot.expires_on, self.today + timedelta(days=30), "never less notice")
        self.assertFalse(self.wallet.sudo()._expire(), "not yet")
        lot.move_line_id.sudo().rebate_wallet_expiry = self.today - timedelta(days=1)
        entry = self.wallet.sudo()._expire()
        self.assertEqual(
            entry.line_ids.filtered(
                lambda line: line.account_id == self.wallet.expiry_account_id
            ).credit,
            70,
        )
        self.assertEqual(self._lots()[0][1:], (100, 30, 70, 0))
        self._assert_wallet(0)

    def test_P12_nothing_expires_without_notice(self):
        """P12: a grant past its date that nobody was told of can still be spent."""
        self._grant(self.dealer, 100, self._months(-7))
        self.assertFalse(self.wallet.sudo()._expire())
        self._spend(self._bill(self.dealer, 500), 30)
        self._assert_wallet(70)

    def test_P12_expired_credit_cannot_be_spent(self):
        """P12: what has expired is not available, even before the entry is booked."""
        self._expired_grant(100)
        self._grant(self.dealer, 10)
        invoice = self._bill(self.dealer, 500)
        with self.assertRaisesRegex(UserError, "expired"), self.env.cr.savepoint():
            self._spend(invoice, 11)
        self._spend(invoice, 10)
        self.wallet.sudo()._expire()
        self._assert_wallet(0)

    def test_P12_held_credit_does_not_expire(self):
        """P12: what an order held in time is spent by its invoice, also later."""
        self._grant(self.dealer, 100)
        order = self._order(self.dealer, 500, 60)
        order.action_confirm()
        lot = self._balance()._get_open_lots().move_line_id.sudo()
        lot.write(
            {
                "rebate_wallet_expiry": self.today - timedelta(days=1),
                "rebate_wallet_notice_on": self.today - timedelta(days=40),
            }
        )
        order.sudo().rebate_wallet_hold_ids.date = self.today - timedelta(days=2)
        self.wallet.sudo()._expire()
        self._assert_wallet(60, held=60)
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 440)
        self._assert_wallet(0)

    def test_R5_refund_gives_back_what_was_spent(self):
        """R5: a full refund gives back, with the expiry it was granted with."""
        self._grant(self.dealer, 30, self._months(-3))
        self._grant(self.dealer, 50)
        invoice = self._bill(self.dealer, 100)
        self._spend(invoice, 45)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": self.today})._create_payments()
        refund = self._refund(invoice)
        self._assert_wallet(80)
        self.assertEqual(refund.amount_residual, 55, "the rest is owed in money")
        self.assertEqual(
            [(lot[0], lot[4]) for lot in self._lots() if lot[4]],
            [
                (self._months(-3) + relativedelta(months=6), 30),
                (self._months(6), 35),
                (self._months(6), 15),
            ],
        )

    def test_R5_partial_refunds_give_back_their_share(self):
        """R5: part by part, together never more than what was spent."""
        self._grant(self.dealer, 90)
        invoice = self._bill(self.dealer, 300)
        self._spend(invoice, 90)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": self.today})._create_payments()
        for amount, balance in ((100, 30), (100, 60), (100, 90)):
            self._refund(invoice, amount)
            self._assert_wallet(balance)
        self._refund(invoice, 50)
        self._assert_wallet(90)

    def test_R5_refund_first_settles_the_open_rest(self):
        """R5: what the dealer had not paid yet is not given back into the wallet."""
        self._grant(self.dealer, 30)
        invoice = self._bill(self.dealer, 100)
        self._spend(invoice, 30)
        self._refund(invoice)
        self.assertEqual(invoice.amount_residual, 0)
        self._assert_wallet(30)

    def test_R5_reversed_grant_takes_back_what_is_there(self):
        """R5: what was earned is taken back; what is spent already is owed."""
        note = self._credit_note(self.dealer, 100)
        self.wallet._grant(note)
        self._spend(self._bill(self.dealer, 500), 70)
        claim = self._refund(note)
        self.assertEqual(claim.move_type, "out_invoice")
        self.assertEqual(claim.amount_residual, 70, "a receivable")
        self._assert_wallet(0)

    def test_R5_reverse_and_cancel_takes_back_too(self):
        """R5: Odoo's way to reverse and match at once takes back the same."""
        note = self._credit_note(self.dealer, 100)
        entry = self.wallet._grant(note)
        self._spend(self._bill(self.dealer, 500), 70)
        note._reverse_moves([{"invoice_date": self.today, "date": self.today}], cancel=True)
        self.assertEqual(sum(entry._get_wallet_open_lines().mapped("amount_residual")), 70)
        self._assert_wallet(0)

    def test_R5_take_back_leaves_what_orders_hold(self):
        """R5: what an order holds is not taken back under it."""
        note = self._credit_note(self.dealer, 100)
        self.wallet._grant(note)
        self._order(self.dealer, 500, 60).action_confirm()
        claim = self._refund(note)
        self.assertEqual(claim.amount_residual, 60)
        self._assert_wallet(60, held=60)

    def test_P12_order_holds_and_invoice_spends(self):
        """P12: held at confirmation, spent by the invoice, nothing left held."""
        self._grant(self.dealer, 100)
        order = self._order(self.dealer, 500, 60)
        order.action_confirm()
        self._assert_wallet(100, held=60)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._spend(self._bill(self.dealer, 500), 41)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._order(self.dealer, 500, 41).action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 440)
        self.assertEqual(order.rebate_wallet_hold_ids.state, "released")
        self._assert_wallet(40)

    def test_P12_cancelled_order_releases(self):
        """P12: a cancelled order holds nothing."""
        self._grant(self.dealer, 100)
        order = self._order(self.dealer, 500, 60)
        order.action_confirm()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.rebate_wallet_amount = 90
        order._action_cancel()
        self._assert_wallet(100)

    def test_P12_order_keeps_to_the_rules(self):
        """P12: an order cannot hold more than its invoice may spend."""
        self.wallet.max_share = 10
        self._grant(self.dealer, 100)
        with self.assertRaisesRegex(UserError, "at most"), self.env.cr.savepoint():
            self._order(self.dealer, 500, 60).action_confirm()

    def _expired_grant(self, amount):
        self._grant(self.dealer, amount)
        self._balance()._get_open_lots().move_line_id.sudo().write(
            {
                "rebate_wallet_expiry": self.today - timedelta(days=1),
                "rebate_wallet_notice_on": self.today - timedelta(days=40),
            }
        )

    def test_P12_scheduled_action_tells_and_expires(self):
        """P12: the scheduled action does both, wallet by wallet."""
        self._expired_grant(100)
        self._grant(self.dealer_2, 40, self._months(-6, 10))
        commits = []

        def commit(_cron, processed=0, *, remaining=None, deactivate=False):
            commits.append(processed)
            return 60

        with patch.object(self.registry["ir.cron"], "_commit_progress", commit):
            self.env["rebate.wallet"].sudo()._cron_expire()
        self.assertIn(1, commits)
        self._assert_wallet(0)
        self._assert_wallet(40, partner=self.dealer_2)
        self.assertTrue(self.dealer_2.activity_ids)

    def test_P12_users_do_not_write_expiry_or_kind(self):
        """P12: an accountant cannot say by RPC that an entry is a grant, or expires later."""
        entry = self._grant(self.dealer, 100)
        line = entry.line_ids.filtered("rebate_wallet_expiry")
        with self.assertRaises(AccessError):
            line.with_env(self.env).write({"rebate_wallet_expiry": False})
        moves = self.env["account.move"]
        with self.assertRaises(AccessError):
            moves.create({"rebate_wallet_kind": "take_back"})
        with self.assertRaises(AccessError):
            moves.with_context(default_rebate_wallet_kind="expiry").create({})


@tagged("post_install", "-at_install")
class TestWalletTax(WalletCommon):
    """Tax at the grant or at spending (P12, R15)."""

    def test_P12_tax_at_spending_lowers_the_invoices_tax(self):
        """P12: spending is a line on the invoice, with the taxes of what it pays."""
        tax = self._create_booked_tax(13)
        wallet = self._create_wallet(name="Net money", tax_setting="spending", max_share=50)
        self.assertFalse(wallet.payment_method_line_id)
        self._grant(self.dealer, 100, wallet=wallet)
        invoice = self.env["account.move"].create(
            self._prepare_invoice(self.dealer, self.today, [150], taxes=tax)
        )
        self.assertEqual(wallet._add_spending_lines(invoice, 100), 75)
        invoice.action_post()
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (75, 9.75))
        self._assert_wallet(25, wallet=wallet)
        self._refund(invoice)
        self._assert_wallet(100, wallet=wallet)

    def test_P12_tax_without_account_is_refused(self):
        """P12: a tax that would be booked on the wallet's account spends nothing."""
        wallet = self._create_wallet(name="Net money", tax_setting="spending")
        self._grant(self.dealer, 100, wallet=wallet)
        invoice = self.env["account.move"].create(
            self._prepare_invoice(self.dealer, self.today, [150], taxes=self._create_tax(13))
        )
        wallet._add_spending_lines(invoice, 100)
        with self.assertRaisesRegex(UserError, "account of its own"), self.env.cr.savepoint():
            invoice.action_post()

    def test_P12_line_keeps_to_the_rules(self):
        """P12: a line typed by hand is bound by the same share."""
        wallet = self._create_wallet(name="Net money", tax_setting="spending", max_share=50)
        self._grant(self.dealer, 100, wallet=wallet)
        for target, amount in ((wallet, 75.01), (self.wallet, 10)):
            self._grant(self.dealer, 100)
            invoice = self.env["account.move"].create(
                self._prepare_invoice(self.dealer, self.today, [150])
            )
            invoice.invoice_line_ids = [
                Command.create(
                    {
                        "name": "Wallet",
                        "account_id": target.account_id.id,
                        "price_unit": -amount,
                        "tax_ids": [],
                    }
                )
            ]
            with self.assertRaises(UserError), self.env.cr.savepoint():
                invoice.action_post()

    def test_P12_order_with_tax_at_spending(self):
        """P12: the order's invoice has the line, and takes the hold."""
        wallet = self._create_wallet(name="Net money", tax_setting="spending")
        self._grant(self.dealer, 100, wallet=wallet)
        order = self._order(self.dealer, 500, 60, wallet)
        order.action_confirm()
        self._assert_wallet(100, held=60, wallet=wallet)
        invoice = order._create_invoices()
        self.assertEqual(invoice.amount_total, 440)
        invoice.action_post()
        self._assert_wallet(40, wallet=wallet)


@tagged("post_install", "-at_install")
class TestWalletSettlement(WalletCommon):
    """Settlements and people that fill wallets (P12, R5, R15)."""

    def test_P12_R15_settlement_pays_into_the_wallet(self):
        """P12, R15: posting a settlement fills the wallets of its dealers."""
        agreement = self._create_agreement(
            self._create_table([(0, 10)]), payout="wallet", wallet_id=self.wallet.id
        )
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._invoice(self.dealer_2, "2026-02-01", 500)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(settlement.state, "posted")
        self._assert_wallet(100)
        self._assert_wallet(50, partner=self.dealer_2)

    def test_P12_spending_lowers_no_turnover(self):
        """P12: a line that spends the wallet is a payment to the rebates, not a discount."""
        wallet = self._create_wallet(name="Net money", tax_setting="spending")
        grant = self.env["rebate.wallet.grant"].create(
            {"wallet_id": wallet.id, "partner_id": self.dealer.id, "amount": 100, "reason": "R"}
        )
        grant.with_user(self.env.ref("base.user_admin")).sudo().action_approve()
        grant.action_post()
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        invoice = self.env["account.move"].create(
            self._prepare_invoice(self.dealer, self.today, [1000])
        )
        self.assertTrue(invoice.rebate_wallet_usable)
        invoice.action_use_rebate_wallet()
        self.assertFalse(invoice.rebate_wallet_usable)
        invoice.action_post()
        self.assertEqual(invoice.amount_untaxed, 900)
        settlement = self._compute(agreement, self.today)
        lines = settlement.line_ids.filtered(lambda line: line.partner_id == self.dealer)
        self.assertEqual(sum(lines.mapped("base")), 1000)
        self._assert_wallet(0, wallet=wallet)

    def test_P12_contact_merged_into_another_dealer(self):
        """P12: a contact's payment moves along with the contact."""
        self._grant(self.dealer, 100)
        self._grant(self.dealer_2, 100)
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.dealer.id})
        payment = self.env["account.payment"].create(
            {
                "partner_id": contact.id,
                "amount": 30,
                "journal_id": self.wallet.payment_journal_id.id,
                "payment_method_line_id": self.wallet.payment_method_line_id.id,
            }
        )
        payment.action_post()
        self._assert_wallet(70)
        other = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.dealer_2.id})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((contact | other).ids, other)
        self._assert_wallet(100)
        self._assert_wallet(70, partner=self.dealer_2)

    def test_P12_grants_of_many_dealers_cost_few_queries(self):
        """P12: the cost of a grant does not grow with the number of dealers."""
        notes = self.env["account.move"]
        for number in range(12):
            notes |= self._credit_note(self._create_dealer(f"Dealer {number}"), 10)
        self.env.flush_all()
        counts = []
        for batch in (notes[:2], notes[2:]):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.wallet._grant(batch)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        slope = (counts[1] - counts[0]) / 8
        self.assertLess(slope, 30, counts)

    def test_P12_statement_says_what_the_account_says(self):
        """P12: opening, entries with their running balance, what is left and until when."""
        self.wallet.write({"expiry_months": 6, "max_share": 50})
        self._grant(self.dealer, 100, self.today - relativedelta(years=2))
        self._grant(self.dealer, 40)
        invoice = self._bill(self.dealer, 200)
        self._spend(invoice, 30)
        row = self._balance()
        opening, rows = row._get_statement(row._get_statement_start())
        self.assertEqual(opening, 100)
        self.assertEqual([running for _entry, running in rows], [140, 110])
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("dealer_rebate.report_wallet_statement", row.ids)[0]
            .decode()
        )
        for text in ("Dealer One", invoice.name, "140.00", "110.00", "50 percent"):
            self.assertIn(text, html)

    def test_P12_screens_open_what_they_say(self):
        """P12: buttons lead to this dealer's and this wallet's records."""
        entry = self._grant(self.dealer, 100)
        row = self._balance()
        for action, count in (
            (self.wallet.action_view_balances(), 1),
            (self.wallet.action_view_entries(), 1),
            (row.action_view_entries(), 1),
            (self.dealer.action_view_rebate_wallets(), 1),
        ):
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(found), count)
        self.assertEqual(row.entry_ids.action_view_document()["res_id"], entry.id)
        note = entry.rebate_wallet_origin_id
        self.assertEqual(note.action_view_rebate_wallet_moves()["res_id"], entry.id)
        self.assertEqual(entry.action_view_rebate_wallet_moves()["res_id"], note.id)
        self.assertEqual(self.dealer.rebate_wallet_count, 1)

    def test_R15_cancelled_settlement_empties_the_wallet(self):
        """R15, R5: cancelling a posted settlement takes back what it granted, the rest is owed."""
        agreement = self._create_agreement(
            self._create_table([(0, 10)]), payout="wallet", wallet_id=self.wallet.id
        )
        self._invoice(self.dealer, "2026-02-01", 1000)
        settlement = self._settle(agreement, "2026-03-31")
        self._spend(self._bill(self.dealer, 500), 70)
        settlement._cancel_posted(self.today, "Wrong table")
        self._assert_wallet(0)
        open_lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.dealer.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
                ("move_id.rebate_wallet_kind", "=", "grant"),
            ]
        )
        self.assertEqual(sum(open_lines.mapped("amount_residual")), 70)

    def test_P12_agreement_names_its_wallet(self):
        """P12: an agreement cannot pay into no wallet."""
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._create_agreement(self._create_table([(0, 10)]), activate=False, payout="wallet")

    def test_R15_no_tax_at_the_grant_where_it_is_settled_at_spending(self):
        """R15: the agreement's wallet decides the taxes of its credit notes."""
        wallet = self._create_wallet(name="Net money", tax_setting="spending")
        tax = self._create_tax(13)
        agreement = self._create_agreement(
            self._create_table([(0, 10)]), payout="wallet", wallet_id=wallet.id
        )
        self._invoice(self.dealer, "2026-02-01", 1000, taxes=tax)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(settlement.line_ids.credit_note_id.amount_tax, 0)
        self._assert_wallet(100, wallet=wallet)

    def test_R5_grant_by_hand_needs_four_eyes(self):
        """R5: proposed by one, approved by another, posted by an accountant."""
        tax = self._create_tax(13)
        self.wallet.grant_tax_ids = tax
        proposer, approver = (
            new_test_user(
                self.env,
                login,
                "dealer_rebate.group_rebate_manager,base.group_partner_manager",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for login in ("wallet_proposer", "wallet_approver")
        )
        grant = (
            self.env["rebate.wallet.grant"]
            .with_user(proposer)
            .create(
                {
                    "wallet_id": self.wallet.id,
                    "partner_id": self.dealer.id,
                    "amount": 100,
                    "reason": "Opening of the new store",
                    "requested_by_id": approver.id,
                    "state": "approved",
                }
            )
        )
        self.assertEqual((grant.state, grant.requested_by_id), ("draft", proposer))
        with self.assertRaises(AccessError):
            grant.action_approve()
        with self.assertRaises(AccessError):
            grant.write({"state": "approved"})
        grant.with_user(approver).action_approve()
        with self.assertRaises(UserError):
            grant.write({"amount": 1000})
        with self.assertRaises(AccessError):
            grant.with_user(approver).action_post()
        grant.with_env(self.env).action_post()
        self.assertEqual(grant.state, "posted")
        self._assert_wallet(113)
        with self.assertRaises(UserError):
            grant.with_env(self.env).action_post()

    def test_P12_portal_rows_are_plain_data(self):
        """P12: what a portal page shows: balance, lots, entries with their running balance."""
        self._grant(self.dealer, 100)
        self._spend(self._bill(self.dealer, 500), 30)
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.dealer.id})
        (row,) = self.env["rebate.wallet"]._get_portal_rows(contact)
        self.assertEqual((row["balance"], row["available"]), (70, 70))
        self.assertEqual([entry["running"] for entry in row["entries"]], [100, 70])
        self.assertEqual([lot["remaining"] for lot in row["lots"]], [70])
        self.assertFalse(self.env["rebate.wallet"]._get_portal_rows(self.dealer_2))
