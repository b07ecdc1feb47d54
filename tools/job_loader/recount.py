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
    incidents = read_incidents(path)
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
            job["closed"] |= row["incident_state"] == "Closed"
            if over or row["incident_state"] == "-100":
                continue
            yield job
            job = new_job(now)
        job["priority"] = row["priority"][0]
        job["people"].append((row["assignment_group"], row["assigned_to"]))
        if row["assigned_to"] != "?" and not job["named"]:
            job["named"] = now
        if row["incident_state"] != "-100":
            # Waiting lasts from this row to the next one that says something else.
            job["states"].append((now, row["incident_state"].startswith("Awaiting")))
        if over:
            job["settled"] = now
            job["closed"] = row["incident_state"] == "Closed"
            job["named"] = job["named"] or now
    yield job


def new_job(now):
    return {
        "start": now,
        "named": None,
        "settled": None,
        "closed": False,
        "priority": None,
        "states": [],
        "people": [],
    }


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


def count_by_person(path, now):
    """Speed, first-time fix and promises of each person and month, from the file alone.

    A job counts for who had it last. Speed runs from the call to the end of the job; a job was
    fixed the first time if nothing came after it, or it was closed before; a promise counts in
    the month in which it was kept or its time was over.

    :param datetime now: what is not settled by then is judged by this moment
    :return: {(name, (year, month)): Counter of ``jobs``, ``minutes``, ``fixed``, ``promises`` and
        ``kept``}
    """
    counts = {}
    for rows in read_incidents(path).values():
        jobs = list(split(rows))
        group = None
        for position, job in enumerate(jobs):
            group = name_person(job, group)
            if job["settled"]:
                found = counts.setdefault((job["person"], month_of(job["settled"])), Counter())
                found["jobs"] += 1
                found["minutes"] += int((job["settled"] - job["start"]) / MINUTE)
                # The caller had said yes to what was closed before it was opened again.
                found["fixed"] += job["closed"] or position + 1 == len(jobs)
            for promise in PROMISES.values():
                if job["person"] and job["priority"] in promise[0]:
                    count_promise(counts, job, promise, now)
    return counts


def read_incidents(path):
    """Rows of each incident, in the order of the file."""
    incidents = {}
    opener = lzma.open if str(path).endswith(".xz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            incidents.setdefault(row["number"], []).append(row)
    return incidents


def name_person(job, group):
    """Who had the job last; somebody of the group last named, where nobody was.

    :return: the group last named
    """
    job["person"] = None
    for row_group, person in job["people"]:
        group = row_group if row_group != "?" else group
        if person != "?":
            job["person"] = person
    if not job["person"] and job["settled"]:
        job["person"] = f"Somebody of {group or 'Group unknown'}"
    return group


def count_promise(counts, job, promise, now):
    """Add the verdict on a promise to the month in which it fell."""
    verdict = is_kept(job, *promise[1:])
    if verdict == "kept":
        moment = job[promise[-1]]
    else:
        moment = get_breach(job, now, *promise[1:-1])
        if moment is None or (verdict == "open" and not is_passed(job, now, *promise[1:-1])):
            return
    found = counts.setdefault((job["person"], month_of(moment)), Counter())
    found["promises"] += 1
    found["kept"] += verdict == "kept"


def is_passed(job, now, minutes, working, held):
    """Whether more than the promised time ran: a clock held at its last minute waits there."""
    stretches = running(job, now) if held else [(job["start"], now)]
    return sum(length(*stretch, working) for stretch in stretches) > minutes


def get_breach(job, now, minutes, working, held):
    """Moment at which the promised time was used up; ``None`` if it was not by now."""
    stretches = running(job, now) if held else [(job["start"], now)]
    for start, end in stretches:
        used = length(start, end, working)
        if used < minutes:
            minutes -= used
            continue
        low, high = 0, int((end - start) / MINUTE)
        while low < high:
            middle = (low + high) // 2
            if length(start, start + middle * MINUTE, working) < minutes:
                low = middle + 1
            else:
                high = middle
        return start + low * MINUTE
    return None


def month_of(moment):
    return moment.year, moment.month
