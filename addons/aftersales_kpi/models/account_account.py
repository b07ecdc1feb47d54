# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountAccount(models.Model):
    """A tag given to an account later must not make it count twice (K9)."""

    _inherit = "account.account"

    @api.constrains("tag_ids")
    def _check_kpi_overlap(self):
        """Look again at the account groups that go by these tags.

        :raises ValidationError: naming the account and both groups
        """
        if self.tag_ids:
            mappings = self.env["aftersales.kpi.account.mapping"]
            mappings.search([("tag_ids", "in", self.tag_ids.ids)])._check_overlap()
