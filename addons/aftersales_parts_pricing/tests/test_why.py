# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import random

from odoo import Command
from odoo.tests import Form, tagged

from .common import MODULE, PartsCommon


@tagged("post_install", "-at_install")
class TestWhy(PartsCommon):
    """The chain from cost to price, in words and figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", f"{MODULE}.group_pricing_clerk")
        cls.reader = cls._user("reader", f"{MODULE}.group_parts_user")
        cls.env["aftersales.dealer.tier.assignment"].create(
            {
                "partner_id": cls.dealer.id,
                "tier_id": cls.tier_a.id,
                "date_from": cls.today,
                "reason": "test",
            }
        )

    def _ask(self, product, user=None, **vals):
        wizard = self.env["parts.price.why"].with_user(user or self.clerk)
        return wizard.create({"product_id": product.id} | vals)

    def _get_words(self, wizard):
        return " ".join(sentence for sentence, _amount in wizard._get_steps())

    def test_P7_dealers_price_from_cost_to_share(self):
        part = self._create_part("general", 100)
        policy = self._create_policy(
            classes={
                "general": {"markup_percent": 40, "guide_factor": 1.25, "handling_charge": 0.5}
            },
            tiers={self.tier_a: 70},
        )
        self._publish(policy)
        wizard = self._ask(part, partner_id=self.dealer.id)
        self.assertEqual(wizard.pricelist_id, policy.tier_ids.pricelist_id)
        amounts = [amount for _sentence, amount in wizard._get_steps() if amount]
        figures = [float(amount.replace("$", "").strip()) for amount in amounts]
        self.assertEqual(figures, [100, 140, 140.5, 140.5, 175.63, 122.94, 122.94])
        self.assertEqual(wizard.price, 122.94)
        words = self._get_words(wizard)
        for expected in ("tier “Test tier A”", "40", "handling", "1.25", "70", "Published by"):
            self.assertIn(expected, words)
        self.assertIn("122.94", wizard.explanation)

    def test_P9_who_is_not_of_the_pricing_department_reads_no_cost(self):
        part = self._create_part("general", 100)
        policy = self._create_policy(classes={"general": {"markup_percent": 40}})
        self._publish(policy)
        wizard = self._ask(part, self.reader, pricelist_id=policy.guide_pricelist_id.id)
        self.assertEqual(wizard.price, 140)
        text = wizard.explanation + self._get_words(wizard)
        self.assertNotIn("100", text)
        self.assertNotIn("mark-up", text)
        self.assertIn("pricing department", text)

    def test_P4_solved_mark_up_and_raised_prices_are_named(self):
        part = self._create_part("general", 100)
        machine = self.env["product.product"].create({"name": "M", "list_price": 150})
        self.env["parts.service.bom"].create(
            {"product_id": machine.id, "line_ids": [Command.create({"product_id": part.id})]}
        )
        policy = self._create_policy(doubling_rule=True)
        self._publish(policy)
        wizard = self._ask(part, pricelist_id=policy.settlement_pricelist_id.id)
        self.assertIn("3.0, the mark-up that the doubling rule", self._get_words(wizard))
        low = self._create_policy(
            categ_id=self.category.id,
            classes={"general": {"markup_percent": -50, "floor_at_cost": True}},
        )
        self._publish(low)
        wizard = self._ask(part, pricelist_id=low.settlement_pricelist_id.id)
        self.assertEqual(wizard.price, 100)
        self.assertIn("lowest price", self._get_words(wizard))

    def test_P7_terms_of_then_not_of_today(self):
        part = self._create_part("general", 100)
        policy = self._create_policy(classes={"general": {"markup_percent": 40}})
        self._publish(policy)
        policy.class_ids.markup_percent = 0
        policy.class_ids.filtered(lambda line: line.part_class == "general").markup_percent = 90
        part.standard_price = 1
        wizard = self._ask(part, pricelist_id=policy.settlement_pricelist_id.id)
        self.assertIn("+ 40.0 %", self._get_words(wizard))
        self.assertEqual(wizard.price, 140)

    def test_P7_kept_price_says_so(self):
        part = self._create_part("general", 100)
        policy = self._create_policy(mode="manual")
        self.env["parts.price.entry"].create(
            {
                "policy_id": policy.id,
                "product_id": part.id,
                "settlement_price": 5,
                "guide_price": 6,
            }
        )
        self._publish(policy)
        wizard = self._ask(part, pricelist_id=policy.guide_pricelist_id.id)
        self.assertIn("Kept by hand", self._get_words(wizard))

    def test_own_rules_chained_lists_units_and_currencies(self):
        part = self._create_part("general", 100)
        policy = self._create_policy()
        self._publish(policy)
        chained = self.env["product.pricelist"].create(
            {
                "name": "Friends",
                "company_id": self.company.id,
                "currency_id": self.eur.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "formula",
                            "base": "pricelist",
                            "base_pricelist_id": policy.guide_pricelist_id.id,
                            "price_discount": 10,
                            "price_surcharge": 2,
                        }
                    )
                ],
            }
        )
        wizard = self._ask(part, pricelist_id=chained.id, uom_id=self.dozen.id, quantity=2)
        words = self._get_words(wizard)
        for expected in ("Published by", "Converted from", "− 10 %", "plus 2", "Friends"):
            self.assertIn(expected, words)
        last = wizard._get_steps()[-1][1]
        self.assertIn(f"{wizard.price:,.2f}", last)
        fixed = self.env["product.pricelist"].create(
            {
                "name": "Fixed",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "fixed",
                            "fixed_price": 7,
                        }
                    )
                ],
            }
        )
        self.assertIn("fixes the price", self._get_words(self._ask(part, pricelist_id=fixed.id)))
        self.assertIn("sales price", self._get_words(self._ask(part, pricelist_id=False)))

    def test_the_form_answers_while_it_is_filled_in(self):
        part = self._create_part("general", 100)
        policy = self._create_policy(tiers={self.tier_a: 70})
        self._publish(policy)
        with Form(self.env["parts.price.why"].with_user(self.clerk)) as form:
            form.product_id = part
            self.assertEqual(form.price, 100)
            self.assertIn("market guide", form.explanation.lower())
            form.partner_id = self.dealer
            self.assertEqual((form.pricelist_id, form.price), (policy.tier_ids.pricelist_id, 70))
            self.assertIn("share of the tier", form.explanation)
        order = self._order(self.dealer, policy.guide_pricelist_id, part, 3)
        action = order.order_line.action_why_this_price()
        wizard = self.env["parts.price.why"].with_context(**action["context"]).create({})
        self.assertEqual((wizard.quantity, wizard.pricelist_id), (3, policy.guide_pricelist_id))
        action = (
            self.env["parts.price"].search([("product_id", "=", part.id)], limit=1).action_why()
        )
        self.assertEqual(action["context"]["default_product_id"], part.id)

    def test_not_priced_says_so(self):
        part = self._create_part("general", 0)
        policy = self._create_policy()
        wizard = self._ask(part, pricelist_id=policy.guide_pricelist_id.id)
        self.assertIn("No price is published", self._get_words(wizard))

    def test_P7_the_chain_ends_at_the_published_price_whatever_the_terms(self):
        """SQL published it, Python explains it: both are the same to the cent."""
        rng = random.Random(20260202)
        for step, ending in ((0.01, 0), (0.05, 0), (1, 0.99), (10, 0)):
            policy = self._create_policy(
                classes={
                    "general": {
                        "markup_percent": rng.randrange(-3000, 20000) / 100,
                        "guide_factor": rng.randrange(80, 300) / 100,
                        "handling_charge": rng.randrange(0, 500) / 100,
                        "floor_at_cost": rng.random() > 0.5,
                        "min_margin_percent": rng.randrange(0, 60),
                    }
                },
                tiers={self.tier_a: rng.randrange(50, 100)},
                rounding=step,
                price_ending=ending,
            )
            parts = self.env["product.product"].union(
                *(
                    self._create_part(
                        rng.choice(["general", "wearing"]), rng.randrange(1, 900000) / 1000
                    )
                    for _n in range(6)
                )
            )
            publication = self._publish(policy)
            checked = publication.price_ids.filtered(
                lambda row, parts=parts: row.product_id in parts
            )
            self.assertEqual(len(checked), 18)
            for row in checked:
                steps = row._explain()
                self.assertAlmostEqual(float(steps[-2][1]), row.price, 9, f"{step} {steps}")
