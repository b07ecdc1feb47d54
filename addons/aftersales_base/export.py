# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tables as files: what an accountant hands to a bank, an auditor or a tax office.

A table is a header and rows of plain values. Texts that a spreadsheet would take for a formula
are marked as text, because names and references come from outside.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: By the ending of a file's name.
MIMETYPES = {
    "csv": "text/csv;charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_csv(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """A table as CSV in UTF-8 with a byte order mark, which spreadsheets need to see Chinese."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_as_text(value) for value in row])
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Any]]]]) -> bytes:
    """Tables as sheets of one workbook.

    :param tables: {name of the sheet: (header, rows)}
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, (header, rows) in tables.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            for column, title in enumerate(header):
                sheet.write_string(0, column, title, bold)
                sheet.set_column(column, column, 16)
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    _write(sheet, number, column, value, day)
    return stream.getvalue()


def as_template(title: str, columns: Sequence[str], guide: Sequence[Sequence[str]]) -> bytes:
    """An XLSX to be filled in: a sheet with the names of the columns, and one that explains it.

    :param guide: rows of a name and what it means
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(columns):
            sheet.write_string(0, column, name)
        help_sheet = book.add_worksheet("Read me")
        for column, width in enumerate((24, 70)):
            help_sheet.set_column(column, column, width)
        for number, row in enumerate(guide):
            for column, text in enumerate(row):
                # A name that begins with = is a name.
                help_sheet.write_string(number, column, text)
    return stream.getvalue()


def make_download(record, name: str, content: bytes) -> dict:
    """An action by which the user downloads a file.

    :param record: what the file is kept at, for those who may read it; an empty recordset keeps
        it for the user alone
    :param name: name of the file; its ending says what it is
    """
    owner = {"res_model": record._name, "res_id": record.id} if record else {}
    attachment = record.env["ir.attachment"].create(
        {
            "name": name.replace("/", "-"),
            "raw": content,
            "mimetype": MIMETYPES[name.rpartition(".")[2]].partition(";")[0],
            **owner,
        }
    )
    return {
        "type": "ir.actions.act_url",
        "url": f"/web/content/{attachment.id}?download=true",
        "target": "self",
    }


def _write(sheet, number, column, value, day):
    if isinstance(value, date):
        sheet.write_datetime(number, column, value, day)
    elif isinstance(value, int | float):
        sheet.write_number(number, column, value)
    else:
        sheet.write_string(number, column, str(value))


def _as_text(value):
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
