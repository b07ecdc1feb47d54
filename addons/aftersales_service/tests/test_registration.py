# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase

from .common import ServiceCommon
from .portal import PortalCommon

TODAY = date.today()


class RegistrationCommon(ServiceCommon):
    """Two dealers with their logins, and a unit that was shipped to the first of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer, cls.rival = cls.env["res.partner"].create(
            [
                {"name": name, "is_dealer": True, "is_company": True}
                for name in ("T dealer", "T rival dealer")
            ]
        )
        cls.shipped_on = TODAY - timedelta(days=20)
        cls.unit.write(
            {
                "dealer_id": cls.dealer.id,
                "user_partner_id": False,
                "warranty_start": False,
                "warranty_end": False,
                "shipped_on": cls.shipped_on,
                "company_id": cls.company.id,
            }
        )
        cls.policy = cls.env["aftersales.warranty.policy"].create(cls._policy_vals())

    @classmethod
    def _policy_vals(cls):
        return {
            "name": "T one year",
            "company_id": cls.company.id,
            "product_ids": [(6, 0, cls.model.product_tmpl_id.ids)],
            "term_ids": [
                (0, 0, {"name": component, "component": component, "months": 12})
                for component in ("part", "labour")
            ],
        }

    @classmethod
    def _registration(cls, **values):
        return cls.env["aftersales.registration"].create(
            {
                "lot_id": cls.unit.id,
                "sold_on": TODAY - timedelta(days=3),
                "user_name": "Rita Retail",
                "phone": "+1 555 0321",
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestRegistration(RegistrationCommon):
    """Retail registrations in the office (S14)."""

    def test_S14_registration_starts_the_warranty_and_the_user_file(self):
        registration = self._registration(meter=12).with_user(self.clerk)
        self.assertEqual(registration.dealer_id, self.dealer)
        registration.action_register()
        self.assertEqual(registration.state, "confirmed")
        unit = self.unit
        self.assertEqual(unit.sold_on, registration.sold_on)
        self.assertEqual(unit.warranty_start, registration.sold_on)
        self.assertGreater(unit.warranty_end, TODAY + timedelta(days=300))
        self.assertEqual(unit.warranty_source, "registration")
        self.assertEqual((unit.meter, unit.meter_date), (12, registration.sold_on))
        user = unit.user_partner_id
        self.assertEqual((user.name, user.phone), ("Rita Retail", "+1 555 0321"))
        row = unit.unit_user_ids.filtered(lambda row: not row.date_to)
        self.assertEqual((row.source, row.date_from), ("registration", registration.sold_on))

    def test_S14_a_known_user_is_found_and_nothing_of_him_overwritten(self):
        known = self.env["res.partner"].create(
            {"name": "rita retail", "phone": "+1 (555) 0321", "street": "Old Street"}
        )
        registration = self._registration(street="New Street", city="Newtown")
        registration.with_user(self.clerk).action_register()
        self.assertEqual(self.unit.user_partner_id, known)
        self.assertEqual((known.street, known.city), ("Old Street", "Newtown"))

    def test_S14_dates_to_come_and_before_the_shipment_are_refused(self):
        for sold_on, words in (
            (TODAY + timedelta(days=5), "still to come"),
            (self.shipped_on - timedelta(days=1), "left us on"),
        ):
            with self.subTest(day=sold_on), self.assertRefused(UserError, words):
                self._registration(sold_on=sold_on).with_user(self.clerk).action_register()
        self._registration(sold_on=self.shipped_on).with_user(self.clerk).action_register()

    def test_S14_a_serial_is_registered_once(self):
        self._registration().with_user(self.clerk).action_register()
        second = self._registration(user_name="Somebody Else").with_user(self.clerk)
        with self.assertRefused(UserError, "registered already.*change the user"):
            second.action_register()
        other = self.env["stock.lot"].create(
            {"name": "T-TWICE", "product_id": self.model.id, "company_id": self.company.id}
        )
        twice = self._registration(lot_id=other.id) + self._registration(lot_id=other.id)
        with self.assertRefused(UserError, "registered already"):
            twice.with_user(self.clerk).action_register()

    def test_S14_units_that_we_did_not_sell_and_unreachable_users_are_refused(self):
        with self.assertRefused(UserError, "phone number on which Rita"):
            self._registration(phone="12").with_user(self.clerk).action_register()
        with self.assertRefused(UserError, "name of the user"):
            self._registration(user_name=" ").with_user(self.clerk).action_register()
        self.unit.meter = 40
        with self.assertRefused(UserError, "showed more than 12 before"):
            self._registration(meter=12).with_user(self.clerk).action_register()
        self.unit.sold_by_us = False
        with self.assertRefused(UserError, "not sold by us"):
            self._registration().with_user(self.clerk).action_register()

    def test_S14_late_ones_wait_for_a_clerk_and_a_refusal_says_why(self):
        self.unit.shipped_on = TODAY - timedelta(days=200)
        self.company.aftersales_registration_days = 30
        late = self._registration(sold_on=TODAY - timedelta(days=31)).with_user(self.clerk)
        late.action_register()
        self.assertEqual(late.state, "waiting")
        self.assertIn("31 days after the sale; 30 are allowed", late.approval_reason)
        self.assertFalse(self.unit.warranty_start)
        with self.assertRefused(UserError, "Write the reason"):
            late.action_refuse()
        late.refusal_reason = "The invoice is of another unit"
        late.action_refuse()
        self.assertEqual((late.state, late.decided_by_id), ("refused", self.clerk))
        with self.assertRefused(UserError, "decided"):
            late.sold_on = TODAY
        again = self._registration(sold_on=TODAY - timedelta(days=31)).with_user(self.clerk)
        again.action_register()
        again.action_approve()
        self.assertEqual((again.state, self.unit.warranty_start), ("confirmed", again.sold_on))
        in_time = self._registration(
            lot_id=self.unit.copy({"name": "T-OK"}).id, sold_on=TODAY - timedelta(days=30)
        ).with_user(self.clerk)
        in_time.action_register()
        self.assertEqual(in_time.state, "confirmed")

    def test_S14_another_user_on_the_file_is_for_a_clerk_to_judge(self):
        self.unit.user_partner_id = self.customer
        registration = self._registration().with_user(self.clerk)
        registration.action_register()
        self.assertEqual(registration.state, "waiting")
        self.assertIn("T customer", registration.approval_reason)
        registration.action_approve()
        self.assertEqual(self.unit.user_partner_id.name, "Rita Retail")
        self.assertEqual(
            self.unit.unit_user_ids.partner_id, self.customer | registration.partner_id
        )

    def test_S14_a_warranty_that_runs_is_not_begun_anew_without_a_clerk(self):
        self.unit.write({"warranty_start": date(2020, 1, 1), "warranty_end": date(2020, 12, 31)})
        registration = self._registration().with_user(self.clerk)
        registration.action_register()
        self.assertEqual(registration.state, "waiting")
        self.assertIn("began on 2020-01-01 already", registration.approval_reason)
        self.assertEqual(self.unit.warranty_end, date(2020, 12, 31))

    def test_S14_steps_are_not_typed_and_belong_to_the_hotline(self):
        registration = self._registration()
        with self.assertRefused(UserError, "Use its buttons"):
            registration.with_user(self.clerk).state = "confirmed"
        with self.assertRefused(UserError, "Use its buttons"):
            self.env["aftersales.registration"].with_user(self.clerk).create(
                {**registration.copy_data()[0], "partner_id": self.customer.id}
            )
        caller = self._user("t_reg_caller", "aftersales_service.group_service_caller")
        for method in ("action_register", "action_approve", "action_refuse"):
            with self.assertRaises(AccessError):
                getattr(registration.with_user(caller), method)()
        registration.with_user(self.clerk).action_register()
        with self.assertRefused(UserError, "refuse it with a reason"):
            registration.with_user(self.clerk).unlink()

    def test_S14_clerk_imports_many_and_registers_them_at_once(self):
        units = self.env["stock.lot"].create(
            [
                {"name": f"T-IMP{n}", "product_id": self.model.id, "company_id": self.company.id}
                for n in range(5)
            ]
        )
        registrations = self.env["aftersales.registration"].with_user(self.clerk)
        names = ["lot_id", "dealer_id", "sold_on", "user_name", "phone"]
        rows = [
            [unit.name, "T dealer", str(TODAY), f"User {n}", f"+1 555 04{n:02}"]
            for n, unit in enumerate(units)
        ]
        result = registrations.load(names, rows)
        self.assertFalse(result["messages"])
        registrations.browse(result["ids"]).action_register()
        self.assertEqual(units.mapped("warranty_start"), [TODAY] * 5)
        self.assertEqual(units.user_partner_id.mapped("name"), [f"User {n}" for n in range(5)])
        result = registrations.load(names, [["T-NOWHERE", *rows[0][1:]]])
        self.assertIn("T-NOWHERE", result["messages"][0]["message"])

    def test_S14_multi_company(self):
        elsewhere = self.env["res.company"].create({"name": "T away"})
        unit = self.env["stock.lot"].create({"name": "T-AWAY", "product_id": self.model.id})
        there = self._registration(lot_id=unit.id, company_id=elsewhere.id)
        self.assertFalse(there.with_user(self.clerk).search([("id", "=", there.id)]))
        with self.assertRaises(AccessError):
            there.with_user(self.clerk).read(["user_name"])

    def test_S14_without_registration_the_shipment_and_a_grace_count(self):
        self.company.aftersales_warranty_grace = 90
        self.unit.shipped_on = TODAY - timedelta(days=90)
        soon, registered, foreign = (
            self.unit.copy({"name": name, "dealer_id": self.dealer.id})
            for name in ("T-SOON", "T-REG", "T-FOREIGN")
        )
        soon.shipped_on = TODAY - timedelta(days=89)
        registered.shipped_on = foreign.shipped_on = TODAY - timedelta(days=120)
        foreign.sold_by_us = False
        late = self._registration(lot_id=registered.id, sold_on=TODAY - timedelta(days=60))
        late.with_user(self.clerk).action_register()
        self.assertEqual(late.state, "waiting")
        units = self.unit + soon + registered + foreign
        with patch.object(type(self.env["ir.cron"]), "_commit_progress"):
            self.env["stock.lot"]._cron_start_warranties()
        self.assertEqual(
            units.mapped("warranty_source"), ["shipment", False, False, False], "so says the unit"
        )
        self.assertEqual(self.unit.warranty_start, TODAY)
        self.assertTrue(self.unit.warranty_end)
        # Registered afterwards, the day of the sale counts.
        registration = self._registration(sold_on=TODAY - timedelta(days=10))
        registration.with_user(self.clerk).action_register()
        self.assertEqual(self.unit.warranty_start, registration.sold_on)
        self.assertEqual(self.unit.warranty_source, "registration")

    def test_S14_nightly_run_is_set_based_and_goes_on_where_it_stopped(self):
        self.company.aftersales_warranty_grace = 0
        units = self.env["stock.lot"].create(
            [
                {
                    "name": f"T-N{n}",
                    "product_id": self.model.id,
                    "company_id": self.company.id,
                    "shipped_on": TODAY - timedelta(days=1 + n % 2),
                }
                for n in range(30)
            ]
        )
        lots = self.env["stock.lot"]
        self.env.flush_all()
        batch = lots._get_units_after_grace(last_id=units[9].id, limit=10)
        found = sorted(lot_id for lot_ids in batch.values() for lot_id in lot_ids)
        self.assertEqual(found, units[10:20].ids)
        self.assertEqual(set(batch), {TODAY - timedelta(days=1), TODAY - timedelta(days=2)})


@tagged("post_install", "-at_install")
class TestRegistrationPortal(RegistrationCommon, PortalCommon, HttpCase):
    """A dealer on its own pages, and what it could try (S14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_portal_user(cls.dealer, "reg_dealer")
        cls._create_portal_user(cls.rival, "reg_rival")
        cls.theirs = cls.unit.copy({"name": "T-THEIRS", "dealer_id": cls.rival.id})

    def _send(self, **typed):
        return self._post(
            "/my/aftersales/registrations/send",
            "/my/aftersales/registrations/new",
            **{
                "serial": "T-SERIAL-1",
                "sold_on": str(TODAY - timedelta(days=2)),
                "user_name": "Rita Retail",
                "phone": "+1 555 0321",
                "consent": "1",
                **typed,
            },
        )

    def _error(self, **typed):
        page = self._send(**typed)
        text = page.text
        self.assertIn('name="error"', text)
        return text.split('name="error"')[1].split("</div>")[0].split(">", 1)[1]

    def _all(self):
        return self.env["aftersales.registration"].search([("company_id", "=", self.company.id)])

    def test_S14_dealer_registers_and_sees_what_came_of_it(self):
        self.authenticate("reg_dealer", "reg_dealer")
        page = self.url_open("/my/aftersales/registrations").text
        self.assertIn("T-SERIAL-1", page)
        self.assertNotIn("T-THEIRS", page)
        answer = self._send(serial="t-serial-1", meter="12,5", city="Testville")
        self.assertIn('name="done"', answer.text)
        registration = self._all()
        self.assertEqual((registration.state, registration.meter), ("confirmed", 12.5))
        self.assertTrue(registration.consented_at and registration.consent_text)
        self.assertTrue(self.unit.user_partner_id.aftersales_consent_at)
        self.assertEqual(self.unit.warranty_start, TODAY - timedelta(days=2))
        self.assertNotIn("T-SERIAL-1", self.url_open("/my/aftersales/registrations").text)
        page = self.url_open("/my/aftersales/registrations?filterby=confirmed&search=rita").text
        self.assertIn("T-SERIAL-1", page)

    def test_S14_another_dealers_unit_is_answered_like_an_unknown_one(self):
        self.authenticate("reg_dealer", "reg_dealer")
        unknown = self._error(serial="T-NOWHERE")
        self.assertIn("No unit of yours", unknown)
        for serial in ("T-THEIRS", "t-theirs", "T-THEIR_", "%", "T-%"):
            with self.subTest(serial=serial):
                self.assertEqual(self._error(serial=serial), unknown)
        self.assertFalse(self._all())

    def test_S14_bad_input_is_answered_in_a_sentence(self):
        self.authenticate("reg_dealer", "reg_dealer")
        for typed, words in (
            ({"sold_on": str(TODAY + timedelta(days=9))}, "still to come"),
            ({"sold_on": str(self.shipped_on - timedelta(days=9))}, "left us on"),
            ({"sold_on": "31.02.2026"}, "date of sale like"),
            ({"consent": ""}, "agrees that we keep"),
            ({"phone": "1"}, "phone number"),
            ({"user_name": "\x00 "}, "name of the user"),
            ({"meter": "nan"}, "meter as a number"),
            ({"meter": "-1"}, "meter as a number"),
            ({"files": {"document": ("a.html", b"<script>alert(1)</script>")}}, "neither a photo"),
            ({"files": {"document": ("a.png", b"\x89PNG\r\n\x1a\nnot really")}}, "neither a photo"),
        ):
            with self.subTest(typed=typed):
                self.assertIn(words, self._error(**typed))
        self.assertFalse(self._all())

    def test_S14_a_second_registration_and_the_model_of_two(self):
        other = self.env["product.product"].create(
            {"name": "T other model", "is_storable": True, "tracking": "serial"}
        )
        twin = self.env["stock.lot"].create(
            {
                "name": "T-SERIAL-1",
                "product_id": other.id,
                "dealer_id": self.dealer.id,
                "company_id": self.company.id,
            }
        )
        self.authenticate("reg_dealer", "reg_dealer")
        page = self._send().text
        self.assertIn("choose the model", page)
        self.assertIn("T other model", page)
        self._send(product=str(other.id))
        self.assertEqual(self._all().lot_id, twin)
        self.assertIn("registered already", self._error(product=str(other.id)))

    def test_S14_a_refusal_is_read_on_the_portal(self):
        self.unit.shipped_on = TODAY - timedelta(days=100)
        self.authenticate("reg_dealer", "reg_dealer")
        self.assertIn('name="waiting"', self._send(sold_on=str(TODAY - timedelta(days=60))).text)
        registration = self._all().with_user(self.clerk)
        registration.refusal_reason = "The invoice is missing"
        registration.action_refuse()
        page = self.url_open(f"/my/aftersales/registrations/{registration.id}").text
        self.assertIn("The invoice is missing", page)
        message = registration.message_ids[0]
        self.assertIn("The invoice is missing", message.body)
        self.assertIn(registration.user_id.partner_id, message.partner_ids)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_S14_user_data_of_one_dealer_are_not_read_by_another(self):
        registration = self._registration(user_name="Secret Buyer")
        registration.sudo()._submit()
        reading = self.unit._take_meter_reading(40)
        row = self.unit.unit_user_ids
        self.authenticate("reg_rival", "reg_rival")
        for url in (
            "/my",
            "/my/aftersales/registrations",
            "/my/aftersales/registrations?filterby=confirmed",
            "/my/aftersales/registrations?filterby=confirmed&search=Secret",
            "/my/aftersales/registrations?filterby=nonsense&search=%25",
            *(f"/my/aftersales/registrations/{registration.id + n}" for n in (-1, 0, 1)),
            f"/my/aftersales/registrations/{registration.id}?access_token=1",
        ):
            with self.subTest(url=url):
                page = self.url_open(url)
                self.assertNotIn("Secret Buyer", page.text)
                self.assertNotIn("T-SERIAL-1", page.text)
        for record in (registration, reading, row, self.unit, self.unit.unit_event_ids):
            ids = record.ids[:1]
            for method, arguments in (
                ("read", [ids, ["display_name"]]),
                ("web_read", [ids, {"display_name": {}}]),
                ("search_read", [[("id", "in", ids)], ["display_name"]]),
                ("name_search", ["Secret"]),
                ("export_data", [ids, ["display_name"]]),
                ("formatted_read_group", [[], ["lot_id"], ["__count"]]),
                ("write", [ids, {"display_name": "x"}]),
                ("action_approve", [ids]),
            ):
                with self.subTest(model=record._name, method=method):
                    self.assertIn("error", self._rpc(record._name, method, arguments))

    def test_S14_who_is_no_dealer_has_no_such_page(self):
        self.authenticate("service_customer", "service_customer")
        for url in ("", "/new"):
            page = self.url_open(f"/my/aftersales/registrations{url}")
            self.assertNotIn("Register a Sale", page.text)
        self.assertNotIn("registrations/new", self.url_open("/my/home").text)


@tagged("post_install", "-at_install", "is_tour")
class TestRegistrationTour(RegistrationCommon, PortalCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_S14_dealer_registers_a_sale_on_a_phone(self):
        self._create_portal_user(self.dealer, "reg_dealer")
        self.start_tour(
            "/my/aftersales/registrations", "aftersales_portal_registration", login="reg_dealer"
        )
        self.assertEqual(self.unit.user_partner_id.name, "Rita Retail")
        self.assertEqual(self.unit.warranty_source, "registration")


@tagged("post_install", "-at_install")
class TestRegistrationRivals(RivalsCase, TransactionCase):
    """Two registrations of one serial at once, on two real connections (S14)."""

    def _create_data(self, env):
        company = env.ref("base.main_company")
        product = self._keep(
            env["product.product"].create(
                {"name": "T rival", "is_storable": True, "tracking": "serial"}
            )
        )
        lot = self._keep(
            env["stock.lot"].create(
                {"name": "T-RIVAL", "product_id": product.id, "company_id": company.id}
            )
        )
        self.lot_id = lot.id
        self.registration_ids = self._keep(
            env["aftersales.registration"].create(
                [
                    {
                        "lot_id": lot.id,
                        "company_id": company.id,
                        "sold_on": TODAY,
                        "user_name": name,
                        "phone": "+1 555 0321",
                    }
                    for name in ("T first", "T second")
                ]
            )
        ).ids

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            partners = env["aftersales.registration"].browse(self.registration_ids).partner_id
            for table in ("aftersales_registration", "aftersales_unit_user"):
                # pylint: disable=sql-injection
                cr.execute(f"DELETE FROM {table} WHERE lot_id = %s", [self.lot_id])
            env["stock.lot"].browse(self.lot_id).unlink()
            env["product.product"].browse(self.created["product.product"]).unlink()
            partners.unlink()

    @mute_logger("odoo.sql_db")
    def test_S14_the_second_of_two_waits_and_is_refused(self):
        first, second = (
            env["aftersales.registration"].browse(registration_id)
            for env, registration_id in zip(self.envs, self.registration_ids, strict=True)
        )
        self.assertEqual(second.state, "draft")
        first._submit()
        self._assert_rival_waits_and_fails(self.envs[0], second._submit)
        self.envs[1].cr.rollback()
        with self.assertRaisesRegex(UserError, "registered already"):
            second._submit()
        self.envs[1].cr.rollback()
