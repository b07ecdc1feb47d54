# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import ServiceCommon
from .screens import FormScreen


@tagged("post_install", "-at_install")
class TestUnit(ServiceCommon):
    def test_S14_clerk_keeps_unit_files_without_stock_rights(self):
        form = Form(
            self.env["stock.lot"].with_user(self.clerk),
            view="aftersales_service.stock_lot_view_form_unit",
        )
        form.name = "T-NEW"
        form.product_id = self.model
        form.user_partner_id = self.customer
        form.warranty_end = date(2031, 1, 1)
        unit = form.save()
        unit.with_user(self.clerk).meter = 12
        self.assertEqual(unit.with_user(self.technician_user).name, "T-NEW")
        with self.assertRaises(AccessError):
            unit.with_user(self.technician_user).meter = 13
        with self.assertRaises(AccessError):
            unit.with_user(self.clerk).unlink()

    def test_S14_clerk_writes_the_file_and_nothing_else_of_a_lot(self):
        """Not what it is worth, not where it lies, not whose stock it is."""
        unit = self.unit.with_user(self.clerk)
        unit.write({"name": "T-SERIAL-1B", "warranty_end": date(2021, 1, 31), "note": "Seen"})
        attacks = (
            {"standard_price": 1.0},
            {"location_id": self.van.id},
            {"company_id": self.company.id},
        )
        for values in attacks:
            with self.subTest(values=values), self.assertRefused(AccessError, "not yours to write"):
                unit.write(values)
        lots = self.env["stock.lot"].with_user(self.clerk)
        new = {"name": "T-3", "product_id": self.model.id}
        with self.assertRefused(AccessError, "not yours to write"):
            lots.create({**new, "standard_price": 1.0})
        with self.assertRefused(AccessError, "not yours to write"):
            lots.with_context(default_standard_price=1.0).create(new)
        self.model.write({"lot_valuated": True, "standard_price": 900.0})
        unit = lots.create({**new, "company_id": self.company.id})
        self.assertEqual(unit.standard_price, 900.0, "core values a new lot by itself")
        with self.assertRefused(AccessError, "not yours to write"):
            unit.standard_price = 1.0

    def test_S14_the_dealer_is_written_by_sales_only(self):
        dealer = self.env["res.partner"].create({"name": "Dealer", "is_dealer": True})
        storekeeper = self._user("t_storekeeper", "stock.group_stock_user")
        for user in (self.clerk, self.supervisor, storekeeper):
            with self.subTest(user=user.login), self.assertRefused(AccessError, "by sales only"):
                self.unit.with_user(user).dealer_id = dealer
            with self.assertRefused(AccessError, "by sales only"):
                self.env["stock.lot"].with_user(user).create(
                    {"name": "T-D", "product_id": self.model.id, "dealer_id": dealer.id}
                )
        self.clerk.group_ids += self.env.ref("sales_team.group_sale_salesman")
        self.unit.with_user(self.clerk).dealer_id = dealer
        self.unit.with_user(self.supervisor).write({"dealer_id": dealer.id, "meter": 5})

    def test_S14_file_shows_every_voucher(self):
        self._voucher()
        self._voucher()
        self.assertEqual(self.unit.aftersales_voucher_count, 2)
        action = self.unit.with_user(self.clerk).action_view_aftersales_vouchers()
        found = self.env["aftersales.voucher"].search(action["domain"])
        self.assertEqual(found, self.unit.aftersales_voucher_ids)

    def test_S14_file_and_chatter_open_without_stock_rights(self):
        """Core asks the deliveries of a lot for recipients, which only stock users may read."""
        voucher = self._voucher()
        for user in (self.supervisor, self.clerk, self.technician_user):
            unit = self.unit.with_user(user)
            screen = FormScreen(self.env(user=user), "aftersales_service.stock_lot_action_unit")
            with self.subTest(user=user.login):
                read = screen.load(self.unit)
                jobs = [one for one in read["unit_event_ids"] if one["kind"] == "job"]
                self.assertEqual([one["name"] for one in jobs], [voucher.reference])
                self.assertEqual(unit._mail_get_partners()[unit.id], self.customer)
                unit._message_get_suggested_recipients()

    def test_S14_a_job_confirms_or_fills_the_user(self):
        at = datetime(2030, 5, 2, 12)
        self._finish(self._job(), at=at)
        self.assertEqual(self.unit.user_confirmed_on, date(2030, 5, 2))
        unknown = self.env["stock.lot"].create({"name": "T-U", "product_id": self.model.id})
        self._finish(
            self._job(lot_id=unknown.id, partner_id=self.customer.id, outlet_id=self.outlet.id),
            at=at,
        )
        self.assertEqual(unknown.user_partner_id, self.customer)

    def test_S14_who_pays_does_not_replace_who_has_the_unit(self):
        payer = self.env["res.partner"].create({"name": "Payer"})
        voucher = self._job(partner_id=payer.id, outlet_id=self.outlet.id)
        self._finish(voucher)
        self.assertEqual(self.unit.user_partner_id, self.customer)
        self.assertFalse(self.unit.user_confirmed_on)

    def test_S14_meter_does_not_run_backwards(self):
        self.unit.meter = 100
        job = self._job(meter_reading=120)
        self._finish(job)
        self.assertEqual(self.unit.meter, 120)
        with self.assertRefused(ValidationError, "stood at 120"):
            self._job(meter_reading=90)
        self.assertEqual(self.unit.meter, 120)

    def test_S14_cover_cannot_end_before_it_starts(self):
        with self.assertRefused(ValidationError, "ends before it starts"):
            self.unit.write({"warranty_start": date(2030, 1, 2), "warranty_end": date(2030, 1, 1)})

    def test_S14_unit_must_be_of_the_model(self):
        with self.assertRaises(ValidationError):
            self._voucher(product_id=self.serial_part.id)
