# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import random

from odoo.tests import BaseCase, tagged

from .. import demand

# Lubricant sold to one customer, a number a month: the worked example of Hyndman, R. and
# Athanasopoulos, G., Forecasting: Principles and Practice, 2nd edition, section 12.2. With a
# smoothing constant of 0.1 they forecast a size of 2.750, an interval of 2.793, 0.985 a month.
LUBRICANT = [
    *(0, 2, 0, 1, 0, 11, 0, 0, 0, 0, 2, 0),
    *(6, 3, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0),
    *(0, 0, 0, 3, 1, 0, 0, 1, 0, 1, 0, 0),
]
SEED = 1972


@tagged("post_install", "-at_install")
class TestDemand(BaseCase):
    def _histories(self, count=200):
        draw = random.Random(SEED)
        for _number in range(count):
            share = draw.choice((0.05, 0.2, 0.5, 0.95))
            yield [
                draw.randint(1, 9) if draw.random() < share else 0
                for _month in range(draw.randint(6, 48))
            ]

    def test_P10_croston_published_example(self):
        self.assertAlmostEqual(demand.croston(LUBRICANT, 0.1, "first"), 0.985, 3)

    def test_P10_syntetos_boylan_takes_the_bias_out(self):
        """The correction of their paper: 1 - α / 2 of Croston's forecast."""
        self.assertAlmostEqual(demand.sba(LUBRICANT, 0.1, "first"), 0.985 * 0.95, 3)
        self.assertAlmostEqual(demand.sba([1, 0, 3, 0], 1.0, "first"), 0.5 * 3 / 2)

    def test_P10_tsb_by_hand(self):
        """Size 4, chance 1/2 from the first demand; then 0, 0, 2 with α = β = 0.5."""
        chance = 0.5 * 0.5 * 0.5
        self.assertAlmostEqual(demand.tsb([0, 4, 0, 0], 0.5, 0.5, "first"), chance * 4)
        chance += 0.5 * (1 - chance)
        self.assertAlmostEqual(demand.tsb([0, 4, 0, 0, 2], 0.5, 0.5, "first"), chance * 3)

    def test_P10_tsb_of_a_part_asked_for_each_period_is_exponential_smoothing(self):
        """As Teunter, Syntetos and Babai note of their method."""
        level = 5.0
        for size in (3, 8, 2):
            level += 0.2 * (size - level)
        self.assertAlmostEqual(demand.tsb([5, 3, 8, 2], 0.2, 0.1, "first"), level)

    def test_P10_dying_part_sinks_with_tsb_only(self):
        history = [2, 0, 2, 1, 0, 2, 1, 0, 2, 1]
        quiet = history + [0] * 12
        self.assertAlmostEqual(
            demand.croston(quiet, 0.1, "first"), demand.croston(history, 0.1, "first")
        )
        self.assertAlmostEqual(
            demand.tsb(quiet, 0.1, 0.1, "first"),
            demand.tsb(history, 0.1, 0.1, "first") * 0.9**12,
        )
        self.assertEqual(demand.forecast(quiet).method, demand.TSB)

    def test_P10_four_kinds_of_demand_by_the_published_limits(self):
        kinds = {
            "none": [0, 0, 0],
            "smooth": [5, 6, 5, 6, 5, 6],
            "erratic": [1, 20, 1, 1, 18, 1],
            "intermittent": [0, 0, 4, 0, 0, 4],
            "lumpy": [0, 0, 1, 0, 30, 0],
        }
        self.assertEqual(
            {kind: demand.classify(history).kind for kind, history in kinds.items()},
            {kind: kind for kind in kinds},
        )
        edge = demand.classify([1] * 25 + [0] * 8)
        self.assertEqual((edge.adi, edge.kind), (1.32, "intermittent"))

    def test_P10_pieces_by_tables_of_the_distributions(self):
        # Poisson of mean 2: 0.9473 up to 4, 0.9834 up to 5.
        self.assertEqual(demand.quantile(0.947, 2, 2), 4)
        self.assertEqual(demand.quantile(0.948, 2, 2), 5)
        # Negative binomial of mean 2 and variance 4 (2 successes of 1/2): 0.9375, 0.9648.
        self.assertEqual(demand.quantile(0.937, 2, 4), 5)
        self.assertEqual(demand.quantile(0.938, 2, 4), 6)
        # Normal of mean 400 and deviation 20: 1.645 deviations more.
        self.assertEqual(demand.quantile(0.95, 400, 400), 433)
        self.assertEqual(demand.quantile(0.95, 0, 0), 0)

    def test_P10_order_covers_the_lead_time_and_lasts_the_interval(self):
        """Odoo orders below the minimum, so one piece more than is covered."""
        expected = demand.Forecast("average", 2.0, 2.0, demand.classify([2]))
        self.assertEqual(demand.get_min_max(expected, 0.95, 1.0, 1.0), (6, 7))
        self.assertEqual(demand.get_min_max(expected, 0.95, 1.0, 0.0), (6, 6))
        nothing = demand.forecast([0] * 12)
        self.assertEqual(demand.get_min_max(nothing, 0.95, 1.0, 1.0), (0, 0))

    def test_P10_method_is_chosen_by_the_history(self):
        self.assertEqual(demand.forecast([5, 6, 5, 6] * 6).method, demand.MOVING_AVERAGE)
        self.assertEqual(demand.forecast([0, 0, 3, 0, 2, 0] * 4).method, demand.SBA)
        reviving = [0] * 18 + [1, 1, 0, 1, 1, 1]
        self.assertEqual(demand.forecast(reviving).method, demand.TSB)
        self.assertEqual(demand.forecast([5, 6], demand.SBA).method, demand.SBA)

    def test_P10_properties_of_forecasts(self):
        """Never negative, never above the largest demand, and in the unit of the history."""
        for history in self._histories():
            for method in (demand.SBA, demand.TSB, demand.MOVING_AVERAGE, demand.AUTO):
                found = demand.forecast(history, method)
                with self.subTest(history=history, method=method):
                    self.assertGreaterEqual(found.level, 0)
                    self.assertGreaterEqual(found.variance, 0)
                    self.assertLessEqual(found.level, max(history) + 1e-9)
                    self.assertEqual(found.level > 0, _is_expected(history, found))
                    dozens = demand.forecast([12 * size for size in history], method)
                    self.assertAlmostEqual(dozens.level, 12 * found.level)

    def test_P10_properties_of_what_to_keep(self):
        """More certainty, more time, larger orders: never fewer pieces."""
        for history in self._histories():
            found = demand.forecast(history)
            base = demand.get_min_max(found, 0.9, 1.5, 1.0)
            with self.subTest(history=history):
                self.assertLessEqual(0, base[0])
                self.assertLessEqual(base[0], base[1])
                for more in ((0.98, 1.5, 1.0), (0.9, 3.0, 1.0), (0.9, 1.5, 2.0)):
                    larger = demand.get_min_max(found, *more)
                    self.assertLessEqual(base[0], larger[0])
                    self.assertLessEqual(base[1], larger[1])

    def test_quantile_is_the_first_that_reaches_the_chance(self):
        draw = random.Random(SEED)
        for _number in range(50):
            mean = draw.uniform(0.1, 30)
            success = mean / (mean * draw.uniform(1.1, 4))
            size = mean * success / (1 - success)
            pieces = demand.quantile(0.95, mean, mean / success)
            chances = [success**size]
            for number in range(1, pieces + 1):
                chances.append(chances[-1] * (size + number - 1) / number * (1 - success))
            self.assertGreaterEqual(sum(chances), 0.95)
            self.assertLess(sum(chances[:-1]), 0.95)

    def test_parameters_out_of_range_are_refused(self):
        for call in (
            lambda: demand.croston([1], 0),
            lambda: demand.tsb([1], 0.1, 1.1),
            lambda: demand.quantile(1, 2, 2),
            lambda: demand.forecast([1], "guess"),
        ):
            with self.assertRaises(ValueError):
                call()


def _is_expected(history, found):
    """The moving average forgets what is over; the others never quite."""
    seen = history[-12:] if found.method == demand.MOVING_AVERAGE else history
    return any(seen)
