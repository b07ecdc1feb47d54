# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AccountMoveWallet(models.Model):
    """Documents that fill, spend, give back to and take back from wallets (P12, R5)."""

    _inherit = "account.move"

    rebate_wallet_kind = fields.Selection(
        [
            ("grant", "Grant"),
            ("restore", "Given back"),
            ("take_back", "Taken back"),
            ("expiry", "Expired"),
        ],
        copy=False,
        readonly=True,
        help="What this entry does to a dealer's wallet.",
    )
    rebate_wallet_origin_id = fields.Many2one(
        "account.move",
        string="Wallet Origin",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The credit note or claim that this entry moves into or out of a wallet.",
    )
    rebate_wallet_hold_id = fields.Many2one(
        "rebate.wallet.hold",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The order's hold that this payment takes.",
    )
    rebate_wallet_usable = fields.Boolean(
        compute="_compute_rebate_wallet_usable",
        help="The customer has credit whose tax is settled at spending, and it is not used yet.",
    )
    rebate_wallet_move_ids = fields.One2many(
        "account.move", "rebate_wallet_origin_id", string="Wallet Entries"
    )

    @api.depends("partner_id", "state", "move_type", "invoice_line_ids.price_total")
    def _compute_rebate_wallet_usable(self):
        for move in self:
            move.rebate_wallet_usable = bool(
                move.state == "draft"
                and move.move_type == "out_invoice"
                and move.invoice_line_ids
                and move._get_wallets_by_line()
            )

    def _compute_payment_state(self):
        """A credit note that went into a wallet is paid, not reversed."""
        result = super()._compute_payment_state()
        for move in self.filtered(lambda move: move.payment_state == "reversed"):
            if move.rebate_wallet_move_ids:
                move.payment_state = "paid"
        return result

    @api.model_create_multi
    def create(self, vals_list):
        self._check_wallet_fields_private(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_wallet_fields_private([vals])
        if "state" not in vals or not self.env["rebate.wallet"]._get_by_account():
            return super().write(vals)
        before = self.line_ids._filter_wallet()
        result = super().write(vals)
        after = self.line_ids._filter_wallet()
        gone = before - after
        if gone:
            # Odoo keeps a draft's matching; what was matched is free for others from here on.
            gone.remove_move_reconcile()
            gone._settle_wallets(gone._get_wallet_keys())
        new = after - before
        new.move_id._take_holds_by_lines()
        new._after_wallet_change()
        return result

    def _post(self, soft=True):
        """Post; refunds give back to the wallet, reversed grants take back, holds are spent."""
        posted = super()._post(soft)
        if self.env["rebate.wallet"]._get_by_account():
            posted._check_wallet_spending()
            posted._pay_from_holds()
            posted._give_back_to_wallets()
            posted._take_back_reversed_grants()
        return posted

    def button_draft(self):
        """Refuse to reopen what filled a wallet: it is corrected by a reversing document."""
        self._check_no_wallet_entry()
        return super().button_draft()

    def button_cancel(self):
        """Refuse to cancel what filled a wallet: it is corrected by a reversing document."""
        self._check_no_wallet_entry()
        return super().button_cancel()

    def action_use_rebate_wallet(self):
        """Spend what the customer has and the rules allow, on lines of this draft invoice."""
        self.check_access("write")
        for move in self.filtered("rebate_wallet_usable"):
            day = move.invoice_date or fields.Date.context_today(move)
            for wallet in move._get_wallets_by_line():
                available = wallet._get_available(move.commercial_partner_id, day)
                if not wallet._add_spending_lines(move, available):
                    raise UserError(
                        self.env._(
                            "Nothing of %(wallet)s can be spent on this invoice: see the wallet's "
                            "categories and smallest invoice.",
                            wallet=wallet.name,
                        )
                    )

    def action_view_rebate_wallet_moves(self):
        """Open the wallet entry of this document, or the document of this wallet entry."""
        self.ensure_one()
        moves = self.rebate_wallet_move_ids or self.rebate_wallet_origin_id
        action = {"type": "ir.actions.act_window", "res_model": "account.move"}
        if len(moves) == 1:
            return action | {"view_mode": "form", "res_id": moves.id}
        return action | {
            "name": self.env._("Wallet Entries"),
            "view_mode": "list,form",
            "domain": [("id", "in", moves.ids)],
        }

    def _get_wallets_by_line(self):
        """Wallets with something available that this draft could still be lowered by."""
        self.ensure_one()
        # sudo: whoever invoices uses what the customer has, by the wallet's rules.
        wallets = self.env["rebate.wallet"].sudo()
        if not wallets._get_by_account():
            return wallets
        rows = wallets.env["rebate.wallet.balance"].search(
            [
                ("owner", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("wallet_id.tax_setting", "=", "spending"),
                ("available", ">", 0),
            ]
        )
        return rows.wallet_id.filtered(
            lambda wallet: wallet.account_id not in self.invoice_line_ids.account_id
        )

    def _check_wallet_fields_private(self, vals_list):
        """What an entry does to a wallet is written by the wallet, not by its users."""
        names = ("rebate_wallet_kind", "rebate_wallet_origin_id", "rebate_wallet_hold_id")
        if not self.env.su and any(
            name in vals or self.env.context.get(f"default_{name}")
            for name in names
            for vals in vals_list
        ):
            raise AccessError(
                self.env._("Entries of wallets are made by the wallet: use its documents.")
            )

    def _check_no_wallet_entry(self):
        posted = self.filtered(lambda move: move.state == "posted")
        moves = posted.filtered(lambda move: move.rebate_wallet_kind or move.rebate_wallet_move_ids)
        if moves:
            raise UserError(
                self.env._(
                    "%(documents)s is part of a dealer's wallet and stays as it is. Reverse the "
                    "document: what is still in the wallet is then taken back.",
                    documents=", ".join(moves.mapped("display_name")),
                )
            )

    def _get_wallet_spent(self):
        """Wallets that this document spends, by hand or by payment."""
        self.ensure_one()
        if self.rebate_wallet_kind:
            return self.env["rebate.wallet"]
        lines = self.line_ids._filter_wallet(posted=False)
        # sudo: how a wallet is spent holds for everybody who posts.
        wallets = self.env["rebate.wallet"].sudo()
        return wallets.union(*(line._get_wallet() for line in lines if line.amount_currency > 0))

    def _get_wallet_paid(self, wallet):
        """Part of this invoice that was paid with a wallet.

        :return: partial reconciliations between the invoice and what spends the wallet
        """
        self.ensure_one()
        return self.line_ids.matched_credit_ids.filtered(
            lambda part: wallet in part.credit_move_id.move_id._get_wallet_spent()
        )

    def _check_wallet_spending(self):
        """Lines on an invoice that spend a wallet keep to its rules; payments fit its setting."""
        for move in self:
            for wallet in move._get_wallet_spent():
                by_line = move.is_sale_document()
                if not by_line and move.origin_payment_id.partner_type == "supplier":
                    raise UserError(
                        self.env._(
                            "%(wallet)s pays dealers' invoices, not bills.", wallet=wallet.name
                        )
                    )
                if by_line != (wallet.tax_setting == "spending") and (
                    by_line or move.origin_payment_id
                ):
                    raise UserError(wallet._explain_tax_setting(move))
                if by_line:
                    lines = move.line_ids._filter_wallet().filtered(
                        lambda line, wallet=wallet: line._get_wallet() == wallet
                    )
                    wallet._check_limit(move, -sum(lines.mapped("price_total")))

    def _give_back_to_wallets(self):
        """A refund of an invoice paid with a wallet gives back what was spent (R5)."""
        for refund in self:
            if refund.move_type == "out_refund" and refund.reversed_entry_id:
                invoice = refund.reversed_entry_id
                parts = invoice.line_ids.matched_credit_ids.credit_move_id.move_id
                # sudo: what was spent comes back, whoever refunds.
                wallets = self.env["rebate.wallet"].sudo()
                for wallet in wallets.union(*(move._get_wallet_spent() for move in parts)):
                    wallet._give_back(refund, invoice)

    def _take_back_reversed_grants(self):
        """Reversing a credit note that filled a wallet takes back what is still there (R5)."""
        for move in self:
            grants = move.reversed_entry_id.rebate_wallet_move_ids.filtered(
                lambda entry: entry.rebate_wallet_kind == "grant"
            )
            if move.move_type == "out_invoice" and grants:
                # Odoo's "reverse and cancel" matches the reversal with the credit note: then it
                # is the grant's own entry whose receivable is open again.
                for grant in grants:
                    grant.line_ids._filter_wallet()[:1]._get_wallet()._take_back(move | grant)

    def _get_wallet_holds(self):
        """What the orders of this invoice still hold."""
        orders = self.invoice_line_ids.sale_line_ids.order_id
        # sudo: invoicing an order takes what it holds, whoever invoices.
        return orders.sudo().rebate_wallet_hold_ids.filtered(lambda hold: hold.state == "held")

    def _take_holds_by_lines(self):
        """An invoice whose lines spend the wallet takes that much of its orders' holds first."""
        for move in self.filtered(lambda move: move.move_type == "out_invoice"):
            for hold in move._get_wallet_holds():
                lines = move.line_ids._filter_wallet().filtered(
                    lambda line, hold=hold: line._get_wallet() == hold.wallet_id
                )
                taken = min(hold.remaining, sum(lines.mapped("amount_currency")))
                if taken > 0:
                    move.rebate_wallet_hold_id = hold
                    hold.used += taken

    def _pay_from_holds(self):
        """Pay invoices of orders that hold some of a wallet; release what is left at the end."""
        for move in self.filtered(lambda move: move.move_type == "out_invoice"):
            for hold in move._get_wallet_holds():
                if hold.wallet_id.tax_setting == "grant":
                    hold.wallet_id._pay_from_hold(move, hold)
                if hold.order_id.invoice_status == "invoiced":
                    hold._release()

    def _get_wallet_open_lines(self):
        """Open receivable items of these documents."""
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        )
