# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import threading
import time
from datetime import datetime

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from .common import ServiceCommon

YEAR = 2097


@tagged("post_install", "-at_install")
class TestDispatch(ServiceCommon):
    def test_S3_number_is_drawn_at_dispatch(self):
        voucher = self._voucher()
        self.assertFalse(voucher.number)
        self.assertEqual(voucher.with_user(self.supervisor).display_name, voucher.reference)
        voucher.with_user(self.supervisor).action_dispatch()
        self.assertEqual(voucher.state, "dispatched")
        self.assertRegex(voucher.number, r"^SV/\d{4}/\d{5}$")
        self.assertEqual(voucher.dispatched_by_id, self.supervisor)
        self.assertTrue(voucher.dispatched_at)
        self.assertEqual(voucher.with_user(self.supervisor).display_name, voucher.number)

    def test_S3_only_a_supervisor_dispatches(self):
        voucher = self._voucher()
        for user in (self.clerk, self.technician_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                voucher.with_user(user).action_dispatch()
        self.assertEqual(voucher.state, "registered")

    def test_S3_dispatch_needs_outlet_and_technician(self):
        voucher = self._voucher(technician_id=False)
        with self.assertRefused(UserError, "Technician"):
            voucher.with_user(self.supervisor).action_dispatch()
        self.assertFalse(voucher.number)

    def test_S7_dispatch_asks_the_outlet_of_today(self):
        """A technician who has left it since, or a prospect chosen by hand."""
        voucher = self._voucher()
        self.outlet.technician_ids -= self.technician
        with self.assertRefused(UserError, "does not belong to outlet"):
            voucher.with_user(self.supervisor).action_dispatch()
        self.outlet.technician_ids += self.technician
        self.outlet.phase = "preparation"
        with self.assertRefused(UserError, "not in operation yet"):
            voucher.with_user(self.supervisor).action_dispatch()
        self.outlet.phase = "extension"
        voucher.with_user(self.supervisor).action_dispatch()
        self.assertEqual(voucher.state, "dispatched")

    def test_S3_dispatch_needs_the_customer(self):
        voucher = self.env["aftersales.voucher"].create(
            {
                "contact_name": "Unknown",
                "outlet_id": self.outlet.id,
                "technician_id": self.technician.id,
            }
        )
        with self.assertRefused(UserError, "Customer"):
            voucher.action_dispatch()

    def test_S3_nothing_is_dispatched_twice(self):
        voucher = self._voucher()
        voucher.action_dispatch()
        number = voucher.number
        with self.assertRaises(UserError):
            voucher.action_dispatch()
        self.assertEqual(voucher.number, number)

    def test_S3_a_batch_is_numbered_without_gaps_in_order(self):
        at = datetime(YEAR, 6, 1)
        first = self._voucher()
        first._dispatch(at=at)
        batch = self.env["aftersales.voucher"].union(*(self._voucher() for _i in range(5)))
        batch._dispatch(at=at)
        last = self._voucher()
        last._dispatch(at=at)
        self.assertEqual(
            (first + batch.sorted("id") + last).mapped("number_index"), list(range(1, 8))
        )
        self.assertEqual(last.number, f"SV/{YEAR}/00007")

    def test_S3_year_is_the_companys_not_utc(self):
        """17:00 UTC of 31 December is the new year in Shanghai."""
        self.company.partner_id.tz = "Asia/Shanghai"
        old, new = self._voucher(), self._voucher()
        old._dispatch(at=datetime(YEAR, 12, 31, 15, 59))
        new._dispatch(at=datetime(YEAR, 12, 31, 16, 0))
        self.assertEqual((old.number_year, new.number_year), (YEAR, YEAR + 1))
        self.assertEqual((old.number_index, new.number_index), (1, 1))

    def test_S3_each_company_counts_for_itself(self):
        at = datetime(YEAR, 6, 1)
        mine = self._voucher()
        company = self.env["res.company"].create({"name": "T second company"})
        employee = self.env["hr.employee"].create({"name": "X", "company_id": company.id})
        outlet = self.env["aftersales.outlet"].create(
            {
                "name": "X",
                "code": "X01",
                "company_id": company.id,
                "technician_ids": [(6, 0, employee.ids)],
            }
        )
        theirs = self.env["aftersales.voucher"].create(
            {
                "company_id": company.id,
                "service_type": "D",
                "outlet_id": outlet.id,
                "technician_id": employee.id,
            }
        )
        (mine + theirs)._dispatch(at=at)
        self.assertEqual((mine.number_index, theirs.number_index), (1, 1))

    def test_S3_a_rolled_back_dispatch_leaves_no_gap(self):
        at = datetime(YEAR, 6, 1)
        self._voucher()._dispatch(at=at)
        lost, kept = self._voucher(), self._voucher()
        self.env.flush_all()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            lost._dispatch(at=at)
            raise ZeroDivisionError
        self.env.invalidate_all()
        kept._dispatch(at=at)
        self.assertEqual(kept.number_index, 2)
        self.assertFalse(lost.number)

    def test_S3_a_cancelled_number_is_kept_and_never_deleted(self):
        voucher = self._voucher()
        voucher.action_dispatch()
        number = voucher.number
        voucher.with_user(self.supervisor).action_cancel(reason="Gone")
        self.assertEqual(voucher.number, number)
        with self.assertRaises(AccessError):
            voucher.with_user(self.supervisor).unlink()
        with self.assertRefused(UserError, "cannot be deleted"):
            voucher.unlink()

    def test_S2_copy_of_an_overruled_job_is_proposed_anew(self):
        voucher = self._voucher(service_type="B", service_type_reason="goodwill")
        copy = voucher.copy()
        self.assertEqual(copy.service_type, copy.proposed_service_type)

    def test_S3_a_dispatched_job_keeps_customer_outlet_and_technician(self):
        """Changed, yes; taken away, no: a job without its customer would be finished unsigned."""
        voucher = self._job(service_type="B", service_type_reason="goodwill")
        for name in ("partner_id", "outlet_id", "technician_id"):
            with self.subTest(name=name), self.assertRefused(UserError, "for a customer: enter"):
                voucher.with_user(self.supervisor)[name] = False
            voucher.invalidate_recordset()
        payer = self.env["res.partner"].create({"name": "Payer"})
        voucher.with_user(self.clerk).partner_id = payer
        self.assertEqual(voucher.contact_name, "Payer")

    def test_S3_only_a_supervisor_gives_a_dispatched_job_to_somebody_else(self):
        voucher = self._voucher()
        voucher.with_user(self.clerk).technician_id = self.other_technician
        voucher._dispatch()
        with self.assertRefused(AccessError, "gives a dispatched job to somebody else"):
            voucher.with_user(self.clerk).technician_id = self.technician
        voucher.with_user(self.clerk).write(
            {"technician_id": self.other_technician.id, "phone": "+1 555 0123"}
        )
        voucher.with_user(self.supervisor).technician_id = self.technician
        self.assertEqual(voucher.technician_user_id, self.technician_user)

    def test_S3_a_copy_is_a_new_entry(self):
        voucher = self._voucher(line_ids=[self._line(self.part)])
        voucher.action_dispatch()
        copy = voucher.with_user(self.clerk).copy()
        self.assertEqual(copy.state, "registered")
        self.assertFalse(copy.number)
        self.assertFalse(copy.number_index)
        self.assertFalse(copy.dispatched_at)
        self.assertNotEqual(copy.reference, voucher.reference)
        self.assertEqual(copy.line_ids.product_id, self.part)

    def test_S3_unique_index_is_the_last_word(self):
        one, two = self._voucher(), self._voucher()
        at = datetime(YEAR, 6, 1)
        one._dispatch(at=at)
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE aftersales_voucher SET number_year = %s, number_index = 1 WHERE id = %s",
                [YEAR, two.id],
            )


@tagged("post_install", "-at_install")
class TestDispatchTwoConnections(BaseCase):
    """Real transactions beside each other; what they commit is removed afterwards."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            employee = env["hr.employee"].create({"name": "T two connections"})
            outlet = env["aftersales.outlet"].create(
                {
                    "name": "T two connections",
                    "code": "T-2C",
                    "technician_ids": [(6, 0, employee.ids)],
                }
            )
            values = {
                "service_type": "D",
                "outlet_id": outlet.id,
                "technician_id": employee.id,
            }
            vouchers = env["aftersales.voucher"].create([dict(values) for _i in range(6)])
            self.ids = vouchers.ids
            self.created = (outlet.id, employee.id, employee.resource_id.id)
        self.addCleanup(self._remove)

    def _remove(self):
        outlet_id, employee_id, resource_id = self.created
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            # A numbered voucher cannot be deleted by the ORM, on purpose.
            cr.execute("DELETE FROM aftersales_voucher WHERE id = ANY(%s)", [self.ids])
            for model, ids in (
                ("aftersales.voucher", self.ids),
                ("aftersales.outlet", [outlet_id]),
                ("hr.employee", [employee_id]),
            ):
                env["mail.message"].search([("model", "=", model), ("res_id", "in", ids)]).unlink()
                env["mail.followers"].search(
                    [("res_model", "=", model), ("res_id", "in", ids)]
                ).unlink()
            env["aftersales.outlet"].browse(outlet_id).unlink()
            env["hr.employee"].browse(employee_id).unlink()
            env["resource.resource"].browse(resource_id).exists().unlink()

    def _dispatch(self, cr, ids):
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        vouchers = env["aftersales.voucher"].browse(ids)
        vouchers._dispatch(at=datetime(YEAR, 6, 1))
        env.flush_all()
        return vouchers.mapped("number_index")

    def _in_parallel(self, ids, second_ids, first_commits):
        """Dispatch ``ids`` and, while that is not yet committed, ``second_ids`` beside it.

        :return: numbers of the second transaction, or its error
        """
        outcome = {}

        def second():
            with self.registry.cursor() as cr:
                cr.execute("SELECT pg_backend_pid()")
                outcome["pid"] = cr.fetchone()[0]
                try:
                    outcome["numbers"] = self._dispatch(cr, second_ids)
                except psycopg2.Error as error:
                    outcome["error"] = error
                    cr.rollback()

        with self.registry.cursor() as cr:
            self.assertEqual(self._dispatch(cr, ids), list(range(1, len(ids) + 1)))
            thread = threading.Thread(target=second)
            thread.start()
            self._wait_for_lock(outcome)
            if not first_commits:
                cr.rollback()
        thread.join(timeout=20)
        self.assertFalse(thread.is_alive())
        return outcome

    def _wait_for_lock(self, outcome):
        """Until the second transaction hangs on the first one's lock."""
        with self.registry.cursor() as cr:
            for _try in range(500):
                cr.execute(
                    "SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted", [outcome.get("pid")]
                )
                if cr.fetchone():
                    return
                time.sleep(0.01)
        self.fail("The second dispatch did not wait for the first one")

    def test_S3_two_dispatches_give_no_double(self):
        outcome = self._in_parallel(self.ids[:3], self.ids[3:], first_commits=True)
        self.assertEqual(outcome["numbers"], [4, 5, 6])

    def test_S3_two_dispatches_give_no_gap_after_a_rollback(self):
        outcome = self._in_parallel(self.ids[:3], self.ids[3:], first_commits=False)
        self.assertEqual(outcome["numbers"], [1, 2, 3])

    def test_S3_twenty_dispatches_beside_each_other(self):
        """Each in a transaction of its own, some roll back: no number is lost, none is doubled."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            first = env["aftersales.voucher"].browse(self.ids[0])
            self.ids += first.union(*(first.copy({"service_type": "D"}) for _i in range(14))).ids[
                1:
            ]
        numbers, failures = [], []

        def dispatch(position, voucher_id):
            for _try in range(50):
                with self.registry.cursor() as cr:
                    try:
                        (number,) = self._dispatch(cr, [voucher_id])
                        if position % 5 == 4:
                            cr.rollback()
                            return
                    except psycopg2.errors.SerializationFailure:
                        # Odoo retries a request that failed so.
                        cr.rollback()
                        continue
                numbers.append(number)
                return
            failures.append(voucher_id)

        threads = [
            threading.Thread(target=dispatch, args=(position, voucher_id))
            for position, voucher_id in enumerate(self.ids)
        ]
        self.assertEqual(len(threads), 20)
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)
        self.assertFalse(failures or any(thread.is_alive() for thread in threads))
        self.assertEqual(sorted(numbers), list(range(1, 17)))

    def test_S3_two_dispatchers_of_one_voucher(self):
        """The second one gets a serialization failure (Odoo retries it) and takes no number."""
        with mute_logger("odoo.sql_db"):
            outcome = self._in_parallel(self.ids[:1], self.ids[:1], first_commits=True)
        self.assertIsInstance(outcome["error"], psycopg2.errors.SerializationFailure)
        with self.registry.cursor() as cr:
            self.assertEqual(self._dispatch(cr, self.ids[1:2]), [2])
