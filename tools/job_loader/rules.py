# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the rows of an incident to jobs with their moments; pure functions, nothing of Odoo.

See ``README.md`` beside this file for what each state of the log means to a job.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache

from .reader import Row

MISSING = "?"
FORMAT = "%d/%m/%Y %H:%M"
NO_STATE = "-100"
NEW, ACTIVE, RESOLVED, CLOSED = "New", "Active", "Resolved", "Closed"
# What the clock of a promise stands still for, by the code of the deadline event.
PAUSES = {
    "Awaiting User Info": "waiting_customer",
    "Awaiting Evidence": "waiting_customer",
    "Awaiting Vendor": "waiting_supplier",
    "Awaiting Problem": "waiting_problem",
}
STATES = frozenset((NEW, ACTIVE, RESOLVED, CLOSED, NO_STATE, *PAUSES))
PRIORITIES = {
    "1 - Critical": True,
    "2 - High": True,
    "3 - Moderate": False,
    "4 - Low": False,
}
CHANNELS = {
    "Phone": "call",
    "IVR": "call",
    "Email": "mail",
    "Self service": "web",
    "Direct opening": "walk_in",
}


@dataclass(frozen=True)
class Promise:
    """What the desk promises about a job, in hours, by whether it is urgent.

    ``stop`` is the code of the deadline event that keeps it. Working hours are Monday to Friday,
    ``WORKDAY``; otherwise the clock runs day and night.
    """

    name: str
    stop: str
    urgent: bool
    hours: int
    working_hours: bool
    held: bool


WORKDAY = (8, 18)
PROMISES = (
    Promise("Urgent incident taken up", "dispatched", True, 1, False, False),
    Promise("Incident taken up", "dispatched", False, 4, False, False),
    Promise("Urgent incident settled", "done", True, 24, False, True),
    Promise("Incident settled", "done", False, 40, True, True),
)


class Reason(str, Enum):
    """Why a row was not used; the value is what the reject file says."""

    MALFORMED = "wrong number of columns"
    NO_NUMBER = "no incident number"
    BAD_MOMENT = "sys_updated_at can't be read (day/month/year hour:minute)"
    BAD_OPENING = "opened_at can't be read (day/month/year hour:minute)"
    FUTURE = "dated in the future"
    BAD_STATE = "unknown incident_state"
    BAD_PRIORITY = "unknown priority"

    def __str__(self):
        return self.value


@dataclass(frozen=True)
class Owner:
    """Who has a job from a moment on; None where the log does not name one."""

    since: datetime
    group: str | None
    resolver: str | None


@dataclass(frozen=True)
class Hold:
    """The clock stands still; ``end`` is None where the log ends before it does."""

    code: str
    begin: datetime
    end: datetime | None


@dataclass
class Job:
    """One stretch of work, from a call (or a reopening) to its completion."""

    registered_at: datetime
    urgent: bool = False
    owners: list[Owner] = field(default_factory=list)
    started_at: datetime | None = None
    done_at: datetime | None = None
    closed_at: datetime | None = None
    holds: list[Hold] = field(default_factory=list)


@dataclass(frozen=True)
class Incident:
    """A call and the jobs that came of it: one more for each reopening."""

    number: str
    caller: str
    channel: str
    category: str
    subcategory: str
    symptom: str
    jobs: tuple[Job, ...]


@lru_cache(maxsize=65536)
def parse_moment(text: str) -> datetime | None:
    """A moment of the log, or None where it can't be read."""
    try:
        return datetime.strptime(text.strip(), FORMAT)
    except ValueError:
        return None


def judge(row: Row, now: datetime) -> Reason | None:
    """Why a row can't be used; None when it can."""
    if row.malformed:
        return Reason.MALFORMED
    if not row.number.strip() or row.number.strip() == MISSING:
        return Reason.NO_NUMBER
    moment, opened = parse_moment(row.updated_at), parse_moment(row.opened_at)
    if moment is None:
        return Reason.BAD_MOMENT
    if opened is None:
        return Reason.BAD_OPENING
    if max(moment, opened) > now:
        return Reason.FUTURE
    if row.state.strip() not in STATES:
        return Reason.BAD_STATE
    return None if row.priority.strip() in PRIORITIES else Reason.BAD_PRIORITY


def read_incident(rows: list[Row]) -> Incident:
    """The jobs of one incident, from its usable rows in the order of the file.

    A row that is dated before the one above it, or before the call, is taken to have happened at
    that moment: the order of the states is what the log is about.
    """
    first = rows[0]
    moment = parse_moment(first.opened_at)
    course = _Course(moment)
    for row in rows:
        moment = max(parse_moment(row.updated_at), moment)
        course.take(row, moment)
    course.leave()
    return Incident(
        number=first.number.strip(),
        caller=_known(first.caller) or "Caller unknown",
        channel=CHANNELS.get(first.contact.strip(), "call"),
        category=_known(first.category) or "Category unknown",
        subcategory=_known(first.subcategory) or "",
        symptom=_known(first.symptom) or "",
        jobs=tuple(course.jobs),
    )


class _Course:
    """Reads the rows of an incident one after another."""

    def __init__(self, opened):
        self.jobs = [Job(opened)]
        self.group = self.hold = self.working_since = None

    def take(self, row, moment):
        """One more row, in the order of time."""
        state, job = row.state.strip(), self.jobs[-1]
        if job.done_at:
            if state == CLOSED:
                job.closed_at = job.closed_at or moment
            if state in (RESOLVED, CLOSED, NO_STATE):
                return
            job = self._reopen(moment)
        job.urgent = PRIORITIES[row.priority.strip()]
        self._own(job, row, moment)
        if state != NO_STATE:
            self._hold(job, PAUSES.get(state), moment)
            if state in PAUSES or state == ACTIVE:
                self.working_since = self.working_since or moment
            elif state in (RESOLVED, CLOSED):
                self._finish(job, moment, closed=state == CLOSED)

    def _reopen(self, moment):
        self.working_since = None
        self.jobs.append(Job(moment))
        return self.jobs[-1]

    def _own(self, job, row, moment):
        """Somebody is named: the first dispatches the job, a change is a hand-over."""
        self.group = _known(row.group) or self.group
        resolver = _known(row.resolver)
        last = job.owners[-1] if job.owners else None
        if resolver and (last is None or (last.group, last.resolver) != (self.group, resolver)):
            job.owners.append(Owner(moment, self.group, resolver))

    def _hold(self, job, code, moment):
        if self.hold and self.hold[0] != code:
            job.holds.append(Hold(*self.hold, moment))
            self.hold = None
        if code and not self.hold:
            self.hold = (code, moment)

    def _finish(self, job, moment, *, closed):
        if not job.owners:
            job.owners.append(Owner(moment, self.group, None))
        # Nobody starts before the job is his.
        begun = max(self.working_since or moment, job.owners[0].since)
        job.started_at, job.done_at = begun, moment
        if closed:
            job.closed_at = moment

    def leave(self):
        """What is still held when the log ends."""
        if self.hold:
            self.jobs[-1].holds.append(Hold(*self.hold, None))
        job = self.jobs[-1]
        if not job.done_at and job.owners and self.working_since:
            job.started_at = max(self.working_since, job.owners[0].since)


def _known(text):
    text = text.strip()
    return None if text in ("", MISSING) else text
