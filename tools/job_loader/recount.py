# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Count jobs, reopenings and promises kept from the file alone, to hold a load against.

Plain ``csv`` and arithmetic on minutes. On purpose nothing is shared with the loader or with the
clock of the add-on: what both say in common is right, or wrong twice in the same way.
"""

import csv
import lzma
from collections import Counter
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
# Name of the promise: (which priorities, minutes, in working hours only, held while waiting, until)
PROMISES = {
    "Urgent incident taken up": ("12", 60, False, False, "named"),
    "Incident taken up": ("34", 240, False, False, "named"),
    "Urgent incident settled": ("12", 24 * 60, False, True, "settled"),
    "Incident settled": ("34", 40 * 60, True, True, "settled"),
}


def count(path):
    """Counts of a whole log without bad rows.

    :return: Counter with ``incidents``, ``jobs``, ``reopened``, and for each promise
        (name, "kept") and (name, "broken")
    """
    incidents = {}
    opener = lzma.open if str(path).endswith(".xz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            incidents.setdefault(row["number"], []).append(row)
    counts = Counter(incidents=len(incidents))
    for rows in incidents.values():
        jobs = list(split(rows))
        counts["jobs"] += len(jobs)
        counts["reopened"] += len(jobs) > 1
        for job in jobs:
            for name, promise in PROMISES.items():
                if job["priority"] in promise[0]:
                    verdict = is_kept(job, *promise[1:])
                    counts[name, verdict] += 1
    return counts


def split(rows):
    """Jobs of an incident: a new one wherever it was resolved and then is not any more."""
    now = when(rows[0]["opened_at"])
    job = new_job(now)
    for row in rows:
        now = max(now, when(row["sys_updated_at"]))
        over = row["incident_state"] in ("Resolved", "Closed")
        if job["settled"]:
            if over or row["incident_state"] == "-100":
                continue
            yield job
            job = new_job(now)
        job["priority"] = row["priority"][0]
        if row["assigned_to"] != "?" and not job["named"]:
            job["named"] = now
        if row["incident_state"] != "-100":
            # Waiting lasts from this row to the next one that says something else.
            job["states"].append((now, row["incident_state"].startswith("Awaiting")))
        if over:
            job["settled"] = now
            job["named"] = job["named"] or now
    yield job


def new_job(now):
    return {"start": now, "named": None, "settled": None, "priority": None, "states": []}


def is_kept(job, minutes, working, held, until):
    """Whether the promised time was not used up before it happened."""
    end = job[until]
    if end is None:
        return "open"
    stretches = [(job["start"], end)]
    if held:
        stretches = list(running(job, end))
    used = sum(length(*stretch, working) for stretch in stretches)
    if used != minutes:
        return "kept" if used < minutes else "broken"
    # Used up to the minute: kept if that was the very last one.
    last = stretches[-1] if stretches else None
    in_time = last and last[1] == end and length(end - MINUTE, end, working) == 1
    return "kept" if in_time else "broken"


def running(job, end):
    """Stretches of time in which the clock is not held."""
    since = job["start"]
    for moment, waits in job["states"]:
        if moment >= end:
            break
        if waits and since is not None:
            if moment > since:
                yield since, moment
            since = None
        elif not waits and since is None:
            since = moment
    if since is not None and end > since:
        yield since, end


def length(start, end, working):
    """Minutes between two moments; working ones are Monday to Friday from 8 to 18."""
    if not working:
        return int((end - start) / MINUTE)
    total, day = 0, start.date()
    while day <= end.date():
        if day.weekday() < 5:
            opens = datetime(day.year, day.month, day.day, 8)
            closes = datetime(day.year, day.month, day.day, 18)
            total += max(int((min(end, closes) - max(start, opens)) / MINUTE), 0)
        day += timedelta(days=1)
    return total


def when(text):
    return datetime.strptime(text, "%d/%m/%Y %H:%M")
