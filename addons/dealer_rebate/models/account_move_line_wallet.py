# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

BOOKED = {
    "account_id",
    "partner_id",
    "amount_currency",
    "balance",
    "debit",
    "credit",
    "currency_id",
}


class AccountMoveLineWallet(models.Model):
    """Journal items on a wallet account: each change of one writes the dealer's counter (P12)."""

    _inherit = "account.move.line"

    rebate_wallet_expiry = fields.Date(
        string="Wallet Expiry",
        copy=False,
        readonly=True,
        help="Last day on which this wallet credit can be spent.",
    )
    rebate_wallet_notice_on = fields.Date(
        string="Told on",
        copy=False,
        readonly=True,
        help="Day the dealer was told that this wallet credit will expire.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_wallet_expiry_private(vals_list)
        lines = super().create(vals_list)
        lines._filter_wallet()._after_wallet_change()
        return lines

    def write(self, vals):
        self._check_wallet_expiry_private([vals])
        if not BOOKED & set(vals) or not self.env["rebate.wallet"]._get_by_account():
            return super().write(vals)
        keys = self._filter_wallet()._get_wallet_keys()
        result = super().write(vals)
        lines = self._filter_wallet()
        if keys or lines:
            lines._check_wallet_lines()
            # sudo: matching and counters follow from the entries that the user may change.
            self.env["rebate.wallet"].sudo()._rematch(keys | lines._get_wallet_keys())
        return result

    def unlink(self):
        keys = self._filter_wallet()._get_wallet_keys()
        result = super().unlink()
        self._settle_wallets(keys)
        return result

    def _filter_wallet(self, posted=True):
        """Those of the lines that stand on the account of a wallet in use."""
        accounts = self.env["rebate.wallet"]._get_by_account()
        if not accounts:
            return self.browse()
        return self.filtered(
            lambda line: (
                line.account_id.id in accounts and (line.parent_state == "posted" or not posted)
            )
        )

    def _get_wallet(self):
        """The wallet of a line on a wallet account."""
        self.ensure_one()
        wallet_id = self.env["rebate.wallet"]._get_by_account().get(self.account_id.id)
        # sudo: accounting follows the wallet's rules whether or not its user reads wallets.
        return self.env["rebate.wallet"].sudo().browse(wallet_id)

    def _get_wallet_keys(self):
        """Set of (wallet id, dealer id) that these lines on wallet accounts belong to."""
        return {(line._get_wallet().id, line.partner_id.commercial_partner_id.id) for line in self}

    def _after_wallet_change(self):
        """Check new posted lines on wallet accounts, match them with grants, write counters."""
        if self:
            self._check_wallet_lines()
            self._set_default_expiry()
            self._settle_wallets(self._get_wallet_keys())

    def _settle_wallets(self, keys):
        """Match what was taken with what was granted, then write the counters of these dealers."""
        if keys:
            # sudo: matching and counters follow from the entries that the user may post.
            self.env["rebate.wallet"].sudo()._match_lots(keys)
            self.env["rebate.wallet.balance"].sudo()._refresh(keys)

    def _set_default_expiry(self):
        """Credit that comes without an expiry of its own gets the wallet's."""
        for line in self.filtered(
            lambda line: line.amount_currency < 0 and not line.rebate_wallet_expiry
        ):
            expiry = line._get_wallet()._get_expiry(line.date)
            if expiry:
                # sudo: the wallet's own rule, on an entry that the user may post.
                line.sudo().rebate_wallet_expiry = expiry

    def _check_wallet_expiry_private(self, vals_list):
        """When credit expires is for the wallet to say, not for who posts."""
        names = ("rebate_wallet_expiry", "rebate_wallet_notice_on")
        if not self.env.su and any(
            name in vals or self.env.context.get(f"default_{name}")
            for name in names
            for vals in vals_list
        ):
            raise AccessError(
                self.env._("The expiry of wallet credit follows from the wallet's terms.")
            )

    def _check_wallet_lines(self):
        """Raise on items that no dealer's wallet can hold."""
        for line in self:
            wallet = line._get_wallet()
            if not line.partner_id:
                raise UserError(
                    self.env._(
                        "%(entry)s books on %(account)s, the account of the wallet %(wallet)s, "
                        "without a partner. Enter the dealer on that item.",
                        entry=line.move_id.display_name,
                        account=line.account_id.display_name,
                        wallet=wallet.name,
                    )
                )
            if line.tax_line_id:
                raise UserError(
                    self.env._(
                        "%(entry)s would book the tax %(tax)s on the account of the wallet "
                        "%(wallet)s. Give the tax an account of its own.",
                        entry=line.move_id.display_name,
                        tax=line.tax_line_id.name,
                        wallet=wallet.name,
                    )
                )
            if line.currency_id != wallet.currency_id:
                raise UserError(
                    self.env._(
                        "%(entry)s books %(currency)s on the account of the wallet %(wallet)s, "
                        "which is in %(wallet_currency)s. Pay in %(wallet_currency)s.",
                        entry=line.move_id.display_name,
                        currency=line.currency_id.name,
                        wallet=wallet.name,
                        wallet_currency=wallet.currency_id.name,
                    )
                )
