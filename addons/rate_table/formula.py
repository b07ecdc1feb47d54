# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Formulas over codes: ``new_cars * 0.01 + 10 + visits * 0.001 + 20`` (R8). Pure Python, no Odoo.

The text never comes near Python's own parser, compiler or ``eval``: it is read here, character by
character, by a grammar that has nothing in it but numbers, codes, ``+ - * /`` (also
``× ÷ −``), parentheses, ``min``, ``max`` and ``round`` (half up, to a whole number). There are no
attributes, calls, powers, strings, exponents, booleans or names with two underscores to begin with,
so there is nothing to escape to.

All numbers are :class:`decimal.Decimal`, read as they are written. A division by zero, a figure
that is not there, and a result beyond all reason are *no value* (``None``), never an error and
never a nought: a gate on them stays shut.

    >>> formula = parse("new_cars * 0.01 + 10 + visits * 0.001 + 20")
    >>> sorted(formula.codes)
    ['new_cars', 'visits']
    >>> formula.evaluate({"new_cars": Decimal(1200), "visits": Decimal(15000)})
    Decimal('57.000')
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException, localcontext
from typing import Any, NamedTuple

MAX_LENGTH = 500
MAX_DEPTH = 20
MAX_DIGITS = 15
#: Results from here on are no figures of this trade but mistakes.
LIMIT = Decimal("1e18")
PRECISION = 50

FUNCTIONS = ("min", "max", "round")
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
SPACE = re.compile(r"[ \t\r\n]+")
OPERATORS = {"×": "*", "·": "*", "÷": "/", "−": "-", "（": "(", "）": ")", "，": ","}


class FormulaError(ValueError):
    """A text that is no formula.

    :ivar code: a stable key, for callers that translate the message
    :ivar position: where it went wrong, counted from 1
    :ivar found: what stands there
    """

    def __init__(self, code: str, message: str, position: int, found: str = "") -> None:
        super().__init__(f"{message} (at character {position})")
        self.code = code
        self.position = position
        self.found = found


class Token(NamedTuple):
    """A piece of the text: its kind (number, code, symbol, end), itself, and where it stands."""

    kind: str
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: evaluate it as often as you like.

    :ivar text: as it was written
    :ivar codes: codes that it needs
    """

    text: str
    codes: frozenset[str]
    tree: tuple[Any, ...]

    def evaluate(self, values: Mapping[str, Decimal | None]) -> Decimal | None:
        """Return the result, or ``None`` where there is no value.

        :param values: a figure for each code; missing ones and ``None`` are no value
        :raise TypeError: for floats: a threshold compared with a float is missed by 1e-12
        """
        with localcontext() as context:
            context.prec = PRECISION
            try:
                result = _evaluate(self.tree, values)
            except DecimalException:
                return None
        if result is None or not result.is_finite() or abs(result) >= LIMIT:
            return None
        return result


def parse(text: str) -> Formula:
    """Read a formula.

    :raise FormulaError: naming the position of what does not belong there
    """
    if not isinstance(text, str) or not text.strip():
        raise FormulaError("empty", "The formula is empty", 1)
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            "too_long", f"A formula has at most {MAX_LENGTH} characters", MAX_LENGTH + 1
        )
    parser = _Parser(_split(text))
    tree = parser.read_all()
    return Formula(text, frozenset(parser.codes), tree)


def is_code(text: str) -> bool:
    """Return whether a text can be a code."""
    return bool(CODE.fullmatch(text or "")) and text not in FUNCTIONS


def _split(text: str) -> list[Token]:
    tokens = []
    at = 0
    while at < len(text):
        space = SPACE.match(text, at)
        if space:
            at = space.end()
            continue
        token = _read_token(text, at)
        tokens.append(token)
        at += len(token.text)
    tokens.append(Token("end", "", len(text) + 1))
    return [token._replace(text=OPERATORS.get(token.text, token.text)) for token in tokens]


def _read_token(text: str, at: int) -> Token:
    number = NUMBER.match(text, at)
    if number:
        _check_number(text, number, at)
        return Token("number", number.group(), at + 1)
    code = CODE.match(text, at)
    if code:
        if re.match(r"\w", text[code.end() : code.end() + 1]):
            raise FormulaError("name", "This is no code", at + 1, code.group())
        return Token("code", code.group(), at + 1)
    if OPERATORS.get(text[at], text[at]) in ("+", "-", "*", "/", "(", ")", ","):
        return Token("symbol", text[at], at + 1)
    raise FormulaError("character", "This character has no meaning here", at + 1, text[at])


def _check_number(text: str, number: re.Match, at: int) -> None:
    following = text[number.end() : number.end() + 1]
    if re.match(r"[\w.]", following):
        raise FormulaError(
            "number", "Write numbers with digits and one point only", at + 1, following
        )
    if len(number.group().replace(".", "")) > MAX_DIGITS:
        raise FormulaError(
            "huge", f"A number has at most {MAX_DIGITS} digits", at + 1, number.group()
        )


class _Parser:
    """Reads tokens by the grammar: sum of products of signed values."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.codes: set[str] = set()

    def read_all(self) -> tuple[Any, ...]:
        tree = self._read_sum()
        if self._peek().kind != "end":
            raise self._unexpected()
        return tree

    def _peek(self) -> Token:
        return self.tokens[self.at]

    def _take(self, *symbols: str) -> str | None:
        token = self._peek()
        if token.kind == "symbol" and token.text in symbols:
            self.at += 1
            return token.text
        return None

    def _expect(self, symbol: str) -> None:
        if not self._take(symbol):
            token = self._peek()
            raise FormulaError(
                "expected", f"“{symbol}” is missing here", token.position, token.text
            )

    def _unexpected(self) -> FormulaError:
        token = self._peek()
        if token.kind == "end":
            return FormulaError("end", "The formula ends too early", token.position)
        return FormulaError(
            "unexpected", f"“{token.text}” does not belong here", token.position, token.text
        )

    def _chain(self, symbols: tuple[str, ...], read: Callable) -> tuple[Any, ...]:
        """Operands of equal rank, left to right; flat, so that a long sum is not a deep tree."""
        first = read()
        rest = []
        while symbol := self._take(*symbols):
            rest.append((symbol, read()))
        return ("chain", first, tuple(rest)) if rest else first

    def _read_sum(self) -> tuple[Any, ...]:
        return self._chain(("+", "-"), self._read_product)

    def _read_product(self) -> tuple[Any, ...]:
        return self._chain(("*", "/"), self._read_signed)

    def _read_signed(self) -> tuple[Any, ...]:
        negative = False
        while sign := self._take("+", "-"):
            negative ^= sign == "-"
        value = self._read_value()
        return ("negative", value) if negative else value

    def _read_value(self) -> tuple[Any, ...]:
        token = self._peek()
        if token.kind == "number":
            self.at += 1
            return ("number", Decimal(token.text))
        if token.kind == "code":
            self.at += 1
            return self._read_name(token)
        if self._take("("):
            return self._inside(token, self._read_sum)
        raise self._unexpected()

    def _read_name(self, token: Token) -> tuple[Any, ...]:
        if token.text in FUNCTIONS:
            self._expect("(")
            if token.text == "round":
                return ("round", self._inside(token, self._read_sum))
            return (token.text, self._inside(token, self._read_arguments))
        if self._peek().text == "(":
            raise FormulaError(
                "call", "Only min, max and round take arguments", token.position, token.text
            )
        self.codes.add(token.text)
        return ("code", token.text)

    def _read_arguments(self) -> tuple[Any, ...]:
        arguments = [self._read_sum()]
        while self._take(","):
            arguments.append(self._read_sum())
        return tuple(arguments)

    def _inside(self, token: Token, read: Callable) -> tuple[Any, ...]:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(
                "depth", f"Parentheses go at most {MAX_DEPTH} deep", token.position, token.text
            )
        tree = read()
        self._expect(")")
        self.depth -= 1
        return tree


def _evaluate(tree: tuple[Any, ...], values: Mapping[str, Decimal | None]) -> Decimal | None:
    kind = tree[0]
    if kind == "number":
        return tree[1]
    if kind == "code":
        return _figure(values.get(tree[1]))
    if kind == "chain":
        return _evaluate_chain(tree, values)
    if kind == "negative":
        value = _evaluate(tree[1], values)
        return None if value is None else -value
    if kind == "round":
        value = _evaluate(tree[1], values)
        return None if value is None else value.quantize(Decimal(1), ROUND_HALF_UP)
    arguments = [_evaluate(argument, values) for argument in tree[1]]
    if None in arguments:
        return None
    return min(arguments) if kind == "min" else max(arguments)


def _evaluate_chain(tree: tuple[Any, ...], values: Mapping[str, Decimal | None]) -> Decimal | None:
    total = _evaluate(tree[1], values)
    for symbol, operand in tree[2]:
        value = _evaluate(operand, values)
        if total is None or value is None or (symbol == "/" and not value):
            return None
        if symbol == "+":
            total += value
        elif symbol == "-":
            total -= value
        elif symbol == "*":
            total *= value
        else:
            total /= value
    return total


def _figure(value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"a Decimal is needed, not {type(value).__name__} ({value!r})")
    value = Decimal(value)
    return value if value.is_finite() else None
