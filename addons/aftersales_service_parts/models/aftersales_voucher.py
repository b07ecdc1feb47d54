# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.fields import Domain


class AftersalesVoucher(models.Model):
    """Jobs are priced at the market guide list: what a user sees at most (P9)."""

    _inherit = "aftersales.voucher"

    def _get_pricelists(self):
        """The company's guide list where it publishes one, else the customer's list."""
        pricelists = super()._get_pricelists()
        for company, vouchers in self.grouped("company_id").items():
            guide = self.env["product.pricelist"].with_company(company)._get_guide_pricelist()
            if guide:
                pricelists.update(dict.fromkeys(vouchers, guide))
        return pricelists

    def _get_settlement_pricelist(self):
        """List at which parts of this job are settled with the channel (P7).

        The list of the dealer behind the outlet; for our own outlets the company's.

        :return: product.pricelist, empty where the company publishes none
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        dealer = self.outlet_id.dealer_id
        pricelists = self.env["product.pricelist"].with_company(company)
        day = self.env["parts.price"]._get_price_day(self.registered_at, company)
        found = pricelists._get_dealer_pricelists(dealer, day).get(dealer) if dealer else None
        return found or pricelists._get_settlement_pricelist()

    def _get_outlet_part_domain(self):
        """Serviceable parts only (P1); an outlet never hears of a restricted one (P2)."""
        return (
            super()._get_outlet_part_domain()
            & Domain("is_serviceable", "=", True)
            & Domain("part_class", "in", ("standard", "wearing", "general"))
        )
