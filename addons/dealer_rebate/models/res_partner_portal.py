# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What of the rebates belongs to a dealer: its own, and what its stores earn."""

    _inherit = "res.partner"

    def _get_rebate_stores(self):
        """Stores that this dealer runs under a company of their own.

        A store whose address is the dealer's own needs no mention: its lines are the dealer's.

        :return: ``aftersales.outlet``
        """
        dealer = self.commercial_partner_id
        # sudo: which stores are the dealer's decides what it may see; they are not shown here.
        stores = self.env["aftersales.outlet"].sudo().search([("dealer_id", "=", dealer.id)])
        return stores.filtered(
            lambda store: store.partner_id and store.partner_id.commercial_partner_id != dealer
        )

    def _get_rebate_line_domain(self):
        """Settlement lines that this dealer may see: its own, and its stores' from their start.

        The choke point of isolation: every page, download and count of the portal searches
        within it.
        """
        dealer = self.commercial_partner_id
        if not dealer:
            return Domain.FALSE
        domain = Domain("partner_id", "=", dealer.id)
        for store in self._get_rebate_stores():
            own = Domain("outlet_id", "=", store.id) & Domain(
                "partner_id", "=", store.partner_id.commercial_partner_id.id
            )
            if store.date_start:
                own &= Domain("period_to", ">=", store.date_start)
            domain |= own
        return domain

    def _get_rebate_wallet_domain(self):
        """Wallet balances that this dealer may see: its own. The choke point for wallets.

        A store's own company has a wallet of its own, which is that company's money.
        """
        dealer = self.commercial_partner_id
        return Domain("partner_id", "=", dealer.id) if dealer else Domain.FALSE

    def _get_rebate_expected_domain(self):
        """Credits expected of this supplier: its own. The choke point for suppliers."""
        supplier = self.commercial_partner_id
        return Domain("partner_id", "=", supplier.id) if supplier else Domain.FALSE
