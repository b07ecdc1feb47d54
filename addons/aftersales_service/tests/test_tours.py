# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SIGNATURE


class TourCommon(HttpCase):
    """A clerk, a supervisor, a technician and a unit in warranty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prefix = "aftersales_service.group_service_"
        for role in ("clerk", "supervisor", "technician"):
            user = new_test_user(
                cls.env, f"tour_{role}", password=f"tour_{role}", groups=f"{prefix}{role}"
            )
            setattr(cls, role, user)
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Tess Tour", "user_id": cls.technician.id}
        )
        area = cls.env["aftersales.area"].create({"name": "Tour", "code": "TOUR"})
        cls.outlet = cls.env["aftersales.outlet"].create(
            {
                "name": "Tour outlet",
                "code": "TOUR",
                "area_ids": [Command.set(area.ids)],
                "technician_ids": [Command.set(cls.employee.ids)],
            }
        )
        customer = cls.env["res.partner"].create(
            {
                "name": "Tour customer",
                "phone": "+1 555 0777",
                "aftersales_area_id": area.id,
            }
        )
        model = cls.env["product.product"].create(
            {"name": "Tour model", "type": "consu", "is_storable": True, "tracking": "serial"}
        )
        cls.unit = cls.env["stock.lot"].create(
            {
                "name": "TOUR-0001",
                "product_id": model.id,
                "user_partner_id": customer.id,
                "warranty_end": date(2099, 12, 31),
            }
        )

    def _register(self, **values):
        return self.env["aftersales.voucher"].create({"lot_id": self.unit.id, **values})


@tagged("post_install", "-at_install", "is_tour")
class TestTours(TourCommon):
    def test_tour_clerk_registers(self):
        """S1: from the list to a registered call."""
        self.start_tour("/odoo/service-register", "aftersales_service_clerk", login="tour_clerk")
        voucher = self.unit.aftersales_voucher_ids
        self.assertEqual(voucher.fault_description, "It does not start")
        self.assertEqual(voucher.outlet_id, self.outlet)
        self.assertEqual(voucher.user_id, self.clerk)

    def test_tour_clerk_registers_a_call_and_it_is_dispatched(self):
        """S1, S3: by the number that rings, two jobs in one call, the second one dispatched."""
        self.start_tour("/odoo/service-call", "aftersales_service_call", login="tour_supervisor")
        first = self.unit.aftersales_voucher_ids
        self.assertEqual(first.fault_description, "It does not start")
        second = first.search([("partner_id", "=", first.partner_id.id)]) - first
        self.assertEqual(second.unit_note, "old baler")
        self.assertEqual(second.technician_id, self.employee)
        self.assertTrue(second.number)

    def test_tour_supervisor_drags_a_card_to_a_technician(self):
        """S7: the board opens on what nobody has."""
        voucher = self._register(contact_name="Tour board", priority="1")
        self.start_tour("/odoo/dispatch-board", "aftersales_service_board", login="tour_supervisor")
        self.assertEqual(voucher.technician_id, self.employee)

    def test_tour_clerk_calls_back_and_hears_a_complaint(self):
        """S9, S11: from the queue of callbacks to a registered complaint about the technician."""
        voucher = self._register(technician_id=self.employee.id)
        voucher._dispatch()
        voucher._start()
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo Signer"})
        voucher._done()
        self.start_tour("/odoo/callbacks-due", "aftersales_service_callback", login="tour_clerk")
        self.assertEqual(voucher.callback_ids.outcome, "bad_attitude")
        complaint = self.env["aftersales.complaint"].search([("voucher_id", "=", voucher.id)])
        self.assertEqual(complaint.description, "He shouted at me")
        self.assertEqual(complaint.employee_id, self.employee)
        self.assertEqual(complaint.partner_id, voucher.partner_id)
        self.assertEqual(voucher.state, "done", "only a satisfied callback closes it")

    def test_tour_supervisor_dispatches(self):
        """S3: technician chosen, number drawn."""
        voucher = self._register()
        self.start_tour(
            f"/odoo/service-register/{voucher.id}",
            "aftersales_service_supervisor",
            login="tour_supervisor",
        )
        self.assertEqual(voucher.state, "dispatched")
        self.assertEqual(voucher.technician_id, self.employee)


@tagged("post_install", "-at_install", "is_tour")
class TestToursPhone(TourCommon):
    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        van = cls.env["stock.location"].create({"name": "Tour van", "usage": "internal"})
        cls.employee.van_location_id = van
        labour, cls.part = cls.env["product.product"].create(
            [
                {"name": "Tour labour", "type": "service", "taxes_id": False},
                {
                    "name": "Tour part",
                    "default_code": "TOUR-PART",
                    "barcode": "TOUR-BARCODE",
                    "type": "consu",
                    "is_storable": True,
                    "list_price": 25,
                    "taxes_id": False,
                },
            ]
        )
        cls.env["stock.quant"]._update_available_quantity(cls.part, van, 5)
        cls.van = van
        cls.env["aftersales.operation"].create(
            {
                "code": "TOUR-1",
                "name": "Tour operation",
                "product_id": labour.id,
                "fee_ids": [
                    Command.create({"date_from": date(2020, 1, 1), "standard_hours": 2, "rate": 60})
                ],
            }
        )

    def _dispatched(self):
        voucher = self._register(
            technician_id=self.employee.id,
            service_type="A",
            service_type_reason="Damaged by the customer",
        )
        voucher._dispatch()
        return voucher

    def _check_done(self, voucher):
        self.assertEqual(voucher.state, "done")
        self.assertEqual(voucher.signed_by, "Jo Signer")
        self.assertTrue(voucher.signature)
        self.assertEqual(
            [(line.line_type, line.quantity) for line in voucher.line_ids],
            [("labour", 2), ("part", 1)],
        )
        left = self.env["stock.quant"]._get_available_quantity(self.part, self.van)
        self.assertEqual(left, 4)

    def test_tour_technician_gets_the_signature(self):
        """S3, S15: on a phone, from the list of jobs to the customer's signature."""
        voucher = self._dispatched()
        self.start_tour("/odoo/my-jobs", "aftersales_service_phone", login="tour_technician")
        self._check_done(voucher)
        self.assertEqual(voucher.estimate_accepted_by, "Jo Payer")

    def test_tour_a_lost_connection_loses_nothing(self):
        """S3: lines, signature and done are kept on the phone and sent once it has a network."""
        voucher = self._dispatched()
        self.start_tour(
            "/odoo/my-jobs", "aftersales_service_phone_offline", login="tour_technician"
        )
        self._check_done(voucher)
        self.assertEqual(len(voucher.sale_order_id), 1)
