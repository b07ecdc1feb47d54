# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestMeter(ServiceCommon):
    """Readings of a unit's meter: kept, never backwards, estimated (S14)."""

    def _read(self, day, value, user=None, **values):
        readings = self.env["aftersales.meter.reading"]
        return (readings.with_user(user) if user else readings).create(
            {"lot_id": self.unit.id, "date": day, "value": value, **values}
        )

    def test_S14_each_reading_is_kept_and_the_file_shows_the_last(self):
        self._read(date(2024, 3, 1), 500)
        self._read(date(2024, 1, 1), 100)
        self.assertEqual((self.unit.meter, self.unit.meter_date), (500, date(2024, 3, 1)))
        self.assertEqual(self.unit.meter_reading_ids.mapped("value"), [500, 100])

    def test_S14_a_lower_reading_is_refused_with_the_way_out(self):
        self._read(date(2024, 1, 1), 100)
        self._read(date(2024, 3, 1), 500)
        with self.assertRefused(UserError, "stood at 500.*tick Meter Replaced"):
            self._read(date(2024, 4, 1), 400)
        with self.assertRefused(UserError, "stood at 100"):
            self._read(date(2024, 2, 1), 90)
        with self.assertRefused(UserError, "stood at 600 on 2024-02-01: 500"):
            self._read(date(2024, 2, 1), 600)
        self._read(date(2024, 2, 1), 300)
        self.assertEqual(self.unit.meter, 500)

    def test_S14_a_typed_meter_is_a_reading_and_runs_forward_only(self):
        unit = self.unit.with_user(self.clerk)
        unit.meter = 120
        self.assertEqual(self.unit.meter_reading_ids.mapped("value"), [120])
        self.assertEqual(self.unit.meter_reading_ids.user_id, self.clerk)
        with self.assertRefused(UserError, "stood at 120"):
            unit.meter = 90
        unit.write({"meter": 120, "made_on": date(2019, 1, 1)})
        self.assertEqual(len(self.unit.meter_reading_ids), 1, "nothing was read anew")

    def test_S14_a_replaced_meter_goes_on_in_the_total(self):
        self._read(date(2024, 1, 1), 1000)
        self._read(date(2024, 2, 1), 0, is_replacement=True, old_value=1100)
        self._read(date(2024, 3, 1), 50)
        self._read(date(2024, 4, 1), 10, is_replacement=True, old_value=80)
        self.assertEqual(self.unit.meter, 10)
        self.assertEqual(self.unit.meter_total, 1180)
        self.assertEqual(self.unit._get_total_meter(30), 1200)
        with self.assertRefused(UserError, "stood at 10"):
            self._read(date(2024, 5, 1), 20, is_replacement=True, old_value=5)
        with self.assertRefused(UserError, "cannot be entered before that"):
            self._read(date(2024, 3, 15), 0, is_replacement=True, old_value=60)

    def test_S14_use_per_day_and_the_estimate_of_a_day(self):
        self.unit.sold_on = date(2023, 1, 1)
        self._read(date(2023, 1, 11), 100)
        self.assertEqual(self.unit.meter_per_day, 10, "since the sale")
        self._read(date(2025, 1, 1), 1000)
        self._read(date(2025, 4, 11), 1500)
        self.assertEqual(self.unit.meter_per_day, 5, "of the last year, not of the first days")
        self.assertEqual(self.unit._estimate_meter(date(2025, 4, 21)), 1550)
        self.assertEqual(self.unit._estimate_meter(date(2025, 4, 1)), 1500, "never below")
        new = self.unit.copy({"name": "T-SERIAL-COPY"})
        self.assertEqual((new.meter, new._estimate_meter(date(2025, 4, 21))), (0, 0))

    def test_S14_jobs_write_readings_and_say_at_once_what_is_wrong(self):
        self._read(date(2024, 3, 1), 500)
        job = self._job(meter_reading=620)
        self._finish(job, at=datetime(2030, 5, 2, 12))
        reading = self.unit.meter_reading_ids[0]
        self.assertEqual(
            (reading.value, reading.date, reading.source, reading.voucher_id),
            (620, date(2030, 5, 2), "service", job),
        )
        later = self._job(registered_at=datetime(2030, 6, 1, 12))
        technician = later.with_user(self.technician_user)
        with self.assertRefused(ValidationError, "stood at 620.*tick Meter Replaced"):
            technician.meter_reading = 30
        with self.assertRefused(ValidationError, "stood at 620"):
            technician.write(
                {"meter_replaced": True, "old_meter_reading": 600, "meter_reading": 30}
            )
        technician.write({"meter_replaced": True, "old_meter_reading": 650, "meter_reading": 30})
        self._finish(later, at=datetime(2030, 6, 2, 12))
        self.assertEqual((self.unit.meter, self.unit.meter_total), (30, 650))

    def test_S14_a_job_without_a_reading_changes_nothing(self):
        self._read(date(2024, 3, 1), 500)
        self._finish(self._job())
        self.assertEqual(len(self.unit.meter_reading_ids), 1)

    def test_S14_technicians_add_readings_and_supervisors_take_wrong_ones_out(self):
        right = self._read(date(2024, 3, 1), 500, self.technician_user)
        wrong = self._read(date(2024, 3, 2), 50000, self.clerk)
        for user in (self.technician_user, self.clerk):
            with self.assertRaises(AccessError):
                wrong.with_user(user).unlink()
        with self.assertRefused(UserError, "does not change"):
            wrong.with_user(self.supervisor).value = 510
        with self.assertRefused(UserError, "written by the system"):
            self._read(date(2024, 3, 3), 50001, self.clerk, source="service")
        wrong.with_user(self.supervisor).unlink()
        self.assertEqual((self.unit.meter, self.unit.meter_date), (500, right.date))
        self.assertIn("50000", self.unit.message_ids[0].body)

    def test_S14_no_reading_of_a_day_to_come(self):
        with self.assertRefused(ValidationError, "still to come"):
            self._read(date.today() + timedelta(days=9), 10)

    def test_S14_many_readings_cost_few_queries(self):
        units = self.env["stock.lot"].create(
            [{"name": f"T-M{n}", "product_id": self.model.id} for n in range(20)]
        )
        vals_list = [
            {"lot_id": unit.id, "date": date(2024, 1, day), "value": day}
            for unit in units
            for day in (1, 2, 3)
        ]
        self.env.flush_all()
        with self.assertQueryCount(120):
            self.env["aftersales.meter.reading"].create(vals_list)
            self.env.flush_all()
        self.assertEqual(set(units.mapped("meter")), {3})
