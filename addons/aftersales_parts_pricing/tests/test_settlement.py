# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import IrCron

from .common import MODULE
from .common_statement import StatementCommon


@tagged("post_install", "-at_install")
class TestSettlement(StatementCommon):
    """Each order is invoiced with its period, by Odoo's own invoicing (P12)."""

    def test_P12_one_invoice_a_dealer(self):
        """Several orders, other addresses and freight: one posted invoice, dated by the period."""
        shop = self.env["res.partner"].create(
            {"name": "Shop", "type": "delivery", "parent_id": self.dealer.id}
        )
        one = self._sell([(self.part, 2, 10), (self.freight, 1, 5)], self.month_1)
        two = self._sell([(self.part_2, 3, 7)], self.month_1, partner_shipping_id=shop.id)
        self._deliver(one, self.month_1)
        self._deliver(two, self.end_1)
        settlement = self._settlement(self.end_1)
        settlement.action_invoice()
        invoice = settlement.invoice_ids
        self.assertEqual(len(invoice), 1)
        self.assertEqual((invoice.state, invoice.invoice_date), ("posted", self.end_1))
        self.assertEqual(invoice.amount_untaxed, 20 + 5 + 21)
        self.assertEqual(invoice.invoice_line_ids.sale_line_ids.order_id, one | two)
        self.assertEqual((one | two).mapped("parts_settled_to"), [self.end_1] * 2)
        with self.assertRefused(UserError, "Nothing to invoice"):
            settlement.action_invoice()
        settlement.action_make_statements()
        self.assertFalse(settlement.statement_ids.amount_to_invoice)
        self.assertEqual(settlement.statement_ids.closing_balance, invoice.amount_total)

    def test_P12_deliveries_of_the_period_only(self):
        """What left the warehouse after the last day waits for the next settlement."""
        order = self._sell([(self.part, 10, 10)], self.month_1)
        self._deliver(order, self.end_1, share=0.4)
        self._deliver(order, self.month_2)
        settlement = self._settlement(self.end_1)
        settlement.action_invoice()
        self.assertEqual(settlement.invoice_ids.amount_untaxed, 40)
        following = self._settlement(self.end_2)
        following.action_invoice()
        self.assertEqual(following.invoice_ids.amount_untaxed, 60)
        self.assertEqual(order.order_line.qty_invoiced, 10)

    def test_P12_returned_pieces_are_credited(self):
        """Returned before the invoice: not invoiced; after it: a credit note."""
        order = self._sell([(self.part, 10, 10)], self.month_1)
        moves = self._deliver(order, self.month_1)
        self._return(moves, self.end_1, 2)
        first = self._settlement(self.end_1)
        first.action_invoice()
        self.assertEqual(first.invoice_ids.amount_untaxed, 80)
        self._return(moves, self.month_2, 3)
        second = self._settlement(self.end_2)
        second.action_invoice()
        self.assertEqual(second.invoice_ids.move_type, "out_refund")
        self.assertEqual(second.invoice_ids.amount_untaxed, 30)

    def test_P12_each_order_at_once(self):
        """As agreed with the dealer: an invoice an order."""
        self.dealer.parts_settlement_period = "order"
        for price in (10, 20):
            self._deliver(self._sell([(self.part, 1, price)], self.month_1), self.month_1)
        settlement = self._settlement(self.end_1)
        settlement.action_invoice()
        self.assertEqual(sorted(settlement.invoice_ids.mapped("amount_untaxed")), [10, 20])

    def test_P12_other_business_is_left_alone(self):
        """Orders with other goods, and customers who are no dealers, are not invoiced here."""
        mixed = self._sell([(self.part, 1, 10), (self.machine, 1, 900)], self.month_1)
        user = self.env["res.partner"].create({"name": "User"})
        walk_in = self._sell([(self.part, 1, 10)], self.month_1, partner=user)
        for order in (mixed, walk_in):
            self._deliver(order, self.month_1)
        with self.assertRefused(UserError, "Nothing to invoice"):
            self._settlement(self.end_1).action_invoice()
        self.assertEqual(mixed.order_line.mapped("qty_to_invoice"), [1, 1])

    def test_P12_drafts_are_not_invoiced_twice(self):
        """What stands on a draft invoice is taken."""
        order = self._sell([(self.part, 4, 10)], self.month_1)
        self._deliver(order, self.month_1)
        order._create_invoices()
        with self.assertRefused(UserError, "Nothing to invoice"):
            self._settlement(self.end_1).action_invoice()

    def test_P12_accountants_invoice(self):
        """Who settles makes statements; invoices take the right to invoice besides."""
        order = self._sell([(self.part, 4, 10)], self.month_1)
        self._deliver(order, self.month_1)
        clerk = self._user("settles", f"{MODULE}.group_parts_settlement")
        accountant = self._user(
            "accountant", f"{MODULE}.group_parts_settlement,account.group_account_invoice"
        )
        settlement = self._settlement(self.end_1)
        with self.assertRefused(AccessError, "invoiced by accountants"):
            settlement.with_user(clerk).action_invoice()
        settlement.with_user(accountant).action_invoice()
        self.assertEqual(settlement.invoice_ids.amount_untaxed, 40)
        settlement.with_user(clerk).action_make_statements()
        settlement.with_user(clerk).action_send()
        self.assertEqual(settlement.statement_ids.state, "sent")
        reader = self._user("reader", f"{MODULE}.group_parts_user")
        for step in ("action_invoice", "action_make_statements", "action_send"):
            with self.assertRaises(AccessError):
                getattr(settlement.with_user(reader), step)()

    def test_P12_a_period_that_runs_is_not_settled(self):
        with self.assertRefused(UserError, "is not over"):
            self._settlement(self.today).action_make_statements()

    def test_P12_scheduled_action(self):
        """Companies that want it: invoices and drafts once a period, orders at once each day."""
        monthly = self._sell([(self.part, 1, 10)], self.end_2)
        self.dealer_2.parts_settlement_period = "order"
        at_once = self._sell([(self.part, 1, 20)], self.today, partner=self.dealer_2)
        for order, day in ((monthly, self.end_2), (at_once, self.today)):
            self._deliver(order, day)
        self._run_cron()
        self.assertFalse((monthly | at_once).invoice_ids)
        self.company.parts_settlement_auto = True
        self._run_cron()
        self.assertEqual(monthly.invoice_ids.invoice_date, self.end_2)
        self.assertEqual(at_once.invoice_ids.state, "posted")
        settlements = self.env["parts.settlement"].search([("company_id", "=", self.company.id)])
        statement = settlements.statement_ids
        self.assertEqual((statement.partner_id, statement.state), (self.dealer, "draft"))
        self._deliver(self._sell([(self.part, 1, 5)], self.end_2), self.end_2)
        self._run_cron()
        self.assertEqual(len(settlements.invoice_ids), 1)

    def _run_cron(self):
        with patch.object(IrCron, "_commit_progress", return_value=60):
            self.env["parts.settlement"]._cron_settle()

    def test_P12_period_is_kept_once_it_ran(self):
        self._invoice(self.month_1, [(self.part, 100)])
        settlement = self._settlement(self.month_1 + timedelta(days=3))
        self.assertEqual((settlement.date_from, settlement.date_to), (self.month_1, self.end_1))
        settlement.action_make_statements()
        with self.assertRefused(UserError, "has run already"):
            settlement.date_to = self.end_2
        settlement.action_send()
        with self.assertRefused(UserError, "cannot be deleted"):
            settlement.unlink()
