# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestBay(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["aftersales.checklist"].search([]).active = False
        cls.lift, cls.pit = cls.env["aftersales.bay"].create(
            [
                {"name": "Lift", "outlet_id": cls.outlet.id},
                {"name": "Pit", "outlet_id": cls.outlet.id},
            ]
        )

    def _walk_in(self, **values):
        voucher = self._voucher(
            channel="walk_in",
            technician_id=False,
            promised_at=fields.Datetime.now() + timedelta(hours=4),
            **values,
        )
        voucher._receive()
        return voucher

    def test_S23_a_job_stands_in_one_bay_at_a_time(self):
        voucher = self._walk_in().with_user(self.clerk)
        start = fields.Datetime.now() - timedelta(hours=3)
        voucher._enter_bay(self.lift, start)
        self.assertEqual((voucher.bay_id, self.lift.voucher_id), (self.lift, voucher))
        self.assertFalse(self.lift.is_free)
        voucher._enter_bay(self.pit, start + timedelta(hours=2))
        self.assertEqual(voucher.bay_id, self.pit)
        self.assertTrue(self.lift.is_free)
        self.assertRecordValues(
            voucher.bay_stay_ids.sorted("start_at"),
            [{"bay_id": self.lift.id, "hours": 2.0}, {"bay_id": self.pit.id, "hours": 0.0}],
        )
        voucher.action_leave_bay()
        self.assertFalse(voucher.bay_id)
        with self.assertRefused(UserError, "stands in no bay"):
            voucher.action_leave_bay()

    def test_S23_no_two_jobs_in_a_bay(self):
        first, second = self._walk_in(), self._walk_in()
        first._enter_bay(self.lift)
        with self.assertRefused(UserError, "choose another bay"):
            second._enter_bay(self.lift)
        free = self.env["aftersales.bay"].search([("is_free", "=", True)])
        self.assertIn(self.pit, free)
        self.assertNotIn(self.lift, free)

    @mute_logger("odoo.sql_db")
    def test_S23_the_database_refuses_a_second_job(self):
        """Also to two advisers who look at the same moment."""
        first, second = self._walk_in(), self._walk_in()
        first._enter_bay(self.lift)
        values = {"start_at": fields.Datetime.now(), "user_id": self.env.uid}
        for vals in (
            {"bay_id": self.lift.id, "voucher_id": second.id},
            {"bay_id": self.pit.id, "voucher_id": first.id},
        ):
            with (
                self.subTest(vals),
                self.assertRaises(psycopg2.errors.UniqueViolation),
                self.cr.savepoint(),
            ):
                self.env["aftersales.bay.stay"].create({**values, **vals})

    def test_S23_a_bay_of_the_jobs_own_outlet(self):
        other = self.outlet.copy({"code": "T-B2", "area_ids": False})
        bay = self.env["aftersales.bay"].create({"name": "Far", "outlet_id": other.id})
        with self.assertRefused(UserError, "no bay of"):
            self._walk_in()._enter_bay(bay)
        with self.assertRefused(UserError, "not in the workshop"):
            self._voucher()._enter_bay(self.lift)

    def test_S23_whoever_hands_over_frees_the_bay(self):
        voucher = self._walk_in()
        voucher._enter_bay(self.lift)
        self._finish(voucher, at=fields.Datetime.now() + timedelta(hours=1))
        self.assertTrue(self.lift.is_free)
        self.assertAlmostEqual(voucher.bay_stay_ids.hours, 1.0, 2)
        struck = self._walk_in()
        struck._enter_bay(self.lift)
        struck._cancel("Called twice")
        self.assertTrue(self.lift.is_free)

    def test_S23_turnover_of_a_bay(self):
        for hours in (1, 2):
            voucher = self._walk_in()
            start = fields.Datetime.now() - timedelta(hours=hours + 10)
            voucher._enter_bay(self.lift, start)
            voucher._leave_bay(start + timedelta(hours=hours))
        rows = self.env["aftersales.bay.stay"]._read_group(
            [("bay_id", "=", self.lift.id)], ["bay_id"], ["__count", "hours:sum"]
        )
        self.assertEqual(rows, [(self.lift, 2, 3.0)])

    def test_S23_stays_are_written_by_the_steps(self):
        voucher = self._walk_in()
        voucher._enter_bay(self.lift)
        stay = voucher.bay_stay_ids.with_user(self.supervisor)
        with self.assertRaises(AccessError):
            stay.end_at = fields.Datetime.now()
        with self.assertRaises(AccessError):
            voucher.with_user(self.other_user)._enter_bay(self.pit)
        wizard = self.env["aftersales.bay.enter"].with_user(self.clerk)
        action = voucher.with_user(self.clerk).action_enter_bay()
        wizard = wizard.with_context(**action["context"]).create({"bay_id": self.pit.id})
        wizard.action_confirm()
        self.assertEqual(voucher.bay_id, self.pit)
        self.assertFalse(
            self.env["aftersales.bay.stay"].with_user(self.other_user).search([]),
            "technicians see the stays of their own jobs",
        )
