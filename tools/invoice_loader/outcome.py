# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a load has done: the running count of the loaders and the report for the caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType


@dataclass
class Outcome:
    """Running count of a loader; money in the file's currency."""

    invoices: int = 0
    credit_notes: int = 0
    lines: int = 0
    invoiced: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    skipped: int = 0
    skipped_lines: int = 0
    dealers: int = 0
    dealers_created: int = 0
    products: int = 0
    products_created: int = 0

    def add(self, invoices) -> None:
        """Count documents that were loaded."""
        for invoice in invoices:
            self.lines += len(invoice.lines)
            if invoice.credit_note:
                self.credit_notes += 1
                self.credited += invoice.total
            else:
                self.invoices += 1
                self.invoiced += invoice.total

    def skip(self, invoices) -> None:
        """Count documents that an earlier load had brought in."""
        for invoice in invoices:
            self.skipped += 1
            self.skipped_lines += len(invoice.lines)


@dataclass(frozen=True)
class LoadReport:
    """What a load did; amounts in ``currency``.

    ``rows_read = rows_used + rows_already_loaded + rows_rejected + rows_copied
    + rows_out_of_range``. With a limit, reading stops at the last invoice taken.
    """

    path: Path
    bulk: bool
    currency: str
    date_from: date | None
    date_to: date | None
    rows_read: int
    rows_used: int
    rows_already_loaded: int
    rows_copied: int
    rows_out_of_range: int
    rejected: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    reject_path: Path | None = None
    dealers: int = 0
    dealers_created: int = 0
    products: int = 0
    products_created: int = 0
    invoices: int = 0
    credit_notes: int = 0
    already_loaded: int = 0
    invoiced: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    seconds: float = 0.0

    @property
    def rows_rejected(self) -> int:
        """Rows in the reject file."""
        return sum(self.rejected.values())

    @property
    def total(self) -> Decimal:
        """Invoices less credit notes of this load."""
        return self.invoiced - self.credited
