# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AftersalesPartAsk(models.TransientModel):
    """Asks which part a job needs from the store (S26)."""

    _name = "aftersales.part.ask"
    _description = "Ask for a Part"
    _inherit = ["aftersales.part.wanted.mixin"]

    def action_ask(self):
        """Ask the store; the job waits.

        :raises UserError: when there is no van, or the job is done in the meantime
        """
        self.ensure_one()
        self.voucher_id._ask_part(self.product_id, self.quantity, self.expected_on)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
