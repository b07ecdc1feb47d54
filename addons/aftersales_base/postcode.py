# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Postcodes as keys that sort: pure Python, for ranges of numeric and alphanumeric codes.

A code of digits only is compared digit by digit from the left: 10–19 holds 10115, and 94103 holds
94103-1234. In a code with letters, numbers after letters count as numbers: SW2 comes before SW10,
and SW1–SW9 holds SW1A 1AA.
"""

import re

# Sorts behind every letter and digit: the upper end of a range takes in all that begins with it.
LAST = "~"


def get_key(code):
    """Sort key of a postcode, or an empty string.

    >>> get_key("SW1A 1AA") < get_key("sw10")
    True
    """
    code = (code or "").upper()
    if re.fullmatch(r"[\d\W_]*", code):
        return "".join(re.findall(r"\d", code))
    chunks = re.findall(r"\d+|[^\W\d_]+", code)
    # What a code begins with has the same number of digits in a whole country.
    return "".join(
        chunk.zfill(6) if index and chunk.isdigit() else chunk for index, chunk in enumerate(chunks)
    )


def get_bounds(first, last):
    """Keys of a range, both ends included with all codes that begin with them."""
    return get_key(first), get_key(last or first) + LAST
