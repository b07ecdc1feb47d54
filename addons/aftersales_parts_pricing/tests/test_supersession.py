# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import MODULE, PartsCommon


@tagged("post_install", "-at_install")
class TestSupersession(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parts = cls.env["product.product"].union(
            *(
                cls._create_part("general", 10.0 * n, name=f"Pump {n}", default_code=f"ZZ-10{n}")
                for n in range(1, 5)
            )
        )
        cls.a, cls.b, cls.c, cls.d = cls.parts

    def _supersede(self, old, new, days=0, **vals):
        return self.env["parts.supersession"].create(
            {
                "old_product_id": old.id,
                "product_id": new.id,
                "date_from": self._days(days),
                "reason": "Bulletin 7",
            }
            | vals
        )

    def test_P10_chain_leads_to_the_newest_part_of_the_day(self):
        self._supersede(self.a, self.b, -10)
        self._supersede(self.b, self.c)
        self._supersede(self.c, self.d, 20)
        for day, newest in ((-11, self.a), (-10, self.b), (0, self.c), (20, self.d)):
            self.assertEqual(self.a._get_current_part(self._days(day)), newest, day)
        self.assertEqual(
            self.parts._get_current_parts(),
            {self.a: self.c, self.b: self.c, self.c: self.c, self.d: self.d},
        )
        self.assertEqual(self.a.current_part_id, self.c)
        self.assertFalse(self.c.current_part_id)

    def test_P10_demand_of_old_numbers_is_counted_for_the_newest(self):
        self._supersede(self.a, self.b, -10)
        self._supersede(self.b, self.c)
        rows = self.env["parts.supersession"]._get_current_sql()
        found = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(chain.new_id, asked.product_id), SUM(asked.quantity)
                  FROM (VALUES (%s, 5), (%s, 7), (%s, 1), (%s, 2)) AS asked (product_id, quantity)
                  LEFT JOIN %s AS chain ON chain.old_id = asked.product_id
                 GROUP BY 1
                """,
                *self.parts.ids,
                rows,
            )
        )
        self.assertEqual(dict(found), {self.c.id: 13, self.d.id: 2})

    def test_P10_whole_set_is_asked_in_one_query(self):
        self._supersede(self.a, self.b)
        self.env.flush_all()
        self.parts._get_current_parts()
        with self.assertQueryCount(1):
            self.parts._get_current_parts()

    def test_cycles_are_refused(self):
        with self.assertRefused(ValidationError, "circle: .*ZZ-101.* → .*ZZ-101"):
            self._supersede(self.a, self.a)
        self._supersede(self.a, self.b)
        self._supersede(self.b, self.c)
        with self.assertRefused(ValidationError, "circle: .*ZZ-103.*ZZ-101.*ZZ-102.*ZZ-103"):
            self._supersede(self.c, self.a, 30)
        step = self._supersede(self.c, self.d)
        with self.assertRefused(ValidationError, "circle"):
            step.product_id = self.b

    def test_a_part_is_superseded_once(self):
        self._supersede(self.a, self.b)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._supersede(self.a, self.c)

    def test_parts_counted_differently_are_refused(self):
        litres = self._create_part(
            "general", 1, name="Oil", uom_id=self.env.ref("uom.product_uom_litre").id
        )
        with self.assertRefused(ValidationError, "Oil is counted in L.*unit"):
            self._supersede(litres, self.a)

    def test_old_number_finds_the_newest_part(self):
        self._supersede(self.a, self.b, -10)
        self._supersede(self.b, self.c)
        self._supersede(
            self.env["product.product"], self.d, old_number="K 77/1", old_product_id=False
        )
        products = self.env["product.product"]
        found = [row[0] for row in products.name_search("ZZ-101")]
        self.assertEqual(found, [self.c.id, self.a.id])
        self.assertEqual(products.name_search("K 77/1")[0][0], self.d.id)
        self.assertIn(self.d, products.search([("display_name", "ilike", "k 77")]))
        templates = self.env["product.template"].name_search("K 77/1")
        self.assertEqual([row[0] for row in templates], self.d.product_tmpl_id.ids)
        # Only what the caller's own domain lets through.
        self.assertFalse(products.name_search("K 77/1", [("part_class", "=", "restricted")]))
        self.assertFalse(products.name_search("K 77/1", operator="not ilike", limit=1) == found)

    def test_step_that_has_not_started_is_not_followed_by_search(self):
        self._supersede(self.a, self.b, 5)
        found = [row[0] for row in self.env["product.product"].name_search("ZZ-101")]
        self.assertEqual(found, self.a.ids)

    def test_P7_quotation_warns_and_takes_the_new_part_at_its_price(self):
        policy = self._create_policy()
        self._publish(policy)
        pricelist = policy.settlement_pricelist_id
        order = self._order(self.dealer, pricelist, self.a, quantity=3)
        self.assertFalse(order.supersession_warning)
        self._supersede(self.a, self.b, use_up_stock=False)
        self._supersede(self.b, self.c)
        order.order_line.invalidate_recordset(["superseding_product_id"])
        order.invalidate_recordset(["supersession_warning"])
        self.assertRegex(order.supersession_warning, "ZZ-101.*ZZ-103.*not to be sold any more")
        salesman = self._user("sup_sales", "sales_team.group_sale_salesman_all_leads")
        order.with_user(salesman).action_replace_superseded()
        self.assertEqual(order.order_line.product_id, self.c)
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertEqual(order.order_line.price_unit, self._price(pricelist, self.c))
        self.assertFalse(order.supersession_warning)
        with self.assertRefused(UserError, "nothing to replace"):
            order.order_line.action_replace_superseded()

    def test_clerk_keeps_numbers_and_users_read_them(self):
        clerk = self._user("sup_clerk", f"{MODULE}.group_pricing_clerk")
        step = (
            self.env["parts.supersession"]
            .with_user(clerk)
            .create(
                {
                    "old_product_id": self.a.id,
                    "product_id": self.b.id,
                    "reason": "New seal",
                }
            )
        )
        self.assertEqual(step.old_number, "ZZ-101")
        self.assertEqual(step.current_product_id, self.b)
        user = self._user("sup_user", f"{MODULE}.group_parts_user")
        self.assertEqual(self.b.with_user(user).superseded_ids, step)

    def test_multi_company_numbers_stay_apart(self):
        self.parts.company_id = self.company
        step = self._supersede(self.a, self.b)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        outsider = self._user("sup_out", f"{MODULE}.group_pricing_manager")
        outsider.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        steps = self.env["parts.supersession"].with_user(outsider)
        self.assertFalse(
            steps.with_context(allowed_company_ids=other.ids).search([("id", "=", step.id)])
        )
