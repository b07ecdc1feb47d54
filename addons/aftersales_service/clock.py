# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

"""When a promise is due, and whether it was kept (S8): pure functions, without a database.

All moments are naive and in UTC. A clock tells how much time counts between two moments: all of it
(:class:`RoundTheClock`), or only working time (:class:`WorkingClock`).
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

# A mark is (moment, kind, key): what happened to the record, as its log of events says.
STOP, END, PAUSE, RESUME = "stop", "end", "pause", "resume"


class NoWorkingTime(Exception):
    """A calendar has no working time within the years that were looked at."""


class RoundTheClock:
    """Every hour counts."""

    def add(self, moment, duration):
        """Moment at which ``duration`` has passed since ``moment``."""
        return moment + duration

    def between(self, start, end):
        """Time that counts from ``start`` to ``end``; negative where ``end`` is earlier."""
        return end - start

    def add_days(self, moment, days, zone):
        """The same time of day, so many calendar days later in a time zone."""
        return _shift(moment, relativedelta(days=days), zone)


class WorkingClock:
    """Only the working time of a calendar counts.

    :param load: function (start, end) → sorted list of disjoint (start, end), naive UTC
    :param timedelta step: how far ahead the calendar is asked each time
    :param timedelta reach: how far a deadline may lie ahead; further means an empty calendar
    """

    def __init__(self, load, step=timedelta(days=120), reach=timedelta(days=5 * 366)):
        self._load = load
        self._step = step
        self._reach = reach
        self._from = self._to = None
        self._starts, self._ends, self._sums = [], [], []

    def add(self, moment, duration):
        """Moment at which ``duration`` of working time has passed since ``moment``.

        :raises NoWorkingTime: when the calendar is empty for years
        """
        limit = moment + self._reach
        self._cover(moment, moment + self._step)
        wanted = self._worked(moment) + duration
        while not self._sums or self._sums[-1] < wanted:
            if self._to >= limit:
                raise NoWorkingTime
            self._cover(moment, self._to + self._step)
            wanted = self._worked(moment) + duration
        return self._moment(wanted, moment)

    def between(self, start, end):
        """Working time from ``start`` to ``end``; negative where ``end`` is earlier."""
        if end < start:
            return -self.between(end, start)
        self._cover(start, end)
        return self._worked(end) - self._worked(start)

    def add_days(self, moment, days, zone):
        """End of work on the so-manieth working day after the day of ``moment``.

        :raises NoWorkingTime: when the calendar is empty for years
        """
        limit = moment + self._reach
        day = _local(moment, zone).date()
        if not days:
            return moment
        ends = {}
        self._cover(moment, moment + self._step)
        while True:
            for end in self._ends:
                worked = _local(end - timedelta(microseconds=1), zone).date()
                if worked > day:
                    ends[worked] = max(end, ends.get(worked, end))
            # The last day may have been cut by the end of what was asked.
            if len(ends) > days:
                return ends[sorted(ends)[int(days) - 1]]
            if self._to >= limit:
                raise NoWorkingTime
            self._cover(moment, self._to + self._step)

    def _cover(self, start, end):
        """Ask the calendar for what is not known yet; sums are kept from the first moment on."""
        if self._from is not None and self._from <= start and end <= self._to:
            return
        self._from = start if self._from is None else min(start, self._from)
        self._to = end if self._to is None else max(end, self._to)
        self._starts, self._ends, self._sums = [], [], []
        total = timedelta()
        for begin, finish in self._load(self._from, self._to):
            total += finish - begin
            self._starts.append(begin)
            self._ends.append(finish)
            self._sums.append(total)

    def _worked(self, moment):
        """Working time from the first known moment to ``moment``."""
        index = bisect_right(self._starts, moment) - 1
        if index < 0:
            return timedelta()
        return self._sums[index] - max(self._ends[index] - moment, timedelta())

    def _moment(self, worked, earliest):
        """First moment, not before ``earliest``, at which so much working time has passed."""
        index = bisect_right(self._sums, worked)
        if index and self._sums[index - 1] == worked:
            index -= 1
        return max(self._ends[index] - (self._sums[index] - worked), earliest)


@dataclass(frozen=True)
class Terms:
    """What was promised: ``amount`` of ``unit`` (hours, days, months), in a time zone.

    Hours and days are counted by the clock; months are calendar months, whatever the clock.
    """

    amount: float
    unit: str
    clock: RoundTheClock | WorkingClock
    zone: pytz.BaseTzInfo = pytz.utc


@dataclass(frozen=True)
class Reading:
    """What the log of a record says about a promise.

    ``stopped`` is when it happened, or when it was given up (``ended``). ``due`` is the moment by
    which it is kept, as far as it is known: while the clock is held, it is counted as if it went on
    at once. ``late`` is negative where it was kept early.
    """

    due: datetime
    stopped: datetime | None
    ended: bool
    held_since: datetime | None
    held: timedelta
    late: timedelta | None

    @property
    def met(self):
        """Kept in time; None while nobody knows, and where it was given up in time."""
        if self.stopped is None or (self.ended and self.stopped <= self.due):
            return None
        return self.stopped <= self.due


def read(terms, start, marks, due=None):
    """Replay a log of events.

    :param Terms terms: what was promised
    :param datetime start: when its clock started
    :param marks: list of (moment, kind, key) in their order; pauses with one key do not add up
    :param datetime due: the moment at which the promise was broken already, which nothing moves
    :rtype: Reading
    """
    stopped, ended, holds, held_since = _read_marks(start, marks)
    if due is None:
        due = _get_due(terms, start, holds)
    held = sum((end - begin for begin, end in holds), timedelta())
    late = None
    if stopped is not None:
        late = terms.clock.between(due, stopped) if terms.unit == "hours" else stopped - due
    return Reading(due, stopped, ended, held_since, held, late)


def _read_marks(start, marks):
    """First stop and whether it gave up, closed pauses before it, and since when one is open."""
    holds, open_keys, held_since = [], set(), None
    for moment, kind, key in marks:
        if kind in (STOP, END) and moment >= start:
            if held_since is not None:
                holds.append((held_since, moment))
            return moment, kind == END, _clip(holds, start), None
        if kind == PAUSE:
            if not open_keys:
                held_since = max(moment, start)
            open_keys.add(key)
        elif kind == RESUME and key in open_keys:
            open_keys.discard(key)
            if not open_keys:
                holds.append((held_since, moment))
                held_since = None
    return None, False, _clip(holds, start), held_since


def _clip(holds, start):
    return [(begin, end) for begin, end in holds if end > start and end > begin]


def _get_due(terms, start, holds):
    if terms.unit == "hours":
        return _get_due_hours(terms, start, holds)
    if terms.unit == "days":
        due = terms.clock.add_days(start, terms.amount, terms.zone)
    else:
        due = _shift(start, relativedelta(months=int(terms.amount)), terms.zone)
    for begin, end in holds:
        if begin < due:
            due += end - begin
    return due


def _get_due_hours(terms, start, holds):
    """What is left after each stretch of running time is carried over the pause behind it."""
    left = timedelta(hours=terms.amount)
    moment = start
    for begin, end in holds:
        used = terms.clock.between(moment, begin)
        if used >= left:
            break
        left -= used
        moment = end
    return terms.clock.add(moment, left)


def _local(moment, zone):
    return pytz.utc.localize(moment).astimezone(zone)


def _shift(moment, delta, zone):
    """Calendar arithmetic in a time zone: the same time of day, also over a change of the clocks.

    A time that the change skips is the one an hour later; of one that comes twice, the first.
    """
    local = _local(moment, zone).replace(tzinfo=None) + delta
    try:
        aware = zone.localize(local, is_dst=None)
    except pytz.AmbiguousTimeError:
        aware = zone.localize(local, is_dst=True)
    except pytz.NonExistentTimeError:
        aware = zone.normalize(zone.localize(local, is_dst=False))
    return aware.astimezone(pytz.utc).replace(tzinfo=None)


def get_day_start(day, zone):
    """First moment of a calendar day in a time zone."""
    midnight = datetime.combine(day, time.min)
    return zone.localize(midnight, is_dst=False).astimezone(pytz.utc).replace(tzinfo=None)
