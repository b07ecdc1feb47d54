# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MODULE, PartsCommon


@tagged("post_install", "-at_install")
class TestPublicationKeys(PartsCommon):
    """Prices have no foreign keys to most of what they name: that must hold without them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box = cls.env["uom.uom"].create(
            {"name": "Box of seven", "relative_factor": 7, "relative_uom_id": cls.unit.id}
        )
        cls.part = cls._create_part("general", 10, uom_id=cls.box.id)
        cls.other = cls._create_part("general", 20)
        cls.policy = cls._create_policy()

    def _get_lines(self):
        return self.env["parts.price.publication.line"].search_count(
            [("product_id", "in", (self.part | self.other).ids)]
        )

    def test_P7_published_list_unit_and_publication_cannot_be_deleted(self):
        publication = self._publish(self.policy)
        self.part.uom_id = self.unit
        self.env.flush_all()
        with self.assertRefused(UserError, "published or proposed per .Box of seven."):
            self.box.unlink()
        pricelist = self.policy.guide_pricelist_id
        self.policy.write({"guide_pricelist_id": self.policy.guide_pricelist_id.copy().id})
        self.env.flush_all()
        with self.assertRefused(UserError, "holds published prices"):
            pricelist.unlink()
        with self.assertRefused(UserError, "stays as the proof"):
            publication.unlink()

    def test_P7_prices_are_grouped_with_the_currency_and_company_of_their_list(self):
        self._publish(self.policy)
        user = self._user("reader", f"{MODULE}.group_parts_user")
        prices = self.env["parts.price"].with_user(user)
        domain = [("company_id", "=", self.company.id), ("currency_id", "=", self.usd.id)]
        groups = prices.formatted_read_group(
            domain,
            ["pricelist_id"],
            ["__count", "price:avg", "price:sum_currency", "currency_id:array_agg_distinct"],
        )
        self.assertEqual(
            [(group["__count"], group["currency_id:array_agg_distinct"]) for group in groups],
            [(2, self.usd.ids)] * 2,
        )
        self.assertEqual(prices.search(domain).company_id, self.company)

    def test_P7_part_with_a_published_price_cannot_be_deleted(self):
        self._publish(self.policy)
        for record in (self.part, self.part.product_tmpl_id):
            with mute_logger("odoo.sql_db"), self.assertRefused(IntegrityError, "parts_price"):
                record.unlink()
        self.assertTrue(self.part.exists())

    def test_P6_what_is_deleted_takes_its_proposed_prices_with_it(self):
        publication = self._propose(self.policy)
        self.assertEqual(self._get_lines(), 4)
        self.part.unlink()
        self.assertEqual(self._get_lines(), 2)
        self.other.product_tmpl_id.unlink()
        self.assertEqual(self._get_lines(), 0)
        self.assertFalse(publication.line_ids)
        self.part = self._create_part("general", 10)
        publication.action_propose()
        self.assertEqual(self._get_lines(), 2)
        publication.action_cancel()
        publication.unlink()
        self.assertEqual(self._get_lines(), 0)

    def test_P6_proposed_prices_are_compared_again_once_the_list_has_moved(self):
        """Two publications from one day: the second one is refused, and proposed again."""
        first, second = self._propose(self.policy), self._propose(self.policy)
        for publication in first | second:
            publication.action_approve()
        first.action_publish()
        with self.assertRefused(UserError, "from this very day"):
            second.action_publish()
        later = self._propose(self.policy, self._days(1))
        self.assertFalse(later.line_ids)
        self.part.standard_price = 11
        same_day = self._propose(self.policy)
        same_day.action_approve()
        self.assertFalse(same_day.list_numbers)
        with self.assertRefused(UserError, "from this very day"):
            same_day.action_publish()

    def test_P1_part_that_changed_class_since_the_proposal_is_found(self):
        publication = self._propose(self.policy)
        publication.action_approve()
        self.other.part_class = "wearing"
        self.env.flush_all()
        with self.assertRefused(UserError, "has changed since"):
            publication.action_publish()
