# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class RebateSettlementLineUncounted(models.Model):
    """From an amount to what is not in it (R12)."""

    _inherit = "rebate.settlement.line"

    def action_view_uncounted(self):
        """Show which invoices of the dealer's period did not count, and why."""
        return self.env["rebate.uncounted"]._open(self)
