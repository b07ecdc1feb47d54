# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Write sample.csv: the event log of an invented service desk, with every oddity of a real one.

``python make_sample.py`` writes the file beside this script; the same seed gives the same
bytes. Nothing in it comes from the public log, only the columns and the oddities do.
"""

import csv
import io
import random
from datetime import datetime, timedelta
from pathlib import Path

SEED = 20160301
INCIDENTS = 60
FIRST = datetime(2016, 3, 1, 7, 0)
HEADER = (
    *("number", "incident_state", "active", "reopen_count", "caller_id", "opened_at"),
    *("sys_updated_at", "contact_type", "category", "subcategory", "u_symptom", "priority"),
    *("assignment_group", "assigned_to", "resolved_at"),
)
CONTACTS = ("Phone",) * 6 + ("Email", "Self service", "IVR", "Direct opening")
PRIORITIES = ("3 - Moderate",) * 6 + ("4 - Low", "2 - High", "1 - Critical")
AWAITING = ("Awaiting User Info",) * 3 + (
    "Awaiting Vendor",
    "Awaiting Problem",
    "Awaiting Evidence",
)
# Minutes until the next row: mostly soon, now and then after days.
WAITS = (0, 3, 20, 60, 240, 1500, 6000)


def rows():
    """All usable rows as tuples of text, header excluded."""
    draw = random.Random(SEED)
    opened = FIRST
    for number in range(1, INCIDENTS + 1):
        opened += timedelta(minutes=draw.randint(5, 600))
        yield from _incident(draw, f"INC{number:07d}", opened)


def bad_rows():
    """One row of each kind that cannot be used."""
    good = next(rows())
    for column, value in (
        ("number", "?"),
        ("sys_updated_at", "2016-03-01 07:00"),
        ("opened_at", "31/2/2016 07:00"),
        ("sys_updated_at", "1/3/2999 07:00"),
        ("incident_state", "Lost"),
        ("priority", "?"),
    ):
        at = HEADER.index(column)
        yield (*good[:at], value, *good[at + 1 :])
    yield good[:5]


def text(*, bad=True) -> str:
    """The whole file.

    :param bad: with the rows that cannot be used
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows())
    if bad:
        writer.writerows(bad_rows())
    return stream.getvalue()


def _incident(draw, number, opened):
    """The rows of one incident: its states in their order, and who had it meanwhile."""
    caller, contact = f"Caller {draw.randint(1, 20)}", draw.choice(CONTACTS)
    category = draw.randint(1, 8)
    subject = (f"Category {category}", f"Subcategory {category}{draw.randint(1, 3)}", "?")
    priority, moment, reopenings = draw.choice(PRIORITIES), opened, 0
    group, resolver = draw.choice(("?", "Group 1", "Group 2")), draw.choice(("?", "Resolver 3"))
    for state in _states(draw):
        moment += timedelta(minutes=draw.choice(WAITS))
        if state == "reopened":
            reopenings, state = reopenings + 1, "Active"
        if draw.random() < 0.3:
            group = draw.choice(("?", "Group 1", "Group 2", "Group 3"))
            resolver = f"Resolver {draw.randint(1, 9)}"
        if draw.random() < 0.05:
            priority = draw.choice(PRIORITIES)
        # Now and then a row is dated before the one above it.
        told = moment - timedelta(minutes=30) if draw.random() < 0.04 else moment
        yield (
            *(number, state, str(state != "Closed").lower(), str(reopenings), caller),
            *(_write(opened), _write(told), contact, *subject, priority, group, resolver, "?"),
        )


def _states(draw):
    yield "New"
    for _work in range(draw.randint(0, 3)):
        yield draw.choice(("Active", "Active", "New", "-100", *AWAITING))
    if draw.random() < 0.06:
        return
    yield "Resolved"
    for _reopening in range(draw.choice((0, 0, 0, 0, 1, 2))):
        if draw.random() < 0.3:
            yield "Closed"
        yield "reopened"
        if draw.random() < 0.5:
            yield draw.choice(AWAITING)
        yield "Resolved"
    if draw.random() < 0.9:
        yield "Closed"


def _write(moment):
    return f"{moment.day}/{moment.month}/{moment:%Y %H:%M}"


if __name__ == "__main__":
    Path(__file__).with_name("sample.csv").write_text(text(), encoding="utf-8")
