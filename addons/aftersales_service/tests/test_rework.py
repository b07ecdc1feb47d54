# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged

from .common import SIGNATURE, ServiceCommon, golden


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

    def _again(self, **values):
        """A second call for the same fault on the same unit, given to the technician."""
        first = self._job(registered_at=self._at("2030-01-01"), fault_id=self.fault.id)
        self._finish(first, at=self._at("2030-01-02"))
        lines = [self._line(self.labour, 2), self._line(self.part)]
        again = self._job(
            registered_at=self._at("2030-01-06"),
            fault_id=self.fault.id,
            line_ids=lines,
            **values,
        )
        return first, again

    def test_S18_confirmed_rework_carries_no_labour_fee(self):
        first, again = self._again()
        self.assertEqual(again.amount_customer, 210.0, "two hours at 80, a part at 50")
        again.with_user(self.supervisor).action_confirm_rework()
        labour, part = again.line_ids
        self.assertEqual((labour.amount_customer, part.amount_customer), (0.0, 50.0))
        self.assertEqual(again.amount_customer, 50.0)
        self.assertEqual(again.amount_untaxed, 210.0, "what it is worth does not change")
        self.assertIn(first.number, labour.free_reason)
        self.assertFalse(part.free_reason)
        self._finish(again)
        self.assertEqual(again.sale_order_id.order_line.product_id, self.part)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_voucher", again.ids
        )
        self.assertIn("no labour fee", html.decode())

    def test_S18_labour_that_is_added_later_is_free_as_well(self):
        _first, again = self._again()
        again.with_user(self.supervisor).action_confirm_rework()
        again.with_user(self.technician_user).line_ids = [self._line(self.labour, 1)]
        self.assertEqual(again.amount_customer, 50.0)

    def test_S18_taken_back_before_the_job_is_done(self):
        _first, again = self._again()
        with self.assertRefused(UserError, "nothing to take back"):
            again.with_user(self.supervisor).action_reject_rework()
        again.with_user(self.supervisor).action_confirm_rework()
        again.write({"signature": SIGNATURE, "signed_by": "Jo"})
        with self.assertRaises(AccessError):
            again.with_user(self.clerk).action_reject_rework()
        again.with_user(self.supervisor).action_reject_rework()
        self.assertFalse(again.rework_of_id)
        self.assertEqual(again.amount_customer, 210.0)
        self.assertFalse(again.signature, "he signed for less")
        again.with_user(self.supervisor).action_confirm_rework()
        self._finish(again)
        with self.assertRefused(UserError, "This step needs"):
            again.with_user(self.supervisor).action_reject_rework()

    def test_S18_what_was_charged_already_is_said_not_changed(self):
        _first, again = self._again()
        self._finish(again)
        again.with_user(self.supervisor).action_confirm_rework()
        self.assertTrue(again.rework_of_id)
        self.assertEqual(again.amount_customer, 210.0)
        self.assertIn("has to be credited", again.message_ids[0].body)

    def test_S18_the_mark_is_nobodys_to_type(self):
        _first, again = self._again()
        with self.assertRefused(UserError, "by the steps of the job only"):
            again.with_user(self.supervisor).rework_free_labour = True
