# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.fields import Domain

DEALERS = ("settlement", "tier")


class ProductPricelistWebsite(models.Model):
    """A web shop shows visitors no dealer's list (P9); this add-on does not need one to know.

    The shop's own methods, which its add-on brings: without one nobody calls them. It is loaded
    before this add-on, which stands on more.
    """

    _inherit = "product.pricelist"

    def _is_available_on_website(self, website):
        """Dealers' lists are for orders and the dealers' portal, whatever their website says."""
        if self.parts_list_kind in DEALERS:
            return False
        return super()._is_available_on_website(website)

    def _get_website_pricelists_domain(self, website):
        domain = Domain(super()._get_website_pricelists_domain(website))
        return list(domain & Domain("parts_list_kind", "not in", DEALERS))
