# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Phone numbers as they are compared: digits only, whatever was written between them."""

import re

# What two ways of writing one number share: neither the country nor the leading zero is in it.
KEY_LENGTH = 7
# Fewer digits are no phone number.
SHORTEST = 4


def get_digits(number):
    """Digits of a phone number, without an international prefix of zeros.

    >>> get_digits("00 1 (555) 02-01")
    '15550201'
    """
    return "".join(re.findall(r"\d", number or "")).lstrip("0")


def get_key(number):
    """What a number is recognised by, or an empty string: its last digits."""
    digits = get_digits(number)
    return digits[-KEY_LENGTH:] if len(digits) >= SHORTEST else ""


def is_phone(text):
    """Is this typed as a phone number: digits and signs, no letters?"""
    return len(get_digits(text)) >= SHORTEST and not re.search(r"[^\W\d_]", text)


def count_common(one, other):
    """How many last digits two numbers share."""
    count = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        count += 1
    return count
