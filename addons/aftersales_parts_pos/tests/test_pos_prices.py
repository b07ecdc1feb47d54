# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .common import PartsPosCommon


@tagged("post_install", "-at_install")
class TestPosPrices(PartsPosCommon):
    def _prices(self, product, pricelist):
        loaded = self._load(product.product_tmpl_id)[product.product_tmpl_id.id]
        lists = loaded["pos_published_prices"]["lists"]
        return lists.get(str(pricelist.id), {}).get(str(product.id))

    def test_P7_price_of_today_and_those_to_come(self):
        """A session that is open over midnight has both days' prices."""
        self.part.standard_price = 12
        later = self._days(10)
        self._publish(self.policy, later)
        today = self.today.isoformat()
        self.assertEqual(
            self._prices(self.part, self.guide), [[today, 30.0], [later.isoformat(), 36.0]]
        )
        self.assertEqual(
            self._prices(self.part, self.settlement), [[today, 15.0], [later.isoformat(), 18.0]]
        )
        with freeze_time(fields.Datetime.now() + timedelta(days=20)):
            self.env.invalidate_all()
            self.assertEqual(self._prices(self.part, self.guide), [[later.isoformat(), 36.0]])

    def test_P7_only_lists_of_the_counter_and_what_they_start_from(self):
        other = self._create_list("Elsewhere", self._start_from(self.guide))
        self.assertNotIn(other, self.config._get_loaded_pricelists())
        self.config.available_pricelist_ids = [Command.set(self.guide.ids)]
        self.assertIsNone(self._prices(self.part, self.settlement))
        friends = self._create_list("Friends", self._start_from(self.settlement, price_discount=5))
        self._offer(friends)
        self.assertEqual(self._prices(self.part, self.settlement)[0][1], 15.0)
        lists = self._load(self.config._get_loaded_pricelists())
        self.assertTrue(lists[self.settlement.id]["_is_base_only"])
        self.assertFalse(lists[friends.id]["_is_base_only"])

    def test_P7_price_is_per_unit_of_the_part_as_it_is_now(self):
        self.part.uom_id = self.dozen
        self.assertEqual(self._prices(self.part, self.guide)[0][1], 360.0)
        self.part.is_serviceable = False
        self.assertIsNone(self._prices(self.part, self.guide))

    def test_P7_what_is_no_part_has_none(self):
        goods = self.env["product.product"].create({"name": "Umbrella", "available_in_pos": True})
        loaded = self._load(goods.product_tmpl_id)[goods.product_tmpl_id.id]
        self.assertFalse(loaded["pos_published_prices"])

    def test_P7_products_loaded_later_bring_their_prices(self):
        self._open_session()
        template = self.part.product_tmpl_id
        result = template.load_product_from_pos(self.config.id, [("id", "=", template.id)])
        prices = result["product.template"][0]["pos_published_prices"]["lists"]
        self.assertEqual(prices[str(self.guide.id)][str(self.part.id)][0][1], 30.0)
        # A rule of the part's own brings its list along, with all that core leaves out there.
        rule = {"applied_on": "1_product", "product_tmpl_id": template.id, "fixed_price": 9.0}
        self.guide.item_ids = [Command.create(rule)]
        result = template.load_product_from_pos(self.config.id, [("id", "=", template.id)])
        self.assertEqual(result["product.pricelist"][0]["_currency_rate"], 1.0)

    def test_P7_publication_makes_browsers_ask_again(self):
        """Browsers keep products over sessions; a publication changes no product."""
        long_ago = fields.Datetime.now() - timedelta(days=30)
        stranger = self.config.copy({"name": "Stranger", "use_pricelist": False})
        stranger.write({"pricelist_id": False, "available_pricelist_ids": False})
        self.env.flush_all()
        configs = self.config | stranger
        configs._write({"last_data_change": long_ago})
        configs.invalidate_recordset()
        self.part.standard_price = 12
        publication = self._publish(self.policy, self._days(10))
        self.assertGreater(self.config.last_data_change, long_ago)
        self.assertEqual(stranger.last_data_change, long_ago)
        configs._write({"last_data_change": long_ago})
        configs.invalidate_recordset()
        publication._withdraw("Mistake")
        self.assertGreater(self.config.last_data_change, long_ago)

    def test_P7_rule_that_leads_to_another_list_makes_browsers_ask_again(self):
        long_ago = fields.Datetime.now() - timedelta(days=30)
        self.env.flush_all()
        self.config._write({"last_data_change": long_ago})
        self.config.invalidate_recordset()
        base = self._create_list("Base")
        self.guide.item_ids = [Command.create(self._start_from(base, min_quantity=5))]
        self.assertGreater(self.config.last_data_change, long_ago)

    def test_P7_unpriced_part_is_not_given_away(self):
        unpriced = self._create_part("general", 10, name="Newcomer", available_in_pos=True)
        session = self._open_session()
        with self.assertRefused(ValidationError, "Newcomer.*not priced on “Market guide"):
            self._sync(self._ui_order(session, unpriced, price=0.0))
        # The price was there when the browser sold it, or the cashier entered one.
        order = self._sync(self._ui_order(session, unpriced, price=44.0))
        self.assertEqual(order.state, "paid")
        # A priced part may be given away: the cashier's decision, as with any product.
        order = self._sync(self._ui_order(session, self.part, price=0.0))
        self.assertEqual(order.state, "paid")

    def test_P9_customers_at_their_own_screen_read_no_list(self):
        template = self.part.product_tmpl_id
        self.assertIn("pos_published_prices", template._load_pos_data_fields(self.config))
        for groups, expected in (
            ("base.group_user", False),
            ("point_of_sale.group_pos_user", True),
        ):
            user = new_test_user(self.env, f"pos_{expected}", groups=groups)
            names = template.with_user(user)._load_pos_data_fields(self.config)
            self.assertEqual("pos_published_prices" in names, expected)

    def test_query_count_does_not_grow_with_the_parts(self):
        parts = self.part
        for number in range(30):
            parts |= self._create_part("general", number + 1, available_in_pos=True)
        self._publish(self.policy, self._days(1))
        templates = parts.product_tmpl_id

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            loaded = self._load(records.browse(records.ids))
            queries = self.cr.sql_log_count - before
            for values in loaded.values():
                self.assertTrue(values["pos_published_prices"]["lists"])
            return queries

        count(templates)
        few, many = count(templates[:3]), count(templates)
        self.assertLessEqual(many, few)
        lists = self.guide | self.settlement
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = self.env["parts.price"]._get_pos_prices(lists, templates, self.today)
        self.assertEqual(len(found), len(templates))
