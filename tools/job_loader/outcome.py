# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a load has done, for the caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True)
class LoadReport:
    """What a load did, and what the register of the desk then holds.

    ``kept`` is {promise: (kept, broken, open)} over all jobs of the desk, read off its deadlines.
    """

    path: Path
    rows_read: int
    rows_used: int
    incidents: int
    already_loaded: int
    jobs: int
    reopened_incidents: int
    handovers: int
    rejected: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    reject_path: Path | None = None
    kept: Mapping[str, tuple[int, int, int]] = field(default_factory=lambda: MappingProxyType({}))
    seconds: float = 0.0

    @property
    def rows_rejected(self) -> int:
        """Rows in the reject file."""
        return sum(self.rejected.values())
