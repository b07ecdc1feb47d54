# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict

from odoo import fields, models


class StockMoveLine(models.Model):
    """A delivery writes on the unit's file when it left us, and for which dealer (S14)."""

    _inherit = "stock.move.line"

    def _action_done(self):
        shipped = self._get_shipped_units()
        returned = self.filtered(
            lambda line: (
                line.lot_id
                and line.location_id.usage == "customer"
                and line.location_dest_id.usage == "internal"
                and not line.location_dest_id.is_customer_goods
            )
        ).lot_id
        result = super()._action_done()
        # sudo: storekeepers move the unit; its file follows the delivery of sales.
        for (day, dealer), lots in shipped.items():
            lots.sudo().write({"shipped_on": day})
            if dealer.is_dealer:
                lots.sudo().filtered(lambda lot: not lot.dealer_id).write({"dealer_id": dealer.id})
        back = returned.sudo().filtered(
            lambda lot: lot.shipped_on and not (lot.warranty_start or lot.user_partner_id)
        )
        if back:
            back.write({"shipped_on": False})
        return result

    def _get_shipped_units(self):
        """Serials that leave for a customer, parts of jobs excepted: {(day, partner): lots}."""
        shipped = defaultdict(lambda: self.env["stock.lot"])
        now = fields.Datetime.now()
        for line in self:
            if (
                line.lot_id
                and line.product_id.tracking == "serial"
                and line.location_dest_id.usage == "customer"
                and line.location_id.usage != "customer"
                and not line.location_id.is_customer_goods
                and not line.move_id.aftersales_voucher_line_id
            ):
                partner = (
                    line.picking_id.partner_id or line.move_id.partner_id
                ).commercial_partner_id
                shipped[line.company_id._get_aftersales_date(now), partner] |= line.lot_id
        return shipped
