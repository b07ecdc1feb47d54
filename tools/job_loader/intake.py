# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a file to incidents, with everything that was left out counted; nothing of Odoo."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from .. import csv_file
from ..csv_file import InputProblem
from .reader import COLUMNS, read_rows
from .rules import judge, read_incident

REJECT_COLUMNS = ("row", *COLUMNS, "reason")


class Intake:
    """The incidents of a file, in its order; rows of one need not stand together.

    After ``read``: ``rows_read = rows_used + rejected``.
    """

    def __init__(self, path, *, limit=None, reject_path=None, now=None):
        """
        :param limit: at most so many incidents
        :param reject_path: file for the rows that can't be used, with the reason
        """
        self.path, self.limit = Path(path), limit
        self.reject_path, self.now = reject_path, now or datetime.now()
        self.rows_read = self.rows_used = 0
        self.rejected = Counter()

    def read(self, progress):
        """All incidents.

        :param progress: called with (stage, done, total)
        :raises InputProblem: the file can't be used, or has no usable row
        """
        incidents = {}
        with csv_file.reject_file(self.reject_path, REJECT_COLUMNS) as write:
            for row in read_rows(self.path):
                self.rows_read += 1
                if self.rows_read % 20_000 == 0:
                    progress("read", self.rows_read, None)
                reason = judge(row, self.now)
                if reason:
                    self.rejected[reason.value] += 1
                    if write:
                        write((row.row, *row.cells(), reason.value))
                    continue
                incidents.setdefault(row.number.strip(), []).append(row)
        progress("read", self.rows_read, self.rows_read)
        if not incidents:
            reason, count = self.rejected.most_common(1)[0]
            raise InputProblem(
                f"{self.path} has no usable row: all {self.rows_read} were rejected, {count} of "
                f"them: {reason}."
            )
        wanted = list(incidents.values())[: self.limit]
        self.rows_used = sum(map(len, wanted))
        return [read_incident(rows) for rows in wanted]
