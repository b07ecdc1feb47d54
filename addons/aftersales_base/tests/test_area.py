# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from contextlib import contextmanager

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, TransactionCase, tagged

from ..postcode import get_bounds, get_key


@tagged("post_install", "-at_install")
class TestPostcode(BaseCase):
    """Codes of the world, compared as the people who use them do."""

    def test_S7_ranges_hold_what_begins_with_them(self):
        cases = (
            # first, last, inside, outside
            ("10", "19", ("10115", "19999"), ("09999", "20000", "1")),
            ("01000", "01999", ("01067",), ("1067", "02000")),
            ("94103", "", ("94103", "94103-1234"), ("94104", "9410")),
            ("00-001", "04-999", ("00-950", "00950"), ("05-000",)),
            ("1000", "1099", ("1012 AB", "1099ZZ"), ("1100 AA", "0999ZZ")),
            ("SW1", "SW9", ("SW1A 1AA", "sw9 8xy", "SW2"), ("SW10 0AA", "S1 1AA", "SX1")),
            ("M4", "M6", ("M5V 3L9", "M6Z"), ("M7A", "N5V", "M40")),
            ("C1000", "C1499", ("C1425DKA",), ("C1500", "B1425DKA")),
        )
        for first, last, inside, outside in cases:
            start, end = get_bounds(first, last)
            for code in inside:
                with self.subTest(range=(first, last), inside=code):
                    self.assertTrue(start <= get_key(code) <= end)
            for code in outside:
                with self.subTest(range=(first, last), outside=code):
                    self.assertFalse(start <= get_key(code) <= end)

    def test_S7_no_code_has_no_key(self):
        for code in (False, "", " - "):
            self.assertEqual(get_key(code), "")


@tagged("post_install", "-at_install")
class TestArea(TransactionCase):
    """S7: an address finds its area by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.country = cls.env["res.country"].create({"name": "T land", "code": "QZ"})
        cls.elsewhere = cls.env["res.country"].create({"name": "T other", "code": "QY"})
        cls.state, cls.other_state = cls.env["res.country.state"].create(
            [
                {"name": "T state", "code": "TS", "country_id": cls.country.id},
                {"name": "T other state", "code": "TO", "country_id": cls.country.id},
            ]
        )
        cls.whole = cls._area("Whole")
        cls.region = cls._area("Region", state=cls.state, parent=cls.whole)
        cls.city = cls._area("City", ranges=[("10", "19")], parent=cls.region)
        cls.quarter = cls._area("Quarter", ranges=[("101", "102")], parent=cls.city)

    @classmethod
    def _area(cls, name, state=None, ranges=(), parent=None):
        return cls.env["aftersales.area"].create(
            {
                "name": name,
                "country_id": cls.country.id,
                "state_id": state and state.id,
                "parent_id": parent and parent.id,
                "postcode_ids": [
                    Command.create({"zip_from": first, "zip_to": last}) for first, last in ranges
                ],
            }
        )

    @contextmanager
    def _refused(self, regex):
        """As assertRaisesRegex, but rolled back like Odoo's assertRaises."""
        with self.assertRaises(ValidationError) as caught:
            yield
        self.assertRegex(str(caught.exception), regex)

    def _find(self, code=False, state=None, country=None):
        address = ((country or self.country).id, state and state.id, code)
        return self.env["aftersales.area"]._find_by_address([address])[0]

    def test_S7_the_most_specific_area_wins(self):
        self.assertEqual(self._find("10115"), self.quarter)
        self.assertEqual(self._find("10315"), self.city)
        self.assertEqual(self._find("20000", self.state), self.region)
        self.assertEqual(self._find("20000", self.other_state), self.whole)
        self.assertEqual(self._find(), self.whole)
        self.assertFalse(self._find("10115", country=self.elsewhere))
        self.assertFalse(self.env["aftersales.area"]._find_by_address([(False, False, "10115")])[0])

    def test_S7_an_area_with_postcodes_is_not_the_whole_state(self):
        self.city.state_id = self.other_state
        self.assertEqual(self._find("90000", self.other_state), self.whole)

    def test_S7_changes_of_areas_are_seen_at_once(self):
        self.assertEqual(self._find("10115"), self.quarter)
        self.quarter.postcode_ids.zip_to = "1010"
        self.assertEqual(self._find("10215"), self.city)
        self.quarter.active = False
        self.assertEqual(self._find("10115"), self.city)

    def test_S7_ranges_of_one_level_do_not_overlap(self):
        with self._refused("101–102.*overlaps"):
            self._area("Rival", ranges=[("1025", "1030")], parent=self.city)
        with self._refused("overlaps"):
            self.quarter.postcode_ids = [Command.create({"zip_from": "1019"})]
        with self._refused("T state.*overlaps"):
            self._area("Rival", state=self.state, parent=self.whole)
        with self._refused("T land.*overlaps"):
            self._area("Rival")
        self._area("Neighbour", ranges=[("103", "")], parent=self.city)

    def test_S7_an_area_that_moves_takes_what_lies_below_to_its_new_level(self):
        other = self._area("Other", ranges=[("1015", "")], parent=self.whole)
        with self._refused("overlaps"):
            other.parent_id = self.city

    def test_S7_postcodes_need_their_country_and_their_order(self):
        with self._refused("choose the country"):
            self.city.country_id = False
        with self._refused("end before they begin"):
            self._area("Turned", ranges=[("30", "20")], parent=self.region)
        with self._refused("not a state of the country"):
            self.whole.write({"country_id": self.elsewhere.id, "state_id": self.state.id})

    def test_S7_a_contact_without_an_area_is_proposed_that_of_its_address(self):
        contact = self.env["res.partner"].create(
            {"name": "T", "country_id": self.country.id, "zip": "10115"}
        )
        self.assertFalse(contact.aftersales_area_id)
        self.assertEqual(contact._get_aftersales_area(), self.quarter)
        contact.zip = "15000"
        self.assertEqual(contact._get_aftersales_area(), self.city)
        contact.aftersales_area_id = self.region
        self.assertEqual(contact._get_aftersales_area(), self.region)

    def test_S7_a_batch_of_addresses_costs_no_query_each(self):
        contacts = self.env["res.partner"].create(
            [{"name": "T", "country_id": self.country.id, "zip": f"1{n:04}"} for n in range(200)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        with self.assertQueryCount(6):
            areas = contacts.mapped("aftersales_area_proposal_id")
        self.assertEqual(areas, self.city + self.quarter)
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            contacts.mapped("aftersales_area_proposal_id")

    def test_S7_a_duplicate_claims_no_addresses(self):
        copy = self.city.copy()
        self.assertFalse(copy.country_id or copy.postcode_ids)
