#!/usr/bin/env python3
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Add a rebate file up again, to the cent, with nothing but Python.

Usage: python3 check_rebate.py lines.csv [more.csv ...]

For each line of the file it checks that

* the documents listed below the line add up to what it counts and to what it pays;
* earned - settled before - waiting = paid;
* the table gives what the line says, where the rule is a plain table (a gate, a cap or another
  figure than the basis is named in the column "explanation").

All numbers are exact decimals. Exit code 0: everything adds up; 1: something does not.
"""

import csv
import sys
from decimal import ROUND_FLOOR, Decimal

SCALE = {"percent": Decimal("0.01"), "permille": Decimal("0.001"), "per_unit": Decimal(1)}


def number(text):
    """An exact number; an empty cell is 0."""
    return Decimal(text or "0")


def read_table(text):
    """Rows of "10000=5; 20000=7" as [(bound, value)], lowest first."""
    rows = [row.split("=") for row in text.split(";") if "=" in row]
    return sorted((Decimal(bound.strip()), Decimal(value.strip())) for bound, value in rows)


def read_step(text):
    """(length, what a step gives, limit or None) of "every=1000; gives=100; most=500"."""
    parts = {
        name.strip(): Decimal(value.strip())
        for name, value in (part.split("=") for part in text.split(";") if "=" in part)
    }
    return parts["every"], parts["gives"], parts.get("most")


def reaches(value, bound, kind):
    """Whether a figure reaches a row that holds from, or above, its bound."""
    return value > bound if kind == "above" else value >= bound


def evaluate(line):
    """What the table gives, or None where the file does not say enough to read it."""
    if not line["table"] or not line["looked_up"] or not line["calculated"]:
        return None
    value, basis = number(line["looked_up"]), number(line["applied_to"])
    method, scale = line["method"], SCALE.get(line["unit"])
    if method == "step":
        every, give, most = read_step(line["table"])
        given = max((value / every).to_integral_value(ROUND_FLOOR), Decimal(0)) * give
        return given if most is None else min(given, most)
    rows = read_table(line["table"])
    if method == "incremental" and scale is not None:
        bounds = [bound for bound, _rate in rows[1:]] + [value]
        return sum(
            max(min(value, end) - start, Decimal(0)) * rate * scale
            for (start, rate), end in zip(rows, bounds, strict=True)
        )
    reached = [rate for bound, rate in rows if reaches(value, bound, line["bound"])]
    rate = reached[-1] if reached else Decimal(0)
    if method == "band" or line["unit"] == "amount":
        return rate
    return basis * rate * scale if method == "whole" and scale is not None else None


def check_line(line, documents):
    """Sentences about what does not add up."""
    faults = []
    paid = number(line["rebate"])
    if documents or paid:
        total = sum((number(row["rebate"]) for row in documents), Decimal(0))
        if total != paid:
            faults.append(f"documents add up to {total}, the line pays {paid}")
        counted = sum((number(row["counted"]) for row in documents), Decimal(0))
        if counted != number(line["counted"]):
            faults.append(f"documents count {counted}, the line counts {line['counted']}")
    rest = number(line["earned"]) - number(line["settled_before"]) - number(line["waiting"])
    if rest != paid:
        faults.append(f"earned - settled before - waiting is {rest}, the line pays {paid}")
    given = evaluate(line)
    if given is not None and given != number(line["calculated"]):
        faults.append(f"the table gives {given}, the line says {line['calculated']}")
    return faults


def check_file(path):
    """Check one file; print a sentence a line. True when everything adds up."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        records = list(csv.DictReader(file))
    lines = [record for record in records if record["record"] == "line"]
    good = bool(lines)
    total = Decimal(0)
    for line in lines:
        own = [r for r in records if r["record"] == "document" and r["line"] == line["line"]]
        faults = check_line(line, own)
        good = good and not faults
        total += number(line["rebate"])
        name = f"{line['component']}, {line['period_from']} to {line['period_to']}"
        print(f"{'WRONG' if faults else 'ok   '}  {name}: {line['rebate']} {line['currency']}")
        for fault in faults:
            print(f"         {fault}")
    print(f"{path}: {len(lines)} lines, {total} in all: {'ok' if good else 'does NOT add up'}")
    return good


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(0 if all([check_file(path) for path in sys.argv[1:]]) else 1)
