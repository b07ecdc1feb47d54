# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, fields

from .common import RebateCommon


class WalletCommon(RebateCommon):
    """A wallet in use, and short helpers to fill and spend it."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("sales_team.group_sale_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.wallet = cls._create_wallet()

    @classmethod
    def _create_wallet(cls, **vals):
        wallet = cls.env["rebate.wallet"].create(
            {"name": "Parts money", "currency_id": cls.company.currency_id.id} | vals
        )
        wallet.action_activate()
        return wallet

    @classmethod
    def _credit_note(cls, partner, amount, date=None):
        return cls._post_invoices(
            cls._prepare_invoice(
                partner,
                date or cls.today,
                [amount],
                move_type="out_refund",
                journal_id=cls.rebate_journal.id,
            )
        )

    @classmethod
    def _grant(cls, partner, amount, date=None, wallet=None):
        note = cls._credit_note(partner, amount, date)
        return (wallet or cls.wallet)._grant(note)

    @classmethod
    def _create_booked_tax(cls, percent):
        """A tax with an account of its own."""
        tax = cls._create_tax(percent)
        account = cls.company_data["default_tax_sale"].invoice_repartition_line_ids.account_id
        lines = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
        lines.filtered(lambda line: line.repartition_type == "tax").account_id = account
        return tax

    @classmethod
    def _bill(cls, partner, *amounts, date=None, **vals):
        """A posted invoice to a dealer."""
        return cls._invoice(partner, date or cls.today, *amounts, **vals)

    def _spend(self, invoice, amount, wallet=None, date=None):
        """Pay an invoice with the wallet by Odoo's own wizard."""
        wallet = wallet or self.wallet
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "journal_id": wallet.payment_journal_id.id,
                    "payment_method_line_id": wallet.payment_method_line_id.id,
                    "amount": amount,
                    "payment_date": date or self.today,
                }
            )
        )
        return wizard._create_payments()

    def _balance(self, partner=None, wallet=None):
        row = self.env["rebate.wallet.balance"].search(
            [
                ("wallet_id", "=", (wallet or self.wallet).id),
                ("partner_id", "=", (partner or self.dealer).id),
            ]
        )
        self.assertLessEqual(len(row), 1)
        return row

    def _lots(self, partner=None):
        """[(expires on, amount, spent, expired, remaining)] of a dealer's grants, in order."""
        entries = self._balance(partner)._get_entries().filtered(lambda e: e.amount > 0)
        return [
            (e.expires_on, e.amount, e.spent, e.expired, e.remaining)
            for e in entries.sorted(lambda e: (e.expires_on or self.today, e.id))
        ]

    def _assert_wallet(self, balance, held=0.0, partner=None, wallet=None):
        """Balance and holds of a dealer, and that account, counter and lots agree (P12)."""
        wallet = wallet or self.wallet
        row = self._balance(partner, wallet)
        self.assertEqual((row.balance, row.held, row.available), (balance, held, balance - held))
        self._assert_books(wallet)

    def _assert_books(self, wallet=None):
        """The account says the same as the counters, the lots and the holds."""
        wallet = wallet or self.wallet
        self.assertFalse(wallet._check_ledger())
        lines = self.env["account.move.line"].search(
            [("account_id", "=", wallet.account_id.id), ("parent_state", "=", "posted")]
        )
        self.assertAlmostEqual(-sum(lines.mapped("amount_currency")), wallet.balance)

    def _refund(self, invoice, amount=None):
        """A posted refund of all of an invoice, or of an amount of it."""
        refund = invoice._reverse_moves([{"invoice_date": self.today, "date": self.today}])
        if amount:
            refund.invoice_line_ids[1:].unlink()
            refund.invoice_line_ids.write({"price_unit": amount, "quantity": 1})
        refund.action_post()
        return refund

    @classmethod
    def _order(cls, partner, amount, hold, wallet=None):
        cls.product_a.write({"invoice_policy": "order", "type": "service"})
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "rebate_wallet_id": (wallet or cls.wallet).id,
                "rebate_wallet_amount": hold,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.product_a.id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
