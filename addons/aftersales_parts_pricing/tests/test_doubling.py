# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MODULE, PartsCommon, golden


@tagged("post_install", "-at_install")
class TestDoubling(PartsCommon):
    """P4: the parts of a product add up to twice its price."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", f"{MODULE}.group_pricing_clerk")
        cls.family = cls.env["product.category"].create({"name": "Machines of the test"})

    def _create_product(self, price, lines, name="Machine"):
        """A finished product with its price and service BOM."""
        product = self.env["product.product"].create(
            {"name": name, "type": "consu", "list_price": price, "categ_id": self.family.id}
        )
        self.env["parts.service.bom"].create(
            {
                "product_id": product.id,
                "line_ids": [
                    Command.create({"product_id": part.id, "quantity": quantity})
                    for part, quantity in lines
                ],
            }
        )
        return product

    def _create_golden_products(self, case):
        parts = {}
        products = self.env["product.product"]
        for number, given in enumerate(case["given"]["products"]):
            lines = []
            for place, line in enumerate(given["bom"]):
                key = line.get("part") or (number, place)
                if key not in parts:
                    part_class = "restricted" if line["class"] == "core" else line["class"]
                    parts[key] = self._create_part(part_class, line["cost"], name=f"Part {key}")
                lines.append((parts[key], line["qty"]))
            products |= self._create_product(given["settlement"], lines, f"Machine {number}")
        return products

    def _create_doubling_policy(self, **vals):
        return self._create_policy(doubling_rule=True, doubling_categ_id=self.family.id, **vals)

    def _get_ratios(self, publication):
        return self.env["parts.doubling.ratio"].search(
            [("publication_id", "=", publication.id)], order="product_id"
        )

    def test_P4_solve(self):
        case = golden("P4-solve")
        self._create_golden_products(case)
        publication = self._propose(self._create_doubling_policy())
        self.assertEqual(publication.multiplier, case["expect"]["multiplier"])
        ratio = self._get_ratios(publication)
        self.assertEqual(ratio.parts_amount, case["expect"]["sum"])
        self.assertEqual(ratio.restricted_count, 1)
        self.assertFalse(publication.is_multiplier_low)

    def test_P4_shared_parts_have_one_price(self):
        case = golden("P4-shared")
        products = self._create_golden_products(case)
        publication = self._publish(self._create_doubling_policy())
        self.assertEqual(publication.multiplier, case["expect"]["multiplier"])
        ratios = self._get_ratios(publication)
        self.assertEqual(ratios.product_id, products)
        self.assertEqual(ratios.mapped("ratio"), case["expect"]["ratios"])
        flagged = ratios.filtered("is_outside").product_id.mapped("name")
        self.assertEqual(flagged, case["expect"]["flagged"])

    def test_P4_impossible_and_negative_are_errors(self):
        for case_id, words in (("P4-impossible", "no part"), ("P4-negative", "add up to more")):
            with self.subTest(case=case_id):
                case = golden(case_id)
                self.assertTrue(case["expect"]["error"])
                self.env["parts.service.bom"].search([]).active = False
                self._create_golden_products(case)
                with self.assertRefused(UserError, words):
                    self._propose(self._create_doubling_policy())

    def test_P4_without_a_product_says_so(self):
        self._create_part("general", 10)
        with self.assertRefused(UserError, "no product of its family"):
            self._propose(self._create_doubling_policy())

    def test_P4_multiplier_below_one_is_flagged(self):
        part = self._create_part("general", 1000)
        self._create_product(300, [(part, 1)])
        publication = self._propose(self._create_doubling_policy())
        self.assertEqual(publication.multiplier, 0.6)
        self.assertTrue(publication.is_multiplier_low)

    def test_P4_tolerance_flags_from_rounded_prices(self):
        cheap, dear = self._create_part("general", 100), self._create_part("general", 100)
        low = self._create_product(100, [(cheap, 1)], "Low")
        high = self._create_product(120, [(dear, 1)], "High")
        policy = self._create_doubling_policy(rounding=10)
        publication = self._propose(policy)
        self.assertEqual(publication.multiplier, 2.2)
        ratios = self._get_ratios(publication)
        self.assertEqual(ratios.mapped("parts_amount"), [220.0, 220.0])
        self.assertFalse(ratios.filtered("is_outside"), "10 % exactly is inside")
        policy.doubling_tolerance_percent = 9
        publication.action_propose()
        self.assertEqual(self._get_ratios(publication).filtered("is_outside").product_id, low)
        self.assertEqual((publication.outside_count, publication.ratio_count), (1, 2))
        self.assertIn(high, self._get_ratios(publication).product_id)

    def test_P4_handling_charge_and_fixed_mark_up_are_counted(self):
        wearing = self._create_part("wearing", 50)
        standard = self._create_part("standard", 100)
        general = self._create_part("general", 200)
        self._create_product(1000, [(wearing, 2), (standard, 1), (general, 3)])
        policy = self._create_doubling_policy(
            classes={
                "wearing": {"handling_charge": 5},
                "standard": {"zero_profit": False, "markup_percent": 20},
                "general": {"handling_charge": 10},
            }
        )
        publication = self._propose(policy)
        # 2000 = 2 × 55 + 120 + 3 × (200 k + 10), in figures of this test
        self.assertEqual(publication.multiplier, 2.9)
        self.assertEqual(self._get_ratios(publication).parts_amount, 2000)

    def test_P4_reference_tier_adds_up_where_there_is_no_settlement_list(self):
        part = self._create_part("general", 100)
        self._create_product(350, [(part, 2)])
        policy = self._create_doubling_policy(
            mode="tier",
            tiers={self.tier_a: 70, self.tier_b: 100},
            classes={"general": {"guide_factor": 1.25}},
        )
        with self.assertRefused(UserError, "reference tier"):
            self._propose(policy)
        policy.doubling_tier_id = self.tier_a
        publication = self._propose(policy)
        # 700 = 2 × 100 k × 1.25 × 70 %
        self.assertEqual(publication.multiplier, 4.0)
        self.assertEqual(self._get_ratios(publication).ratio, 2.0)

    def test_P4_parts_of_other_policies_count_at_their_published_price(self):
        other_category = self.env["product.category"].create({"name": "Other parts"})
        other = self._create_part("general", 100, categ_id=other_category.id)
        own = self._create_part("general", 100)
        self._create_product(500, [(other, 1), (own, 2)])
        first = self._create_policy(
            categ_id=other_category.id, classes={"general": {"markup_percent": 300}}
        )
        self._publish(first)
        publication = self._propose(self._create_doubling_policy())
        # 1000 = 400 + 2 × 100 k
        self.assertEqual(publication.multiplier, 3.0)
        self.assertEqual(self._get_ratios(publication).parts_amount, 1000)

    def test_P4_assemblies_count_by_their_parts_in_their_units(self):
        part = self._create_part("general", 100)
        assembly = self._create_part("general", 5000, name="Assembly")
        self._create_product(0, [(part, 1)])  # no price: no equation
        bom = self.env["parts.service.bom"].create({"product_id": assembly.id})
        bom.line_ids = [
            Command.create({"product_id": part.id, "quantity": 1, "uom_id": self.dozen.id})
        ]
        machine = self._create_product(1800, [(assembly, 0.5)], "Big machine")
        publication = self._propose(self._create_doubling_policy())
        # 3600 = 6 pieces × 100 k
        self.assertEqual(publication.multiplier, 6.0)
        ratios = self._get_ratios(publication)
        self.assertEqual(ratios.filtered("product_price").product_id, machine)

    def test_P4_ratio_follows_ticks_and_is_frozen_at_publication(self):
        part, other = self._create_part("general", 100), self._create_part("general", 100)
        self._create_product(200, [(part, 1), (other, 1)])
        policy = self._create_doubling_policy()
        publication = self._propose(policy)
        publication.line_ids.filtered(lambda line: line.product_id == other).include = False
        publication.action_view_ratios()
        ratio = self._get_ratios(publication)
        self.assertEqual((ratio.ratio, ratio.unpriced_count), (1.0, 1))
        publication.action_approve()
        publication.action_publish()
        part.standard_price = 5000
        publication.action_view_ratios()
        self.assertEqual(self._get_ratios(publication).parts_amount, 200)

    def test_P4_prices_in_force_have_their_own_report(self):
        part = self._create_part("general", 100)
        self._create_product(100, [(part, 1)])
        policy = self._create_doubling_policy()
        self._publish(policy)
        action = policy.with_user(self.clerk).action_view_ratios()
        ratios = self.env["parts.doubling.ratio"].with_user(self.clerk).search(action["domain"])
        self.assertEqual(ratios.mapped("ratio"), [2.0])
        self.assertFalse(ratios.publication_id)
        with self.assertRaises(AccessError):
            ratios.write({"ratio": 1})
        with self.assertRaises(UserError):
            ratios.copy()

    def test_P4_products_price_list_of_the_policy(self):
        part = self._create_part("general", 100)
        machine = self._create_product(100, [(part, 1)])
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Machines",
                "company_id": self.company.id,
                "currency_id": self.usd.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": machine.id,
                            "compute_price": "fixed",
                            "fixed_price": 250,
                        }
                    )
                ],
            }
        )
        publication = self._propose(
            self._create_doubling_policy(doubling_pricelist_id=pricelist.id)
        )
        self.assertEqual(publication.multiplier, 5.0)

    def test_P4_multiplier_is_solved_not_typed(self):
        policy = self._create_doubling_policy()
        manager = self._user("manager", f"{MODULE}.group_pricing_manager")
        with self.assertRaises(UserError):
            policy.with_user(manager).write({"multiplier": 9})
        made = self.env["parts.price.policy"].with_user(manager)
        made = made.with_context(default_multiplier=9).create({"name": "X", "multiplier": 9})
        self.assertFalse(made.multiplier)

    def test_P4_kept_lists_are_not_solved(self):
        with self.assertRaises(ValidationError):
            self._create_doubling_policy(mode="manual")

    def test_P4_solving_takes_the_same_queries_for_many_parts(self):
        parts = [self._create_part("general", 10, name=f"Part {n}") for n in range(25)]
        few = self._create_product(100, [(part, 1) for part in parts[:3]])
        policy = self._create_doubling_policy()
        publication = self._propose(policy)

        def count_queries():
            publication.action_propose()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            publication.action_propose()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        small = count_queries()
        bom = self.env["parts.service.bom"].search([("product_id", "=", few.id)])
        bom.line_ids = [Command.create({"product_id": part.id}) for part in parts[3:]]
        self.assertLessEqual(count_queries(), small + 1)
        self.assertEqual(Decimal(str(publication.multiplier)), Decimal("0.8"))
