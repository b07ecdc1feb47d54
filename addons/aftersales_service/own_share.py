# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shares of money, to the cent: plain Python, so that every case can be tried (S25)."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal


def _exact(value):
    """A float as the number that is meant: 0.1 is a tenth."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def get_own_share(total, amount, percent, rounding=0.01):
    """What the customer bears of a damage: the amount, and a part of what is left after it.

    :param total: damage
    :param amount: deductible amount, never more than the damage
    :param percent: part of the rest, 0 to 100
    :param rounding: smallest unit of the currency
    :return: float, rounded half up
    """
    total, amount, unit = _exact(total), _exact(amount), _exact(rounding)
    own = min(max(amount, Decimal(0)), total)
    own += (total - own) * _exact(percent) / 100
    return float((own / unit).to_integral_value(ROUND_HALF_UP) * unit)


def split(amount, weights, rounding=0.01):
    """An amount in parts that stand to each other like the weights: by largest remainder.

    No part is negative or further than one unit from its exact share; no part is above its weight
    where the amount is not above their sum; together they are the amount.

    :param amount: amount of whole units, not negative
    :param weights: numbers, not negative
    :param rounding: smallest unit of the currency
    :return: list of floats
    """
    weights, unit = [_exact(weight) for weight in weights], _exact(rounding)
    whole = int((_exact(amount) / unit).to_integral_value(ROUND_HALF_UP))
    total = sum(weights)
    if not total:
        return [0.0] * len(weights)
    exact = [whole * weight / total for weight in weights]
    parts = [int(share.to_integral_value(ROUND_DOWN)) for share in exact]
    # The largest remainder first; of equal ones the heavier, then the earlier.
    order = sorted(
        range(len(weights)), key=lambda place: (parts[place] - exact[place], -weights[place], place)
    )
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return [float(part * unit) for part in parts]
