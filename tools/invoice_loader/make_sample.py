# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Write sample.csv: invoices of an invented parts wholesaler, and every kind of bad row.

``python make_sample.py`` writes the file beside this script; the same seed gives the same
bytes. Nothing in it comes from the real data set, only the columns and the oddities do.
"""

import csv
import io
import random
from datetime import datetime, timedelta
from pathlib import Path

SEED = 20101001
DEALERS, INVOICES = 40, 150
FIRST, DAYS = datetime(2010, 10, 1, 8, 30), 92
HEADER = (
    "Invoice",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "Price",
    "Customer ID",
    "Country",
)
COUNTRIES = ("United Kingdom",) * 6 + ("EIRE", "Germany", "France", "Channel Islands")
GROUPS = ("BRAKE", "CLUTCH", "FUEL", "OIL", "AIR", "CABIN", "WATER", "TIMING")
THINGS = ("PUMP", "FILTER", "PAD SET", "HOSE", "SENSOR", "GASKET", "BELT", "BEARING")


def articles(rng):
    """64 invented articles: (code, description, price)."""
    names = [f"{group} {thing}" for group in GROUPS for thing in THINGS]
    return [
        (f"{70001 + at * 7}{rng.choice(('', '', 'A', 'B'))}", name, rng.randrange(85, 18000) / 100)
        for at, name in enumerate(names)
    ]


def rows():
    """All rows as tuples of text, header excluded."""
    rng = random.Random(SEED)
    catalogue = articles(rng)
    dealers = [(str(40001 + at), rng.choice(COUNTRIES)) for at in range(DEALERS)]
    moments = sorted(
        FIRST + timedelta(days=rng.randrange(DAYS), minutes=rng.randrange(540))
        for _invoice in range(INVOICES)
    )
    out, bought = [], []
    for at, moment in enumerate(moments):
        number = str(600001 + at)
        if at % 11 == 10:
            dealer, lines = rng.choice(bought[-20:])
            picked = rng.sample(lines, min(2, len(lines)))
            lines = [
                (code, name, -rng.randint(1, quantity), price)
                for code, name, quantity, price in picked
            ]
            number = f"C{number}"
        else:
            dealer = rng.choice(dealers)
            lines = [
                (code, name, rng.choice((1, 2, 3, 4, 6, 12, 24, 48)), price)
                for code, name, price in rng.sample(catalogue, rng.randint(1, 12))
            ]
            bought.append((dealer, lines))
        if at % 7 == 3:
            lines = [(code.lower(), *rest) for code, *rest in lines]
        out += [_row(number, *line, moment, dealer) for line in lines]
    return _with_bad_rows(out)


def _row(number, code, name, quantity, price, moment, dealer):
    stamp = moment.strftime("%Y-%m-%d %H:%M:%S") if isinstance(moment, datetime) else moment
    return (number, code, name, str(quantity), stamp, str(price), *dealer)


def _with_bad_rows(good):
    """One or more rows of each kind that the loader must reject, in among the good ones."""
    last = good[-1]
    day, dealer = last[4], last[6:]
    on_last = {
        "no customer": ("70001", "BRAKE PUMP", 1, 10.5, day, ("", "United Kingdom")),
        "other customer": ("70001", "BRAKE PUMP", 1, 10.5, day, ("40999", "France")),
        "postage": ("POST", "POSTAGE", 1, 18.0, day, dealer),
        "manual": ("m", "Manual", 1, 3.5, day, dealer),
        "voucher": ("gift_0001_20", "GIFT VOUCHER", 1, 20.0, day, dealer),
        "test": ("TEST001", "This is a test product.", 5, 4.5, day, dealer),
        "zero quantity": ("70008", "BRAKE FILTER", 0, 4.2, day, dealer),
        "write-off": ("70008", "damaged", -6, 4.2, day, dealer),
        "zero price": ("70008", "BRAKE FILTER", 2, 0.0, day, dealer),
        "negative price": ("70008", "BRAKE FILTER", 1, -4.2, day, dealer),
        "half a piece": ("70015", "BRAKE PAD SET", "1.5", 4.2, day, dealer),
        "no quantity": ("70015", "BRAKE PAD SET", "some", 4.2, day, dealer),
        "no price": ("70015", "BRAKE PAD SET", 1, "n/a", day, dealer),
        "bad time": ("70015", "BRAKE PAD SET", 1, 4.2, "31/12/2010", dealer),
    }
    bad = [_row(last[0], *values) for values in on_last.values()]
    bad += [
        _row("C600900", "70001", "BRAKE PUMP", 1, 10.5, day, dealer),
        _row("A600901", "B", "Adjust bad debt", 1, -1250.0, day, dealer),
        _row("600902", "70001", "BRAKE PUMP", 1, 10.5, "2010-13-45 10:00:00", dealer),
        _row("", "70001", "BRAKE PUMP", 1, 10.5, day, dealer),
        # 0.125 + 0.125 is 0.26 by lines and 0.25 in all
        _row("600903", "70022", "BRAKE HOSE", 1, 0.125, day, dealer),
        _row("600903", "70029", "BRAKE SENSOR", 1, 0.125, day, dealer),
        _row("600904", "70001", "BRAKE PUMP", 1, 10.5, "2999-01-01 10:00:00", dealer),
        ("600905", "70001", "BRAKE PUMP"),
    ]
    # the first days a second time, as overlapping exports have them, and a number used twice
    first_day = good[0][4][:10]
    copies = [row for row in good if row[4][:10] == first_day]
    again = _row("600005", "70001", "BRAKE PUMP", 99, 10.5, day, dealer)
    return [*good, *bad, *copies, again]


def text() -> str:
    """The whole file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows())
    return stream.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("sample.csv").write_text(text(), encoding="utf-8")
