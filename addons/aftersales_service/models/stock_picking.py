# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Domain


class StockPicking(models.Model):
    """Deliveries: of parts used on site, of customers' goods, and those that were promised (S8)."""

    _name = "stock.picking"
    _inherit = ["aftersales.sla.mixin", "aftersales.guarded.mixin", "stock.picking"]

    aftersales_receipt_id = fields.Many2one(
        "aftersales.goods.receipt",
        string="Customer Product Receipt",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Receipt on which the customer's goods come in or go out (S5).",
    )

    def _action_done(self):
        """The first shipment to a new dealer is what was promised to them (S8)."""
        result = super()._action_done()
        shipped = self.filtered(
            lambda picking: (
                picking.state == "done"
                and picking.picking_type_code == "outgoing"
                and not picking.aftersales_receipt_id
            )
        )
        # sudo: a storekeeper notes the moment on a partner whose file may not be theirs to write.
        shipped.partner_id.commercial_partner_id.sudo()._sla_log_awaited("first_shipment")
        return result

    def _send_confirmation_email(self):
        """No "your order was shipped" for parts fitted on site or goods of the customer's own."""
        shipped = self.filtered(
            lambda picking: (
                not picking.move_ids.aftersales_voucher_line_id
                and not picking.aftersales_receipt_id
            )
        )
        return super(StockPicking, shipped)._send_confirmation_email()

    @api.model
    def _get_sla_passed_domain(self):
        """Only what is still to be shipped can be late."""
        return super()._get_sla_passed_domain() & Domain("state", "not in", ["done", "cancel"])

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"aftersales_receipt_id"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("set by the steps of the customer product receipt only.")
