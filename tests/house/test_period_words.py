# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a reader sees of a day or a record is not fixed to one language."""

import re

import pytest

from tools.common import ADDONS
from tools.database import addons

# A pattern with the month before the year reads "九月 2026" in Chinese: aftersales_base.periods.
PATTERN = re.compile(r"""['"](?:M{3,4}|L{3,4}|Q{3}) y+['"]""")


@pytest.mark.parametrize("name", addons())
def test_no_pattern_fixes_the_order_of_month_and_year(name):
    found = [
        f"{path.relative_to(ADDONS)}: {match[0]}"
        for kind in ("*.py", "*.xml")
        for path in (ADDONS / name).rglob(kind)
        for match in PATTERN.finditer(path.read_text())
    ]
    assert found == []
