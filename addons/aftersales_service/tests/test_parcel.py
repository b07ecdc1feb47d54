# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .custody import CustodyCommon


@tagged("post_install", "-at_install")
class TestParcel(CustodyCommon):
    """Old parts of several jobs go to their maker in one parcel (S17)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.weight = 1.5
        cls.dock = cls.env["res.partner"].create(
            {
                "name": "T goods in",
                "type": "delivery",
                "parent_id": cls.maker.id,
                "street": "7 Dock Road",
                "city": "Makerton",
            }
        )

    def _parcel(self, parts):
        action = parts.with_user(self.storekeeper).action_make_parcel()
        return self.env["aftersales.claim.parcel"].browse(action["res_id"])

    def test_S17_a_parcel_of_several_jobs_goes_to_its_maker(self):
        parts = self._held(line={"old_serial": "P-1"}) + self._held(quantity=2)
        parcel = self._parcel(parts)
        self.assertRecordValues(
            parcel,
            [
                {
                    "state": "draft",
                    "maker_id": self.maker.id,
                    "address_id": self.dock.id,
                    "warehouse_id": self.warehouse.id,
                    "goods_weight": 4.5,
                    "weight": 4.5,
                    "part_count": 2,
                }
            ],
        )
        mine = parcel.with_user(self.storekeeper)
        with self.assertRefused(UserError, "who takes it"):
            mine.action_send()
        mine.write({"carrier": "T Express", "weight": 5.2})
        mine.action_send()
        self.assertEqual((parcel.state, parcel.sent_by_id), ("sent", self.storekeeper))
        self.assertEqual(set(parts.mapped("state")), {"sent"})
        out = parts.move_ids.picking_id.filtered(
            lambda picking: picking.picking_type_id == self.warehouse.claim_out_type_id
        )
        self.assertEqual(len(out), 1, "one transfer for the parcel")
        self.assertEqual((out.state, out.location_dest_id.usage), ("done", "supplier"))
        self.assertFalse(self._quants())
        mine.tracking_number = "TR-77"
        with self.assertRefused(UserError, "does not change any more"):
            mine.weight = 9
        with self.assertRefused(UserError, "This step needs"):
            mine.action_send()
        mine.action_received()
        self.assertTrue(parcel.received_on)
        parts[0].with_user(self.storekeeper).action_come_back()
        self.assertEqual(parts[0].state, "returned")

    def test_S17_packing_list_says_what_from_whom_to_whom(self):
        parts = self._held(line={"old_serial": "P-1"}) + self._held(quantity=2)
        parts[0].note = "Cracked"
        parcel = self._parcel(parts)
        parcel.write({"carrier": "T Express", "tracking_number": "TR-77", "note": "Fragile"})
        html = (
            self.env["ir.actions.report"]
            .with_user(self.storekeeper)
            ._render_qweb_html("aftersales_service.report_claim_parcel", parcel.ids)[0]
            .decode()
        )
        for text in (
            parcel.name,
            "T maker",
            "7 Dock Road",
            "T company",
            "T Express",
            "TR-77",
            "Fragile",
            "Cracked",
            "P-1",
            "3.00",
            *parts.mapped("name"),
            *parts.mapped("job_name"),
        ):
            self.assertIn(text, html)
        self.assertGreaterEqual(html.count("data:image/svg+xml"), 3, "barcodes")

    def test_S17_parts_are_packed_once_and_with_their_own_maker(self):
        stranger = self.env["res.partner"].create({"name": "T other maker"})
        first, second = self._held(), self._held()
        foreign = self._held(maker=stranger)
        owed = self._owed()
        parcel = self._parcel(first)
        self.assertEqual(self._parcel(second), parcel, "into the open parcel of the maker")
        second.action_take_out()
        self.assertFalse(second.parcel_id)
        with self.assertRefused(UserError, "one maker, from one house"):
            (second + foreign).action_make_parcel()
        with self.assertRefused(UserError, "cannot go in"):
            parcel._put_in(foreign)
        with self.assertRefused(UserError, "This step needs"):
            owed.action_make_parcel()
        another = self.env["aftersales.claim.parcel"].create({"maker_id": self.maker.id})
        with self.assertRefused(UserError, "lies in parcel"):
            another._put_in(first)
        with self.assertRefused(UserError, "lies in parcel"):
            first.action_scrap(reason="Not wanted")
        another.action_add_parts()
        self.assertEqual(another.part_return_ids, second, "what waits and is not packed")
        with self.assertRefused(UserError, "Nothing of T maker"):
            another.action_add_parts()
        with self.assertRefused(UserError, "has parts in it"):
            parcel.maker_id = stranger
        with self.assertRefused(UserError, "steps of the parcel"):
            parcel.with_user(self.storekeeper).write({"part_return_ids": [(5, 0, 0)]})
        parcel.action_empty()
        parcel.with_user(self.storekeeper).unlink()
        with self.assertRefused(UserError, "is empty"):
            self.env["aftersales.claim.parcel"].create(
                {"maker_id": self.maker.id, "carrier": "Post"}
            ).action_send()

    def test_S17_parcels_stay_on_the_list_and_go_to_an_own_address(self):
        parcel = self.env["aftersales.claim.parcel"].create({"maker_id": self.maker.id})
        parcel._put_in(self._held())
        with self.assertRefused(ValidationError, "is no address of T maker"):
            parcel.address_id = self.customer
        parcel.carrier = "Post"
        parcel.action_send()
        self.assertEqual(parcel.weight, 1.5, "proposed before it was sent")
        with self.assertRefused(UserError, "cannot be deleted"):
            parcel.unlink()

    def test_S17_two_parts_on_two_shelves_go_in_one_transfer(self):
        parts = self._held() + self._held()
        shelf = self.env["stock.location"].create(
            {"name": "T shelf", "location_id": self.custody.id, "usage": "internal"}
        )
        quant = self._quants()
        common = {"product_id": self.part.id, "location_id": self.custody.id}
        line = {**common, "location_dest_id": shelf.id, "owner_id": self.maker.id, "quantity": 1}
        self.env["stock.move"].create(
            {
                **common,
                "location_dest_id": shelf.id,
                "product_uom_qty": 1,
                "picked": True,
                "move_line_ids": [(0, 0, {**line, "picked": True})],
            }
        )._action_done()
        self.assertEqual(quant.quantity, 1)
        parcel = self._parcel(parts)
        parcel.carrier = "Post"
        parcel.action_send()
        self.assertFalse(self._quants())
