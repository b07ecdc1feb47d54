# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Arithmetic of performance pay (K1, K3, K8). Pure Python: no database, no Odoo.

All figures are :class:`decimal.Decimal`. Components are exact; :func:`round_parts` rounds once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

ONE = Decimal(1)


@dataclass(frozen=True)
class Component:
    """A part of somebody's pay, not rounded: ``base × rate × factor × days``.

    :ivar key: what it is: a key of ``component`` of ``aftersales.pay.statement.line``
    :ivar base: money that is shared out, or the level of pay reached
    :ivar rate: the share of it
    :ivar factor: what it is multiplied by: the KPI value, points ÷ of, 0 for a lost bonus
    :ivar days: days worked ÷ days of the month
    :ivar details: what else the reader has to know, as JSON can hold it
    """

    key: str
    base: Decimal
    rate: Decimal = ONE
    factor: Decimal = ONE
    days: Decimal = ONE
    details: dict | None = None

    @property
    def amount(self) -> Decimal:
        """Exact amount, in the currency of ``base``."""
        return self.base * self.rate * self.factor * self.days


def find_share_fault(
    base_share: Decimal,
    performance_share: Decimal,
    base_bounds: tuple[Decimal, Decimal],
    performance_bounds: tuple[Decimal, Decimal],
) -> str | None:
    """What is wrong with the shares of base and performance pay. K1.

    :return: ``base``, ``performance``, ``sum``, or nothing
    """
    if not base_bounds[0] <= base_share <= base_bounds[1]:
        return "base"
    if not performance_bounds[0] <= performance_share <= performance_bounds[1]:
        return "performance"
    return None if base_share + performance_share == 1 else "sum"


def clamp(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """The value within its bounds."""
    return max(low, min(high, value))


def get_base_and_performance(
    month: Decimal,
    base_share: Decimal,
    performance_share: Decimal,
    kpi: Decimal | None,
    bounds: tuple[Decimal, Decimal],
    days: Decimal = ONE,
) -> list[Component]:
    """Base pay and performance pay. K1.

    :param month: last year's average month
    :param kpi: KPI value; ``None`` while no sheet is agreed: performance pay waits
    :param bounds: within which the KPI value counts
    """
    components = [Component("base", month, base_share, days=days)]
    if kpi is not None:
        used = clamp(kpi, *bounds)
        details = {"kpi": str(kpi), "low": str(bounds[0]), "high": str(bounds[1])}
        components.append(
            Component("performance", month, performance_share, used, days, details=details)
        )
    return components


def get_proportional(points: Decimal, of: Decimal, wage: Decimal, days: Decimal = ONE) -> Component:
    """Points ÷ of × wage. K3. Nothing measured counts neither for nor against: the whole wage."""
    details = {"points": str(points), "of": str(of)}
    return Component("points", wage, factor=points / of if of else ONE, days=days, details=details)


def get_days_worked(first: date, last: date | None, start: date, end: date) -> int:
    """Days from ``start`` to ``end`` on which somebody was there, all ends included.

    :param first: first day of work
    :param last: last day of work; ``None``: goes on
    """
    until = end if last is None else min(last, end)
    return max((until - max(first, start)).days + 1, 0)


def round_half_up(amount: Decimal, step: Decimal) -> Decimal:
    """The amount as a multiple of ``step``, half up."""
    return (amount / step).quantize(ONE, ROUND_HALF_UP) * step


def round_parts(amounts: Sequence[Decimal], step: Decimal) -> tuple[list[Decimal], Decimal]:
    """Round a sum once, half up, and its parts so that they add up to it.

    The parts are shared out by largest remainder; each is less than one step from its exact value.

    :param step: smallest unit of the currency
    :return: (parts, their sum)
    """
    total = round_half_up(sum(amounts, Decimal(0)), step)
    exact = [amount / step for amount in amounts]
    floors = [part.quantize(ONE, ROUND_FLOOR) for part in exact]
    missing = int(total / step - sum(floors, Decimal(0)))
    by_remainder = sorted(range(len(exact)), key=lambda n: (floors[n] - exact[n], n))
    for place in by_remainder[:missing]:
        floors[place] += 1
    return [part * step for part in floors], total
