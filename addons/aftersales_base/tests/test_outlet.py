# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestOutlet(TransactionCase):
    """S7: the outlet that covers the customer's area."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        area = cls.env["aftersales.area"]
        cls.country = area.create({"name": "Country", "code": "T-C"})
        cls.region = area.create({"name": "Region", "parent_id": cls.country.id})
        cls.district = area.create({"name": "District", "parent_id": cls.region.id})
        cls.abroad = area.create({"name": "Abroad", "code": "T-A"})
        cls.wide, cls.near = cls.env["aftersales.outlet"].create(
            [
                {"name": "Wide", "code": "T-1", "area_ids": [(6, 0, cls.country.ids)]},
                {"name": "Near", "code": "T-2", "area_ids": [(6, 0, cls.region.ids)]},
            ]
        )

    def _outlets(self, areas):
        return self.env["aftersales.outlet"]._get_outlet_by_area(areas)

    def test_S7_nearest_area_wins(self):
        areas = self.country | self.region | self.district | self.abroad
        self.assertEqual(
            self._outlets(areas),
            {self.country: self.wide, self.region: self.near, self.district: self.near},
        )

    def test_S7_prospects_get_no_jobs(self):
        """N1: an outlet in preparation or organisation does not serve yet."""
        self.near.phase = "preparation"
        self.assertEqual(self._outlets(self.district), {self.district: self.wide})

    def test_S7_first_of_two_by_code(self):
        rival = self.near.copy({"code": "T-0", "area_ids": [(6, 0, self.region.ids)]})
        self.assertEqual(self._outlets(self.region), {self.region: rival})

    def test_dealer_of_an_outlet(self):
        company = self.env["res.partner"].create({"name": "Dealer", "is_company": True})
        branch = self.env["res.partner"].create({"name": "Branch", "parent_id": company.id})
        outlet = self.env["aftersales.outlet"].create(
            {"name": "Store", "code": "T-3", "kind": "store", "partner_id": branch.id}
        )
        self.assertEqual(outlet.dealer_id, company)
        outlet.kind = "own"
        self.assertFalse(outlet.dealer_id)

    def test_a_duplicate_has_a_code_of_its_own(self):
        """The Duplicate button, pressed twice, on each kind of record with a unique code."""
        tier = self.env["aftersales.dealer.tier"].create({"name": "Gold", "code": "T-G"})
        for record in (self.near, self.country, tier):
            with self.subTest(record=record):
                first, second = record.copy(), record.copy()
                self.assertEqual(
                    (first.code, second.code), (f"{record.code}-2", f"{record.code}-3")
                )
                self.assertEqual(first.name, f"{record.name} (copy)")
        self.assertFalse(self.district.copy().code, "an area needs no code")

    def test_area_cannot_lie_inside_itself(self):
        with self.assertRaises(UserError):
            self.country.parent_id = self.district

    @mute_logger("odoo.sql_db")
    def test_S7_stock_location_serves_one_outlet(self):
        """Two outlets with one location may contradict each other, also from the archive."""
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        location = self.env["stock.location"].create(
            {"name": "T depot", "location_id": warehouse.view_location_id.id}
        )
        self.wide.write({"location_id": location.id, "active": False})
        with self.assertRaises(psycopg2.errors.UniqueViolation) as refused, self.cr.savepoint():
            self.near.location_id = location
        sentence = self.env["aftersales.outlet"]._sql_error_to_message(refused.exception)
        self.assertIn("belongs to another outlet", sentence)
        self.assertFalse(self.wide.copy({"code": "T-8"}).location_id)
