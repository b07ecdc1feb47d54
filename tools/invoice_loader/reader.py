# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Streaming reader of invoice files; standard library only, nothing of Odoo.

A file has the columns of the public *Online Retail II* set, UTF-8 (a byte order mark is
allowed), plain (``.csv``) or compressed (``.csv.xz``). It is read line by line: a file of a
million rows needs the memory of one day's invoices.
"""

import csv
import lzma
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import NamedTuple

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
EXTENSIONS = (".csv", ".csv.xz")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class LoaderError(Exception):
    """Base of what the loader reports to a person: one clear sentence."""


class InputProblem(LoaderError, ValueError):
    """The file as a whole can't be used; says what, which file and what to do."""


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
    path = Path(path)
    with _opened(path) as stream:
        yield from _parsed(path, stream)


@contextmanager
def _opened(path):
    if not path.is_file():
        raise InputProblem(f"There is no file {path}: give the path of a {_extensions()} file.")
    compressed = path.name.lower().endswith(".csv.xz")
    if not compressed and not path.name.lower().endswith(".csv"):
        raise InputProblem(f"{path} can't be read: only {_extensions()} files are understood.")
    try:
        with lzma.open(path, "rb") if compressed else path.open("rb") as stream:
            yield stream
    except (lzma.LZMAError, EOFError) as error:
        raise InputProblem(
            f"{path} is not a whole xz file ({error}): fetch it again or give the plain .csv."
        ) from error
    except OSError as error:
        raise InputProblem(f"{path} can't be read: {error.strerror or error}.") from error


def _extensions():
    return " or ".join(EXTENSIONS)


def _decoded(path, stream):
    """Lines as text; decoding line by line is what lets the error name the line."""
    for number, line in enumerate(stream, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise InputProblem(
                f"{path} is not UTF-8 (line {number}): save it again with the encoding UTF-8."
            ) from error


def _parsed(path, stream):
    records = csv.reader(_decoded(path, stream))
    try:
        header = next(records, None)
        if header is None or not any(cell.strip() for cell in header):
            raise InputProblem(f"{path} is empty: a header and rows were expected.")
        positions = _positions(path, header)
        width, plain = len(header), list(positions) == list(range(len(header)))
        count = 0
        for count, cells in enumerate(records, 1):  # noqa: B007
            if len(cells) != width:
                cells = (cells + [""] * width)[:width] if cells else [""] * width
                yield Row(count + 1, *(cells[at] for at in positions), True)
            elif plain:
                yield Row(count + 1, *cells)
            else:
                yield Row(count + 1, *(cells[at] for at in positions))
    except csv.Error as error:
        raise InputProblem(f"{path} is not a readable CSV file: {error}.") from error
    if not count:
        raise InputProblem(f"{path} has a header but no rows.")


def _positions(path, header):
    known = {name.strip().lower(): at for at, name in reversed(list(enumerate(header)))}
    missing = [name for name in COLUMNS if name.lower() not in known]
    if missing:
        raise InputProblem(
            f"{path} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}:"
            f" the first line must name {', '.join(COLUMNS)}."
        )
    return tuple(known[name.lower()] for name in COLUMNS)


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
