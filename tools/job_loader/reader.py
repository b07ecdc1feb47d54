# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows of an incident event log; standard library only, nothing of Odoo.

A file has the columns of the public *incident management process enriched event log* (UCI 498):
one row for each change of an incident. What the publisher copied from the last row to all earlier
ones (resolved_at, closed_at, closed_code, resolved_by) is not read at all.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ..csv_file import read_cells

COLUMNS = (
    "number",
    "incident_state",
    "priority",
    "caller_id",
    "opened_at",
    "sys_updated_at",
    "contact_type",
    "category",
    "subcategory",
    "u_symptom",
    "assignment_group",
    "assigned_to",
)


class Row(NamedTuple):
    """One row as text; ``row`` counts as a spreadsheet does (the header is row 1)."""

    row: int
    number: str
    state: str
    priority: str
    caller: str
    opened_at: str
    updated_at: str
    contact: str
    category: str
    subcategory: str
    symptom: str
    group: str
    resolver: str
    malformed: bool = False

    def cells(self) -> tuple[str, ...]:
        """The columns that are read, untouched, in their order."""
        return self[1:13]


def read_rows(path) -> Iterator[Row]:
    """Yield the rows of ``path``.

    :raises InputProblem: see ``csv_file.read_cells``
    """
    for number, cells, malformed in read_cells(path, COLUMNS):
        yield Row(number, *cells, malformed)
