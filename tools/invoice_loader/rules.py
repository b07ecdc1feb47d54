# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which rows of an invoice file are usable; pure functions, nothing of Odoo.

Every row that is not used has one reason, the first that applies in the order of `Reason`.
A rejected row leaves its invoice; the other rows of the invoice stay. Only two reasons
reject an invoice as a whole: a number used again with other rows, and bad rounding.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from functools import lru_cache

from .reader import Block, Copy, Row

REF_PREFIX = "ORII-"
NON_GOODS = frozenset(
    ("POST", "DOT", "M", "C2", "C3", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS")
)
NON_GOODS_PREFIXES = ("ADJUST", "GIFT", "TEST")

_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,9})?")
_WHOLE = re.compile(r"-?\d{1,9}(\.0+)?")
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})([ T]\d{1,2}:\d{2}(:\d{2})?)?")
_BAD_DEBT = re.compile(r"A\d+")
_CREDIT_NOTE = re.compile(r"C\d+")


class Reason(str, Enum):
    """Why a row was not used; the value is what the reject file says."""

    MALFORMED = "wrong number of columns"
    NO_NUMBER = "no invoice number"
    REPEATED = "invoice number used again with other rows"
    COPY = "the same invoice a second time"
    BAD_DEBT = "bad-debt adjustment, not an invoice"
    BAD_DATE = "date can't be read (YYYY-MM-DD, with or without time)"
    FUTURE = "dated in the future"
    BAD_QUANTITY = "quantity is not a whole number"
    BAD_PRICE = "price is not a number"
    NO_CUSTOMER = "no customer"
    OTHER_CUSTOMER = "other customer than the invoice's first row"
    NOT_GOODS = "code stands for something other than goods"
    ZERO_QUANTITY = "quantity is zero"
    NEGATIVE_QUANTITY = "negative quantity on an invoice"
    POSITIVE_QUANTITY = "positive quantity on a credit note"
    ZERO_PRICE = "price is zero"
    NEGATIVE_PRICE = "price is negative"
    ROUNDING = "the rounded lines do not add up to the rounded total"

    def __str__(self):
        return self.value


@dataclass(frozen=True)
class Line:
    """A usable row: quantity is positive, on credit notes too; price in the file's currency."""

    code: str
    label: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Invoice:
    """A usable invoice or credit note; ``total`` is positive in both."""

    number: str
    credit_note: bool
    date: date
    customer: str
    country: str
    lines: tuple[Line, ...]
    total: Decimal

    @property
    def ref(self) -> str:
        """The reference by which the document is found again in Odoo."""
        return REF_PREFIX + self.number


@dataclass(frozen=True)
class Verdict:
    """The usable invoice, if any row is usable, and the rows that are not, with the reason."""

    invoice: Invoice | None
    rejected: tuple[tuple[Row, Reason], ...]


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_date(text: str) -> date | None:
    """The day of a time stamp, or None when it can't be read."""
    match = _TIME.fullmatch(text.strip())
    return _day(match[1]) if match else None


def invoice_date(block: Block) -> date | None:
    """The date of an invoice: the day of its first time stamp that can be read."""
    return next((day for row in block.rows if (day := parse_date(row.date))), None)


@lru_cache(maxsize=65536)
def normal_code(text: str) -> str:
    """Article codes differ in letter case and blanks only by accident."""
    return text.strip().upper()


def normal_customer(text: str) -> str:
    """``12345.0`` is what spreadsheets make of ``12345``."""
    text = text.strip()
    return text[:-2] if text.endswith(".0") else text


@lru_cache(maxsize=8192)
def is_goods(code: str) -> bool:
    """Whether a normalised code stands for an article: see NON_GOODS."""
    return bool(code) and code not in NON_GOODS and not code.startswith(NON_GOODS_PREFIXES)


@lru_cache(maxsize=65536)
def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def round_half_up(amount: Decimal, places: int = 2) -> Decimal:
    """Round as Odoo rounds money: half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def judge(block: Block, *, places: int = 2, today: date | None = None) -> Verdict:
    """Split an invoice block into the usable invoice and the rejected rows.

    :param places: decimals of the currency
    :param today: later dates are rejected (Odoo would not post them)
    """
    whole = _whole_block_reason(block, today or date.today())
    if whole:
        return Verdict(
            None, tuple((row, Reason.MALFORMED if row.malformed else whole) for row in block.rows)
        )
    credit_note = bool(_CREDIT_NOTE.fullmatch(block.number))
    rejected, used, customer = [], [], None
    for row in block.rows:
        reason = _row_reason(row, credit_note, customer)
        if reason:
            rejected.append((row, reason))
        else:
            customer = customer or normal_customer(row.customer)
            used.append(row)
    if not used:
        return Verdict(None, tuple(rejected))
    lines = tuple(_line(row, places) for row in used)
    if rounds_badly(lines, places):
        rejected += [(row, Reason.ROUNDING) for row in used]
        return Verdict(None, tuple(sorted(rejected, key=lambda item: item[0].row)))
    invoice = Invoice(
        number=block.number,
        credit_note=credit_note,
        date=invoice_date(block),
        customer=customer,
        country=used[0].country.strip(),
        lines=lines,
        total=sum(line.amount for line in lines),
    )
    return Verdict(invoice, tuple(rejected))


def _whole_block_reason(block, today):
    if not block.number:
        return Reason.NO_NUMBER
    if block.copy is Copy.OTHER:
        return Reason.REPEATED
    if block.copy is Copy.SAME:
        return Reason.COPY
    if _BAD_DEBT.fullmatch(block.number):
        return Reason.BAD_DEBT
    day = invoice_date(block)
    if day is None:
        return Reason.BAD_DATE
    return Reason.FUTURE if day > today else None


def _row_reason(row, credit_note, customer):
    if row.malformed:
        return Reason.MALFORMED
    if parse_date(row.date) is None:
        return Reason.BAD_DATE
    if not _WHOLE.fullmatch(row.quantity.strip()):
        return Reason.BAD_QUANTITY
    price = _decimal(row.price.strip())
    if price is None:
        return Reason.BAD_PRICE
    row_customer = normal_customer(row.customer)
    if not row_customer:
        return Reason.NO_CUSTOMER
    if customer and row_customer != customer:
        return Reason.OTHER_CUSTOMER
    if not is_goods(normal_code(row.code)):
        return Reason.NOT_GOODS
    return _sign_reason(_decimal(row.quantity.strip()), price, credit_note)


def _sign_reason(quantity, price, credit_note):
    if not quantity:
        return Reason.ZERO_QUANTITY
    if quantity < 0 and not credit_note:
        return Reason.NEGATIVE_QUANTITY
    if quantity > 0 and credit_note:
        return Reason.POSITIVE_QUANTITY
    if not price:
        return Reason.ZERO_PRICE
    return Reason.NEGATIVE_PRICE if price < 0 else None


def _line(row, places):
    code = normal_code(row.code)
    quantity = abs(_decimal(row.quantity.strip()))
    price = _decimal(row.price.strip())
    return Line(
        code=code,
        label=" ".join(row.description.split()) or code,
        quantity=quantity,
        price=price,
        amount=round_half_up(quantity * price, places),
    )


def rounds_badly(lines, places: int = 2) -> bool:
    """Whether an invoice's total depends on when one rounds.

    Odoo rounds each line's quantity x price (the price keeps all its decimals) and adds up;
    a company set to round globally rounds the sum. Where the two differ, by as little as one
    cent, no figure is the right one: the invoice is rejected. Prices of two decimals never do.
    """
    per_line = sum(round_half_up(line.quantity * line.price, places) for line in lines)
    at_once = round_half_up(sum(line.quantity * line.price for line in lines), places)
    return per_line != at_once


def count_reasons(rejected) -> Counter:
    """How many rows each reason took, for a report."""
    return Counter(reason for _row, reason in rejected)
