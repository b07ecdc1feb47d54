# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockPicking(models.Model):
    """The first delivery to a new agent is an item of its welcome pack (N1)."""

    _inherit = "stock.picking"

    def _action_done(self):
        """Shipments that have left do the item that waits for one, without a click."""
        result = super()._action_done()
        shipped = self.filtered(
            lambda picking: (
                picking.state == "done"
                and picking.picking_type_code == "outgoing"
                and picking.partner_id
                and not picking.aftersales_receipt_id
            )
        )
        if shipped:
            shipped._do_first_shipments()
        return result

    def _do_first_shipments(self):
        """Open items of first shipment that these deliveries do; one query for the batch."""
        # sudo: a storekeeper ships without rights on the agent's welcome pack, which takes note.
        items = (
            self.env["aftersales.welcome.item"]
            .sudo()
            .search(
                [
                    ("is_shipment", "=", True),
                    ("state", "=", "open"),
                    ("pack_id.state", "=", "open"),
                    (
                        "outlet_id.partner_id.commercial_partner_id",
                        "in",
                        self.partner_id.commercial_partner_id.ids,
                    ),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
        )
        for item in items:
            agent = item.outlet_id.partner_id.commercial_partner_id
            deliveries = self.filtered(
                lambda picking, agent=agent, item=item: (
                    picking.partner_id.commercial_partner_id == agent
                    and picking.company_id == item.company_id
                )
            )
            if item.picking_id and item.picking_id not in deliveries:
                continue
            if deliveries:
                item.picking_id = item.picking_id or deliveries[0]
        items._take_deliveries()
