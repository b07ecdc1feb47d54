# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestRegister(ServiceCommon):
    def test_S1_clerk_registers_from_the_unit(self):
        """The unit gives customer, phone, address, model: the clerk types only the fault."""
        form = Form(self.env["aftersales.voucher"].with_user(self.clerk))
        form.lot_id = self.unit
        form.fault_description = "It drips"
        voucher = form.save()
        self.assertRecordValues(
            voucher,
            [
                {
                    "partner_id": self.customer.id,
                    "contact_name": "T customer",
                    "phone": "+1 555 0999",
                    "product_id": self.model.id,
                    "channel": "call",
                    "state": "registered",
                    "user_id": self.clerk.id,
                    "number": False,
                }
            ],
        )
        self.assertIn("1 Test Street", voucher.address)
        self.assertTrue(voucher.registered_at)
        self.assertTrue(voucher.reference.startswith("REG"))

    def test_S1_an_empty_form_leaves_no_entry(self):
        """Odoo saves a form that is left; an entry without a caller could not be torn out."""
        form = Form(self.env["aftersales.voucher"].with_user(self.clerk))
        with self.assertRaisesRegex(AssertionError, "contact_name is a required field"):
            form.save()
        form.contact_name = "A. Nonymous"
        self.assertEqual(form.save().state, "registered")

    def test_S1_unknown_caller_is_registered_too(self):
        voucher = (
            self.env["aftersales.voucher"]
            .with_user(self.clerk)
            .create({"contact_name": "A. Nonymous", "phone": "1", "unit_note": "blue one"})
        )
        self.assertFalse(voucher.partner_id)
        self.assertEqual(voucher.contact_name, "A. Nonymous")
        self.assertEqual(voucher.service_type, "A")

    def test_S1_references_of_a_batch_differ(self):
        vouchers = self.env["aftersales.voucher"].create([{} for _i in range(5)])
        self.assertEqual(len(set(vouchers.mapped("reference"))), 5)

    def test_S1_without_a_sequence_the_register_says_what_is_missing(self):
        sequences = self.env["ir.sequence"].search([("code", "=", "aftersales.voucher")])
        sequences.active = False
        with self.assertRefused(UserError, "has no sequence"):
            self._voucher()

    def test_S1_an_entry_is_found_by_all_that_a_caller_says(self):
        voucher = self._voucher()
        voucher._dispatch()
        vouchers = self.env["aftersales.voucher"].with_user(self.clerk)
        for said in ("T customer", "555 0999", "T-SERIAL-1", voucher.reference, voucher.number):
            with self.subTest(said=said):
                self.assertIn(voucher.id, [row[0] for row in vouchers.name_search(said)])

    def test_S1_what_a_voucher_names_is_not_deleted_under_it(self):
        voucher = self._voucher(fault_id=self.fault.id)
        for record in (voucher.lot_id, self.fault, self.outlet, self.technician):
            with self.subTest(record=record), self.assertRaises(psycopg2.IntegrityError):
                with mute_logger("odoo.sql_db"):
                    record.sudo().unlink()
                    self.env.flush_all()

    def test_S1_address_of_the_register_does_not_follow_the_customer(self):
        voucher = self._voucher()
        self.customer.write({"phone": "+2", "aftersales_area_id": False})
        self.assertEqual(voucher.phone, "+1 555 0999")
        self.assertEqual(voucher.area_id, self.district)

    def test_S1_a_phone_number_given_with_another_customer_keeps_no_old_name(self):
        voucher = self._voucher()
        other = self.env["res.partner"].create(
            {"name": "Other", "phone": "5", "street": "Elsewhere"}
        )
        voucher.with_user(self.clerk).write({"partner_id": other.id, "phone": "6"})
        self.assertEqual((voucher.contact_name, voucher.phone), ("Other", "6"))
        self.assertIn("Elsewhere", voucher.address)
        self.assertFalse(voucher.area_id)

    def test_S1_striking_off_needs_a_reason(self):
        voucher = self._voucher()
        with self.assertRefused(UserError, "reason"):
            voucher.with_user(self.clerk).action_cancel(reason="  ")
        action = voucher.with_user(self.clerk).action_cancel()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({"reason": "Sold"})
        )
        wizard.action_cancel_vouchers()
        self.assertRecordValues(voucher, [{"state": "cancelled", "cancel_reason": "Sold"}])
        self.assertTrue(voucher.cancelled_at)

    def test_S1_registered_time_is_not_the_users_to_write(self):
        vouchers = self.env["aftersales.voucher"].with_user(self.supervisor)
        with self.assertRaises(UserError):
            vouchers.create({"registered_at": "2020-01-01 00:00:00"})
        voucher = vouchers.create({})
        for values in (
            {"registered_at": "2020-01-01 00:00:00"},
            {"state": "closed"},
            {"number": "SV/1"},
            {"number_index": 7},
            {"done_at": "2020-01-01 00:00:00"},
            {"rework_of_id": self._voucher().id},
            {"technician_user_id": self.supervisor.id},
            {"amount_customer": 0},
            {"company_id": self.env.ref("base.main_company").id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                voucher.write(values)
        with self.assertRaises(UserError):
            voucher.with_context(**{voucher._get_step_key(): True}).write({"state": "closed"})

    def test_S1_defaults_of_a_context_write_no_stamp(self):
        """Any client, and the action of any other model, may bring ``default_`` keys along."""
        forged = {
            "default_reference": "FAKE",
            "default_number": "SV/1",
            "default_number_year": 2020,
            "default_number_index": 7,
            "default_state": "closed",
            "default_registered_at": "2020-01-01 00:00:00",
            "default_done_at": "2020-01-01 00:00:00",
            "default_user_id": self.supervisor.id,
            "default_callback_outcome": "satisfied",
            "default_rework_of_id": self._voucher().id,
            "default_contact_name": "Kept",
        }
        vouchers = self.env["aftersales.voucher"].with_user(self.clerk)
        voucher = vouchers.with_context(**forged).create({})
        self.assertRecordValues(
            voucher,
            [
                {
                    "number": False,
                    "number_year": 0,
                    "number_index": 0,
                    "state": "registered",
                    "done_at": False,
                    "user_id": self.clerk.id,
                    "callback_outcome": False,
                    "rework_of_id": False,
                    "contact_name": "Kept",
                }
            ],
        )
        self.assertNotEqual(voucher.reference, "FAKE")
        self.assertGreater(voucher.registered_at.year, 2020)

    def test_S1_who_took_the_call_is_not_chosen(self):
        vouchers = self.env["aftersales.voucher"].with_user(self.clerk)
        with self.assertRefused(UserError, "Registered By"):
            vouchers.create({"user_id": self.supervisor.id})
        with self.assertRefused(UserError, "Registered By"):
            vouchers.create({}).user_id = self.supervisor

    def test_S1_an_entry_is_struck_off_and_never_deleted(self):
        registered = self._voucher()
        for user in (self.clerk, self.supervisor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                registered.with_user(user).unlink()
        cancelled = self._voucher()
        cancelled._cancel("No")
        with self.assertRefused(UserError, "cannot be deleted"):
            cancelled.unlink()

    def test_S1_register_of_a_range_of_dates_in_company_time(self):
        """Days are the company's: 23:30 UTC of the 4th is the 5th in Shanghai."""
        self.company.partner_id.tz = "Asia/Shanghai"
        before, inside, last, after = self.env["aftersales.voucher"].create(
            [
                {"registered_at": datetime(2031, 3, 4, 15, 59)},
                {"registered_at": datetime(2031, 3, 4, 23, 30)},
                {"registered_at": datetime(2031, 3, 6, 15, 59)},
                {"registered_at": datetime(2031, 3, 6, 16, 0)},
            ]
        )
        wizard = (
            self.env["aftersales.register.print"]
            .with_user(self.clerk)
            .create({"date_from": date(2031, 3, 5), "date_to": date(2031, 3, 6)})
        )
        self.assertEqual(wizard._get_entries().ids, [inside.id, last.id])
        self.assertNotIn(before, wizard._get_entries() | after)
        last._cancel("Twice")
        wizard.only_open = True
        self.assertEqual(wizard._get_entries().ids, [inside.id])

    def test_S1_register_refuses_an_empty_or_turned_range(self):
        wizards = self.env["aftersales.register.print"].with_user(self.clerk)
        with self.assertRaises(ValidationError):
            wizards.create({"date_from": date(2031, 3, 6), "date_to": date(2031, 3, 5)})
        wizard = wizards.create({"date_from": date(1990, 1, 1), "date_to": date(1990, 1, 2)})
        with self.assertRefused(UserError, "No call was registered"):
            wizard.action_print()

    def test_S6_solved_by_phone_closes_without_a_visit(self):
        voucher = self._voucher()
        voucher.with_user(self.clerk).action_solve_by_phone()
        self.assertRecordValues(
            voucher, [{"state": "closed", "solved_by_phone": True, "number": False}]
        )
        self.assertTrue(voucher.closed_at)
        dispatched = self._voucher()
        dispatched._dispatch()
        with self.assertRaises(UserError):
            dispatched.action_solve_by_phone()
        with self.assertRaises(AccessError):
            self._voucher().with_user(self.technician_user).action_solve_by_phone()

    def test_S6_a_call_with_parts_is_not_solved_by_phone(self):
        """Nobody would deliver or charge them."""
        voucher = self._voucher(line_ids=[self._line(self.part)])
        with self.assertRefused(UserError, "neither delivers nor charges"):
            voucher.with_user(self.clerk).action_solve_by_phone()
        voucher.line_ids.unlink()
        voucher.with_user(self.clerk).action_solve_by_phone()
        self.assertTrue(voucher.solved_by_phone)

    def test_S7_outlet_follows_the_customers_area_nearest_first(self):
        self.assertEqual(self._voucher().outlet_id, self.outlet)
        nearer = self.env["aftersales.outlet"].create(
            {
                "name": "Nearer",
                "code": "T02",
                "area_ids": [Command.set(self.district.ids)],
            }
        )
        self.assertEqual(
            self.env["aftersales.voucher"].create({"lot_id": self.unit.id}).outlet_id, nearer
        )

    def test_S7_technician_must_belong_to_the_outlet(self):
        stranger = self.env["hr.employee"].create({"name": "Stranger"})
        with self.assertRefused(ValidationError, "does not belong to outlet"):
            self._voucher().with_user(self.supervisor).technician_id = stranger

    def test_S7_appointment_cannot_end_before_it_starts(self):
        with self.assertRaises(ValidationError):
            self._voucher(planned_start="2031-01-01 10:00:00", planned_end="2031-01-01 09:00:00")

    def test_a_duplicated_fault_code_is_free(self):
        self.assertEqual(self.fault.copy().code, "T-1-2")

    def test_late_jobs_are_found(self):
        late = self._voucher(planned_start="2020-01-01 08:00:00", planned_end="2020-01-01 09:00:00")
        later = self._voucher(planned_start="2090-01-01 08:00:00")
        self.assertTrue(late.is_late)
        self.assertFalse(later.is_late)
        found = self._filtered("late")
        self.assertIn(late, found)
        self.assertNotIn(later, found)

    @freeze_time("2031-03-05 14:00:00")
    def test_today_ends_at_midnight_of_the_user(self):
        """15:30 UTC is 23:30 in Shanghai; what starts after midnight there is tomorrow's."""
        self.env.user.tz = "Asia/Shanghai"
        self.env = self.env(context={**self.env.context, "tz": "Asia/Shanghai"})
        yesterday = self._voucher(planned_start="2031-03-04 15:30:00")
        today = self._voucher(planned_start="2031-03-05 15:30:00")
        tomorrow = self._voucher(planned_start="2031-03-05 16:30:00")
        found = self._filtered("today") & (yesterday + today + tomorrow)
        self.assertEqual(found, today)

    def _filtered(self, name):
        """What a filter of the register finds."""
        search = self.env.ref("aftersales_service.aftersales_voucher_view_search")
        node = search._get_combined_arch().xpath(f"//filter[@name='{name}']")[0]
        return self.env["aftersales.voucher"].search(safe_eval(node.get("domain")))
