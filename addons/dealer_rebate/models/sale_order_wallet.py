# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrderWallet(models.Model):
    """A confirmed order holds what its dealer wants to spend of a wallet on it (P12)."""

    _inherit = "sale.order"

    rebate_wallet_id = fields.Many2one(
        "rebate.wallet",
        string="Wallet",
        copy=False,
        check_company=True,
        domain="[('state', '!=', 'draft')]",
        help="Wallet that part of this order is to be paid with.",
    )
    rebate_wallet_currency_id = fields.Many2one(
        related="rebate_wallet_id.currency_id", string="Wallet Currency"
    )
    rebate_wallet_amount = fields.Monetary(
        string="Pay with Wallet",
        currency_field="rebate_wallet_currency_id",
        copy=False,
        help="Held when the order is confirmed, spent when it is invoiced.",
    )
    rebate_wallet_available = fields.Monetary(
        string="Available in Wallet",
        currency_field="rebate_wallet_currency_id",
        compute="_compute_rebate_wallet_available",
        groups="dealer_rebate.group_rebate_user",
        help="What the dealer can still spend, without what orders hold.",
    )
    rebate_wallet_hold_ids = fields.One2many(
        "rebate.wallet.hold", "order_id", groups="dealer_rebate.group_rebate_user"
    )

    _rebate_wallet_amount_valid = models.Constraint(
        "CHECK (rebate_wallet_amount IS NULL OR rebate_wallet_amount >= 0)",
        "An order cannot hold less than nothing of a wallet.",
    )

    @api.depends("rebate_wallet_id", "partner_invoice_id")
    def _compute_rebate_wallet_available(self):
        for order in self:
            wallet, partner = order.rebate_wallet_id, order.partner_invoice_id
            order.rebate_wallet_available = (
                wallet._get_available(partner, fields.Date.context_today(order))
                if wallet and partner
                else 0
            )

    def write(self, vals):
        if {"rebate_wallet_id", "rebate_wallet_amount"} & set(vals):
            self._check_wallet_not_held()
        return super().write(vals)

    def _action_confirm(self):
        self._hold_wallets()
        return super()._action_confirm()

    def _action_cancel(self):
        # sudo: a cancelled order holds nothing, whoever cancels it.
        self.sudo().rebate_wallet_hold_ids._release()
        return super()._action_cancel()

    def _create_invoices(self, grouped=False, final=False, date=None):
        """Put the wallet on invoices where its tax is settled at spending."""
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        for move in moves.filtered(lambda move: move.move_type == "out_invoice"):
            for hold in move._get_wallet_holds():
                if hold.wallet_id.tax_setting == "spending":
                    hold.wallet_id._add_spending_lines(move, hold.remaining)
        return moves

    def _hold_wallets(self):
        """Hold what these orders are to be paid with.

        :raise UserError: when the wallet's rules or what is available do not allow it
        """
        values = []
        for order in self.filtered("rebate_wallet_amount"):
            # sudo: the order's own wallet and dealer; salespeople need no right on wallets.
            wallet = order.sudo().rebate_wallet_id
            amount = order.rebate_wallet_amount
            if not wallet:
                raise UserError(
                    self.env._(
                        "%(order)s is to be paid with a wallet: choose which.", order=order.name
                    )
                )
            today = fields.Date.context_today(order)
            wallet._check_limit(
                order,
                wallet.currency_id._convert(amount, order.currency_id, order.company_id, today),
            )
            partner = order.partner_invoice_id.commercial_partner_id
            wallet._check_available(partner, amount, today)
            values.append(
                {
                    "wallet_id": wallet.id,
                    "partner_id": partner.id,
                    "order_id": order.id,
                    "date": today,
                    "amount": amount,
                }
            )
        # sudo: holds are written by orders only.
        self.env["rebate.wallet.hold"].sudo().create(values)

    def _check_wallet_not_held(self):
        # sudo: an order knows what it holds, whoever edits it.
        held = self.filtered(
            lambda order: (
                order.state == "sale"
                and order.sudo().rebate_wallet_hold_ids.filtered(lambda h: h.state == "held")
            )
        )
        if held:
            raise UserError(
                self.env._(
                    "%(orders)s holds some of the dealer's wallet. Cancel the order to change "
                    "that.",
                    orders=", ".join(held.mapped("name")),
                )
            )
