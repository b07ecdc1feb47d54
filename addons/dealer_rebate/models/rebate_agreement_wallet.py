# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RebateAgreementWallet(models.Model):
    """An agreement that pays in virtual currency names the wallet (P12, R15)."""

    _inherit = "rebate.agreement"

    wallet_id = fields.Many2one(
        "rebate.wallet",
        check_company=True,
        domain="[('state', '=', 'active'), ('currency_id', '=', currency_id)]",
        tracking=True,
        help="The wallet that the rebate is paid into.",
    )

    @api.constrains("payout", "wallet_id", "currency_id")
    def _check_wallet(self):
        for agreement in self.filtered(lambda a: a.payout == "wallet"):
            if not agreement.wallet_id:
                raise ValidationError(
                    self.env._(
                        "%(agreement)s pays in virtual currency: choose the wallet.",
                        agreement=agreement.name,
                    )
                )
            if agreement.wallet_id.currency_id != agreement.currency_id:
                raise ValidationError(
                    self.env._(
                        "%(agreement)s is in %(currency)s, its wallet %(wallet)s in another "
                        "currency. Choose a wallet in the same currency.",
                        agreement=agreement.name,
                        currency=agreement.currency_id.name,
                        wallet=agreement.wallet_id.name,
                    )
                )

    def _get_terms(self):
        terms = super()._get_terms()
        if self.payout == "wallet":
            terms["wallet"] = self.wallet_id.name
        return terms

    def _get_term_fields(self):
        return super()._get_term_fields() | {"wallet_id"}
