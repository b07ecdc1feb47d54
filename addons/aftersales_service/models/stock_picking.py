# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.fields import Domain


class StockPicking(models.Model):
    """Deliveries: of parts used on site, and those that somebody was promised (S8)."""

    _name = "stock.picking"
    _inherit = ["aftersales.sla.mixin", "stock.picking"]

    def _action_done(self):
        """The first shipment to a new dealer is what was promised to them (S8)."""
        result = super()._action_done()
        shipped = self.filtered(
            lambda picking: picking.state == "done" and picking.picking_type_code == "outgoing"
        )
        # sudo: a storekeeper notes the moment on a partner whose file may not be theirs to write.
        shipped.partner_id.commercial_partner_id.sudo()._sla_log_awaited("first_shipment")
        return result

    def _send_confirmation_email(self):
        """No "your order was shipped" mail for parts that a technician fitted on site."""
        shipped = self.filtered(lambda picking: not picking.move_ids.aftersales_voucher_line_id)
        return super(StockPicking, shipped)._send_confirmation_email()

    @api.model
    def _get_sla_passed_domain(self):
        """Only what is still to be shipped can be late."""
        return super()._get_sla_passed_domain() & Domain("state", "not in", ["done", "cancel"])
