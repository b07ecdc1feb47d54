# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import uuid
from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SIGNATURE, ServiceCommon

PHOTO = SIGNATURE.decode()


def draw():
    """A key, as a phone draws it."""
    return uuid.uuid4().hex


@tagged("post_install", "-at_install")
class TestPhone(ServiceCommon):
    """S3: what a technician's phone shows and sends, without stock, sales or accounting rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operation = cls.env["aftersales.operation"].create(
            {
                "code": "T-100",
                "name": "Change the pump",
                "product_id": cls.labour.id,
                "fee_ids": [
                    (0, 0, {"date_from": date(2020, 1, 1), "standard_hours": 2, "rate": 60})
                ],
            }
        )
        cls.part.barcode = "T-BARCODE-1"
        cls.serial, cls.foreign_serial = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.serial_part.id} for name in ("T-S1", "T-S2")]
        )
        quants = cls.env["stock.quant"]
        quants._update_available_quantity(cls.serial_part, cls.van, 1, lot_id=cls.serial)
        quants._update_available_quantity(
            cls.serial_part, cls.other_van, 1, lot_id=cls.foreign_serial
        )
        cls.voucher = cls._voucher()
        cls.voucher._dispatch()
        cls.phone = cls.voucher.with_user(cls.technician_user)

    def _send(self, values=None, step=None, key=None, voucher=None):
        voucher = voucher or self.phone
        return voucher.phone_submit(key or draw(), values or {}, step)

    def _row(self, product=None, quantity=1, **values):
        row = {"key": draw(), "quantity": quantity, **values}
        if product:
            row["product_id"] = product.id
        return row

    def _work(self, *rows):
        """Arrive, and enter lines."""
        self._send(step="start")
        return self._send({"lines": list(rows)})

    # === WHAT IT SHOWS === #

    def test_S3_my_jobs_next_appointment_first(self):
        now = fields.Datetime.now()
        jobs = self.env["aftersales.voucher"]
        for hours in (30, 3):
            job = self._voucher(planned_start=now + timedelta(hours=hours))
            job._dispatch()
            jobs |= job
        other = self._voucher(technician_id=self.other_technician.id)
        other._dispatch()
        finished = self._finish(self._job())
        before = self._finish(self._job(), at=now - timedelta(days=2))
        shown = self.env["aftersales.voucher"].with_user(self.technician_user).get_phone_jobs()
        ids = [job["id"] for job in shown["jobs"]]
        self.assertEqual(ids, [jobs[1].id, jobs[0].id, self.voucher.id, finished.id])
        self.assertNotIn(other.id, ids)
        self.assertNotIn(before.id, ids)

    def test_S3_one_job_with_all_that_is_needed(self):
        self.voucher.fault_description = "It drips"
        job = self.phone.get_phone_job()
        self.assertEqual(job["phone"], "+1 555 0999")
        self.assertIn("1 Test Street", job["address"])
        self.assertEqual(job["fault_description"], "It drips")
        self.assertTrue(job["can_start"])
        self.assertFalse(job["can_finish"])

    def test_S3_the_catalog_is_the_own_van(self):
        catalog = self.phone.get_phone_catalog()
        parts = {part["product_id"]: part for part in catalog["parts"]}
        self.assertEqual(set(parts), {self.part.id, self.serial_part.id})
        self.assertEqual(parts[self.part.id]["quantity"], 10)
        self.assertEqual(parts[self.part.id]["barcode"], "T-BARCODE-1")
        self.assertEqual(parts[self.part.id]["price"], 50)
        self.assertEqual([lot["name"] for lot in parts[self.serial_part.id]["lots"]], ["T-S1"])
        self.assertEqual(catalog["van"], "Test Van")
        self.assertEqual(
            [(found["code"], found["hours"]) for found in catalog["operations"]], [("T-100", 2)]
        )

    def test_S3_goods_of_customers_are_not_offered(self):
        self.env["stock.quant"]._update_available_quantity(
            self.part, self.van, 5, owner_id=self.customer
        )
        parts = self.phone.get_phone_catalog()["parts"]
        self.assertEqual([p["quantity"] for p in parts if p["product_id"] == self.part.id], [10])

    # === THE JOB === #

    def test_S3_the_whole_job(self):
        self._send(step="start")
        self.assertEqual(self.voucher.state, "in_progress")
        job = self._send(
            {
                "lines": [
                    self._row(operation_id=self.operation.id, quantity=None),
                    self._row(self.part, 2),
                    self._row(self.serial_part, lot_id=self.serial.id),
                ],
                "work_done": "Pump changed",
                "fault_id": self.fault.id,
                "meter_reading": 120.5,
            }
        )
        self.assertEqual([line["quantity"] for line in job["lines"]], [2, 2, 1])
        self.assertEqual(job["breakdown"]["amount"], 120 + 100 + 200)
        self.assertEqual(
            [group["label"] for group in job["breakdown"]["groups"]], ["Parts", "Labour"]
        )
        job = self._send({"signature": PHOTO, "signed_by": "Jo Signer"}, "done")
        self.assertEqual(job["state"], "done")
        self.assertTrue(job["collect"]["possible"])
        self.assertEqual(self.voucher.fault_id, self.fault)
        self.assertEqual(self.voucher.meter_reading, 120.5)
        self.assertEqual(self._on_hand(self.part, self.van), 8)
        self.assertEqual(self.voucher.picking_id.move_line_ids.lot_id, self.serial)
        self.assertEqual(self.voucher.sale_order_id.amount_untaxed, 420)

    def test_S15_shown_on_the_screen_agreed_and_taken_back(self):
        job = self._work(self._row(self.part, 2))
        amount = job["breakdown"]["amount"]
        with self.assertRefused(UserError, "show it to the customer again"):
            self._send({"name": "Jo", "amount": amount + 1}, "accept_estimate")
        job = self._send({"name": "Jo", "amount": amount}, "accept_estimate")
        self.assertEqual(job["estimate"]["state"], "accepted")
        job = self._send({"lines": [self._row(self.part)]})
        self.assertEqual(job["estimate"]["state"], "none")
        job = self._send(
            {"reason": "Too dear", "amount": job["breakdown"]["amount"]}, "refuse_estimate"
        )
        self.assertEqual(job["estimate"]["reason"], "Too dear")

    def test_S3_lines_are_corrected_and_taken_off(self):
        first, second = self._row(self.part, 2), self._row(self.part, 3)
        job = self._work(first, second)
        ids = [line["id"] for line in job["lines"]]
        job = self._send({"lines": [{"id": ids[0], "quantity": 5}], "removed": [second["key"]]})
        self.assertEqual([(x["id"], x["quantity"]) for x in job["lines"]], [(ids[0], 5)])
        job = self._send({"removed": [ids[0], ids[1], "unknown"]})
        self.assertFalse(job["lines"])

    def test_S3_photos(self):
        self._send(step="start")
        job = self._send(
            {"photo": f"data:image/png;base64,{PHOTO}", "photo_name": "a.png"}, "photo"
        )
        self.assertEqual([photo["name"] for photo in job["photos"]], ["a.png"])
        attachment = self.env["ir.attachment"].browse(job["photos"][0]["id"])
        self.assertEqual(
            (attachment.res_model, attachment.res_id), ("aftersales.voucher", self.voucher.id)
        )
        script = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
        for data in ("", "%%%", base64.b64encode(b"MZ no image").decode(), script.decode()):
            with self.subTest(data=data), self.assertRefused(UserError, "This is no"):
                self._send({"photo": data}, "photo")

    # === SENT TWICE === #

    def test_S3_what_is_sent_twice_is_done_once(self):
        """The answer was lost: the phone sends the same again."""
        self._send(step="start")
        key, row = draw(), self._row(self.part, 2)
        first = self._send({"lines": [row]}, key=key)
        second = self._send({"lines": [row]}, key=key)
        self.assertEqual(first["lines"], second["lines"])
        # The draft went on meanwhile: another key, the same line in it.
        third = self._send({"lines": [row, self._row(self.part, 1)]})
        self.assertEqual([line["quantity"] for line in third["lines"]], [2, 1])
        key = draw()
        values = {"signature": PHOTO, "signed_by": "Jo"}
        for _try in range(3):
            self.assertEqual(self._send(values, "done", key=key)["state"], "done")
        self.assertEqual(self._on_hand(self.part, self.van), 7)
        self.assertEqual(len(self.voucher.sale_order_id), 1)

    def test_S3_what_was_refused_may_be_sent_again(self):
        """A refusal takes its key back with it: corrected, the same one goes through."""
        self._send(step="start")
        key = draw()
        with self.assertRefused(UserError, "is not signed"):
            self._send({}, "done", key=key)
        job = self._send({"signature": PHOTO, "signed_by": "Jo"}, "done", key=key)
        self.assertEqual(job["state"], "done")

    def test_S3_keys_are_the_jobs_own(self):
        key = draw()
        self._send(step="start", key=key)
        other = self._voucher()
        other._dispatch()
        with self.assertRefused(UserError, "was sent for"):
            self._send(step="start", key=key, voucher=other.with_user(self.technician_user))
        for wrong in ("", "short", "x" * 65, 7):
            with self.subTest(key=wrong), self.assertRefused(UserError, "reload the page"):
                self.phone.phone_submit(wrong)

    def test_S3_what_was_told_later_is_logged(self):
        told = fields.Datetime.to_string(fields.Datetime.now() - timedelta(hours=2))
        self.phone.phone_submit(draw(), {}, "start", told)
        self.assertIn("by the phone", self.voucher.message_ids[0].body)
        self.assertGreater(
            self.voucher.started_at,
            fields.Datetime.now() - timedelta(minutes=1),
            "nobody stamps what was, not even a phone",
        )

    # === ATTACKS === #

    def test_S3_signing_twice(self):
        self._work(self._row(self.part))
        values = {"signature": PHOTO, "signed_by": "Jo"}
        self._send(values, "done")
        with self.assertRefused(UserError, "does not change any more"):
            self._send({"signature": PHOTO, "signed_by": "Mallory"}, "done")
        with self.assertRefused(UserError, "This step needs"):
            self._send({}, "done")
        self.assertEqual(self.voucher.signed_by, "Jo")

    def test_S3_signing_after_cancelling(self):
        self._work()
        self.voucher._cancel("Sold the machine")
        with self.assertRefused(UserError, "cancelled and does not change"):
            self._send({"signature": PHOTO, "signed_by": "Jo"}, "done")
        for step in ("start", "done", "collect", "photo"):
            with self.subTest(step=step), self.assertRefused(UserError, "Cancelled"):
                self._send({"photo": PHOTO}, step)

    def test_S3_signing_for_changed_lines_is_signing_anew(self):
        self._work(self._row(self.part))
        job = self._send({"signature": PHOTO, "signed_by": "Jo"})
        self.assertTrue(job["signed"])
        job = self._send({"lines": [self._row(self.part)]})
        self.assertFalse(job["signed"])
        with self.assertRefused(UserError, "is not signed"):
            self._send({}, "done")

    def test_S3_another_technicians_job(self):
        self._work(self._row(self.part))
        other = self.voucher.with_user(self.other_user)
        calls = {
            "read": other.get_phone_job,
            "catalog": other.get_phone_catalog,
            "sign": lambda: self._send({"signature": PHOTO, "signed_by": "M"}, voucher=other),
            "done": lambda: self._send({}, "done", voucher=other),
            "collect": lambda: self._send({}, "collect", voucher=other),
            "photo": lambda: self._send({"photo": PHOTO}, "photo", voucher=other),
        }
        nobody = self.voucher.with_user(self._user("t_nobody", "base.group_user"))
        calls["nobody"] = nobody.get_phone_job
        for name, call in calls.items():
            with self.subTest(call=name), self.assertRaises(AccessError):
                call()
        self.assertFalse(self.voucher.signature)

    def test_S3_parts_of_anothers_van_are_refused(self):
        self._send(step="start")
        with self.assertRefused(UserError, "holds 0 of .*T-S2"):
            self._send({"lines": [self._row(self.serial_part, lot_id=self.foreign_serial.id)]})
        with self.assertRefused(UserError, "holds 10 of .*would take 11"):
            self._send({"lines": [self._row(self.part, 6), self._row(self.part, 5)]})
        elsewhere = self.env["product.product"].create(
            {"name": "T elsewhere", "type": "consu", "is_storable": True}
        )
        self.env["stock.quant"]._update_available_quantity(elsewhere, self.other_van, 9)
        with self.assertRefused(UserError, "holds 0 of T elsewhere"):
            self._send({"lines": [self._row(elsewhere)]})
        # A place that is sent along is not looked at.
        job = self._send({"lines": [self._row(self.part, 1, location_id=self.other_van.id)]})
        self.assertEqual(len(job["lines"]), 1)
        self._send({"signature": PHOTO, "signed_by": "Jo"}, "done")
        self.assertEqual(self._on_hand(self.part, self.other_van), 10)

    def test_S3_no_other_field_comes_in_by_phone(self):
        self._send(
            {
                "state": "closed",
                "service_type": "C",
                "technician_id": self.other_technician.id,
                "done_at": "2020-01-01",
                "lines": [self._row(self.part, price_unit=0.01)],
            }
        )
        self.assertEqual(self.voucher.state, "dispatched")
        self.assertEqual(self.voucher.service_type, "A")
        self.assertEqual(self.voucher.technician_id, self.technician)
        self.assertEqual(self.voucher.line_ids.price_unit, 50)
        with self.assertRefused(UserError, "Unknown step"):
            self._send({}, "close")
        with self.assertRefused(UserError, "Choose an operation or a part"):
            self._send({"lines": [self._row()]})
        for quantity in (-3, 0, "7", 1e12):
            with self.subTest(quantity=quantity), self.assertRefused(UserError, "above zero"):
                self._send({"lines": [self._row(self.part, quantity)]})

    def test_S3_without_a_van(self):
        self.technician.van_location_id = False
        self.assertFalse(self.phone.get_phone_catalog()["parts"])
        with self.assertRefused(UserError, "You have no van"):
            self._work(self._row(self.part))

    def test_S3_a_helper_takes_from_his_own_van(self):
        self.env["aftersales.appointment"].create(
            {
                "voucher_id": self.voucher.id,
                "technician_id": self.other_technician.id,
                "start": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        self._send(step="start")
        helper = self.voucher.with_user(self.other_user)
        self.assertEqual(helper.get_phone_catalog()["van"], "Other Van")
        self._send(step="start", voucher=helper)
        visit = self.voucher.appointment_ids.filtered(
            lambda visit: visit.technician_id == self.other_technician
        )
        self.assertEqual(visit.state, "under_way")
        self._send({"lines": [self._row(self.part, 4)]})
        self._send({"lines": [self._row(self.part, 10)]}, voucher=helper)
        self._send({"signature": PHOTO, "signed_by": "Jo"}, "done")
        self.assertEqual(self._on_hand(self.part, self.van), 6)
        self.assertEqual(self._on_hand(self.part, self.other_van), 0)

    def test_S3_queries_do_not_grow_with_the_jobs(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["aftersales.voucher"].with_user(self.technician_user).get_phone_jobs()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        jobs = self.env["aftersales.voucher"].create(
            [{"lot_id": self.unit.id, "technician_id": self.technician.id} for _n in range(20)]
        )
        jobs._dispatch()
        self.assertLessEqual(count(), few + 2)
