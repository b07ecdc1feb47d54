# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields
from odoo.tests import tagged

from .common import MODULE, PartsCommon


@tagged("post_install", "-at_install")
class TestPriceDrop(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_part("standard", 100, name="Dropping")
        cls.dearer = cls._create_part("standard", 50, name="Rising")
        cls.policy = cls._create_policy(protection_days=30)
        cls._publish(cls.policy)
        cls.settlement = cls.policy.settlement_pricelist_id
        cls._put_in_stock(cls.part, 100)
        cls._put_in_stock(cls.dearer, 100)
        cls.clerk = cls._user("clerk", f"{MODULE}.group_pricing_clerk")

    def _buy(self, partner, product, quantity, days, deliver=None):
        """A confirmed order of so many days ago, delivered as far as said."""
        order = self._order(partner, self.settlement, product, quantity)
        order.action_confirm()
        order.date_order = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        move = order.picking_ids.move_ids
        move.quantity = quantity if deliver is None else deliver
        move.picked = True
        if move.quantity:
            order.picking_ids._action_done()
        return order

    def _drops(self, publication):
        return self.env["parts.price.drop"].search([("publication_id", "=", publication.id)])

    def test_P7_purchases_before_a_drop_are_shown_with_their_loss(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.dealer.id})
        other = self.dealer.copy({"name": "Other dealer"})
        user = self.env["res.partner"].create({"name": "Farm", "is_dealer": True})
        self._buy(self.dealer, self.part, 5, 3)
        self._buy(contact, self.part, 4, 20, deliver=3)
        self._buy(self.dealer, self.part, 9, 40)
        self._buy(self.dealer, self.dearer, 7, 3)
        self._buy(other, self.part, 2, 10)
        self._buy(user, self.part, 6, 3)
        user.is_dealer = False
        self._buy(other, self.part, 1, 1, deliver=0)
        self.part.standard_price = 80
        self.dearer.standard_price = 60
        publication = self._propose(self.policy, self._days(1))
        drops = self._drops(publication)
        self.assertEqual(
            {(row.partner_id, row.product_id): (row.quantity, row.amount) for row in drops},
            {(self.dealer, self.part): (8, 160), (other, self.part): (2, 40)},
        )
        self.assertEqual(drops.mapped("price_drop"), [20, 20])
        self.assertEqual(publication.with_user(self.clerk).price_drop_count, 2)
        self.policy.protection_days = 5
        self.env.invalidate_all()
        self.assertEqual(self._drops(publication).mapped("quantity"), [5])
        publication.line_ids.include = False
        self.assertFalse(self._drops(publication))

    def test_P7_price_drops_are_grouped_by_dealer_for_clerks_of_the_company(self):
        self._buy(self.dealer, self.part, 5, 3)
        self.part.standard_price = 99
        publication = self._propose(self.policy, self._days(1))
        drops = self.env["parts.price.drop"]
        domain = [("publication_id", "=", publication.id)]
        self.assertEqual(
            drops.with_user(self.clerk)._read_group(
                domain, ["partner_id"], ["quantity:sum", "amount:sum"]
            ),
            [(self.dealer, 5, 5)],
        )
        stranger = self._user("stranger", f"{MODULE}.group_pricing_manager")
        other = self.env["res.company"].create({"name": "Other"})
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(
            drops.with_user(stranger).with_context(allowed_company_ids=other.ids).search(domain)
        )
