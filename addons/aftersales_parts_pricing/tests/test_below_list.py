# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MODULE, PartsCommon

ROLES = {
    "salesman": ("sales_team.group_sale_salesman", 0),
    "senior": ("sales_team.group_sale_salesman_all_leads", 5),
    "chief": ("sales_team.group_sale_manager", 20),
}


@tagged("post_install", "-at_install")
class TestBelowList(PartsCommon):
    """P6: nobody sells below list beyond the limit of their role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        limits = cls.env["parts.discount.limit"]
        for _role, (group, percent) in ROLES.items():
            limits.create(
                {
                    "group_id": cls.env.ref(group).id,
                    "company_id": cls.company.id,
                    "limit_percent": percent,
                }
            )
        cls.users = {role: cls._user(role, group) for role, (group, _percent) in ROLES.items()}
        cls.part = cls._create_part("general", 100)
        cls.policy = cls._create_policy(
            classes={"general": {"markup_percent": 100, "guide_factor": 1.5}},
            tiers={cls.tier_a: 70},
        )
        cls._publish(cls.policy)
        cls.guide = cls.policy.guide_pricelist_id
        cls.settlement = cls.policy.settlement_pricelist_id
        cls.customer = cls.env["res.partner"].create({"name": "User of machines"})

    def _sell(self, role, discount=0.0, pricelist=None, partner=None, **vals):
        order = self._order(
            partner or self.customer,
            pricelist or self.guide,
            self.part,
            user_id=self.users[role].id,
        ).with_user(self.users[role])
        order.order_line.write({"discount": discount} | vals)
        return order

    def test_P6_limit_of_each_role(self):
        for role, (_group, percent) in ROLES.items():
            for discount, allowed in ((percent, True), (percent + 0.01, False)):
                with self.subTest(role=role, discount=discount):
                    order = self._sell(role, discount)
                    self.assertEqual(order.order_line.below_list_percent, discount)
                    self.assertEqual(bool(order.below_list_warning), not allowed)
                    if allowed:
                        order.action_confirm()
                        self.assertEqual(order.state, "sale")
                        continue
                    with self.assertRefused(UserError, f"at most {percent} % below list"):
                        order.action_confirm()
                    with self.assertRefused(UserError, "below list"):
                        order.write({"state": "sale"})

    def test_P6_price_counts_like_discount(self):
        order = self._sell("senior", 3, price_unit=285)
        self.assertEqual(order.order_line.below_list_percent, 7.85)
        with self.assertRefused(UserError, "7.85 % below"):
            order.action_confirm()

    def test_P6_above_the_limit_somebody_else_approves(self):
        order = self._sell("salesman", 12)
        with self.assertRefused(UserError, "may approve it: parts_chief"):
            order.action_confirm()
        self.assertFalse(order.can_approve_below_list)
        for role in ("salesman", "senior"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                order.with_user(self.users[role]).action_approve_below_list()
        chief = order.with_user(self.users["chief"])
        self.assertTrue(chief.can_approve_below_list)
        chief.action_approve_below_list()
        self.assertIn("12 % below", order.message_ids[0].body)
        self.assertFalse(order.below_list_warning)
        order.order_line.discount = 12.5
        with self.assertRefused(UserError, "12.5 % below"):
            order.action_confirm()
        order.order_line.discount = 11
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_P6_approval_goes_no_further_than_the_approvers_role(self):
        order = self._sell("salesman", 25)
        with self.assertRefused(AccessError, "below list"):
            order.with_user(self.users["chief"]).action_approve_below_list()
        self.env["parts.discount.limit"].search([("company_id", "=", self.company.id)]).filtered(
            lambda limit: limit.limit_percent == 20
        ).limit_percent = 25
        order.with_user(self.users["chief"]).action_approve_below_list()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_P6_approval_is_not_typed_nor_copied(self):
        order = self._sell("salesman", 12)
        with self.assertRefused(UserError, "Approved Below List"):
            order.order_line.write({"below_list_approved_percent": 50})
        line = order.order_line.with_context(default_below_list_approved_percent=50)
        made = line.create({"order_id": order.id, "product_id": self.part.id})
        self.assertFalse(made.below_list_approved_percent)
        order.with_user(self.users["chief"]).action_approve_below_list()
        self.assertFalse(sum(order.copy().order_line.mapped("below_list_approved_percent")))

    def test_P6_a_locked_order_stays_locked(self):
        order = self._sell("senior", 5)
        order.action_confirm()
        order.sudo().action_lock()
        for vals in ({"discount": 4}, {"price_unit": 1}, {"product_uom_qty": 9}):
            with self.subTest(vals=vals), self.assertRefused(UserError, "locked"):
                order.order_line.write(vals)

    def test_P6_confirmed_orders_are_held_to_it_too(self):
        order = self._sell("senior", 5)
        order.action_confirm()
        with self.assertRefused(UserError, "below list"):
            order.order_line.discount = 50
        order.order_line.discount = 4
        with self.assertRefused(UserError, "below list"):
            order.order_line = [
                Command.create({"product_id": self.part.id, "discount": 90, "price_unit": 1})
            ]

    def test_P6_cheaper_list_is_no_way_round(self):
        """A user is entitled to the guide price, a dealer to the list of its tier."""
        with self.assertRefused(UserError, "is no dealer"):
            self._sell("salesman", pricelist=self.settlement)
        self.env["aftersales.dealer.tier.assignment"].create(
            {
                "partner_id": self.dealer.id,
                "tier_id": self.tier_a.id,
                "date_from": self._days(-9),
                "reason": "test",
            }
        )
        tier_list = self.policy.tier_ids.pricelist_id
        for pricelist, below in ((tier_list, 0), (self.guide, 0), (self.settlement, 4.76)):
            order = self._sell("salesman", pricelist=pricelist, partner=self.dealer)
            with self.subTest(pricelist=pricelist.name):
                self.assertEqual(order.order_line.below_list_percent, below)

    def test_P6_own_rules_of_a_list_are_its_list_price(self):
        self.guide.item_ids = [
            Command.create(
                {
                    "applied_on": "0_product_variant",
                    "product_id": self.part.id,
                    "min_quantity": 10,
                    "compute_price": "fixed",
                    "fixed_price": 250,
                }
            )
        ]
        order = self._sell("salesman")
        self.assertEqual(order.order_line.below_list_percent, 0)
        order.order_line.product_uom_qty = 10
        self.assertEqual(order.order_line.price_unit, 250)
        self.assertEqual(order.order_line.below_list_percent, 0)
        order.action_confirm()

    def test_P6_unit_and_currency_of_the_line_count(self):
        order = self._sell("salesman")
        order.order_line.write({"product_uom_id": self.dozen.id})
        self.assertEqual(order.order_line.price_unit, 3600)
        self.assertEqual(order.order_line.below_list_percent, 0)
        order.order_line.price_unit = 3500
        self.assertEqual(order.order_line.below_list_percent, 2.78)

    def test_P6_what_is_no_part_is_free(self):
        machine = self.env["product.product"].create({"name": "Machine", "list_price": 100})
        order = self._order(self.customer, self.guide, machine, user_id=self.users["salesman"].id)
        order = order.with_user(self.users["salesman"])
        order.order_line.discount = 90
        self.assertEqual(order.order_line.below_list_percent, 0)
        order.action_confirm()

    def test_P6_customer_who_signs_stands_on_the_salespersons_limit(self):
        portal = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Portal",
                    "login": "below_portal",
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                }
            )
        )
        order = self._sell("senior", 5)
        order.with_user(portal).sudo().action_confirm()
        self.assertEqual(order.state, "sale")
        order = self._sell("senior", 6)
        with self.assertRaises(UserError):
            order.with_user(portal).sudo().action_confirm()

    def test_P6_many_lines_take_no_more_queries(self):
        parts = [self._create_part("general", 100, name=f"Part {n}") for n in range(20)]
        order = self._order(self.customer, self.guide, self.part)

        def count_queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            order.order_line.mapped("below_list_percent")
            return self.cr.sql_log_count - before

        order.order_line = [Command.create({"product_id": part.id}) for part in parts[:2]]
        count_queries()
        few = count_queries()
        order.order_line = [Command.create({"product_id": part.id}) for part in parts[2:]]
        self.assertLessEqual(count_queries(), few)

    def test_P6_company_limit_replaces_the_common_one(self):
        limits = self.env["parts.discount.limit"]
        group = self.env.ref("sales_team.group_sale_salesman_all_leads")
        limits.search([("group_id", "=", group.id), ("company_id", "=", False)]).unlink()
        limits.create({"group_id": group.id, "limit_percent": 40})
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(limits._get_limit(self.users["senior"], self.company), 5)
        self.assertEqual(limits._get_limit(self.users["senior"], other), 40)
        self.assertEqual(limits._get_limit(self.env["res.users"], self.company), 0)

    def test_P6_only_managers_keep_limits(self):
        limits = self.env["parts.discount.limit"]
        for role, user in self.users.items():
            with self.subTest(role=role), self.assertRaises(AccessError):
                limits.with_user(user).search([])
        clerk = self._user("clerk", f"{MODULE}.group_pricing_clerk")
        with self.assertRaises(AccessError):
            limits.with_user(clerk).search([]).write({"limit_percent": 100})
