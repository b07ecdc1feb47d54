# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestUnitMerge(ServiceCommon):
    """Foreign units, unknown serials, and two files of one unit (S14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_foreign_category_id = cls.env["product.category"].create(
            {"name": "T foreign"}
        )

    def _foreign(self, **values):
        form = Form(self.env["aftersales.unit.foreign"].with_user(self.clerk))
        for name, value in {"brand": "Hartmann", "model": "HB-12", **values}.items():
            setattr(form, name, value)
        action = form.save().action_open()
        return self.env["stock.lot"].browse(action["res_id"])

    def _merge(self, lot, kept):
        return (
            self.env["aftersales.unit.merge"]
            .with_user(self.supervisor)
            .create({"lot_id": lot.id, "kept_id": kept.id, "reason": "Plate read again"})
            .action_merge()
        )

    def test_S14_a_foreign_unit_gets_a_file_on_a_product_of_its_own(self):
        unit = self._foreign(serial="H-1", user_partner_id=self.customer, meter=77)
        product = unit.product_id
        self.assertEqual((product.name, product.tracking), ("Hartmann HB-12", "serial"))
        self.assertEqual(product.categ_id, self.company.aftersales_foreign_category_id)
        self.assertFalse(product.sale_ok or product.purchase_ok or unit.sold_by_us)
        self.assertEqual((unit.user_partner_id, unit.meter), (self.customer, 77))
        self.assertEqual(self._foreign(serial="H-1"), unit, "opened once")
        second = self._foreign(brand="hartmann", model="hb-12", serial="H-2")
        self.assertEqual(second.product_id, product, "one product a model")
        self.assertEqual(self._voucher(lot_id=unit.id).service_type, "A")

    def test_S14_no_serial_gets_a_number_of_ours(self):
        first, second = self._foreign(), self._foreign()
        self.assertNotEqual(first.name, second.name)
        self.assertTrue(first.is_own_number and second.is_own_number)
        untracked = self._foreign(brand=False, model="Pallet truck", sold_by_us=True)
        self.assertEqual(untracked.product_id.name, "Pallet truck")
        self.assertTrue(untracked.sold_by_us)
        with self.assertRaises(AccessError):
            self.env["stock.lot"].with_user(self.technician_user)._open_foreign_unit("A", "B")
        self.company.aftersales_foreign_category_id = False
        with self.assertRefused(UserError, "No category for foreign units"):
            self._foreign(model="X-1")

    def test_S14_a_call_and_a_job_open_the_file_of_a_foreign_unit(self):
        form = Form(self.env["aftersales.call"].with_user(self.clerk))
        form.contact_name = "Carl Caller"
        form.unit_note = "HB-14"
        form.brand = "Hartmann"
        form.serial = "H-14"
        form.fault_description = "Smokes"
        call = form.save()
        call.action_register()
        unit = call.voucher_id.lot_id
        self.assertEqual((unit.name, unit.product_id.name), ("H-14", "Hartmann HB-14"))
        self.assertEqual(unit.user_partner_id, call.partner_id)
        self.assertTrue(call.voucher_id.unit_not_sold_by_us)
        job = self._voucher(
            lot_id=False, unit_note="old baler", contact_name="T", technician_id=False
        )
        action = job.with_user(self.clerk).action_open_foreign_unit()
        wizard = (
            self.env["aftersales.unit.foreign"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({"brand": "Hartmann"})
        )
        self.assertEqual(wizard.model, "old baler")
        wizard.action_open()
        self.assertTrue(job.lot_id.is_own_number)

    def test_S14_two_files_of_one_unit_become_one(self):
        double = self.env["stock.lot"].create(
            {
                "name": "t serial 1",
                "product_id": self.model.id,
                "user_partner_id": self.customer.id,
            }
        )
        signed = self._job(lot_id=double.id)
        self._finish(signed)
        open_job = self._voucher(lot_id=double.id)
        double._take_meter_reading(50, day=date(2021, 1, 1), source="manual")
        self.unit._take_meter_reading(90, day=date(2022, 1, 1), source="manual")
        policy = self.env["aftersales.insurance.policy"].create(
            {
                "name": "P-M",
                "lot_id": double.id,
                "insurer_id": self.customer.id,
                "date_from": date(2021, 1, 1),
                "date_to": date(2021, 12, 31),
            }
        )
        self._merge(double, self.unit)
        self.assertEqual((signed + open_job).lot_id, self.unit)
        self.assertEqual(policy.lot_id, self.unit)
        self.assertEqual(self.unit.meter_reading_ids.mapped("value"), [90, 50])
        self.assertEqual(self.unit.meter, 90)
        self.assertFalse(double.meter_reading_ids or double.aftersales_voucher_ids)
        self.assertEqual(double.merged_into_id, self.unit)
        self.assertEqual(len(self.unit.unit_user_ids.filtered(lambda row: not row.date_to)), 1)
        self.assertIn("Plate read again", self.unit.message_ids[0].body)
        self.assertIn("Plate read again", double.message_ids[0].body)
        with self.assertRefused(UserError, "merged already"):
            self._merge(double, self.unit)

    def test_S14_a_foreign_file_goes_into_the_unit_of_ours(self):
        unknown = self._foreign(model="no plate")
        job = self._voucher(lot_id=unknown.id, technician_id=False)
        self._merge(unknown, self.unit)
        self.assertEqual((job.lot_id, job.product_id), (self.unit, self.model))

    def test_S14_two_models_two_serials_and_goods_in_stock_are_not_merged(self):
        other_model = self.env["stock.lot"].create(
            {"name": "T-SERIAL-1", "product_id": self.serial_part.id}
        )
        with self.assertRefused(UserError, "files of two models"):
            self._merge(other_model, self.unit)
        other_serial = self.env["stock.lot"].create(
            {"name": "T-SERIAL-9", "product_id": self.model.id}
        )
        with self.assertRefused(UserError, "two serials"):
            self._merge(other_serial, self.unit)
        double = self.env["stock.lot"].create({"name": "TSERIAL1", "product_id": self.model.id})
        self.env["stock.quant"]._update_available_quantity(self.model, self.van, 1, lot_id=double)
        with self.assertRefused(UserError, "ask the storekeeper"):
            self._merge(double, self.unit)
        with self.assertRaises(AccessError):
            self.env["aftersales.unit.merge"].with_user(self.clerk).create({})

    def test_S14_files_that_contradict_each_other_are_not_merged(self):
        double = self.env["stock.lot"].create({"name": "TSERIAL1", "product_id": self.model.id})
        double._take_meter_reading(500, day=date(2021, 1, 1), source="manual")
        self.unit._take_meter_reading(90, day=date(2022, 1, 1), source="manual")
        with self.assertRefused(UserError, "stood at 500"), self.env.cr.savepoint():
            self._merge(double, self.unit)
        double.meter_reading_ids.unlink()
        for lot in (double, self.unit):
            self.env["aftersales.insurance.policy"].create(
                {
                    "name": lot.name,
                    "lot_id": lot.id,
                    "insurer_id": self.customer.id,
                    "date_from": date(2021, 1, 1),
                    "date_to": date(2021, 12, 31),
                }
            )
        with self.assertRefused(ValidationError, "overlaps"), self.env.cr.savepoint():
            self._merge(double, self.unit)
