# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Exact calculators for tables of rates. Pure Python: no database, no Odoo.

A table is a set of rows. A row has a lower bound and a value, and holds up to the next row's
bound; the top row is open. As only lower bounds exist, there can be no gap and no overlap.

* ``bound="from"``: a row holds from its bound on, the bound included: ``[from, next)``.
* ``bound="above"``: a row holds above its bound, the bound excluded: ``(from, next]``. This is the
  reading of "within 3 days 10, 3 to 5 days 8, over 5 days 5".

Below the lowest row nothing is reached: rate 0, amount 0. With ``open_below`` the lowest row also
holds for everything below its bound (a flat rate for credit notes, say). Bounds may be negative.

All numbers are :class:`decimal.Decimal`; amounts are not rounded: rounding is done once, by the
caller, when all components are summed. Floats are refused, because a threshold compared with a
float is a threshold missed by 1e-12; :func:`to_decimal` converts one knowingly.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

ZERO = Decimal(0)
#: Power of ten of a rate of that unit; ``None``: the value of a row is the amount itself.
UNIT_EXPONENT: dict[str, int | None] = {
    "percent": -2,
    "permille": -3,
    "per_unit": 0,
    "amount": None,
}


class RateTableError(ValueError):
    """A table or an input that has no meaning.

    :ivar code: a stable key, for callers that translate the message
    :ivar details: what the message is about (the offending value, ...)
    """

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


def to_decimal(value: Decimal | int | float | str) -> Decimal:
    """Return ``value`` as a finite Decimal; a float is read as it is printed (0.1 is 0.1).

    :raise RateTableError: for NaN and the infinities
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RateTableError("not_finite", f"{value} is not a number", value=str(value))
        value = str(value)
    return _finite(Decimal(value))


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise RateTableError("not_finite", f"{value} is not a number", value=str(value))
    return value


def _exact(value: Any) -> Decimal:
    """Accept Decimals and integers only: a float here is a programming error."""
    if isinstance(value, Decimal):
        return _finite(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise TypeError(f"a Decimal is needed, not {type(value).__name__} ({value!r})")


def as_text(value: Decimal) -> str:
    """Return the number in plain notation, without an exponent and trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its lower bound (two of them for a table of two inputs) and its value."""

    bound: Decimal
    value: Decimal
    bound_2: Decimal = ZERO

    def __post_init__(self) -> None:
        for name in ("bound", "value", "bound_2"):
            object.__setattr__(self, name, _exact(getattr(self, name)))

    @property
    def key(self) -> tuple[Decimal, Decimal]:
        """The order of rows: first bound, then second."""
        return (self.bound, self.bound_2)


@dataclass(frozen=True, slots=True)
class RateResult:
    """What a table says about one value.

    :ivar rate: the value of the row reached (for ``step``: what one step gives); 0 if none
    :ivar amount: the money (or points), not rounded
    :ivar trace: how it came about; JSON-serialisable, numbers as text (see ``readme/DEVELOP``)
    """

    rate: Decimal
    amount: Decimal
    trace: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Calculator:
    """Base of all methods: checks inputs, asks :meth:`_evaluate_one` for each value."""

    method: ClassVar[str] = ""

    def evaluate(
        self,
        values: Iterable[Decimal | int | tuple[Decimal | int, Decimal | int]],
        basis: Iterable[Decimal | int] | None = None,
    ) -> list[RateResult]:
        """Return one result for each value, in the same order.

        :param values: one number each, or a pair for a table of two inputs
        :param basis: what the rate is applied to, one for each value; default: the (first) input
        :raise RateTableError: for NaN or infinite numbers, pairs where one input is asked for (and
            the other way round), a basis of another length
        :raise TypeError: for a float
        """
        inputs = [self._check_input(value) for value in values]
        bases = [pair[0] for pair in inputs] if basis is None else [_exact(b) for b in basis]
        if len(bases) != len(inputs):
            raise RateTableError(
                "basis_length",
                f"{len(inputs)} values need as many bases, not {len(bases)}",
                values=len(inputs),
                basis=len(bases),
            )
        return [self._evaluate_one(*pair) for pair in zip(inputs, bases, strict=True)]

    @property
    def input_count(self) -> int:
        """How many numbers a value consists of."""
        return 1

    def _check_input(self, value: Any) -> tuple[Decimal, ...]:
        parts = tuple(value) if isinstance(value, (tuple, list)) else (value,)
        if len(parts) != self.input_count:
            raise RateTableError(
                "input_count",
                f"{self.input_count} input(s) needed, {len(parts)} given",
                needed=self.input_count,
                given=len(parts),
            )
        return tuple(_exact(part) for part in parts)

    def _evaluate_one(self, inputs: tuple[Decimal, ...], basis: Decimal) -> RateResult:
        raise NotImplementedError

    def _trace(self, inputs: tuple[Decimal, ...], basis: Decimal, **more: Any) -> dict[str, Any]:
        trace: dict[str, Any] = {"method": self.method, "input": as_text(inputs[0])}
        if len(inputs) > 1:
            trace["input_2"] = as_text(inputs[1])
        trace["basis"] = as_text(basis)
        trace.update(more)
        return trace


@dataclass(frozen=True, slots=True)
class RowCalculator(Calculator):
    """Base of the methods that look up a row.

    Two inputs: the rows reached are those with both bounds at or below the inputs (strictly below
    with ``bound="above"``). The most specific of them wins: the highest first bound, then the
    highest second bound.

    :ivar rows: in any order; kept sorted
    :ivar unit: what a value means, a key of :data:`UNIT_EXPONENT`
    :ivar bound: ``from`` (bounds included) or ``above`` (bounds excluded)
    :ivar inputs: 1 or 2
    :ivar open_below: the lowest row holds below its bound too (one input only)
    """

    rows: Sequence[Row]
    unit: str = "percent"
    bound: str = "from"
    inputs: int = 1
    open_below: bool = False
    _bounds: tuple[Decimal, ...] = field(init=False, repr=False, compare=False)
    allows_two_inputs: ClassVar[bool] = True

    def __post_init__(self) -> None:
        rows = tuple(sorted(self.rows, key=lambda row: row.key))
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "_bounds", tuple(row.bound for row in rows))
        self._check_options()
        self._check_rows()

    def _check_options(self) -> None:
        if self.unit not in UNIT_EXPONENT:
            raise RateTableError("unit", f"unknown unit {self.unit}", unit=self.unit)
        if self.bound not in ("from", "above"):
            raise RateTableError("bound", f"unknown kind of bound {self.bound}", bound=self.bound)
        if self.inputs not in (1, 2) or (self.inputs == 2 and not self.allows_two_inputs):
            raise RateTableError(
                "inputs", f"{self.method} does not take {self.inputs} inputs", inputs=self.inputs
            )
        if self.open_below and self.inputs == 2:
            raise RateTableError("open_below", "open_below needs a table of one input")

    def _check_rows(self) -> None:
        if not self.rows:
            raise RateTableError("no_rows", "a table needs at least one row")
        for row, following in zip(self.rows, self.rows[1:], strict=False):
            same = row.key == following.key if self.inputs == 2 else row.bound == following.bound
            if same:
                raise RateTableError(
                    "duplicate",
                    f"two rows start at {as_text(row.bound)}",
                    bound=as_text(row.bound),
                    bound_2=as_text(row.bound_2),
                )

    @property
    def input_count(self) -> int:
        """One or two, as the table says."""
        return self.inputs

    def _reached_index(self, value: Decimal) -> int:
        """Return the position of the row that ``value`` reaches, -1 if none (one input)."""
        find = bisect_right if self.bound == "from" else bisect_left
        index = find(self._bounds, value) - 1
        return 0 if index < 0 and self.open_below else index

    def _is_reached(self, row: Row, inputs: tuple[Decimal, ...]) -> bool:
        pairs = zip(inputs, row.key, strict=False)
        if self.bound == "from":
            return all(value >= bound for value, bound in pairs)
        return all(value > bound for value, bound in pairs)

    def _lookup(self, inputs: tuple[Decimal, ...]) -> tuple[Row | None, Row | None]:
        """Return the row reached and the next one (each may be missing)."""
        if self.inputs == 1:
            index = self._reached_index(inputs[0])
            reached = self.rows[index] if index >= 0 else None
            following = self.rows[index + 1] if index + 1 < len(self.rows) else None
            return reached, following
        reached = next((r for r in reversed(self.rows) if self._is_reached(r, inputs)), None)
        better = [
            row
            for row in self.rows
            if (reached is None or row.key > reached.key) and not self._is_reached(row, inputs)
        ]
        # The nearest of the rows that would win: least missing on the first input, then on the
        # second; where that is the same, the most specific one.
        nearest = min(reversed(better), key=lambda row: self._missing(row, inputs), default=None)
        return reached, nearest

    @staticmethod
    def _missing(row: Row, inputs: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        """Return how far each input is from the row's bound, 0 where it is there."""
        pairs = zip(inputs, row.key, strict=False)
        return tuple(max(bound - value, ZERO) for value, bound in pairs)

    def _row_trace(self, row: Row | None) -> dict[str, Any] | None:
        if row is None:
            return None
        trace: dict[str, Any] = {"from": as_text(row.bound), "value": as_text(row.value)}
        if self.inputs == 2:
            trace["from_2"] = as_text(row.bound_2)
        if self.open_below and row is self.rows[0]:
            trace["open_below"] = True
        return trace

    def _next_trace(self, row: Row | None, inputs: tuple[Decimal, ...]) -> dict[str, Any] | None:
        trace = self._row_trace(row)
        if row is None or trace is None:
            return None
        missing = self._missing(row, inputs)
        trace["missing"] = as_text(missing[0])
        if self.inputs == 2:
            trace["missing_2"] = as_text(missing[1])
        return trace

    def _apply(self, rate: Decimal, basis: Decimal) -> Decimal:
        exponent = UNIT_EXPONENT[self.unit]
        return rate if exponent is None else (basis * rate).scaleb(exponent)

    def _evaluate_one(self, inputs: tuple[Decimal, ...], basis: Decimal) -> RateResult:
        reached, following = self._lookup(inputs)
        rate = reached.value if reached else ZERO
        amount, more = self._amount(reached, inputs, basis)
        trace = self._trace(
            inputs,
            basis,
            unit=self.unit,
            bound=self.bound,
            row=self._row_trace(reached),
            next=self._next_trace(following, inputs),
            rate=as_text(rate),
            amount=as_text(amount),
            **more,
        )
        return RateResult(rate, amount, trace)

    def _amount(
        self, reached: Row | None, inputs: tuple[Decimal, ...], basis: Decimal
    ) -> tuple[Decimal, dict[str, Any]]:
        """Return the amount and what the method adds to the trace."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Whole(RowCalculator):
    """The rate reached applies to the whole basis (R3, R4, R6, R13)."""

    method: ClassVar[str] = "whole"

    def _amount(
        self, reached: Row | None, inputs: tuple[Decimal, ...], basis: Decimal
    ) -> tuple[Decimal, dict[str, Any]]:
        return (self._apply(reached.value, basis) if reached else ZERO), {}


@dataclass(frozen=True, slots=True)
class Band(RowCalculator):
    """The row's value itself is the amount: points, a level of pay, a grant (K2, K3).

    The unit is always ``amount``, whatever is passed.
    """

    method: ClassVar[str] = "band"

    def _check_options(self) -> None:
        object.__setattr__(self, "unit", "amount")
        # Not zero-argument super(): a dataclass with slots is a new class.
        RowCalculator._check_options(self)

    def _amount(
        self, reached: Row | None, inputs: tuple[Decimal, ...], basis: Decimal
    ) -> tuple[Decimal, dict[str, Any]]:
        return (reached.value if reached else ZERO), {}


@dataclass(frozen=True, slots=True)
class Incremental(RowCalculator):
    """Each rate applies to its own slice of the value (K20, R4 as slabs).

    The slices are those between 0 and the value. A negative value has them below 0, counted
    negative: with rows from 0 only, nothing lies there; with ``open_below`` (or rows that start
    at a negative bound) what a positive value earns, its reversal takes back. The result grows
    with the value wherever rates are not negative, has no jump at an edge, and does not depend
    on whether bounds are included. The basis is the value.
    """

    method: ClassVar[str] = "incremental"
    allows_two_inputs: ClassVar[bool] = False

    def _check_options(self) -> None:
        # Not zero-argument super(): a dataclass with slots is a new class.
        RowCalculator._check_options(self)
        if UNIT_EXPONENT[self.unit] is None:
            raise RateTableError("incremental_unit", "a slice needs a rate, not a fixed amount")

    def _amount(
        self, reached: Row | None, inputs: tuple[Decimal, ...], basis: Decimal
    ) -> tuple[Decimal, dict[str, Any]]:
        value = inputs[0]
        if basis != value:
            raise RateTableError(
                "incremental_basis",
                "each rate applies to its slice of the value: the basis is the value itself",
                value=as_text(value),
                basis=as_text(basis),
            )
        slices = list(self._slices(value))
        amount = sum((part["amount"] for part in slices), ZERO)
        return amount, {"slices": [{k: as_text(v) for k, v in part.items()} for part in slices]}

    def _slices(self, value: Decimal) -> Iterable[dict[str, Decimal]]:
        """Yield the slices between 0 and ``value`` that lie in a row."""
        low, high = min(ZERO, value), max(ZERO, value)
        sign = -1 if value < 0 else 1
        for position, row in enumerate(self.rows):
            start = low if position == 0 and self.open_below else max(low, row.bound)
            last = position + 1 == len(self.rows)
            end = high if last else min(high, self.rows[position + 1].bound)
            if end > start:
                base = sign * (end - start)
                yield {
                    "from": start,
                    "to": end,
                    "rate": row.value,
                    "base": base,
                    "amount": self._apply(row.value, base),
                }


@dataclass(frozen=True, slots=True)
class Step(Calculator):
    """Each full ``every`` gives ``give``, up to ``cap`` (R5). Below one full step: nothing.

    :ivar every: length of a step, above 0
    :ivar give: what one full step gives; not negative
    :ivar cap: the most that is given; ``None``: no limit
    """

    every: Decimal
    give: Decimal
    cap: Decimal | None = None
    method: ClassVar[str] = "step"

    def __post_init__(self) -> None:
        object.__setattr__(self, "every", _exact(self.every))
        object.__setattr__(self, "give", _exact(self.give))
        if self.every <= 0:
            raise RateTableError("step_every", "a step must be longer than 0")
        if self.give < 0:
            raise RateTableError("step_give", "a step gives nothing negative")
        if self.cap is not None:
            object.__setattr__(self, "cap", _exact(self.cap))
            if self.cap < 0:
                raise RateTableError("step_cap", "a cap is not negative")

    def _evaluate_one(self, inputs: tuple[Decimal, ...], basis: Decimal) -> RateResult:
        value = inputs[0]
        # Floor of the exact quotient: "//" of Decimal truncates, and is refused for large ones.
        steps = max(math.floor(Fraction(value) / Fraction(self.every)), 0)
        earned = self.give * steps
        amount = earned if self.cap is None else min(earned, self.cap)
        full = self.cap is not None and earned >= self.cap
        following = None
        if not full and self.give:
            bound = self.every * (steps + 1)
            following = {
                "from": as_text(bound),
                "value": as_text(self.give),
                "missing": as_text(bound - value),
            }
        row = {"from": as_text(self.every * steps), "value": as_text(self.give)} if steps else None
        trace = self._trace(
            inputs,
            basis,
            unit="amount",
            bound="from",
            row=row,
            next=following,
            rate=as_text(self.give if steps else ZERO),
            amount=as_text(amount),
            steps=steps,
            every=as_text(self.every),
            cap=None if self.cap is None else as_text(self.cap),
            capped=earned > amount,
        )
        return RateResult(self.give if steps else ZERO, amount, trace)


#: Key of a method -> the calculator that carries it out.
ROW_METHODS: dict[str, type[RowCalculator]] = {
    calculator.method: calculator for calculator in (Whole, Incremental, Band)
}
