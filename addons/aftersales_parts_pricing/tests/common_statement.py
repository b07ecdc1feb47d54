# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command

from .common import PartsCommon


class StatementCommon(PartsCommon):
    """A company with accounts, two dealers, and the two months that are over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.month_2 = cls.today.replace(day=1) - relativedelta(months=1)
        cls.month_1 = cls.month_2 - relativedelta(months=1)
        cls.end_1 = cls.month_2 - timedelta(days=1)
        cls.end_2 = cls.today.replace(day=1) - timedelta(days=1)
        cls.tax = cls.env["account.tax"].create(
            {"name": "Test 10 %", "amount": 10.0, "company_id": cls.company.id}
        )
        cls.part = cls._create_part("general", 5, default_code="T-1", taxes_id=cls.tax.ids)
        cls.part_2 = cls._create_part("wearing", 5, default_code="T-2", taxes_id=cls.tax.ids)
        cls.machine = cls.env["product.product"].create(
            {"name": "Machine", "type": "consu", "taxes_id": cls.tax.ids}
        )
        cls.freight = cls.env["product.product"].create(
            {
                "name": "Freight",
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": cls.tax.ids,
            }
        )
        (cls.part | cls.part_2 | cls.machine).invoice_policy = "delivery"
        cls._put_in_stock(cls.part, 500)
        cls._put_in_stock(cls.part_2, 500)
        cls.dealer_2 = cls.env["res.partner"].create(
            {"name": "Dealer Two", "is_company": True, "is_dealer": True}
        )
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def _invoice(cls, date, lines, partner=None, move_type="out_invoice", currency=None):
        """A posted invoice of ``(product, price)``."""
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or cls.dealer).id,
                "invoice_date": date,
                "date": date,
                "currency_id": (currency or cls.usd).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": price,
                            "tax_ids": [Command.set(cls.tax.ids)],
                        }
                    )
                    for product, price in lines
                ],
            }
        )
        move.action_post()
        return move

    @classmethod
    def _pay(cls, date, amount, partner=None, currency=None, invoice=None):
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.dealer).id,
                "amount": amount,
                "currency_id": (currency or cls.usd).id,
                "date": date,
                "journal_id": cls.bank.id,
            }
        )
        payment.action_post()
        if invoice:
            cls._receivable(payment.move_id, invoice).reconcile()
        return payment.move_id

    @classmethod
    def _receivable(cls, *moves):
        lines = cls.env["account.move.line"].union(*(move.line_ids for move in moves))
        return lines.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    @classmethod
    def _sell(cls, lines, date, partner=None, **vals):
        """An order of ``(product, quantity, price)``, confirmed on a day at noon UTC."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.dealer).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                        }
                    )
                    for product, quantity, price in lines
                ],
            }
            | vals
        )
        order.action_confirm()
        order.date_order = cls._noon(date)
        return order

    @classmethod
    def _deliver(cls, order, date, share=1.0):
        """Deliver a share of what is open, on a day at noon UTC."""
        moves = order.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        for move in moves:
            move.quantity = move.product_uom_qty * share
            move.picked = True
        moves._action_done()
        moves.date = cls._noon(date)
        return moves

    @classmethod
    def _return(cls, moves, date, quantity):
        """The customer sends pieces back, to be credited."""
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(active_id=moves.picking_id.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.write({"quantity": 0})
        wizard.product_return_moves.filtered(lambda line: line.move_id == moves[0]).write(
            {"quantity": quantity, "to_refund": True}
        )
        back = wizard._create_return().move_ids.filtered("product_uom_qty")
        back.quantity = quantity
        back.picked = True
        back._action_done()
        back.date = cls._noon(date)
        return back

    @classmethod
    def _noon(cls, date):
        return datetime.combine(date, time(12))

    @classmethod
    def _settlement(cls, date, period="month"):
        return cls.env["parts.settlement"].create(
            {"company_id": cls.company.id, "period": period, "date_to": date}
        )

    @classmethod
    def _statements(cls, date, period="month"):
        settlement = cls._settlement(date, period)
        settlement.action_make_statements()
        return settlement.statement_ids

    @classmethod
    def _statement(cls, date, partner=None, currency=None):
        return cls._statements(date).filtered(
            lambda statement: (
                statement.partner_id == (partner or cls.dealer)
                and statement.currency_id == (currency or cls.usd)
            )
        )

    def _accounts(self, partner, date, currency=None):
        """The dealer's receivable in the accounts, read without the code under test."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "child_of", partner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", date),
                ("company_id", "=", self.company.id),
                ("currency_id", "=", (currency or self.usd).id),
            ]
        )
        return round(sum(lines.mapped("amount_currency")), 2)

    def assertAddsUp(self, statement):
        """Opening balance and account lines are the closing balance."""
        account = statement.line_ids.filtered(lambda line: line.section == "account")
        self.assertAlmostEqual(
            statement.opening_balance + sum(account.mapped("amount")),
            statement.closing_balance,
            2,
        )
        self.assertAlmostEqual(
            statement.opening_balance + sum(row[1] for row in statement._get_summary()),
            statement.closing_balance,
            2,
        )

    def _section(self, statement, section):
        """[(document, quantity, amount)] of a section."""
        lines = statement.line_ids.filtered(lambda line: line.section == section)
        return [(line.document, line.quantity, line.amount) for line in lines]
