# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What commission rules come to: plain Python over Decimal, so that every case can be tried.

Amounts are not rounded here, but for :func:`split`, whose parts are whole cents. Losses and what
is taken back are negative, through the same functions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Rates:
    """A base and what is earned below it, up to it and above it (K20, K22).

    :ivar base: what has to be reached; reached at ≥
    :ivar below: rate on everything where it is not reached
    :ivar upto: rate on the part up to the base where it is
    :ivar above: rate on the part above the base
    :ivar exponent: power of ten of the rates: −2 percent, −3 permille
    """

    base: Decimal
    below: Decimal
    upto: Decimal
    above: Decimal
    exponent: int = -2

    def is_reached(self, total: Decimal) -> bool:
        """Does the period's total reach the base?"""
        return total >= self.base

    def get_amount(self, total: Decimal) -> Decimal:
        """What the period's total earns; a total below zero is taken back at the lower rate."""
        if not self.is_reached(total):
            return (total * self.below).scaleb(self.exponent)
        return (self.base * self.upto + (total - self.base) * self.above).scaleb(self.exponent)


@dataclass(frozen=True)
class Fine:
    """What an error costs besides its amount (K21).

    :ivar limit: amount above which the higher fine is due
    :ivar above: fine of an error above the limit
    :ivar upto: fine of any other
    """

    limit: Decimal
    above: Decimal
    upto: Decimal

    def get_fines(self, count: int, count_above: int) -> Decimal:
        """Fines of some errors, of which ``count_above`` lie above the limit."""
        return self.above * count_above + self.upto * (count - count_above)


def round_half_up(amount: Decimal, unit: Decimal) -> Decimal:
    """Round to whole units, half away from zero."""
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def split(total: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Parts of an amount that stand to each other like the weights, by largest remainder.

    The parts are whole units and sum to the amount, which is whole units itself. Of equal
    remainders the heavier weight gets the unit, then the earlier. Without any weight nobody gets
    anything.
    """
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO] * len(weights)
    sign = -1 if total < 0 else 1
    units = abs(total) / unit
    exact = [units * weight / whole for weight in weights]
    parts = [share.to_integral_value(ROUND_FLOOR) for share in exact]
    left = int(units.to_integral_value(ROUND_HALF_UP) - sum(parts))
    order = sorted(range(len(weights)), key=lambda at: (parts[at] - exact[at], -weights[at], at))
    for at in order[:left]:
        parts[at] += 1
    return [sign * part * unit for part in parts]
