# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import PartsPosCommon


@tagged("post_install", "-at_install")
class TestPosDealer(PartsPosCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls._open_session()

    def _dealer_order(self, partner, **vals):
        terms = {"price": 15.0, "pricelist_id": self.settlement.id, "partner_id": partner.id}
        return self._ui_order(self.session, self.part, **terms | vals)

    def test_P9_dealers_list_is_no_default(self):
        with self.assertRefused(ValidationError, "Dealer settlement.*cannot be the default.*guide"):
            self.config.pricelist_id = self.settlement
        self.settlement.parts_list_kind = "tier"
        with self.assertRefused(ValidationError, "cannot be the default"):
            self.config.pricelist_id = self.settlement

    def test_P9_users_do_not_buy_at_dealer_prices(self):
        with self.assertRefused(ValidationError, "End user is no dealer.*guide list"):
            self._sync(self._dealer_order(self.user_partner))
        with self.assertRefused(ValidationError, "without name is no dealer"):
            self._sync(self._dealer_order(self.env["res.partner"]))

    def test_P9_open_order_may_still_change(self):
        order = self._sync(self._dealer_order(self.user_partner, state="draft"))
        self.assertEqual(order.state, "draft")
        with self.assertRefused(ValidationError, "End user is no dealer"):
            order.state = "paid"

    def test_P9_dealers_and_their_people_do(self):
        clerk = self.env["res.partner"].create({"name": "Clerk", "parent_id": self.dealer.id})
        for partner in self.dealer | clerk:
            order = self._sync(self._dealer_order(partner))
            self.assertEqual((order.state, order.lines.price_unit), ("paid", 15.0))

    def test_P9_browser_knows_dealers(self):
        loaded = self._load(self.dealer | self.user_partner)
        self.assertTrue(loaded[self.dealer.id]["is_parts_dealer"])
        self.assertFalse(loaded[self.user_partner.id]["is_parts_dealer"])
