# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import io
from unittest.mock import patch

from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_service.models.aftersales_request_counter import TooManyRequests
from odoo.addons.aftersales_service.models.aftersales_voucher_request import MOST_PHOTOS

from .portal import PortalCommon

GUEST = {
    "contact_name": "Gus Guest",
    "phone": "+1 555 0701",
    "address": "7 New Road, Newtown",
    "unit_note": "LD80, serial 0815",
    "fault_description": "It does not lift",
    "consent": "1",
}


def photo(kind="PNG", size=(8, 8)):
    """A small picture as bytes."""
    stream = io.BytesIO()
    Image.new("RGB", size, "red").save(stream, kind)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestPortalRequest(PortalCommon, HttpCase):
    """Users and guests ask for service on the web (S1)."""

    def _jobs(self):
        return self.env["aftersales.voucher"].search([("company_id", "=", self.company.id)])

    def _ask(self, files=None, **typed):
        """Send the form; the answer and what it registered."""
        before = self._jobs()
        response = self._post("/service/request/send", "/service/request", files=files, **typed)
        return response, self._jobs() - before

    # ------------------------------------------------------------------
    # Guests
    # ------------------------------------------------------------------

    def test_S1_guest_asks_for_service(self):
        response, job = self._ask(**GUEST)
        self.assertEqual(len(job), 1, response.text[:500])
        for name in ("contact_name", "phone", "address", "unit_note", "fault_description"):
            self.assertEqual(job[name], GUEST[name])
        self.assertEqual((job.channel, job.state), ("web", "registered"))
        self.assertFalse(job.user_id, "nobody of ours took the call")
        self.assertTrue(job.consented_at)
        self.assertEqual(job.consent_text, self.company.aftersales_consent_text)
        self.assertIn(job.reference, response.text)
        self.assertIn("It does not lift", self.url_open(job.get_portal_url()).text)

    def test_S1_nothing_is_registered_without_consent_or_facts(self):
        for name in GUEST:
            with self.subTest(missing=name):
                response, jobs = self._ask(**{**GUEST, name: ""})
                self.assertFalse(jobs)
                self.assertIn("alert-danger", response.text)
                if name != "fault_description":
                    self.assertIn("It does not lift", response.text, "what was typed is kept")
        self.assertFalse(self._ask(**{**GUEST, "phone": "no"})[1])

    def test_guest_learns_nothing_about_who_is_known(self):
        """A known phone, serial and open call read like unknown ones, and are linked to nobody."""
        self._voucher()
        known = {**GUEST, "phone": self.customer.phone, "unit_note": self.unit.name}
        answers = []
        for typed in (GUEST, known):
            response, job = self._ask(**typed)
            self.assertFalse(job.partner_id or job.lot_id or job.outlet_id)
            text = response.text.replace(job.reference, "REF").replace(str(job.id), "ID")
            answers.append((response.status_code, text.count("alert"), "REF" in text))
            self.assertNotIn(self.customer.name, response.text)
            page = self.url_open(job.get_portal_url()).text
            self.assertNotIn(self.customer.name, page)
        self.assertEqual(*answers)

    def test_robots_are_thanked_and_not_registered(self):
        response, jobs = self._ask(**GUEST, website="http://spam.example.com")
        self.assertEqual(response.status_code, 200)
        self.assertFalse(jobs)

    def test_guest_cannot_set_what_the_form_does_not_ask_for(self):
        job = self._ask(
            **GUEST, partner_id=str(self.customer.id), state="done", service_type="C", unit="1"
        )[1]
        self.assertEqual((job.state, job.service_type), ("registered", "A"))
        self.assertFalse(job.partner_id or job.lot_id)

    def test_long_and_odd_text_is_cut(self):
        job = self._ask(**{**GUEST, "contact_name": "x" * 900, "unit_note": "a\x00<b>"})[1]
        self.assertEqual(len(job.contact_name), 100)
        self.assertEqual(job.unit_note, "a<b>")
        self.assertNotIn("<b>", self.url_open(job.get_portal_url()).text)

    # ------------------------------------------------------------------
    # How often
    # ------------------------------------------------------------------

    def test_requests_are_limited_by_address_in_the_database(self):
        self.company.aftersales_web_request_limit = 2
        for number in range(2):
            self.assertTrue(self._ask(**{**GUEST, "phone": f"+1 555 070{number}"})[1])
        response, jobs = self._ask(**{**GUEST, "phone": "+1 555 0709"})
        self.assertEqual(response.status_code, 429)
        self.assertIn("several requests", response.text)
        self.assertFalse(jobs)
        counters = self.env["aftersales.request.counter"].search([])
        self.assertFalse(counters.filtered(lambda one: "127.0.0.1" in one.fingerprint))

    def test_requests_are_limited_by_phone_wherever_they_come_from(self):
        vouchers = self.env["aftersales.voucher"].with_company(self.company)
        self.company.aftersales_web_request_limit = 1
        phones = ("+1 555 0701", "+1 (555) 07-01", "+1 555 0702")
        taken = []
        for index, phone in enumerate(phones):
            try:
                with self.env.cr.savepoint():
                    vouchers._register_guest_request(
                        {**GUEST, "phone": phone}, [], f"192.0.2.{index}"
                    )
                taken.append(phone)
            except TooManyRequests:
                continue
        self.assertEqual(taken, [phones[0], phones[2]])

    def test_a_visitor_of_ipv6_owns_his_whole_network(self):
        counters = self.env["aftersales.request.counter"]
        mine = counters._get_fingerprint("address", "2001:db8::1")
        self.assertEqual(mine, counters._get_fingerprint("address", "2001:db8::ffff:2"))
        self.assertNotEqual(mine, counters._get_fingerprint("address", "2001:db8:0:1::1"))
        self.assertEqual(
            counters._get_fingerprint("address", "::ffff:192.0.2.1"),
            counters._get_fingerprint("address", "192.0.2.1"),
        )

    def test_counters_are_forgotten(self):
        counters = self.env["aftersales.request.counter"]
        counters._take([("phone", "1")], 5)
        old = counters.search([])
        self.env.cr.execute(
            """UPDATE aftersales_request_counter SET hour = hour - interval '3 days'
                WHERE id = ANY(%s)""",
            [old.ids],
        )
        counters.invalidate_model()
        counters._take([("phone", "1")], 5)
        counters._gc_counters()
        self.assertFalse(old.exists())
        self.assertTrue(counters.search([]))

    # ------------------------------------------------------------------
    # Photos
    # ------------------------------------------------------------------

    def test_photos_are_kept_with_the_request(self):
        files = [
            ("photos", ("../evil.html", photo("JPEG"), "text/html")),
            ("photos", ("b.png", photo(), "image/png")),
        ]
        job = self._ask(files=files, **GUEST)[1]
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", job._name), ("res_id", "=", job.id)]
        )
        self.assertEqual(
            sorted((one.name, one.mimetype, one.public) for one in attachments),
            [("photo-1.jpg", "image/jpeg", False), ("photo-2.png", "image/png", False)],
        )

    def test_what_is_no_photo_is_refused(self):
        svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
        too_many = [("photos", (f"{index}.png", photo(), "image/png")) for index in range(6)]
        self.assertGreater(len(too_many), MOST_PHOTOS)
        for files, reason in (
            ([("photos", ("x.png", svg, "image/png"))], "is not a photo"),
            ([("photos", ("x.png", photo()[:20], "image/png"))], "is not a photo"),
            ([("photos", ("x.pdf", b"%PDF-1.4", "application/pdf"))], "is not a photo"),
            (too_many, "at most"),
        ):
            with self.subTest(files=files[0][1][0], reason=reason):
                response, jobs = self._ask(files=files, **GUEST)
                self.assertIn(reason, response.text)
                self.assertFalse(jobs)
        name = "odoo.addons.aftersales_service.models.aftersales_voucher_request.LARGEST_PHOTO"
        with patch(name, 10), self.assertRefused(UserError, "too large"):
            self.env["aftersales.voucher"]._read_photos([("x.png", photo())])

    # ------------------------------------------------------------------
    # Logins
    # ------------------------------------------------------------------

    def test_S1_user_asks_for_service_on_his_own_unit(self):
        self.authenticate("service_customer", "service_customer")
        page = self._page("/service/request")
        self.assertIn(str(self.unit.id), page.xpath("//select[@name='unit']/option/@value"))
        response, job = self._ask(
            unit=str(self.unit.id), fault_description="Smokes", consent="1", address=""
        )
        self.assertIn("registered", response.text)
        self.assertEqual((job.lot_id, job.partner_id), (self.unit, self.customer))
        self.assertEqual(job.address, self.env["aftersales.voucher"]._format_address(self.customer))
        self.assertEqual((job.outlet_id, job.channel), (self.outlet, "web"))
        self.assertIn(self.login.partner_id, job.message_partner_ids)

    def test_S1_the_same_call_twice_is_said(self):
        self.authenticate("service_customer", "service_customer")
        typed = {"unit": str(self.unit.id), "fault_description": "Smokes", "consent": "1"}
        first = self._ask(**typed)[1]
        response, second = self._ask(**typed)
        self.assertFalse(second)
        self.assertIn(first.reference, response.text)
        third = self._ask(**typed, again="1")[1]
        self.assertEqual(third.lot_id, self.unit, "whoever insists gets a second job")

    def test_user_cannot_take_a_strangers_unit(self):
        foreign = self.unit.copy({"name": "T-FOREIGN", "user_partner_id": self.stranger.id})
        self.authenticate("service_customer", "service_customer")
        self.assertNotIn("T-FOREIGN", self.url_open("/service/request").text)
        for unit in (foreign.id, 2**40, "x", "' OR 1=1"):
            response, job = self._ask(
                unit=str(unit), unit_note="Mine", fault_description="Smokes", consent="1"
            )
            with self.subTest(unit=unit):
                self.assertEqual(response.status_code, 200)
                self.assertFalse(job.lot_id)
