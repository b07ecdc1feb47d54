# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Streaming reader of invoice files; standard library only, nothing of Odoo.

A file has the columns of the public *Online Retail II* set, UTF-8 (a byte order mark is
allowed), plain (``.csv``) or compressed (``.csv.xz``). It is read line by line: a file of a
million rows needs the memory of one day's invoices.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from ..csv_file import read_cells

COLUMNS = (
    "Invoice",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "Price",
    "Customer ID",
    "Country",
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Row(NamedTuple):
    """One data row as text; ``row`` counts as a spreadsheet does (the header is row 1)."""

    row: int
    invoice: str
    code: str
    description: str
    quantity: str
    date: str
    price: str
    customer: str
    country: str
    malformed: bool = False

    def cells(self) -> tuple[str, ...]:
        """The eight columns of the file, untouched, in their order."""
        return self[1:9]


class Copy(Enum):
    """What an invoice block is to the blocks of the same number before it."""

    FIRST = "first"
    SAME = "same"
    OTHER = "other"


@dataclass
class Block:
    """The rows of one invoice number that stand together in time."""

    number: str
    rows: list[Row] = field(default_factory=list)
    copy: Copy = Copy.FIRST


def read_rows(path) -> Iterator[Row]:
    """Yield the rows of ``path``.

    :raises InputProblem: no such file, unknown extension, not xz, wrong encoding (with the
        line), missing columns (with their names), empty file
    """
    for number, cells, malformed in read_cells(path, COLUMNS):
        yield Row(number, *cells, malformed)


def group_invoices(rows: Iterable[Row]) -> Iterator[Block]:
    """Group rows into invoices by number, in the order of the file.

    Rows of several invoices of a day may lie between each other. When the day of the rows
    changes (forwards or backwards) all open invoices are complete and are yielded. A number
    that comes again after that is a second block:

    - with exactly the same rows, whatever their order, it is a copy (``Copy.SAME``): so the
      two sheets of the public set, which overlap by nine days, are recognised by content;
    - with other rows it is ``Copy.OTHER``: two invoices of one number, of which the later
      can't be trusted.

    Equal rows *inside* one block are kept: an article may stand on an invoice twice.
    """
    fingerprints: dict[str, tuple[int, int]] = {}
    open_blocks: dict[str, Block] = {}
    day = previous = None
    for row in rows:
        number = row.invoice.strip().upper()
        row_day = row.date[:10]
        if row_day != day and _DAY.fullmatch(row_day):
            # an invoice whose own rows lie on two days stays whole while it is alone
            if day is not None and number != previous:
                yield from _closed(open_blocks, fingerprints)
                open_blocks = {}
            day = row_day
        previous = number
        block = open_blocks.get(number)
        if block is None:
            block = open_blocks[number] = Block(number)
        block.rows.append(row)
    yield from _closed(open_blocks, fingerprints)


def _closed(blocks, fingerprints):
    for number, block in blocks.items():
        hashes = sum(hash(row.cells()) for row in block.rows) & 0xFFFFFFFFFFFFFFFF
        fingerprint = (len(block.rows), hashes)
        first = fingerprints.setdefault(number, fingerprint)
        if first is not fingerprint:
            block.copy = Copy.SAME if first == fingerprint else Copy.OTHER
        yield block
