# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MODULE, PartsCommon


@tagged("post_install", "-at_install")
class TestPriceList(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_part("general", 10, name="Gear pump", default_code="GP-1")
        cls.wearing = cls._create_part("wearing", 7, name="Oil filter", default_code="OF-1")
        cls.policy = cls._create_policy(
            classes={"general": {"markup_percent": 50, "guide_factor": 2}}
        )
        cls._publish(cls.policy)
        cls.reader = cls._user("reader", f"{MODULE}.group_parts_user")

    def _wizard(self, **vals):
        return (
            self.env["parts.price.list.print"]
            .with_user(self.reader)
            .create(
                {"pricelist_id": self.policy.settlement_pricelist_id.id, "date": self.today} | vals
            )
        )

    def _html(self, wizard):
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.reader)
            ._render_qweb_html("aftersales_parts_pricing.report_price_list", wizard.ids)
        )
        return html.decode()

    def test_P7_price_list_shows_both_prices_of_the_day(self):
        self.wearing.standard_price = 8
        self._publish(self.policy, self._days(3))
        html = self._html(self._wizard())
        for words in ("Gear pump", "GP-1", "15.00", "30.00", "Oil filter", "7.00", "USD"):
            self.assertIn(words, html)
        self.assertNotIn("8.00", html)
        self.assertIn("8.00", self._html(self._wizard(date=self._days(3))))

    def test_P9_list_for_users_shows_the_guide_price_at_most(self):
        html = self._html(self._wizard(pricelist_id=self.policy.guide_pricelist_id.id))
        self.assertIn("30.00", html)
        self.assertNotIn("15.00", html)

    def test_P2_printed_list_names_no_restricted_part(self):
        self.part.part_class = "restricted"
        html = self._html(self._wizard())
        self.assertNotIn("Gear pump", html)
        self.assertIn("Oil filter", html)

    def test_list_of_a_day_without_prices_is_refused(self):
        with self.assertRefused(UserError, "No price is in force"):
            self._wizard(date=self._days(-1)).action_print()
        self.assertEqual(self._wizard().action_print()["type"], "ir.actions.report")

    def test_prices_in_force_are_found(self):
        self.part.standard_price = 11
        self._publish(self.policy, self._days(3))
        prices = self.env["parts.price"].search([("company_id", "=", self.company.id)])
        in_force = prices.search([("company_id", "=", self.company.id), ("is_in_force", "=", True)])
        self.assertEqual(in_force, prices.filtered("is_in_force"))
        self.assertEqual(set(in_force.mapped("date_from")), {self.today})
        self.assertEqual(
            prices - in_force,
            prices.search([("company_id", "=", self.company.id), ("is_in_force", "=", False)]),
        )
        self.assertEqual(self.part.product_tmpl_id.parts_price_count, 2)
