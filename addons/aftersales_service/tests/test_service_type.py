# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ServiceCommon

CALL = datetime(2030, 6, 15, 12, 0)
DAY = date(2030, 6, 15)
BEFORE, AFTER = date(2030, 1, 1), date(2030, 12, 31)


@tagged("post_install", "-at_install")
class TestServiceType(ServiceCommon):
    def _propose(self, **unit):
        base = dict.fromkeys(("warranty_start", "warranty_end", "contract_start", "contract_end"))
        self.unit.write({**base, "sold_by_us": True, **unit})
        return self._voucher(registered_at=CALL)

    def test_S2_type_is_proposed_from_the_unit(self):
        """Warranty → C, else contract → B, else A; both ends count; not ours → A, flagged."""
        cases = [
            ("nothing", {}, "A"),
            ("warranty", {"warranty_start": BEFORE, "warranty_end": AFTER}, "C"),
            ("warranty without start", {"warranty_end": AFTER}, "C"),
            ("last day of warranty", {"warranty_start": BEFORE, "warranty_end": DAY}, "C"),
            ("first day of warranty", {"warranty_start": DAY, "warranty_end": AFTER}, "C"),
            ("warranty over", {"warranty_end": date(2030, 6, 14)}, "A"),
            ("warranty to come", {"warranty_start": AFTER, "warranty_end": AFTER}, "A"),
            ("warranty without end", {"warranty_start": BEFORE}, "A"),
            ("contract", {"contract_start": BEFORE, "contract_end": AFTER}, "B"),
            ("both", {"warranty_end": AFTER, "contract_end": AFTER}, "C"),
            ("not ours", {"warranty_end": AFTER, "sold_by_us": False}, "A"),
        ]
        for name, unit, expected in cases:
            with self.subTest(name):
                voucher = self._propose(**unit)
                self.assertEqual(voucher.proposed_service_type, expected)
                self.assertEqual(voucher.service_type, expected)
                self.assertEqual(voucher.unit_not_sold_by_us, name == "not ours")

    def test_S2_day_of_the_call_is_the_companys(self):
        """16:30 UTC of the 15th is the 16th in Shanghai: a day after the warranty."""
        self.company.partner_id.tz = "Asia/Shanghai"
        self.unit.write({"warranty_start": BEFORE, "warranty_end": DAY})
        self.assertEqual(
            self._voucher(registered_at=datetime(2030, 6, 15, 15, 0)).service_type, "C"
        )
        self.assertEqual(
            self._voucher(registered_at=datetime(2030, 6, 15, 16, 30)).service_type, "A"
        )

    def test_S2_overruling_needs_a_reason_and_is_logged(self):
        voucher = self._propose(warranty_end=AFTER).with_context(tracking_disable=False)
        with self.assertRefused(ValidationError, "Write the reason"):
            voucher.with_user(self.clerk).service_type = "A"
        self.flush_tracking()
        voucher.with_user(self.clerk).write(
            {"service_type": "A", "service_type_reason": "Broken by misuse"}
        )
        self.flush_tracking()
        tracked = voucher.message_ids.tracking_value_ids
        self.assertIn("service_type", tracked.field_id.mapped("name"))
        self.assertIn("Broken by misuse", tracked.mapped("new_value_char"))

    def test_S2_overruling_survives_a_change_of_the_unit(self):
        voucher = self._propose(warranty_end=AFTER)
        voucher.write({"service_type": "A", "service_type_reason": "Misuse"})
        self.unit.contract_end = AFTER
        self.assertEqual(voucher.service_type, "A")

    def test_S2_once_dispatched_the_type_stays(self):
        voucher = self._propose(warranty_end=AFTER)
        voucher._dispatch()
        self.unit.warranty_end = BEFORE
        self.assertEqual(voucher.service_type, "C")
        self.assertEqual(voucher.proposed_service_type, "C")

    def test_S2_another_unit_and_another_type_in_one_go_need_a_reason(self):
        """The form saves both at once: the new unit's file is asked all the same."""
        self._propose(warranty_end=AFTER)
        old = self.env["stock.lot"].create({"name": "T-OLD", "product_id": self.model.id})
        voucher = self._voucher(lot_id=old.id, partner_id=self.customer.id, registered_at=CALL)
        self.assertEqual(voucher.service_type, "A")
        with self.assertRefused(ValidationError, "proposes service type C"):
            voucher.with_user(self.clerk).write({"lot_id": self.unit.id, "service_type": "A"})
        voucher.with_user(self.clerk).write(
            {"lot_id": self.unit.id, "service_type": "A", "service_type_reason": "Misuse"}
        )
        self.assertEqual((voucher.proposed_service_type, voucher.service_type), ("C", "A"))

    def test_S2_the_unit_found_on_site_is_proposed_anew(self):
        """Dispatched without a serial: the plate on site tells that the unit is in warranty."""
        self._propose(warranty_end=AFTER)
        voucher = self._voucher(lot_id=False, partner_id=self.customer.id, registered_at=CALL)
        voucher._dispatch()
        self.assertEqual(voucher.service_type, "A")
        voucher.with_user(self.clerk).lot_id = self.unit
        self.assertEqual((voucher.proposed_service_type, voucher.service_type), ("C", "C"))
        self.unit.warranty_end = BEFORE
        self.assertEqual(voucher.service_type, "C", "what was decided for this unit stays")

    def test_S2_administrative_work_on_a_unit_takes_no_customer_from_it(self):
        job = self.env["aftersales.voucher"].create(
            {"service_type": "D", "lot_id": self.unit.id, "service_type_reason": "Inspection"}
        )
        self.assertFalse(job.partner_id)

    def test_S2_administrative_work_has_no_customer_and_no_charge(self):
        job = self.env["aftersales.voucher"].create(
            {
                "service_type": "D",
                "kind": "guidance",
                "outlet_id": self.outlet.id,
                "technician_id": self.technician.id,
                "line_ids": [self._line(self.labour, 2)],
            }
        )
        self.assertEqual(job.service_type, "D")
        self.assertEqual(job.amount_customer, 0.0)
        with self.assertRefused(ValidationError, "no customer"):
            job.partner_id = self.customer
        job.action_dispatch()
        job.action_start()
        job.action_done()
        self.assertFalse(job.sale_order_id)
        job.action_close()
        self.assertEqual(job.state, "closed")

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
