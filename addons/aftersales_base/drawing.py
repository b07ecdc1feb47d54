# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A draw that anybody can repeat: the lowest SHA-256 of ``seed:number`` come first."""

import hashlib


def get_digest(seed, number):
    """SHA-256 of ``seed:number`` in hexadecimal: what ``printf 'seed:17' | sha256sum`` says."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def choose(seed, numbers, count):
    """The numbers that are drawn.

    :param str seed: fixed before anybody knew the numbers
    :param numbers: ids that take part
    :param int count: how many are drawn
    :return: list of numbers, the first drawn first
    """
    return sorted(numbers, key=lambda number: get_digest(seed, number))[: max(count, 0)]
