# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesRepairSendBack(models.TransientModel):
    """Asks for the reason before a repair is sent back to its technician (S5)."""

    _name = "aftersales.repair.send.back"
    _description = "Send a Repair Back"

    repair_ids = fields.Many2many("repair.order", required=True, string="Repair Cards")
    reason = fields.Char(required=True, help="What is not in order; the technician is told.")

    def action_send_back(self):
        """Send the cards back.

        :raises UserError: when one of them does not wait for an inspection
        """
        self.ensure_one()
        self.repair_ids.action_send_back(reason=self.reason)
        return {"type": "ir.actions.act_window_close"}
