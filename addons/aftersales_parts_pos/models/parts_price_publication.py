# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class PartsPricePublication(models.Model):
    """What is published or withdrawn reaches the points of sale (P7)."""

    _inherit = "parts.price.publication"

    def _forget_prices(self):
        """Browsers keep products over sessions: they are told to ask for them again."""
        result = super()._forget_prices()
        pricelists = self.policy_id._get_pricelists()
        # sudo: who publishes prices need not know the points of sale.
        self.env["pos.config"].sudo()._search_by_pricelists(pricelists)._reload_loaded_data()
        return result
