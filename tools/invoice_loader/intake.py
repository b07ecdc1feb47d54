# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a file to usable invoices, with everything that was left out counted; nothing of Odoo."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from .. import csv_file
from ..csv_file import InputProblem
from .reader import COLUMNS, Copy, group_invoices, read_rows
from .rules import Invoice, invoice_date, judge

REJECT_COLUMNS = ("row", *COLUMNS, "reason")


class Intake:
    """Iterate over the usable invoices of a file and keep account of every row.

    After (or during) the iteration: ``read = used + rejected + copies + outside``, in rows.

    :param date_from: first invoice date, inclusive
    :param date_to: last invoice date, inclusive
    :param limit: stop reading after so many usable invoices
    :param drop_overlap: an invoice that comes a second time with the same rows is counted
        in ``copies``; without this it goes to the reject file like any other bad row
    :param write_reject: called with (row, reason) for every rejected row
    :param places: decimals of the currency
    """

    def __init__(
        self,
        path,
        *,
        date_from: date | None = None,
        date_to: date | None = None,
        limit: int | None = None,
        drop_overlap: bool = True,
        write_reject=None,
        places: int = 2,
        today: date | None = None,
    ):
        if date_from and date_to and date_from > date_to:
            raise InputProblem(f"The range of dates is empty: {date_from} is after {date_to}.")
        self.path = Path(path)
        self.date_from, self.date_to, self.limit = date_from, date_to, limit
        self.drop_overlap, self.places, self.today = drop_overlap, places, today
        self._write_reject = write_reject or (lambda row, reason: None)
        self.read = self.used = self.copies = self.outside = self.invoices = 0
        self.rejected: Counter = Counter()
        self.first_date: date | None = None
        self.last_date: date | None = None

    def __iter__(self) -> Iterator[Invoice]:
        if self.limit is not None and self.limit <= 0:
            return
        for block in group_invoices(read_rows(self.path)):
            self.read += len(block.rows)
            invoice = self._take(block)
            if invoice:
                self.invoices += 1
                self.used += len(invoice.lines)
                yield invoice
                if self.invoices == self.limit:
                    return

    def _take(self, block) -> Invoice | None:
        day = invoice_date(block)
        if day:
            self.first_date = min(self.first_date or day, day)
            self.last_date = max(self.last_date or day, day)
        if day and not self._in_range(day):
            self.outside += len(block.rows)
            return None
        if self.drop_overlap and block.number and block.copy is Copy.SAME:
            self.copies += len(block.rows)
            return None
        verdict = judge(block, places=self.places, today=self.today)
        for row, reason in verdict.rejected:
            self.rejected[reason.value] += 1
            self._write_reject(row, reason)
        return verdict.invoice

    def _in_range(self, day):
        return not (
            (self.date_from and day < self.date_from) or (self.date_to and day > self.date_to)
        )

    def nothing_found(self) -> InputProblem:
        """The sentence for a file that has no usable invoice (in the range)."""
        span = f"{self.date_from or 'the beginning'} to {self.date_to or 'the end'}"
        if self.first_date is None:
            why = "none of its rows has a date of the form YYYY-MM-DD"
        elif self.outside == self.read:
            why = f"its invoices run from {self.first_date} to {self.last_date}: give other dates"
        elif self.rejected:
            reason, count = self.rejected.most_common(1)[0]
            why = f"{sum(self.rejected.values())} rows were rejected, {count} of them: {reason}"
        else:
            why = "it holds only copies"
        return InputProblem(f"{self.path} has no usable invoice from {span}; {why}.")


@contextmanager
def reject_file(path):
    """Open the reject file; yields the function that writes (row, reason)."""
    with csv_file.reject_file(path, REJECT_COLUMNS) as write_cells:
        if write_cells is None:
            yield None
        else:
            yield lambda row, reason: write_cells((row.row, *row.cells(), reason.value))
