# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.aftersales_parts_pricing.pricing import (
    ClassTerms,
    DoublingError,
    PriceRule,
    get_guide,
    get_settlement,
    get_share,
    solve_multiplier,
)

EXAMPLES = settings(max_examples=50, deadline=None, database=None, derandomize=True)
COSTS = st.decimals("0.001", "99999", places=3)
RULES = st.sampled_from(
    [
        PriceRule(Decimal(step), Decimal(ending))
        for step, ending in (
            ("0.01", "0"),
            ("0.05", "0"),
            ("0.1", "0"),
            ("1", "0"),
            ("1", "0.99"),
            ("10", "9.9"),
        )
    ]
)
TERMS = st.builds(
    ClassTerms,
    markup_percent=st.decimals("-99", "300", places=2),
    handling_charge=st.decimals("0", "50", places=2),
    guide_factor=st.decimals("0.5", "3", places=2),
    floor_at_cost=st.booleans(),
    min_margin_percent=st.decimals("0", "90", places=1),
)


@tagged("post_install", "-at_install")
class TestPricing(BaseCase):
    """What holds for any cost and any terms, without a database."""

    def test_P6_rounding_rules(self):
        for step, ending, amount, expected in (
            ("0.01", "0", "1.005", "1.01"),
            ("0.1", "0", "1.25", "1.3"),
            ("1", "0", "2.5", "3"),
            ("1", "0.99", "10.48", "9.99"),
            ("1", "0.99", "10.49", "10.99"),
            ("1", "0.99", "0.2", "0.99"),
            ("1", "0", "0.2", "1"),
        ):
            with self.subTest(step=step, ending=ending, amount=amount):
                price = PriceRule(Decimal(step), Decimal(ending)).apply(Decimal(amount))
                self.assertEqual(price, Decimal(expected))

    def test_P6_a_price_follows_its_rule_and_stays_near(self):
        @EXAMPLES
        @given(COSTS, RULES)
        def holds(amount, rule):
            price = rule.apply(amount)
            self.assertEqual((price - rule.ending) % rule.step, 0)
            self.assertGreater(price, 0)
            if price > (rule.ending or rule.step):
                self.assertLessEqual(abs(price - amount), rule.step / 2)

        holds()

    def test_P6_no_list_goes_below_floor_and_minimum_margin(self):
        @EXAMPLES
        @given(COSTS, TERMS, RULES, st.decimals("1", "100", places=1))
        def holds(cost, terms, rule, percent):
            settlement = get_settlement(cost, terms, rule)
            guide = get_guide(cost, settlement, terms, rule)
            for price in (settlement, guide, get_share(cost, guide, percent, terms, rule)):
                if terms.floor_at_cost:
                    self.assertGreaterEqual(price, cost)
                margin = (price - cost) * 100
                self.assertTrue(
                    not terms.min_margin_percent or margin >= terms.min_margin_percent * price
                )

        holds()

    def test_P3_zero_profit_is_cost_and_charge_on_each_list(self):
        @EXAMPLES
        @given(COSTS, st.decimals("0", "9", places=2), st.decimals("1", "100", places=1))
        def holds(cost, charge, percent):
            terms = ClassTerms(zero_profit=True, handling_charge=charge)
            rule = PriceRule(Decimal("0.01"))
            settlement = get_settlement(cost, terms, rule)
            guide = get_guide(cost, settlement, terms, rule)
            self.assertEqual(guide, settlement)
            self.assertEqual(get_share(cost, guide, percent, terms, rule), settlement)
            self.assertLess(abs(settlement - cost - charge), Decimal("0.01"))

        holds()

    def test_P4_the_solved_multiplier_hits_the_sum(self):
        @EXAMPLES
        @given(
            st.decimals("1", "99999", places=2),
            st.decimals("0", "99999", places=2),
            st.lists(COSTS, min_size=1, max_size=8),
            st.decimals("0", "99", places=2),
        )
        def holds(wanted, fixed, slopes, charges):
            try:
                multiplier = solve_multiplier(wanted, fixed, slopes, charges)
            except DoublingError as error:
                self.assertEqual(error.code, "negative")
                self.assertLess(wanted - fixed - charges, sum(slopes) / 1_000_000)
                return
            self.assertGreater(multiplier, 0)
            reached = fixed + charges + multiplier * sum(slopes)
            self.assertLessEqual(abs(reached - wanted), sum(slopes) / 1_000_000)

        holds()
