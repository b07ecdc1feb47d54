# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged

from .common import ServiceCommon, golden


@tagged("post_install", "-at_install")
class TestRework(ServiceCommon):
    def _at(self, day, hour=12):
        return datetime.combine(Date.to_date(day), time(hour))

    def test_S18_golden_window(self):
        case = golden("S18-window")
        given = case["given"]
        self.company.aftersales_rework_days = given["days"]
        first = self._job(registered_at=self._at(given["first_done"], 8), fault_id=self.fault.id)
        self._finish(first, at=self._at(given["first_done"]))
        faults = {"same": self.fault, "other": self.other_fault}
        later = self.env["aftersales.voucher"].create(
            [
                {
                    "lot_id": self.unit.id,
                    "fault_id": faults[row["fault"]].id,
                    "registered_at": self._at(row["registered"]),
                }
                for row in given["cases"]
            ]
        )
        self.assertEqual(
            [voucher.rework_candidate_id == first for voucher in later],
            case["expect"]["rework"],
        )

    def test_S18_only_the_same_unit_and_only_after_it_was_done(self):
        first = self._job(registered_at=self._at("2030-01-01"), fault_id=self.fault.id)
        open_call = self._voucher(registered_at=self._at("2030-01-03"), fault_id=self.fault.id)
        self.assertFalse(open_call.rework_candidate_id, "the first job is still going on")
        self._finish(first, at=self._at("2030-01-05"))
        other_unit = self.env["stock.lot"].create(
            {"name": "T-SERIAL-2", "product_id": self.model.id}
        )
        other = self._voucher(
            lot_id=other_unit.id,
            partner_id=self.customer.id,
            registered_at=self._at("2030-01-06"),
            fault_id=self.fault.id,
        )
        self.assertFalse(other.rework_candidate_id)
        before = self._voucher(registered_at=self._at("2030-01-04"), fault_id=self.fault.id)
        self.assertFalse(before.rework_candidate_id)
        after = self._voucher(registered_at=self._at("2030-01-06"), fault_id=self.fault.id)
        self.assertEqual(after.rework_candidate_id, first)

    def test_S18_the_supervisor_confirms(self):
        first = self._job(registered_at=self._at("2030-01-01"), fault_id=self.fault.id)
        self._finish(first, at=self._at("2030-01-02"))
        again = self._voucher(registered_at=self._at("2030-01-06"), fault_id=self.fault.id)
        self.assertFalse(again.rework_of_id)
        with self.assertRaises(AccessError):
            again.with_user(self.clerk).action_confirm_rework()
        again.with_user(self.supervisor).action_confirm_rework()
        self.assertEqual(again.rework_of_id, first)
        with self.assertRefused(UserError, "No earlier job"):
            first.with_user(self.supervisor).action_confirm_rework()

    def test_S18_may_be_confirmed_when_the_job_is_done(self):
        first = self._job(registered_at=self._at("2030-01-01"), fault_id=self.fault.id)
        self._finish(first, at=self._at("2030-01-02"))
        again = self._job(registered_at=self._at("2030-01-06"), fault_id=self.fault.id)
        self._finish(again, at=self._at("2030-01-07"))
        again.with_user(self.supervisor).action_confirm_rework()
        self.assertEqual(again.rework_of_id, first)
