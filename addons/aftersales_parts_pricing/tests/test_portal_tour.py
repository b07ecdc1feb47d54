# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import HttpCase, tagged

from .portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPartsPortalTour(PortalCommon, HttpCase):
    """A dealer looks a part up by its old number and orders it, on a phone."""

    def test_P9_dealer_looks_a_part_up_and_orders_it(self):
        self.company.parts_portal_order_mode = "sale"
        self._put_in_stock(self.pump, 40)
        self.env["parts.supersession"].create(
            {"old_number": "OLD 55.7", "product_id": self.pump.id, "reason": "Former maker"}
        )
        self.browser_size = "390x844"
        self.touch_enabled = True
        self.start_tour("/my/parts", "parts_portal", login="parts_dealer_a")
        order = self.env["sale.order"].search([("client_order_ref", "=", "TOUR-1")])
        self.assertEqual((order.state, order.partner_id), ("sale", self.dealer))
        self.assertEqual(order.order_line.product_uom_qty, 2)
        self.assertEqual(order.order_line.price_unit, self.price_a)
