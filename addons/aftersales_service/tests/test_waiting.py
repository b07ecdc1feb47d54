# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
@freeze_time("2041-03-05 12:00:00")
class TestWaiting(ServiceCommon):
    """Jobs that wait for a part that is not there (S3, S26, S8)."""

    def _receipt(self, quantity, day):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        move = self.env["stock.move"].create(
            {
                "product_id": self.part.id,
                "product_uom_qty": quantity,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": warehouse.lot_stock_id.id,
                "company_id": self.company.id,
                "date": day,
            }
        )
        move._action_confirm()
        return move

    def test_S3_a_job_waits_for_its_part_and_goes_on_where_it_stopped(self):
        voucher = self._job()
        mine = voucher.with_user(self.technician_user)
        action = mine.action_wait_for_part()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.technician_user)
            .with_context(**action["context"])
        )
        form.product_id = self.part
        form.expected_on = date(2041, 3, 20)
        form.save().action_wait()
        self.assertRecordValues(
            voucher,
            [
                {
                    "state": "waiting_part",
                    "waiting_product_id": self.part.id,
                    "part_expected_on": date(2041, 3, 20),
                    "waiting_since": datetime(2041, 3, 5, 12),
                }
            ],
        )
        wizards = self.env[action["res_model"]].with_user(self.technician_user)
        again = Form(wizards.with_context(default_voucher_id=voucher.id))
        self.assertEqual(again.expected_on, date(2041, 3, 20), "nothing is coming in: as told")
        with self.assertRefused(UserError, "Waiting for Part"):
            mine.action_done()
        mine.action_resume()
        self.assertEqual(voucher.state, "in_progress")
        with self.assertRefused(UserError, "This step needs"):
            mine.action_resume()

    def test_S3_a_job_that_nobody_went_to_waits_too(self):
        voucher = self._voucher()
        with self.assertRefused(UserError, "This step needs"):
            voucher.action_wait_for_part()
        voucher._dispatch()
        voucher._wait_for_part(date(2041, 3, 9), self.part)
        voucher._wait_for_part(date(2041, 3, 19))
        self.assertEqual(voucher.part_expected_on, date(2041, 3, 19))
        self.assertEqual(voucher.waiting_product_id, self.part)
        voucher._resume()
        self.assertEqual(voucher.state, "dispatched")

    def test_S3_what_a_job_waits_for_is_written_by_the_step(self):
        voucher = self._job()
        with self.assertRefused(UserError, "Use the buttons"):
            voucher.with_user(self.supervisor).part_expected_on = date(2041, 3, 9)
        with self.assertRaises(AccessError):
            voucher.with_user(self.other_user).action_resume()

    def test_S3_the_technician_who_waits_leaves(self):
        voucher = self._voucher(planned_start="2041-03-05 11:00:00")
        voucher._dispatch()
        voucher._start()
        self.assertEqual(voucher.appointment_ids.state, "under_way")
        voucher._wait_for_part()
        self.assertEqual(voucher.appointment_ids.state, "done")

    def test_S3_expected_date_comes_from_what_is_coming_in(self):
        voucher = self._job(line_ids=[self._line(self.part, 12)])
        self.assertEqual(voucher._get_missing_part(), self.part, "the van holds ten")
        self.assertFalse(voucher._propose_part_expected_on(self.part, 3))
        self._receipt(2, "2041-03-08 10:00:00")
        self._receipt(5, "2041-03-12 10:00:00")
        self.assertEqual(voucher._propose_part_expected_on(self.part, 2), date(2041, 3, 8))
        self.assertEqual(voucher._propose_part_expected_on(self.part, 3), date(2041, 3, 12))
        wizard = Form(
            self.env["aftersales.voucher.wait"]
            .with_user(self.technician_user)
            .with_context(default_voucher_id=voucher.id)
        )
        self.assertEqual(wizard.product_id, self.part)
        wizard.quantity = 7
        self.assertEqual(wizard.expected_on, date(2041, 3, 12))
        wizard.quantity = 8
        self.assertFalse(wizard.expected_on)

    def test_S3_a_late_receipt_is_expected_today_at_the_earliest(self):
        self._receipt(2, "2041-03-01 10:00:00")
        self.assertEqual(self._job()._propose_part_expected_on(self.part, 1), date(2041, 3, 5))

    def test_S3_what_lies_in_stock_is_there_today(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(self.part, warehouse.lot_stock_id, 2)
        self.assertEqual(self._job()._propose_part_expected_on(self.part, 2), date(2041, 3, 5))

    def test_S3_a_transfer_to_the_van_says_when(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.move"].create(
            {
                "product_id": self.part.id,
                "product_uom_qty": 1,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": self.van.id,
                "company_id": self.company.id,
                "date": "2041-03-07 10:00:00",
            }
        )._action_confirm()
        self.assertEqual(self._job()._propose_part_expected_on(self.part, 1), date(2041, 3, 7))

    def test_S8_waiting_for_a_part_holds_the_clock(self):
        kind = self.env.ref("aftersales_service.sla_event_type_voucher_waiting_part")
        policy = self.env["aftersales.sla.policy"].create(
            {
                "name": "T repaired",
                "model_id": self.env["ir.model"]._get_id("aftersales.voucher"),
                "domain": f"[('fault_id', '=', {self.fault.id})]",
                "company_id": self.company.id,
                "start_type_id": self.env.ref(
                    "aftersales_service.sla_event_type_voucher_registered"
                ).id,
                "stop_type_id": self.env.ref("aftersales_service.sla_event_type_voucher_done").id,
                "pause_type_ids": [(4, kind.id)],
                "amount": 10,
                "unit": "hours",
            }
        )
        voucher = self._job(fault_id=self.fault.id)
        deadline = voucher.sla_deadline_ids.filtered(lambda d: d.policy_id == policy)
        self.assertEqual(deadline.due_at, datetime(2041, 3, 5, 22))
        with freeze_time("2041-03-05 14:00:00"):
            voucher._wait_for_part()
            self.assertEqual(deadline.state, "paused")
        with freeze_time("2041-03-06 14:00:00"):
            voucher._resume()
            self.assertEqual(deadline.state, "running")
            self.assertEqual(deadline.due_at, datetime(2041, 3, 6, 22))
