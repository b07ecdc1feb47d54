# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money of a service contract over time: periods, instalments, and what is earned at an early end.

Plain Python without Odoo; amounts are ``Decimal`` in the contract's currency, days are included at
both ends.
"""

from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)


class Period(NamedTuple):
    """What one instalment pays for; its weight is its length in months."""

    start: date
    end: date
    weight: Decimal


def get_periods(first: date, last: date, months: int) -> list[Period]:
    """Cut a term into periods of so many months; the last one may be shorter.

    Periods are counted from the first day, so that a term that begins on the 31st does not slide
    to the 28th for ever.

    :param months: length of a period, 0 for the whole term at once
    """
    if months <= 0:
        return [Period(first, last, Decimal(1))]
    periods = []
    start, count = first, 0
    while start <= last:
        count += 1
        whole = first + relativedelta(months=months * count) - DAY
        end = min(whole, last)
        share = Decimal((end - start).days + 1) / Decimal((whole - start).days + 1)
        periods.append(Period(start, end, share * months))
        start = end + DAY
    return periods


def split(amount: Decimal, weights: list[Decimal], quantum: Decimal) -> list[Decimal]:
    """Split an amount by weights; the last part takes the rounding difference.

    The others are rounded down, so that the last one is never negative.

    :param quantum: smallest unit of the currency
    """
    total = sum(weights)
    parts = [_floor(amount * weight / total, quantum) for weight in weights[:-1]]
    return [*parts, amount - sum(parts)]


def earn(amount: Decimal, start: date, end: date, stop: date, quantum: Decimal) -> Decimal:
    """What of an instalment is earned when the contract stops: by days, rounded half up.

    :param stop: last day of the contract
    """
    if stop >= end:
        return amount
    used = max((stop - start).days + 1, 0)
    exact = amount * used / ((end - start).days + 1)
    return (exact / quantum).quantize(Decimal(1), ROUND_HALF_UP) * quantum


def _floor(amount: Decimal, quantum: Decimal) -> Decimal:
    return (amount / quantum).quantize(Decimal(1), ROUND_DOWN) * quantum
