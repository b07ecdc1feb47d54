# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From cost to price, and the mark-up that doubles a product: plain arithmetic (P3, P4, P7).

The same formulas run in SQL over all parts of a policy; these explain a single price and are what
the SQL is tested against. All figures are Decimals; a price is rounded half up, once, at the end
of its list, and the next list starts from the rounded price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

HUNDRED = Decimal(100)
HALF = Decimal("0.5")
ZERO = Decimal(0)
#: Places of a solved multiplier: what is printed is what was computed with.
MULTIPLIER_STEP = Decimal("0.000001")


class DoublingError(ValueError):
    """No mark-up makes the products' parts add up as the rule asks.

    :ivar code: ``nothing`` (no product with a price and parts), ``no_part`` (no part carries the
        mark-up) or ``negative`` (the fixed parts alone are too dear)
    """

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class PriceRule:
    """How prices are rounded: half up to the nearest multiple of ``step`` plus ``ending``."""

    step: Decimal
    ending: Decimal = ZERO

    def apply(self, amount: Decimal, lowest: Decimal = ZERO) -> Decimal:
        """Round an amount; up where the nearest price were below ``lowest``; never to nothing."""
        price = self._at((amount - self.ending) / self.step + HALF, ROUND_FLOOR)
        if price < lowest:
            price = self._at((lowest - self.ending) / self.step, ROUND_CEILING)
        return max(price, self.ending or self.step)

    def _at(self, steps: Decimal, rounding: str) -> Decimal:
        return steps.to_integral_value(rounding) * self.step + self.ending


@dataclass(frozen=True)
class ClassTerms:
    """What a policy says about a class of parts; percentages as entered, charge per piece."""

    zero_profit: bool = False
    markup_percent: Decimal = ZERO
    handling_charge: Decimal = ZERO
    guide_factor: Decimal = Decimal(1)
    floor_at_cost: bool = False
    min_margin_percent: Decimal = ZERO

    def get_lowest(self, cost: Decimal) -> Decimal:
        """Return the price below which no list goes, unrounded; 0 where there is none."""
        lowest = cost if self.floor_at_cost else ZERO
        if self.min_margin_percent:
            lowest = max(lowest, cost * HUNDRED / (HUNDRED - self.min_margin_percent))
        return lowest


def get_settlement(
    cost: Decimal, terms: ClassTerms, rule: PriceRule, multiplier: Decimal | None = None
) -> Decimal:
    """Return the settlement price of a part (P3, P7 a); 0 without a cost.

    :param multiplier: solved by the doubling rule (P4), instead of the mark-up
    """
    if cost <= 0:
        return ZERO
    if terms.zero_profit:
        return rule.apply(cost + terms.handling_charge)
    times = 1 + terms.markup_percent / HUNDRED if multiplier is None else multiplier
    return rule.apply(cost * times + terms.handling_charge, terms.get_lowest(cost))


def get_guide(cost: Decimal, settlement: Decimal, terms: ClassTerms, rule: PriceRule) -> Decimal:
    """Return the guide price that follows from a settlement price (P7 a)."""
    if terms.zero_profit or settlement <= 0:
        return settlement
    return rule.apply(settlement * terms.guide_factor, terms.get_lowest(cost))


def get_share(
    cost: Decimal, guide: Decimal, percent: Decimal, terms: ClassTerms, rule: PriceRule
) -> Decimal:
    """Return what a dealer tier pays of a guide price (P7 c); zero-profit parts are exempt (P3)."""
    if terms.zero_profit or guide <= 0:
        return guide
    return rule.apply(guide * percent / HUNDRED, terms.get_lowest(cost))


def solve_multiplier(
    wanted: Decimal, fixed: Decimal, slopes: Sequence[Decimal], charges: Decimal = ZERO
) -> Decimal:
    """Solve *wanted = fixed + charges + multiplier × Σ slopes* (P4).

    :param wanted: what the parts of all products shall add up to
    :param fixed: parts whose price is given: zero-profit ones, others' prices
    :param slopes: cost of the parts that carry the mark-up, each as it counts on the list
    :param charges: what comes on top of the mark-up, as it counts on the list
    :raise DoublingError: when there is no such multiplier, or none above zero
    """
    if wanted <= 0:
        raise DoublingError("nothing")
    slope = sum(slopes, ZERO)
    if slope <= 0:
        raise DoublingError("no_part")
    multiplier = ((wanted - fixed - charges) / slope / MULTIPLIER_STEP + HALF).to_integral_value(
        ROUND_FLOOR
    ) * MULTIPLIER_STEP
    if multiplier <= 0:
        raise DoublingError("negative")
    return multiplier
