# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import MODULE, PartsCommon


@tagged("post_install", "-at_install")
class TestPublicationTour(PartsCommon, HttpCase):
    """The pricing clerk publishes a list; the manager approves what moves far."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("tour_clerk", f"{MODULE}.group_pricing_clerk")
        cls.manager = cls._user("tour_manager", f"{MODULE}.group_pricing_manager")
        cls.filter, cls.pump, cls.belt = (
            cls._create_part("standard", 100, name=f"Tour {name}")
            for name in ("filter", "pump", "belt")
        )
        cls.policy = cls._create_policy(name="Tour policy")
        cls._publish(cls.policy, cls.today - timedelta(days=7))

    def _get_prices(self, date):
        pricelist = self.policy.settlement_pricelist_id
        parts = self.filter | self.pump | self.belt
        found = pricelist._get_products_price(parts, 1.0, date=date)
        return [round(found[part.id] / self.old[part.id], 2) for part in parts]

    def test_P6_tour_clerk_publishes_and_manager_approves(self):
        pricelist = self.policy.settlement_pricelist_id
        parts = self.filter | self.pump | self.belt
        self.old = pricelist._get_products_price(parts, 1.0, date=self.today)
        self.filter.standard_price = 105
        self.pump.standard_price = 120
        self.belt.standard_price = 104
        self.start_tour(
            "/odoo/parts-publications", "parts_publication_propose", login="parts_tour_clerk"
        )
        publication = self.env["parts.price.publication"].search(
            [("policy_id", "=", self.policy.id)], order="id desc", limit=1
        )
        self.assertEqual((publication.state, publication.user_id), ("proposed", self.clerk))
        path = f"/odoo/parts-publications/{publication.id}"
        self.start_tour(path, "parts_publication_approve", login="parts_tour_manager")
        self.assertEqual(
            (publication.state, publication.approved_by_id), ("approved", self.manager)
        )
        self.start_tour(path, "parts_publication_publish", login="parts_tour_clerk")
        self.assertEqual(
            (publication.state, publication.published_by_id), ("published", self.clerk)
        )
        # The belt was unticked: it keeps its price.
        self.assertEqual(self._get_prices(publication.date_from), [1.05, 1.2, 1.0])
