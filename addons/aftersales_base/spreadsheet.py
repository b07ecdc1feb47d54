# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reads the rows of an XLSX or CSV file that nobody has looked at yet. No Odoo, no database.

Cells are data: a formula is refused, not computed, because its cached result is not what the
reader of the file sees. Size, rows and the unpacked size of an XLSX are limited.
"""

import csv
import io
import math
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import openpyxl

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ROWS = 20000
MAX_COLUMNS = 50
LIMIT = Decimal("1e15")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
YES = {"1", "yes", "y", "true", "x", "是"}
NO = {"", "0", "no", "n", "false", "否"}


class SpreadsheetError(ValueError):
    """A file or cell that cannot be read.

    :ivar code: a stable key, for callers that translate the message
    :ivar details: what it is about
    """

    def __init__(self, code, message, **details):
        super().__init__(message)
        self.code = code
        self.details = details


class FormulaCell(str):
    """The text of a cell that holds a formula."""


def read_rows(content, sheet_name, columns):
    """Read the rows below a header.

    :param content: the file, as bytes
    :param sheet_name: sheet of an XLSX file; a file of a single sheet may call it anything
    :param columns: names of the columns that may be there, the first one among the required ones
    :return: list of (row number as in the file, {column: cell}); empty rows are left out
    :raise SpreadsheetError: when the file as a whole cannot be read
    """
    if not content:
        raise SpreadsheetError("empty", "The file is empty")
    if len(content) > MAX_BYTES:
        raise SpreadsheetError("too_large", "The file is too large", limit=MAX_BYTES >> 20)
    if content[:4] == b"PK\x03\x04":
        rows = _read_xlsx(content, sheet_name)
    elif content[:4] in (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG") or b"\0" in content[:1000]:
        raise SpreadsheetError("not_a_sheet", "The file is neither XLSX nor CSV")
    else:
        rows = _read_csv(content)
    return _below_header(rows, columns)


def _read_xlsx(content, sheet_name):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise SpreadsheetError("too_large", "The file is too large", limit=MAX_UNPACKED)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except SpreadsheetError:
        raise
    except Exception as error:  # a file of strangers fails in any way it likes
        raise SpreadsheetError("not_a_sheet", "The file is neither XLSX nor CSV") from error
    names = [sheet.title for sheet in book.worksheets]
    wanted = [name for name in names if name.strip().lower() == sheet_name.lower()]
    if not wanted and len(names) != 1:
        raise SpreadsheetError(
            "no_sheet", "The sheet is not there", sheet=sheet_name, sheets=", ".join(names)
        )
    try:
        yield from _read_cells(book[(wanted or names)[0]])
    except SpreadsheetError:
        raise
    except Exception as error:  # as above: read only mode parses while it goes
        raise SpreadsheetError("not_a_sheet", "The file is neither XLSX nor CSV") from error


def _read_cells(sheet):
    # A sheet may claim more rows and columns than it has.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        yield (
            number,
            [FormulaCell(cell.value) if cell.data_type == "f" else cell.value for cell in cells],
        )


def _read_csv(content):
    text = None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None:
        raise SpreadsheetError("not_a_sheet", "The file is neither XLSX nor CSV")
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for cells in reader:
            yield (
                reader.line_num,
                [FormulaCell(c) if c.startswith("=") else c for c in cells[:MAX_COLUMNS]],
            )
    except csv.Error as error:
        raise SpreadsheetError("not_a_sheet", "The file is neither XLSX nor CSV") from error


def _below_header(rows, columns):
    header, found = None, []
    for number, cells in rows:
        if number > MAX_ROWS + 1:
            raise SpreadsheetError("too_many", "The file has too many rows", limit=MAX_ROWS)
        cells = [None if is_empty(cell) else cell for cell in cells]
        if not any(cell is not None for cell in cells):
            continue
        if header is None:
            header = _read_header(cells, columns)
            continue
        found.append(
            (number, {name: cells[i] for name, i in header.items() if i < len(cells)}),
        )
    if header is None:
        raise SpreadsheetError("empty", "The file is empty")
    return found


def _read_header(cells, columns):
    header = {}
    for index, cell in enumerate(cells):
        name = str(cell or "").strip().lower()
        if name in header:
            raise SpreadsheetError("twice", "A column is there twice", column=name)
        if name in columns:
            header[name] = index
    if columns[0] not in header:
        raise SpreadsheetError(
            "no_header", "The first row has no column names", columns=", ".join(columns)
        )
    return header


# ----------------------------------------------------------------------
# Cells
# ----------------------------------------------------------------------


def is_empty(cell):
    """Return whether a cell holds nothing but blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def as_text(cell):
    """Return a cell as text; a whole number as typed, without a point."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    return str(cell).strip()


def as_number(cell):
    """Return a cell as a Decimal.

    :raise SpreadsheetError: for what is no plain finite number
    """
    if isinstance(cell, bool) or isinstance(cell, datetime | date):
        raise SpreadsheetError("number", "This is no number", text=str(cell))
    if isinstance(cell, float) and not math.isfinite(cell):
        raise SpreadsheetError("number", "This is no number", text=str(cell))
    text = str(cell).strip()
    if isinstance(cell, str) and not NUMBER.fullmatch(text):
        raise SpreadsheetError("number", "This is no number", text=text)
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise SpreadsheetError("number", "This is no number", text=text) from error
    if abs(number) >= LIMIT:
        raise SpreadsheetError("huge", "This number is too large", text=text)
    return number


def as_date(cell):
    """Return a cell as a date: a date cell, or text like 2026-03-31.

    :raise SpreadsheetError: for what is no day of the calendar
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell).strip()
    match = DAY.fullmatch(text)
    try:
        if match:
            return date(*(int(part) for part in match.groups()))
    except ValueError as error:
        raise SpreadsheetError("date", "This is no date", text=text) from error
    raise SpreadsheetError("date", "This is no date", text=text)


def as_flag(cell):
    """Return a cell as yes or no.

    :raise SpreadsheetError: for anything else
    """
    text = as_text(cell).lower() if not is_empty(cell) else ""
    if text in YES:
        return True
    if text in NO:
        return False
    raise SpreadsheetError("flag", "This is neither yes nor no", text=text)
