# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestDealerTier(TransactionCase):
    """P7: a dealer's tier is dated, with its reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold, cls.silver = cls.env["aftersales.dealer.tier"].create(
            [{"name": "Gold", "code": "T-G"}, {"name": "Silver", "code": "T-S"}]
        )
        cls.dealer = cls.env["res.partner"].create(
            {"name": "Tiered Dealer", "is_company": True, "is_dealer": True}
        )
        cls.address = cls.env["res.partner"].create(
            {"name": "Its warehouse", "parent_id": cls.dealer.id, "type": "delivery"}
        )
        cls._assign(cls.silver, "2026-01-01")
        cls._assign(cls.gold, "2026-07-01")

    @classmethod
    def _assign(cls, tier, day, dealer=None, company=None):
        return cls.env["aftersales.dealer.tier.assignment"].create(
            {
                "partner_id": (dealer or cls.dealer).id,
                "tier_id": tier.id if tier else False,
                "date_from": day,
                "reason": "Test",
                "company_id": (company or cls.env.company).id,
            }
        )

    def _tier_on(self, day, partner=None):
        return (partner or self.dealer)._get_dealer_tiers(date.fromisoformat(day))

    def test_P7_tier_of_a_day(self):
        """A tier holds from its first day until the next assignment."""
        self.assertEqual(self._tier_on("2025-12-31"), {})
        self.assertEqual(self._tier_on("2026-01-01"), {self.dealer: self.silver})
        self.assertEqual(self._tier_on("2026-06-30"), {self.dealer: self.silver})
        self.assertEqual(self._tier_on("2026-07-01"), {self.dealer: self.gold})

    def test_P7_tier_ends_without_successor(self):
        self._assign(None, "2026-10-01")
        self.assertEqual(self._tier_on("2026-09-30"), {self.dealer: self.gold})
        self.assertEqual(self._tier_on("2026-10-01"), {})

    def test_P7_addresses_have_the_dealers_tier(self):
        self.assertEqual(self._tier_on("2026-02-01", self.address), {self.address: self.silver})

    def test_P7_an_address_gets_no_tier_of_its_own(self):
        """Nobody would ever read it: prices ask the dealer."""
        with self.assertRaisesRegex(ValidationError, "give the tier to Tiered Dealer"):
            self._assign(self.gold, "2026-01-01", dealer=self.address)

    def test_P7_tier_is_per_company(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self._assign(self.gold, "2026-01-01", company=other)
        day = date(2026, 2, 1)
        self.assertEqual(
            self.dealer._get_dealer_tiers(day, company=other), {self.dealer: self.gold}
        )
        self.assertEqual(self._tier_on("2026-02-01"), {self.dealer: self.silver})

    @freeze_time("2026-08-15")
    def test_P7_tier_today_and_search(self):
        partners = self.env["res.partner"]
        self.assertEqual(self.dealer.dealer_tier_id, self.gold)
        self.assertIn(self.dealer, partners.search([("dealer_tier_id", "=", self.gold.id)]))
        self.assertIn(self.dealer, partners.search([("dealer_tier_id.code", "=", "T-G")]))
        self.assertNotIn(self.dealer, partners.search([("dealer_tier_id", "=", self.silver.id)]))
        self.assertNotIn(self.dealer, partners.search([("dealer_tier_id", "=", False)]))
        self.assertNotIn(self.dealer, partners.search([("dealer_tier_id", "!=", self.gold.id)]))

    @freeze_time("2026-08-15")
    def test_P7_tier_shows_while_a_contact_is_edited(self):
        self.assertEqual(self.dealer.new(origin=self.dealer).dealer_tier_id, self.gold)
        self.assertEqual(self.address.dealer_tier_id, self.gold)
        self._assign(self.silver, "2026-08-01")
        self.assertEqual(self.address.dealer_tier_id, self.silver)

    def test_tiers_of_many_dealers_cost_one_query(self):
        dealers = self.env["res.partner"].create(
            [{"name": f"Dealer {index}", "is_dealer": True} for index in range(40)]
        )
        for dealer in dealers:
            self._assign(self.silver, "2026-01-01", dealer=dealer)
        self.env.flush_all()
        self.env.invalidate_all()
        dealers.mapped("commercial_partner_id")
        with self.assertQueryCount(1):
            found = dealers._get_dealer_tiers(date(2026, 2, 1))
        self.assertEqual(len(found), 40)

    def test_merging_dealers_keeps_the_tiers(self):
        """Odoo's merge deletes rows that would collide; none of ours may."""
        twin = self.env["res.partner"].create({"name": "Twin", "is_company": True})
        assignment = self._assign(self.gold, "2026-01-01", dealer=twin)
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.dealer | twin).ids, self.dealer)
        self.assertTrue(assignment.exists())
        self.assertEqual(assignment.partner_id, self.dealer)

    @mute_logger("odoo.sql_db")
    def test_code_is_unique_per_company(self):
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            self.env["aftersales.dealer.tier"].create({"name": "Gold again", "code": "T-G"})
