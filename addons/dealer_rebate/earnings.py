# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The arithmetic of a settlement, without a database: caps, guarantees, stacking, splitting.

All amounts are Decimals in one currency, not rounded unless a function says so. Each function
takes the whole course of time or the whole set of competitors, so that a result never depends on
the order in which components were computed.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

ZERO = Decimal(0)


@dataclass(slots=True)
class Earning:
    """What one subject earns by one component in one window, with the way that led to it.

    :param subject: (partner id, outlet id or 0)
    :param base: what counts, in currency or unit
    :param amount: what is earned to date, not rounded
    :param forgone: what a shut gate, a cap or a better offer took away
    """

    component: Any
    subject: tuple[int, int]
    start: date
    end: date
    base: Decimal = ZERO
    count: int = 0
    rate: Decimal = ZERO
    amount: Decimal = ZERO
    forgone: Decimal = ZERO
    trace: dict[str, Any] = field(default_factory=dict)

    def reduce(self, amount: Decimal) -> None:
        """Earn less than before; the difference is forgone."""
        self.forgone += self.amount - amount
        self.amount = amount


def round_half_up(amount: Decimal, unit: Decimal) -> Decimal:
    """Round to a unit (0.01), half away from zero."""
    return amount.quantize(unit, rounding=ROUND_HALF_UP)


def split(total: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Split a rounded total by weights, to the unit, by largest remainder; the sum is the total.

    Equal remainders go to the heavier weight, then to the earlier place. Without any weight the
    parts are equal.
    """
    if not weights:
        return []
    whole = sum(weights)
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [total * weight / whole for weight in weights]
    parts = [share.quantize(unit, rounding=ROUND_FLOOR) for share in exact]
    left = int((total - sum(parts)) / unit)
    order = sorted(
        range(len(weights)), key=lambda at: (parts[at] - exact[at], -abs(weights[at]), at)
    )
    for at in order[:left]:
        parts[at] += unit
    return parts


def cap_periods(
    amounts: Sequence[Decimal], cap: Decimal, carried: bool
) -> list[tuple[Decimal, Decimal]]:
    """Cut each period's amount to a cap (R12).

    :param amounts: what the periods earned, in the order of time
    :param carried: what is cut in one period waits for the next; else it is lost
    :return: (paid, cut) of each period; with ``carried`` the cut is what waits after it
    """
    results = []
    waiting = ZERO
    for amount in amounts:
        due = amount + waiting
        paid = min(due, cap)
        results.append((paid, due - paid))
        waiting = due - paid if carried else ZERO
    return results


def cap_life(
    amounts: Sequence[Decimal], limit: Decimal, used: Decimal = ZERO
) -> list[tuple[Decimal, Decimal]]:
    """Cut amounts so that all of them together stay within a limit for life (R2).

    :param amounts: what the periods earned, in the order of time
    :param used: what was used up before the first of them
    :return: (paid, cut) of each period
    """
    results = []
    for amount in amounts:
        paid = min(amount, max(limit - used, ZERO)) if amount > 0 else amount
        used += paid
        results.append((paid, amount - paid))
    return results


def guarantee(earned: Sequence[Decimal], guaranteed: Decimal, cumulative: bool) -> list[Decimal]:
    """What is missing to a guaranteed sum, period by period (R12).

    Cumulative: the sums of all periods so far are compared, so that a later good period takes
    back what an earlier bad one was given.

    :param earned: what the periods earned, in the order of time
    :param guaranteed: guaranteed for each period
    """
    if not cumulative:
        return [max(guaranteed - amount, ZERO) for amount in earned]
    given: list[Decimal] = []
    total = ZERO
    for number, amount in enumerate(earned, 1):
        total += amount
        given.append(max(guaranteed * number - total, ZERO) - sum(given, ZERO))
    return given


def choose(offers: Mapping[Hashable, tuple[int, Decimal]]) -> Hashable | None:
    """Which of several offers that exclude each other is paid (R3).

    By priority, the lowest number first, among those that pay anything; of equal priority the
    highest; of equal amounts the first by name.

    :param offers: {name: (priority, amount)}
    :return: the name, or None where nothing pays
    """
    paying = [
        (priority, -amount, str(name), name)
        for name, (priority, amount) in offers.items()
        if amount > 0
    ]
    return min(paying, key=lambda offer: offer[:3])[3] if paying else None


def deduct(
    orders: Sequence[tuple[date, Decimal]], credits: Sequence[tuple[date, Decimal]], days: int
) -> list[Decimal]:
    """Take approved amounts off the orders that follow them within so many days (R6).

    Each approved amount is used once, from the first order it fits; an order never falls below 0,
    and what is left of an amount waits for the next order.

    :param orders: (date, amount), in the order of time; negative ones are left alone
    :param credits: (date, amount), in the order of time
    :param days: a credit fits an order dated 1 to ``days`` days after it
    :return: the amounts of the orders that are left
    """
    left = [amount for _day, amount in credits]
    reduced = []
    for order_day, amount in orders:
        for at, (day, _amount) in enumerate(credits):
            if amount > 0 and left[at] > 0 and 1 <= (order_day - day).days <= days:
                used = min(amount, left[at])
                amount -= used
                left[at] -= used
        reduced.append(amount)
    return reduced
