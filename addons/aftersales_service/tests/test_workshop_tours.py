# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import SIGNATURE
from .test_tours import TourCommon


@tagged("post_install", "-at_install", "is_tour")
class TestWorkshopTours(TourCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["aftersales.checklist"].search([]).active = False
        new_test_user(
            cls.env,
            "tour_storekeeper",
            password="tour_storekeeper",
            groups="stock.group_stock_user",
        )

    def test_tour_storekeeper_takes_goods_in_and_out(self):
        """S5: without any right of service."""
        self.start_tour(
            "/odoo/goods-register",
            "aftersales_service_storekeeper_goods",
            login="tour_storekeeper",
        )
        receipt = self.env["aftersales.goods.receipt"].search(
            [("line_ids.serial", "=", "TOUR-PLATE-7")]
        )
        self.assertEqual((receipt.state, receipt.outcome), ("voided", "returned"))
        self.assertEqual(len(receipt.picking_ids), 2)
        self.assertEqual(receipt.line_ids.lot_id.name, "TOUR-PLATE-7")

    def test_tour_supervisor_inspects_and_closes(self):
        """S5: sent back, passed, handed out, done, closed."""
        voucher = self._register(technician_id=self.employee.id)
        voucher._dispatch()
        voucher._start()
        receipt = self.env["aftersales.goods.receipt"].create(
            {
                "voucher_id": voucher.id,
                "line_ids": [
                    Command.create({"product_id": self.unit.product_id.id, "lot_id": self.unit.id})
                ],
            }
        )
        receipt._take_in()
        card = voucher._make_repair_cards()
        card.action_card_start()
        card.actual_hours = 1
        card.action_card_finish()
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo Signer"})
        self.start_tour(
            f"/odoo/repair-cards/{card.id}",
            "aftersales_service_supervisor_inspects",
            login="tour_supervisor",
        )
        self.assertEqual(card.inspection_ids.sorted("id").mapped("result"), ["sent_back", "passed"])
        self.assertEqual((voucher.state, receipt.state), ("done", "voided"))
        self.env["aftersales.callback"].create(
            [
                {"voucher_id": voucher.id, "outcome": "no_answer"}
                for _try in range(voucher.company_id.aftersales_callback_tries)
            ]
        )
        if voucher.state == "done":
            self.start_tour(
                f"/odoo/service-register/{voucher.id}",
                "aftersales_service_supervisor_closes",
                login="tour_supervisor",
            )
        self.assertEqual(voucher.state, "closed")
