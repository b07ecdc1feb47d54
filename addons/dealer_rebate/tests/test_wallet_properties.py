# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import random
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_wallet import WalletCommon

STEPS = 25
SEEDS = (1, 2, 3)


@tagged("post_install", "-at_install")
class TestWalletProperties(WalletCommon):
    """Whatever happens in whatever order: balance = account, available is never negative."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wallet.write({"expiry_months": 3, "notice_days": 0, "max_share": 80})

    def test_P12_R5_random_lives_of_a_wallet(self):
        """P12, R5: random grants, spends, refunds, holds, reversals and expiries keep the books."""
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self._live(random.Random(seed), self._create_dealer(f"Dealer {seed}"))

    def _live(self, chance, dealer):
        self.paid, self.open_orders, self.granted = [], [], []
        steps = ("grant", "grant", "spend", "spend", "refund", "hold", "order", "expire", "reverse")
        expected = self._step_grant(chance, dealer, 0)
        refused = passed = 0
        for _step in range(STEPS):
            before = expected
            name = chance.choice(steps)
            try:
                with self.env.cr.savepoint():
                    expected += getattr(self, f"_step_{name}")(chance, dealer, before)
                passed += 1
            except UserError:
                expected = before
                refused += 1
            self._assert_step(dealer, expected, f"{name} after {before}")
        self.assertTrue(passed > STEPS / 3, "the walk is no dead end")

    def _assert_step(self, dealer, expected, message):
        row = self._balance(dealer)
        self.assertAlmostEqual(row.balance, expected, 2, message)
        self.assertGreaterEqual(row.available, 0, message)
        self.assertAlmostEqual(
            sum(row._get_open_lots().mapped("remaining")), row.balance, 2, message
        )
        self._assert_books()

    def _step_grant(self, chance, dealer, _balance):
        amount = chance.randint(1, 20000) / 100
        date = self.today - timedelta(days=chance.randint(0, 80))
        self.granted.append(self._credit_note(dealer, amount, date))
        self.wallet._grant(self.granted[-1])
        return amount

    def _step_spend(self, chance, dealer, balance):
        amount = round(balance * chance.choice((0.2, 0.5, 0.9, 1.0, 1.2)) + 0.01, 2)
        invoice = self._bill(dealer, round(amount * chance.choice((1.1, 1.25, 3)), 2))
        self._spend(invoice, amount)
        self.paid.append(invoice)
        return -amount

    def _step_refund(self, chance, dealer, balance):
        if not self.paid:
            return 0.0
        invoice = self.paid.pop(chance.randrange(len(self.paid)))
        spent = invoice.amount_total - invoice.amount_residual
        self._refund(invoice)
        return spent

    def _step_hold(self, chance, dealer, balance):
        amount = round(balance * chance.choice((0.3, 0.8, 1.1)) + 0.01, 2)
        order = self._order(dealer, amount * 2, amount)
        order.action_confirm()
        self.open_orders.append(order)
        return 0.0

    def _step_order(self, chance, dealer, balance):
        if not self.open_orders:
            return 0.0
        order = self.open_orders.pop()
        if chance.random() < 0.5:
            order._action_cancel()
            return 0.0
        held = order.sudo().rebate_wallet_hold_ids.remaining
        order._create_invoices().action_post()
        return -held

    def _step_expire(self, chance, dealer, balance):
        lots = self._balance(dealer)._get_open_lots()
        if lots and chance.random() < 0.5:
            lots[:1].move_line_id.sudo().rebate_wallet_expiry = self.today - timedelta(days=1)
        entry = self.wallet.sudo()._expire()
        lines = entry.line_ids.filtered(
            lambda line: line.account_id == self.wallet.account_id and line.partner_id == dealer
        )
        return -sum(lines.mapped("amount_currency"))

    def _step_reverse(self, chance, dealer, balance):
        if not self.granted:
            return 0.0
        note = self.granted.pop(chance.randrange(len(self.granted)))
        claim = self._refund(note)
        return claim.amount_residual - claim.amount_total
