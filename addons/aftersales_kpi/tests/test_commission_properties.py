# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..commission import Fine, Rates, round_half_up, split
from .commission import commission

CENT = Decimal("0.01")
money = st.integers(-(10**11), 10**11).map(lambda cents: cents * CENT)
weights = st.lists(st.integers(0, 10**4).map(Decimal), min_size=1, max_size=12)
rates = st.integers(0, 10**4).map(lambda number: number * CENT)


@tagged("post_install", "-at_install")
class TestCommissionProperties(BaseCase):
    """What holds for any figures (K20 to K22)."""

    @settings(deadline=None, max_examples=100)
    @given(money, weights)
    def test_K22_parts_sum_to_the_amount(self, total, given_weights):
        parts = split(total, given_weights, CENT)
        whole = sum(given_weights)
        self.assertEqual(sum(parts), total if whole else 0)
        for part, weight in zip(parts, given_weights, strict=True):
            self.assertEqual(part, part.quantize(CENT))
            if whole:
                self.assertLess(abs(part - total * weight / whole), CENT)

    @settings(deadline=None, max_examples=100)
    @given(money, weights)
    def test_K22_a_loss_is_shared_like_a_gain(self, total, given_weights):
        gain = split(total, given_weights, CENT)
        self.assertEqual(split(-total, given_weights, CENT), [-part for part in gain])

    @settings(deadline=None, max_examples=100)
    @given(money, rates.map(lambda rate: rate * 1000), rates, rates, rates)
    def test_K20_rates_of_the_total(self, total, base, below, upto, above):
        """The base itself is reached, and pays the rate up to it."""
        terms = Rates(base, below, upto, above)
        self.assertEqual(terms.get_amount(base), base * upto / 100)
        if total < base:
            self.assertEqual(terms.get_amount(total), total * below / 100)
        else:
            self.assertEqual(
                terms.get_amount(total) - terms.get_amount(base), (total - base) * above / 100
            )

    @settings(deadline=None, max_examples=100)
    @given(money)
    def test_K22_half_a_cent_is_a_cent(self, amount):
        self.assertEqual(round_half_up(amount + CENT / 2, CENT), amount + (amount >= 0) * CENT)

    def test_K21_fine_above_the_limit_only(self):
        fine = Fine(Decimal(500), Decimal(50), Decimal(20))
        for case_id in ("K21-error-big", "K21-error-small"):
            case = commission(case_id)
            error = case["given"]["error"]
            fines = fine.get_fines(1, int(error > fine.limit))
            self.assertEqual(-(error + fines), case["expect"]["storekeeper"])
