# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The choice of winners, without a database: anybody can repeat it from the published seed."""

import hashlib
import heapq

from odoo.addons.aftersales_base.drawing import get_digest


def get_fingerprint(entries):
    """SHA-256 of the list of coupons, one line an entry: holder, first and last number."""
    text = "\n".join(f"{holder}:{first}-{last}" for holder, first, last in entries)
    return hashlib.sha256(text.encode()).hexdigest()


def number_entries(coupons):
    """Give numbers from 1 on, in the order of the holders.

    :param coupons: {holder: how many}
    :return: list of (holder, first number, last number)
    """
    entries, last = [], 0
    for holder, count in sorted(coupons.items()):
        if count > 0:
            entries.append((holder, last + 1, last + count))
            last += count
    return entries


def choose_winners(seed, entries, prizes, once=True):
    """The coupons with the lowest digests win.

    :param entries: list of (holder, first number, last number)
    :param prizes: how many
    :param once: a holder wins one prize at most, with its best coupon
    :return: list of (digest, number, holder), the first prize first
    """
    scored = (
        (get_digest(seed, number), number, holder)
        for holder, first, last in entries
        for number in range(first, last + 1)
    )
    if not once:
        return heapq.nsmallest(prizes, scored)
    best = {}
    for coupon in scored:
        holder = coupon[2]
        if holder not in best or coupon < best[holder]:
            best[holder] = coupon
    return heapq.nsmallest(prizes, best.values())
