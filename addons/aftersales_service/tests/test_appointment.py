# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, timedelta

import psycopg2

from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase

from .common import SIGNATURE, ServiceCommon

NINE = datetime(2041, 3, 5, 9)
HOUR = timedelta(hours=1)


class AppointmentCommon(ServiceCommon):
    def _book(self, voucher, start=NINE, hours=1, technician=None, user=None, **values):
        appointments = self.env["aftersales.appointment"].with_user(user or self.env.user)
        return appointments.create(
            {
                "voucher_id": voucher.id,
                "technician_id": (technician or self.technician).id,
                "start": start,
                "end": start + hours * HOUR,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestAppointment(AppointmentCommon):
    def test_S7_the_window_agreed_with_the_customer_books_the_technician(self):
        voucher = self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        visit = voucher.appointment_ids
        self.assertRecordValues(
            visit,
            [
                {
                    "technician_id": self.technician.id,
                    "start": NINE,
                    "end": NINE + HOUR,
                    "state": "planned",
                    "company_id": self.company.id,
                }
            ],
        )
        voucher.with_user(self.clerk).write(
            {"planned_start": NINE + HOUR, "planned_end": NINE + 2 * HOUR}
        )
        self.assertEqual((visit.start, visit.end), (NINE + HOUR, NINE + 2 * HOUR))
        self.assertEqual(len(voucher.appointment_ids), 1)
        voucher.with_user(self.clerk).planned_start = False
        self.assertFalse(voucher.appointment_ids)

    def test_S7_a_visit_that_is_moved_moves_the_window_of_the_job(self):
        voucher = self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        voucher.appointment_ids.with_user(self.clerk).write(
            {"start": NINE + 3 * HOUR, "end": NINE + 5 * HOUR}
        )
        self.assertEqual(
            (voucher.planned_start, voucher.planned_end), (NINE + 3 * HOUR, NINE + 5 * HOUR)
        )

    def test_S7_a_window_waits_for_its_technician(self):
        voucher = self._voucher(technician_id=False, planned_start=NINE)
        self.assertFalse(voucher.appointment_ids)
        voucher.with_user(self.clerk).technician_id = self.technician
        self.assertEqual(voucher.appointment_ids.end, NINE + HOUR, "the company's usual time")
        voucher.with_user(self.clerk).technician_id = self.other_technician
        self.assertEqual(voucher.appointment_ids.technician_id, self.other_technician)
        voucher.with_user(self.clerk).technician_id = False
        self.assertFalse(voucher.appointment_ids)
        self.assertEqual(voucher.planned_start, NINE, "what was agreed stays agreed")

    def test_S7_usual_time_of_a_visit_is_the_companys(self):
        self.company.aftersales_visit_hours = 2.5
        voucher = self._voucher(planned_start=NINE)
        self.assertEqual(voucher.planned_end, NINE + 2.5 * HOUR)
        late = self._voucher()
        late.planned_start = NINE + 5 * HOUR
        self.assertEqual(late.appointment_ids.end, NINE + 7.5 * HOUR)

    def test_S7_the_form_books_and_moves(self):
        form = Form(self.env["aftersales.voucher"].with_user(self.clerk))
        form.lot_id = self.unit
        form.technician_id = self.technician
        form.planned_start = NINE
        form.planned_end = NINE + HOUR
        voucher = form.save()
        self.assertEqual(voucher.appointment_ids.start, NINE)
        form = Form(voucher)
        form.technician_id = self.other_technician
        form.planned_start = NINE + HOUR
        form.planned_end = NINE + 2 * HOUR
        form.save()
        self.assertRecordValues(
            voucher.appointment_ids,
            [{"technician_id": self.other_technician.id, "start": NINE + HOUR}],
        )

    def test_S7_windows_of_one_technician_do_not_overlap(self):
        first = self._voucher(planned_start=NINE, planned_end=NINE + 2 * HOUR)
        second = self._voucher()
        message = f"Tess is booked for {first.reference} from .* already"
        with self.assertRefused(UserError, message):
            second.with_user(self.clerk).write(
                {"planned_start": NINE + HOUR, "planned_end": NINE + 3 * HOUR}
            )
        self.env.invalidate_all()
        second.with_user(self.clerk).write(
            {"planned_start": NINE + 2 * HOUR, "planned_end": NINE + 3 * HOUR}
        )
        self.assertTrue(second.appointment_ids, "one ends when the next begins")
        self._book(second, technician=self.other_technician)
        with self.assertRefused(UserError, "already"):
            second.appointment_ids.with_user(self.clerk).filtered(
                lambda visit: visit.technician_id == self.technician
            ).start = NINE + HOUR

    def test_S7_a_visit_that_is_over_books_nobody(self):
        first = self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        first._cancel("Sold")
        self.assertEqual(first.appointment_ids.state, "cancelled")
        self._book(self._voucher())
        missed = self._voucher(planned_start=NINE + 3 * HOUR)
        missed.appointment_ids.with_user(self.technician_user).action_missed()
        self._book(self._voucher(), start=NINE + 3 * HOUR)

    def test_S7_a_batch_is_checked_against_itself(self):
        values = {"lot_id": self.unit.id, "technician_id": self.technician.id}
        values |= {"planned_start": NINE, "planned_end": NINE + HOUR}
        with self.assertRefused(UserError, "already"):
            self.env["aftersales.voucher"].create([dict(values), dict(values)])

    def test_S7_supervisor_overrules_an_overlap_with_a_logged_reason(self):
        self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        voucher = self._voucher()
        with self.assertRaises(RedirectWarning) as refused:
            voucher.with_user(self.supervisor).planned_start = NINE
        voucher.invalidate_recordset()
        self.env.invalidate_all()
        action = refused.exception.args[1]
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.supervisor)
            .with_context(**action["context"])
        )
        self.assertIn("already", wizard.message)
        wizard.reason = "Same yard"
        wizard.save().action_book()
        visit = voucher.appointment_ids
        self.assertRecordValues(
            visit,
            [
                {
                    "start": NINE,
                    "overlap_reason": "Same yard",
                    "overlap_by_id": self.supervisor.id,
                }
            ],
        )
        self.assertEqual(voucher.planned_start, NINE)
        self.assertIn("Same yard", voucher.message_ids[0].body)
        self.assertIn(self.supervisor.name, voucher.message_ids[0].body)
        # Moved elsewhere, it is asked anew.
        visit.with_user(self.clerk).write({"start": NINE + HOUR, "end": NINE + 2 * HOUR})
        self.assertFalse(visit.overlap_reason)
        self.assertFalse(visit.overlap_by_id)

    def test_S7_a_dragged_card_is_overruled_too(self):
        """The other technician is booked: the job goes to him only with a reason."""
        self._voucher(
            technician_id=self.other_technician.id, planned_start=NINE, planned_end=NINE + HOUR
        )
        voucher = self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        voucher._dispatch()
        self.env.flush_all()
        with self.assertRaises(RedirectWarning) as refused:
            voucher.with_user(self.supervisor).technician_id = self.other_technician
        self.env.invalidate_all()
        self.assertEqual(voucher.technician_id, self.technician)
        action = refused.exception.args[1]
        wizards = self.env[action["res_model"]].with_user(self.supervisor)
        wizards.with_context(**action["context"]).create({"reason": "Next door"}).action_book()
        self.assertEqual(voucher.technician_id, self.other_technician)
        self.assertEqual(len(voucher.appointment_ids), 1)
        self.assertEqual(voucher.appointment_ids.overlap_reason, "Next door")

    def test_S7_only_a_supervisor_overrules(self):
        self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        voucher = self._voucher()
        with self.assertRefused(AccessError, "supervisor"):
            self._book(voucher, user=self.clerk, overlap_reason="I say so")
        with self.assertRefused(UserError, "Overlap Allowed By"):
            self._book(voucher, user=self.supervisor, overlap_by_id=self.clerk.id)
        with self.assertRefused(UserError, "already"):
            self._book(voucher, user=self.clerk, overlap_reason="   ")

    def test_S7_a_technician_of_another_outlet_is_not_booked(self):
        stranger = self.env["hr.employee"].create({"name": "Stranger"})
        with self.assertRefused(ValidationError, "does not belong to outlet"):
            self._book(self._voucher(), technician=stranger)

    def test_S3_only_a_supervisor_sends_a_second_technician_to_a_dispatched_job(self):
        voucher = self._voucher()
        self._book(voucher, technician=self.other_technician, user=self.clerk)
        given = self._voucher()
        given._dispatch()
        with self.assertRefused(AccessError, "sends somebody else"):
            self._book(given, NINE + HOUR, technician=self.other_technician, user=self.clerk)
        self._book(given, NINE + HOUR, user=self.clerk)
        visit = self._book(
            given, NINE + HOUR, technician=self.other_technician, user=self.supervisor
        )
        visit.with_user(self.clerk).start = NINE + 1.5 * HOUR

    def test_S3_who_has_an_appointment_sees_the_job_and_works_on_it(self):
        voucher = self._job(line_ids=[self._line(self.labour)])
        mine = voucher.with_user(self.other_user)
        with self.assertRaises(AccessError):
            mine.read(["reference"])
        self._book(voucher, technician=self.other_technician)
        self.env.invalidate_all()
        self.assertEqual(mine.read(["reference"])[0]["id"], voucher.id)
        self.assertIn(mine, mine.search([]))
        self.assertEqual(mine.search([("is_mine", "=", True)]), mine)
        mine.work_done = "Held the lamp"
        mine.line_ids.quantity = 2
        with self.assertRefused(AccessError, "Ask the hotline"):
            mine.phone = "1"
        voucher.appointment_ids.unlink()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            mine.read(["reference"])

    def test_S3_who_helps_takes_parts_from_his_own_van(self):
        voucher = self._job(line_ids=[self._line(self.part)])
        self._book(voucher, technician=self.other_technician)
        lines = self.env["aftersales.voucher.line"].with_user(self.other_user)
        mine = lines.create({"voucher_id": voucher.id, "product_id": self.part.id, "quantity": 2})
        self.assertEqual(mine.sudo().location_id, self.other_van)
        with self.assertRefused(AccessError, "not your van"):
            voucher.line_ids[0].with_user(self.other_user).quantity = 5
        with self.assertRefused(AccessError, "not your van"):
            mine.location_id = self.van
        with self.assertRefused(AccessError, "not your van"):
            mine.with_user(self.technician_user).quantity = 5
        before = self._on_hand(self.part, self.van), self._on_hand(self.part, self.other_van)
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo"})
        voucher.with_user(self.technician_user).action_done()
        after = self._on_hand(self.part, self.van), self._on_hand(self.part, self.other_van)
        self.assertEqual(after, (before[0] - 1, before[1] - 2))

    def test_S3_nobody_takes_parts_from_a_van_that_is_not_there(self):
        """Another technician's van, though he has no appointment on the job."""
        voucher = self._job()
        lines = self.env["aftersales.voucher.line"].with_user(self.technician_user)
        with self.assertRefused(AccessError, "not your van"):
            lines.create(
                {
                    "voucher_id": voucher.id,
                    "product_id": self.part.id,
                    "location_id": self.other_van.id,
                }
            )

    def test_S3_a_visit_follows_the_job(self):
        voucher = self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        lead = voucher.appointment_ids
        helper = self._book(voucher, technician=self.other_technician)
        again = self._book(voucher, NINE + 5 * HOUR)
        voucher._dispatch()
        helper.with_user(self.other_user).action_arrive()
        self.assertEqual((voucher.state, helper.state), ("in_progress", "under_way"))
        self.assertEqual(lead.state, "planned", "he is not there yet")
        lead.with_user(self.technician_user).action_arrive()
        lead.with_user(self.technician_user).action_leave()
        self.assertEqual(lead.state, "done")
        self.assertEqual(voucher.planned_start, again.start, "the next visit is the window")
        self._finish(voucher)
        self.assertEqual((helper.state, again.state), ("done", "cancelled"))
        self.assertTrue(helper.left_at)

    def test_S3_starting_the_job_is_arriving(self):
        voucher = self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        voucher._dispatch()
        voucher.with_user(self.technician_user).action_start()
        self.assertEqual(voucher.appointment_ids.state, "under_way")
        self.assertEqual(voucher.appointment_ids.arrived_at, voucher.started_at)

    def test_S3_a_technician_marks_his_own_visits_only(self):
        voucher = self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        self._book(voucher, technician=self.other_technician)
        voucher._dispatch()
        lead = voucher.appointment_ids.filtered(lambda v: v.technician_id == self.technician)
        with self.assertRefused(AccessError, "not yours"):
            lead.with_user(self.other_user).action_arrive()
        for user in (self.technician_user, self.supervisor):
            with self.subTest(user=user.login), self.assertRefused(UserError, "Use the buttons"):
                lead.with_user(user).write({"state": "done"})
        with self.assertRaises(AccessError):
            lead.with_user(self.technician_user).note = "Mine"

    def test_S3_what_happened_is_not_torn_up(self):
        voucher = self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        voucher._dispatch()
        voucher._start()
        visit = voucher.appointment_ids.with_user(self.supervisor)
        with self.assertRefused(UserError, "stays on the job"):
            visit.unlink()
        with self.assertRefused(UserError, "does not move any more"):
            visit.start = NINE + HOUR
        self._finish(voucher)
        with self.assertRefused(UserError, "This step needs"):
            self._book(voucher, NINE + 8 * HOUR)

    def test_S7_a_call_that_goes_to_another_outlet_leaves_its_technician(self):
        """A card that is dragged on the board does what the form does."""
        there = self.env["hr.employee"].create({"name": "There"})
        outlet = self.env["aftersales.outlet"].create(
            {"name": "There", "code": "T09", "technician_ids": [Command.set(there.ids)]}
        )
        voucher = self._voucher(planned_start=NINE, planned_end=NINE + HOUR)
        voucher.with_user(self.clerk).outlet_id = outlet
        self.assertFalse(voucher.technician_id)
        self.assertFalse(voucher.appointment_ids)
        self.assertEqual(voucher.planned_start, NINE)
        given = self._voucher()
        given._dispatch()
        with self.assertRefused(ValidationError, "does not belong to outlet"):
            given.with_user(self.supervisor).outlet_id = outlet
        homeless = self.env["aftersales.voucher"].create({"contact_name": "Nowhere"})
        self.assertFalse(homeless.outlet_id)
        homeless.with_user(self.clerk).technician_id = there
        self.assertEqual(homeless.outlet_id, outlet)

    def test_S7_columns_of_the_board_are_all_who_serve(self):
        busy = self._voucher()
        groups = (
            self.env["aftersales.voucher"]
            .with_user(self.supervisor)
            .with_context(read_group_expand=True)
            .web_read_group([("id", "=", busy.id)], ["technician_id"], ["__count"])
        )["groups"]
        counts = {group["technician_id"][0]: group["__count"] for group in groups}
        self.assertEqual(counts, {self.technician.id: 1, self.other_technician.id: 0})


@tagged("post_install", "-at_install")
class TestTwoDispatchersAtOnce(RivalsCase):
    """S7: both look before either has committed; the second one must not win."""

    context = {"tracking_disable": True}

    def _create_data(self, env):
        employee = self._keep(env["hr.employee"].create({"name": "T booked twice"}))
        self._keep(employee.resource_id)
        outlet = self._keep(
            env["aftersales.outlet"].create(
                {
                    "name": "T booked twice",
                    "code": "T-B2",
                    "technician_ids": [Command.set(employee.ids)],
                }
            )
        )
        values = {
            "service_type": "D",
            "outlet_id": outlet.id,
            "technician_id": employee.id,
        }
        self._keep(env["aftersales.voucher"].create([dict(values), dict(values)]))

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            cr.execute(
                "DELETE FROM aftersales_voucher WHERE id = ANY(%s)",
                [self.created["aftersales.voucher"]],
            )
            for model in (
                "aftersales.voucher",
                "aftersales.outlet",
                "hr.employee",
                "resource.resource",
            ):
                ids = self.created[model]
                messages = env["mail.message"].search(
                    [("model", "=", model), ("res_id", "in", ids)]
                )
                messages.unlink()
                env[model].browse(ids).exists().unlink()

    @mute_logger("odoo.sql_db")
    def test_S7_the_second_of_two_dispatchers_is_refused(self):
        first, second = (
            env["aftersales.voucher"].browse(voucher_id)
            for env, voucher_id in zip(self.envs, self.created["aftersales.voucher"], strict=True)
        )
        values = {"planned_start": NINE, "planned_end": NINE + HOUR}
        self.assertFalse(second.appointment_ids, "the second one has looked")
        first.write(values)
        first.env.flush_all()
        self._assert_rival_waits_and_fails(first.env, lambda: second.write(values))
        second.env.cr.rollback()
        second.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "already"):
            second.write(values)  # as Odoo does: again, from the beginning

    def test_S7_the_database_knows_an_order_of_start_and_end(self):
        env = self.envs[0]
        voucher = env["aftersales.voucher"].browse(self.created["aftersales.voucher"][0])
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation):
            voucher.planned_start = NINE
            env.flush_all()
            env.cr.execute(
                'UPDATE aftersales_appointment SET "end" = start WHERE voucher_id = %s',
                [voucher.id],
            )
        env.cr.rollback()
