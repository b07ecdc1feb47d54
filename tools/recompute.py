# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Turnover and rebate of every dealer, computed from the file alone.

A second opinion for the tests and for the demo in bulk: it shares no code with the loader or with
the add-ons, and goes another way where it can. The loader recognises the overlap of the two sheets
by invoices that come again; here the file is cut where its time runs backwards, and the days of
the first sheet that the second covers are left out. Only the documented rules of usable rows are
the same.

``python -m tools.recompute FILE FROM TO`` prints dealer, turnover and rebate at 5/7/10 %.
"""

import csv
import lzma
import sys
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

CENT = Decimal("0.01")
CHARGES = {
    "POST", "DOT", "M", "C2", "C3", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS",
}  # fmt: skip


def cents(amount):
    """Half up to the cent, away from zero on both sides."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def file_rows(path):
    """The data rows of a .csv or .csv.xz file as dicts."""
    opener = lzma.open if Path(path).suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def without_overlap(path):
    """Rows of the file, less those days of its first part that its second part begins with."""
    days = [row["InvoiceDate"][:10] for row in file_rows(path)]
    borders = [at for at in range(1, len(days)) if days[at] < days[at - 1]]
    border = borders[-1] if borders else 0
    for at, row in enumerate(file_rows(path)):
        if at >= border or days[at] < days[border]:
            yield row


def line_amount(row):
    """Signed amount of a row to the cent, or None where the row is not usable."""
    number, code = row["Invoice"].strip().upper(), row["StockCode"].strip().upper()
    if not row["Customer ID"].strip() or not number or number[0] == "A":
        return None
    if not code or code in CHARGES or code[:6] == "ADJUST" or code[:4] in ("GIFT", "TEST"):
        return None
    quantity, price = Decimal(row["Quantity"]), Decimal(row["Price"])
    if price <= 0 or quantity == 0 or (quantity < 0) != (number[0] == "C"):
        return None
    return cents(quantity * price)


@lru_cache(maxsize=2)
def daily(path):
    """{dealer number: {day as ISO text: net turnover}} of the whole file.

    Only for well-formed files (the public set): a number that can't be read raises.
    """
    days = defaultdict(lambda: defaultdict(Decimal))
    for row in without_overlap(path):
        amount = line_amount(row)
        if amount is not None:
            days[row["Customer ID"].strip()][row["InvoiceDate"][:10]] += amount
    return days


def turnover(path, first, last):
    """{dealer number: net turnover} of the invoices dated first..last, both inclusive."""
    total = {}
    for dealer, days in daily(path).items():
        own = [
            amount for day, amount in days.items() if first.isoformat() <= day <= last.isoformat()
        ]
        if own:
            total[dealer] = sum(own)
    return total


def rebate(amount, tiers, method):
    """Rebate on one dealer's turnover, half up to the cent.

    :param tiers: ascending [(from, percent)] of Decimals; a tier is [from, next from)
    :param method: "whole" (reached rate on everything) or "incremental" (each on its slice)
    """
    reached = [tier for tier in tiers if amount >= tier[0]]
    if not reached:
        return Decimal("0.00")
    if method == "whole":
        return cents(amount * reached[-1][1] / 100)
    bounds = [start for start, _percent in tiers[1:]] + [None]
    money = Decimal(0)
    for (start, percent), end in zip(tiers, bounds, strict=True):
        if amount > start:
            money += (min(amount, end) if end is not None else amount) * percent - start * percent
    return cents(money / 100)


def rebates(path, first, last, tiers, method):
    """{dealer number: rebate}; dealers without one are in it with 0.00."""
    return {
        dealer: rebate(amount, tiers, method)
        for dealer, amount in turnover(path, first, last).items()
    }


R4_TIERS = [
    (Decimal(10000), Decimal(5)),
    (Decimal(20000), Decimal(7)),
    (Decimal(30000), Decimal(10)),
]

if __name__ == "__main__":
    source, start, end = sys.argv[1], *map(date.fromisoformat, sys.argv[2:4])
    for dealer, amount in sorted(turnover(source, start, end).items()):
        print(dealer, amount, rebate(amount, R4_TIERS, "whole"))
