# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestNoContact(ServiceCommon):
    """Who asked not to be contacted is left alone, and not too many may be marked so (S13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.year = cls.company._get_aftersales_year()
        cls.units = cls.env["stock.lot"].create(
            [
                {
                    "name": f"T-RETAIL-{number}",
                    "product_id": cls.model.id,
                    "company_id": cls.company.id,
                    "user_partner_id": cls.customer.id,
                    "sold_on": date(cls.year, 1, 1),
                }
                for number in range(40)
            ]
        )
        # What stands without a company would count here too.
        cls.others = cls.company._count_aftersales_retail(cls.year) - len(cls.units)
        cls.company.aftersales_no_contact_percent = 5

    def _partners(self, count):
        return self.env["res.partner"].create([{"name": f"T robinson {n}"} for n in range(count)])

    def _mark(self, partners, user=None):
        partners.with_user(user or self.clerk).write(
            {"aftersales_no_contact": True, "aftersales_no_contact_reason": "By phone"}
        )

    def test_S13_at_most_five_percent_of_the_years_new_units(self):
        limit = (len(self.units) + self.others) * 5 // 100
        self.assertGreaterEqual(limit, 2)
        partners = self._partners(limit + 1)
        self._mark(partners[:limit])
        with self.assertRefused(ValidationError, f"{limit + 1} customers .* At most {limit} "):
            self._mark(partners[limit])
        self.assertFalse(partners[limit].aftersales_no_contact)
        # One takes his wish back: there is room for another.
        partners[0].with_user(self.clerk).aftersales_no_contact = False
        self._mark(partners[limit])
        self.assertTrue(partners[limit].aftersales_no_contact)
        self.assertFalse(partners[0].aftersales_no_contact_on)

    def test_S13_only_marks_and_sales_of_the_year_count(self):
        limit = self.company._get_aftersales_no_contact_limit(self.year)
        self.units[:19].sold_on = date(self.year - 1, 12, 31)
        self.units[19].sold_by_us = False
        self.assertLess(self.company._get_aftersales_no_contact_limit(self.year), limit)
        self.assertEqual(
            self.company._count_aftersales_retail(self.year), len(self.units) + self.others - 20
        )
        [partner] = self._partners(1)
        self._mark(partner)
        self.env.cr.execute(
            "UPDATE res_partner SET aftersales_no_contact_on = %s WHERE id = %s",
            [date(self.year - 1, 12, 31), partner.id],
        )
        partner.invalidate_recordset()
        self.assertEqual(self.company._count_aftersales_no_contact(self.year), 0)
        self.assertEqual(self.company._count_aftersales_no_contact(self.year - 1), 1)
        partner.active = False
        self.assertEqual(self.company._count_aftersales_no_contact(self.year - 1), 1)

    def test_S13_year_by_the_companys_calendar(self):
        """On New Year's Eve in London it is next year already in Auckland."""
        self.company.partner_id.tz = "Pacific/Auckland"
        moment = fields.Datetime.to_datetime("2030-12-31 20:00:00")
        with patch.object(fields.Datetime, "now", lambda *args: moment):
            self.assertEqual(self.company._get_aftersales_year(), 2031)
            self.company.aftersales_no_contact_percent = 100
            [partner] = self._partners(1)
            self._mark(partner)
        self.assertEqual(partner.aftersales_no_contact_on, date(2031, 1, 1))

    def test_S13_a_mark_tells_who_when_and_why(self):
        [partner] = self._partners(1)
        with self.assertRefused(ValidationError, "Write down how T robinson 0"):
            partner.with_user(self.clerk).aftersales_no_contact = True
        self._mark(partner)
        self.assertEqual(partner.aftersales_no_contact_user_id, self.clerk)
        self.assertEqual(partner.aftersales_no_contact_company_id, self.company)
        # Stamps are not entered, and marking again does not move them.
        stamped = partner.aftersales_no_contact_on
        partner.with_user(self.clerk).write(
            {"aftersales_no_contact": True, "aftersales_no_contact_on": "2001-01-01"}
        )
        partner.with_user(self.clerk).aftersales_no_contact_on = "2001-01-01"
        self.assertEqual(partner.aftersales_no_contact_on, stamped)

    def test_S13_only_the_hotline_marks(self):
        [partner] = self._partners(1)
        seller = self._user("t_seller_nc", "base.group_partner_manager")
        with self.assertRaises(AccessError):
            self._mark(partner, seller)
        self.env["res.partner"].with_user(seller).create({"name": "T free to create"})

    def test_S13_merging_keeps_the_mark_and_is_no_new_one(self):
        marked, other = self._partners(2)
        self._mark(marked)
        self.company.aftersales_no_contact_percent = 0
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            [marked.id, other.id], other
        )
        self.assertTrue(other.aftersales_no_contact)
        self.assertEqual(other.aftersales_no_contact_user_id, self.clerk)

    def test_S13_neither_rated_nor_called_back(self):
        self.company.aftersales_rating_mail = True
        self.customer.email = "robinson@example.com"
        job = self._finish(self._job())
        vouchers = self.env["aftersales.voucher"]
        self.assertIn(job, vouchers.search(vouchers._get_rating_domain()))
        self.assertTrue(job.callback_due_at)
        self._mark(self.customer)
        self.assertNotIn(job, vouchers.search(vouchers._get_rating_domain()))
        self.assertFalse(job.callback_due_at, "leaves the queue at once")
        job.with_user(self.clerk).action_close()
        self.assertEqual(job.state, "closed", "nobody has to be heard")

    def test_S13_what_a_company_said_holds_for_its_people(self):
        person = self.env["res.partner"].create({"name": "T jo", "parent_id": self.customer.id})
        self.customer.is_company = True
        self.assertEqual(person.commercial_partner_id, self.customer)
        self.assertTrue(person._filter_aftersales_contactable())
        self._mark(self.customer)
        self.assertFalse(person._filter_aftersales_contactable())
        call = self.env["aftersales.call"].with_user(self.clerk).new({"partner_id": person.id})
        self.assertTrue(call.no_contact)
