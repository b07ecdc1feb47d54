# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SIGNATURE
from .warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestFittedPart(WarrantyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part_policy = cls.env["aftersales.warranty.policy"].create(
            {
                "name": "T parts",
                "kind": "part",
                "product_ids": [Command.set((cls.part + cls.serial_part).product_tmpl_id.ids)],
                "repair_months": 6,
                "replace_months": 3,
                "term_ids": [
                    cls._term(
                        "Fitted part",
                        months=6,
                        meter=500,
                        payer="supplier",
                        payer_partner_id=cls.maker.id,
                    )
                ],
            }
        )
        cls.serials = cls.env["stock.lot"].create(
            [{"name": f"T-PART-{index}", "product_id": cls.serial_part.id} for index in range(3)]
        )
        for serial in cls.serials:
            cls.env["stock.quant"]._update_available_quantity(
                cls.serial_part, cls.van, 1, lot_id=serial
            )
        # The unit's own warranty ended in 2020.
        cls.unit.meter = 100
        cls.fitted = cls._fit(cls.serials[0])

    @classmethod
    def _fit(cls, serial, **values):
        job = cls._job(
            registered_at="2030-01-15 08:00",
            line_ids=[cls._line(cls.serial_part, lot_id=serial.id)],
            **values,
        )
        return cls._finish(job, at="2030-01-15 12:00:00")

    def _again(self, registered="2030-07-14 12:00", **line):
        return self._voucher(
            registered_at=registered, line_ids=[self._line(self.serial_part, **line)]
        )

    def test_S26_each_fitted_part_has_its_own_warranty(self):
        given = self.unit.entitlement_ids
        self.assertEqual((given.kind, given.source), ("part", "job"))
        self.assertEqual(given.part_lot_id, self.serials[0])
        self.assertEqual(given.voucher_id, self.fitted)
        self.assertEqual(given.term_ids.meter_end, 600)
        self.assertFalse(self.unit.entitlement_id, "the unit itself has none")
        self.assertEqual(self.fitted.amount_customer, 200)

    def test_S26_the_part_is_covered_though_the_units_warranty_is_over(self):
        job = self._again(lot_in=self.serials[0].id)
        self.assertEqual(job.service_type, "A")
        self.assertEqual(self._rows(job.line_ids), [("supplier", 100, 200)])
        self.assertIn(self.fitted.number, job.line_ids.cover_ids.clause)
        self.assertEqual(job.amount_customer, 0)
        # Labour of the same job is the customer's.
        job.write({"line_ids": [self._line(self.labour)]})
        self.assertEqual(job.amount_customer, 80)

    def test_S26_the_day_and_the_meter_end_it(self):
        for registered, meter, refusal in (
            ("2030-07-14 12:00", 600, False),
            ("2030-07-15 12:00", 0, "ended on"),
            ("2030-07-14 12:00", 601, "the meter shows"),
        ):
            job = self._again(registered, lot_in=self.serials[0].id)
            job.meter_reading = meter
            with self.subTest(registered=registered, meter=meter):
                self.assertEqual(bool(job.line_ids.cover_ids), not refusal)
                self.assertEqual(job.amount_customer, 200 if refusal else 0)
                if refusal:
                    self.assertIn(refusal, job.line_ids.cover_refusal)

    def test_S26_only_the_serial_that_we_fitted(self):
        for name, line, covered in (
            ("another serial", {"lot_in": self.serials[1].id}, False),
            ("written by hand", {"old_serial": "T-PART-0"}, True),
            ("another written by hand", {"old_serial": "T-PART-9"}, False),
            ("none named yet", {}, True),
        ):
            with self.subTest(name):
                job = self._again(**line)
                self.assertEqual(bool(job.line_ids.cover_ids), covered)
        job = self._again()
        job.line_ids.lot_in = self.serials[1]
        self.assertEqual(job.amount_customer, 200, "the serial that came out decides")

    def test_S26_another_unit_or_part_is_not_covered(self):
        other = self._voucher(
            lot_id=self._unit("T-OTHER").id,
            registered_at="2030-02-01 12:00",
            line_ids=[self._line(self.serial_part, lot_in=self.serials[0].id)],
        )
        self.assertFalse(other.cover_ids)
        other = self._voucher(registered_at="2030-02-01 12:00", line_ids=[self._line(self.part)])
        self.assertFalse(other.cover_ids)

    def test_S26_the_old_parts_warranty_ends_when_it_comes_out(self):
        first = self.unit.entitlement_ids
        job = self._job(
            registered_at="2030-02-01 08:00",
            line_ids=[
                self._line(self.serial_part, lot_id=self.serials[1].id, lot_in=self.serials[0].id)
            ],
        )
        self._finish(job, at="2030-02-01 12:00:00")
        self.assertFalse(first.active)
        self.assertIn(job.number, first.end_reason)
        self.assertEqual(self.unit.entitlement_ids.part_lot_id, self.serials[1])
        self.assertFalse(job.sale_order_id, "nothing is left to charge")
        self.assertEqual(
            self._again("2030-03-01 12:00", lot_in=self.serials[0].id).amount_customer, 200
        )

    def test_S26_misuse_of_a_fitted_part_is_the_customers(self):
        job = self._again(lot_in=self.serials[0].id)
        self.fault.is_misuse = True
        job.fault_id = self.fault
        self.assertEqual(job.amount_customer, 200)
        self.assertIn("misuse", job.line_ids.cover_refusal)

    def test_S26_what_goes_in_does_not_come_out(self):
        with self.assertRefused(ValidationError, "cannot be the old part"):
            self._again(lot_id=self.serials[1].id, lot_in=self.serials[1].id)

    def test_S26_a_part_that_is_not_genuine_needs_the_signed_notice(self):
        self.part.aftersales_is_genuine = False
        job = self._job(line_ids=[self._line(self.part)])
        vouchers = self.env["aftersales.voucher"]
        undisclosed = [("has_nongenuine", "=", True), ("nongenuine_notice", "=", False)]
        self.assertIn(job, vouchers.search(undisclosed))
        mine = job.with_user(self.technician_user)
        with self.assertRefused(UserError, "T part on .* is not genuine"):
            mine.action_sign(SIGNATURE, "Jo")
        self.assertEqual(job.state, "in_progress")
        mine.write({"signature": SIGNATURE, "signed_by": "Jo"})
        mine.nongenuine_notice = True
        self.assertFalse(job.signature, "ticked after the signature, it was not signed")
        mine.write({"line_ids": [self._line(self.part)]})
        self.assertFalse(job.nongenuine_notice, "he was not told of this one")
        mine.write({"nongenuine_notice": True, "signature": SIGNATURE, "signed_by": "Jo"})
        mine.action_done()
        self.assertEqual(job.state, "done")
        self.assertNotIn(job, vouchers.search(undisclosed))
        self.part.aftersales_is_genuine = True
        self.assertIn(job, vouchers.search([("has_nongenuine", "=", True)]), "as it was fitted")
        self.assertNotIn(self.fitted, vouchers.search([("has_nongenuine", "=", True)]))
