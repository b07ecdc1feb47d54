# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged


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

    def test_tour_technician_gets_the_signature(self):
        """S3: on a phone, from the job's card to the customer's signature."""
        voucher = self._register(technician_id=self.employee.id)
        voucher._dispatch()
        self.start_tour("/odoo/my-jobs", "aftersales_service_technician", login="tour_technician")
        self.assertEqual(voucher.state, "done")
        self.assertEqual(voucher.signed_by, "Jo Signer")
        self.assertTrue(voucher.signature)
