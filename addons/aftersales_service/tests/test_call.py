# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import BaseCase, Form, HttpCase, new_test_user, tagged

from ..phone import count_common, get_digits, get_key, is_phone
from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestPhone(BaseCase):
    def test_S1_one_number_written_in_many_ways(self):
        ways = ("+1 555 0201", "001-555-0201", "555 0201", "(555) 02 01", "0555/0201")
        self.assertEqual({get_key(way) for way in ways}, {"5550201"})
        self.assertEqual(get_digits("+49 (0) 30 / 12-34"), "49" + "0301234")
        self.assertEqual(get_key("12"), "")
        self.assertEqual(get_key(False), "")

    def test_S1_a_serial_is_no_phone_number(self):
        for text, expected in (("555 0201", True), ("TX200-1001", False), ("12", False)):
            self.assertEqual(is_phone(text), expected, text)

    def test_S1_how_much_two_numbers_share(self):
        self.assertEqual(count_common("15550201", "5550201"), 7)
        self.assertEqual(count_common("1", "2"), 0)


@tagged("post_install", "-at_install")
class TestCall(ServiceCommon):
    """S1: one field finds who calls and what about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calls = cls.env["aftersales.call"].with_user(cls.clerk)

    def _call(self, query):
        form = Form(self.calls)
        form.query = query
        return form

    def test_S1_a_call_is_found_by_phone_name_or_serial(self):
        for said in (
            "+1 555 0999",
            "5550999",
            "00 1 555-0999",
            "T custo",
            "T-SERIAL-1",
            "serial-1",
        ):
            form = self._call(said)
            with self.subTest(said=said):
                self.assertEqual(form.partner_id, self.customer)
                self.assertEqual(form.lot_id, self.unit)
                self.assertEqual(form.contact_name, "T customer")

    def test_S1_part_of_a_number_finds_all_who_have_it(self):
        other = self.env["res.partner"].create({"name": "T neighbour", "phone": "+1 555 0998"})
        form = self._call("55509")
        self.assertEqual(set(form.candidate_ids.ids), {self.customer.id, other.id})
        self.assertFalse(form.partner_id, "the clerk says which")
        form.partner_id = other
        self.assertFalse(form.lot_id)
        form.partner_id = self.customer
        self.assertEqual(form.lot_id, self.unit)

    def test_S1_clerk_registers_what_was_found(self):
        form = self._call("555 0999")
        form.fault_description = "It drips"
        form.planned_start = "2041-03-05 09:00:00"
        action = form.save().action_register()
        voucher = self.env[action["res_model"]].browse(action["res_id"])
        self.assertRecordValues(
            voucher,
            [
                {
                    "partner_id": self.customer.id,
                    "lot_id": self.unit.id,
                    "product_id": self.model.id,
                    "fault_description": "It drips",
                    "phone": "555 0999",
                    "user_id": self.clerk.id,
                    "outlet_id": self.outlet.id,
                    "state": "registered",
                    "channel": "call",
                }
            ],
        )

    def test_S1_a_new_caller_and_a_new_unit_get_their_files(self):
        form = self._call("Ann New")
        self.assertFalse(form.partner_id)
        self.assertEqual(form.contact_name, "Ann New")
        form.phone = "+1 555 0777"
        form.city = "Newtown"
        form.product_id = self.model
        form.serial = "T-NEW-9"
        call = form.save()
        call.action_register()
        voucher = call.voucher_id
        self.assertRecordValues(
            voucher.partner_id, [{"name": "Ann New", "phone": "+1 555 0777", "city": "Newtown"}]
        )
        self.assertRecordValues(
            voucher.lot_id,
            [
                {
                    "name": "T-NEW-9",
                    "product_id": self.model.id,
                    "user_partner_id": voucher.partner_id.id,
                }
            ],
        )
        again = self._call("Ben Next")
        again.product_id = self.model
        again.serial = "t-new-9"
        again = again.save()
        again.action_register()
        self.assertEqual(again.voucher_id.lot_id, voucher.lot_id, "no second file of one unit")

    def test_S1_a_number_that_rings_and_nobody_knows(self):
        form = self._call("+1 555 0345")
        self.assertEqual((form.phone, form.contact_name), ("+1 555 0345", False))
        call = form.save()
        with self.assertRefused(UserError, "Enter who calls"):
            call.action_register()
        with Form(call) as form:
            form.contact_name = "Ann New"
            form.unit_note = "the blue one"
        call.action_register()
        self.assertRecordValues(
            call.voucher_id,
            [{"phone": "+1 555 0345", "unit_note": "the blue one", "contact_name": "Ann New"}],
        )

    def test_S1_a_second_call_about_the_same_is_warned_of(self):
        form = self._call("T-SERIAL-1")
        self.assertFalse(form.is_duplicate)
        voucher = self._voucher()
        for said in ("T-SERIAL-1", "+1 555 0999"):
            form = self._call(said)
            with self.subTest(said=said):
                self.assertTrue(form.is_duplicate)
                self.assertEqual(form.open_voucher_ids.ids, voucher.ids)
        stranger = self._call("Somebody Else")
        self.assertFalse(stranger.is_duplicate)
        stranger.phone = "0555 0999"
        self.assertTrue(stranger.is_duplicate, "the same phone")
        voucher._cancel("Twice")
        self.assertFalse(self._call("T-SERIAL-1").is_duplicate)

    def test_S1_another_job_of_the_customer_is_shown_and_no_duplicate(self):
        other = self.env["stock.lot"].create(
            {"name": "T-SERIAL-2", "product_id": self.model.id, "user_partner_id": self.customer.id}
        )
        voucher = self._voucher(lot_id=other.id)
        voucher.phone = "+1 555 0111"
        form = self._call("T-SERIAL-1")
        self.assertEqual(form.open_voucher_ids.ids, voucher.ids)
        self.assertFalse(form.is_duplicate)

    def test_S1_history_of_the_unit_at_a_glance(self):
        old = self._finish(self._job())
        self.unit.warranty_end = date(2099, 1, 1)
        form = self._call("T-SERIAL-1")
        self.assertEqual(form.history_ids.ids, old.ids)
        self.assertTrue(form.in_warranty)

    def test_S1_several_jobs_in_one_call(self):
        form = self._call("+1 555 0999")
        form.fault_description = "It drips"
        call = form.save()
        action = call.action_register_next()
        again = self.calls.browse(action["res_id"])
        self.assertEqual(again.partner_id, self.customer)
        self.assertFalse(again.fault_description)
        self.assertEqual(again.voucher_ids, call.voucher_id)
        with Form(again) as form:
            form.fault_description = "And it smokes"
        again.action_register()
        self.assertEqual(again.voucher_ids, call.voucher_id + again.voucher_id)
        self.assertEqual(
            again.voucher_ids.mapped("fault_description"), ["It drips", "And it smokes"]
        )
        with self.assertRefused(UserError, "is in the register as"):
            call.action_register()

    def test_S6_a_call_that_guidance_solves(self):
        form = self._call("+1 555 0999")
        form.kind = "guidance"
        form.work_done = "Changed the fuse"
        call = form.save()
        call.action_solve_by_phone()
        self.assertRecordValues(
            call.voucher_id,
            [{"state": "closed", "solved_by_phone": True, "work_done": "Changed the fuse"}],
        )

    def test_S7_the_outlet_of_a_new_address_is_proposed(self):
        country = self.env["res.country"].create({"name": "T land", "code": "QZ"})
        self.district.write(
            {
                "country_id": country.id,
                "postcode_ids": [Command.create({"zip_from": "10", "zip_to": "19"})],
            }
        )
        form = self._call("Ann New")
        form.country_id = country
        self.assertFalse(form.outlet_id)
        form.zip = "10115"
        self.assertEqual(form.outlet_id, self.outlet)
        call = form.save()
        call.action_register()
        self.assertEqual(call.voucher_id.area_id, self.district)
        self.assertEqual(call.voucher_id.outlet_id, self.outlet)

    def test_S1_other_companies_are_not_searched(self):
        company = self.env["res.company"].create({"name": "T elsewhere"})
        self.customer.company_id = company
        self.assertFalse(self._call("+1 555 0999").candidate_ids)

    def test_S1_a_look_up_does_not_read_the_whole_book(self):
        self.env["res.partner"].create(
            [{"name": f"T crowd {n}", "phone": f"+1 777 {n:04}"} for n in range(50)]
        )
        call = self.calls.create({})
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            call.query = "+1 555 0999"
            self.env.flush_all()
            self.assertEqual(call.partner_id, self.customer)


@tagged("post_install", "-at_install")
class TestTelephony(HttpCase):
    """S1: the telephone system opens the call."""

    def test_S1_a_url_with_a_number_opens_the_call(self):
        clerk, technician = (
            new_test_user(
                self.env,
                f"t_phone_{role}",
                password=f"t_phone_{role}",
                groups=f"aftersales_service.group_service_{role}",
            )
            for role in ("clerk", "technician")
        )
        caller = self.env["res.partner"].create({"name": "T rings", "phone": "+1 555 0333"})
        url = "/aftersales/call?phone=%2B15550333"
        stranger = self.url_open(url, allow_redirects=False)
        self.assertIn("/web/login", stranger.headers["Location"])
        self.authenticate(clerk.login, clerk.login)
        found = self.url_open(url, allow_redirects=False)
        call = self.env["aftersales.call"].search([("create_uid", "=", clerk.id)])
        self.assertTrue(found.headers["Location"].endswith(f"/odoo/service-call/{call.id}"))
        self.assertEqual(call.partner_id, caller)
        self.assertEqual(call.phone, "+15550333")
        self.authenticate(technician.login, technician.login)
        self.assertEqual(self.url_open(url, allow_redirects=False).status_code, 403)
        with self.assertRaises(AccessError):
            call.with_user(technician).read(["query"])
