# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shares of a line among those who pay for it, exact to the smallest coin (no database)."""

from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
# Four decimals of a percent: a third of a third still comes out right on any amount of a job.
SHARE_STEP = Decimal("0.0001")


def to_share(value):
    """A percentage as exact number, as it is stored.

    >>> to_share(33.33333)
    Decimal('33.3333')
    """
    return Decimal(repr(value or 0.0)).quantize(SHARE_STEP, ROUND_HALF_UP)


def take_share(rest, share):
    """Part of the whole that somebody takes who takes a share of what is left.

    :param Decimal rest: percent of the whole that nobody has taken yet
    :param Decimal share: percent of the rest
    :return: percent of the whole, between nothing and the rest

    >>> take_share(Decimal(50), Decimal(50))
    Decimal('25.0000')
    """
    share = min(max(share, Decimal(0)), HUNDRED)
    return (rest * share / HUNDRED).quantize(SHARE_STEP, ROUND_HALF_UP)


def split_amount(amount, shares, step):
    """Split an amount by shares that sum to 100, so that the parts sum to the amount.

    What rounding down leaves over goes, coin by coin, to the largest remainders; of equal ones
    to the first.

    :param float amount: amount, a multiple of the step
    :param shares: list of Decimal, percent
    :param float step: smallest coin
    :return: list of Decimal

    >>> split_amount(0.01, [Decimal(50), Decimal(50)], 0.01)
    [Decimal('0.01'), Decimal('0.00')]
    """
    step = Decimal(repr(step))
    coins = int((Decimal(repr(amount)) / step).to_integral_value(ROUND_HALF_UP))
    sign, coins = (-1, -coins) if coins < 0 else (1, coins)
    exact = [coins * share / HUNDRED for share in shares]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: coins - sum(parts)]:
        parts[index] += 1
    return [sign * part * step for part in parts]
