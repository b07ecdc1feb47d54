# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, timedelta

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..clock import NoWorkingTime, RoundTheClock, Terms, WorkingClock, read
from .common import golden

NEW_YORK = pytz.timezone("America/New_York")


def moment(text):
    return datetime.fromisoformat(text)


def office(start, end):
    """Monday to Friday, 8 to 12 and 13 to 17, in UTC."""
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    intervals = []
    while day < end:
        if day.weekday() < 5:
            for first, last in ((8, 12), (13, 17)):
                begin = max(day + timedelta(hours=first), start)
                finish = min(day + timedelta(hours=last), end)
                if begin < finish:
                    intervals.append((begin, finish))
        day += timedelta(days=1)
    return intervals


def working(hours):
    return Terms(hours, "hours", WorkingClock(office))


@tagged("post_install", "-at_install")
class TestClock(BaseCase):
    """Deadlines by pure calculation (S8)."""

    def test_S8_golden(self):
        clocks = {"round the clock": RoundTheClock()}
        for case_id in ("S8-clock", "S8-working", "S8-pause", "S8-month", "S8-breach-stays"):
            case = golden(case_id)
            asked, expected = case["given"], case["expect"]
            clock = clocks.get(asked.get("calendar"), WorkingClock(office))
            if asked.get("policy") == "one calendar month":
                terms = Terms(1, "months", clock)
            else:
                terms = Terms(asked["policy_hours"], "hours", clock)
            marks = []
            for pause in asked.get("pauses", []):
                marks += [(moment(pause["from"]), "pause", 1), (moment(pause["to"]), "resume", 1)]
            if "stop" in asked:
                marks.append((moment(asked["stop"]), "stop", 2))
            reading = read(terms, moment(asked["start"]), marks)
            with self.subTest(case_id):
                if "deadline" in expected:
                    self.assertEqual(reading.due, moment(expected["deadline"]))
                if "met" in expected:
                    self.assertEqual(reading.met, expected["met"])
                if "late_hours" in expected:
                    self.assertEqual(reading.late, timedelta(hours=expected["late_hours"]))

    def test_S8_milder_terms_do_not_mend_what_is_broken(self):
        start, due = moment("2026-11-20T08:00"), moment("2026-11-20T12:00")
        stop = [(moment("2026-11-20T13:00"), "stop", 1)]
        self.assertTrue(read(Terms(8, "hours", RoundTheClock()), start, stop).met)
        reading = read(Terms(8, "hours", RoundTheClock()), start, stop, due=due)
        self.assertFalse(reading.met)
        self.assertEqual(reading.late, timedelta(hours=1))

    def test_S8_open_pause_holds_the_clock(self):
        start = moment("2026-11-23T08:00")
        reading = read(working(4), start, [(moment("2026-11-23T09:00"), "pause", 1)])
        self.assertEqual(reading.held_since, moment("2026-11-23T09:00"))
        self.assertIsNone(reading.met)

    def test_S8_two_pauses_at_once_count_once(self):
        start = moment("2026-11-23T08:00")
        marks = [
            (moment("2026-11-23T09:00"), "pause", 1),
            (moment("2026-11-23T09:30"), "pause", 2),
            (moment("2026-11-23T10:00"), "resume", 1),
            (moment("2026-11-23T11:00"), "resume", 2),
        ]
        reading = read(working(4), start, marks)
        self.assertEqual(reading.due, moment("2026-11-23T15:00"))
        self.assertEqual(reading.held, timedelta(hours=2))

    def test_S8_a_pause_that_began_before_the_start(self):
        marks = [
            (moment("2026-11-23T07:00"), "pause", 1),
            (moment("2026-11-23T10:00"), "resume", 1),
        ]
        reading = read(working(1), moment("2026-11-23T08:00"), marks)
        self.assertEqual(reading.due, moment("2026-11-23T11:00"))
        self.assertEqual(reading.held, timedelta(hours=2))

    def test_S8_months_end_with_the_month(self):
        for start, months, due in (
            ("2026-01-31T10:00", 1, "2026-02-28T10:00"),
            ("2028-01-31T10:00", 1, "2028-02-29T10:00"),
            ("2026-10-31T10:00", 3, "2027-01-31T10:00"),
        ):
            terms = Terms(months, "months", RoundTheClock())
            self.assertEqual(read(terms, moment(start), []).due, moment(due))

    def test_S8_days_keep_the_time_of_day_when_the_clocks_change(self):
        terms = Terms(2, "days", RoundTheClock(), NEW_YORK)
        # 7 March 2026 15:00 in New York is 20:00 UTC; on 9 March it is 19:00 UTC.
        due = read(terms, moment("2026-03-07T20:00"), []).due
        self.assertEqual(due, moment("2026-03-09T19:00"))

    def test_S8_times_that_do_not_exist_or_come_twice(self):
        terms = Terms(1, "days", RoundTheClock(), NEW_YORK)
        # 2:30 does not exist on 8 March 2026: 3:30 summer time.
        self.assertEqual(
            read(terms, moment("2026-03-07T07:30"), []).due, moment("2026-03-08T07:30")
        )
        # 1:30 comes twice on 1 November 2026: the first one.
        self.assertEqual(
            read(terms, moment("2026-10-31T05:30"), []).due, moment("2026-11-01T05:30")
        )

    def test_S8_working_days(self):
        terms = Terms(2, "days", WorkingClock(office))
        for start, due in (
            ("2026-11-20T15:30", "2026-11-24T17:00"),  # Friday: Monday, Tuesday
            ("2026-11-21T10:00", "2026-11-24T17:00"),  # Saturday
            ("2026-11-23T07:00", "2026-11-25T17:00"),  # before work on Monday
        ):
            self.assertEqual(read(terms, moment(start), []).due, moment(due))

    def test_S8_no_working_time(self):
        def never(start, end):
            return []

        for terms in (
            Terms(1, "hours", WorkingClock(never)),
            Terms(1, "days", WorkingClock(never)),
        ):
            with self.assertRaises(NoWorkingTime):
                read(terms, moment("2026-11-20T15:30"), [])

    @given(
        start=st.integers(0, 60 * 24 * 30),
        hours=st.integers(1, 200),
        pauses=st.lists(st.tuples(st.integers(0, 60 * 24 * 10), st.integers(1, 3000)), max_size=4),
    )
    @settings(max_examples=60, deadline=None)
    def test_S8_time_worked_until_due_is_what_was_promised(self, start, hours, pauses):
        """Working time from start to due, pauses taken off, is the promise: whatever happens."""
        start = moment("2026-01-05T00:00") + timedelta(minutes=start)
        marks, last = [], start
        for wait, length in pauses:
            begin = last + timedelta(minutes=wait)
            last = begin + timedelta(minutes=length)
            marks += [(begin, "pause", 1), (last, "resume", 1)]
        for clock in (WorkingClock(office), RoundTheClock()):
            due = read(Terms(hours, "hours", clock), start, marks).due
            worked = clock.between(start, due)
            for (begin, *_), (end, *_) in zip(marks[::2], marks[1::2], strict=True):
                if begin < due:
                    worked -= clock.between(begin, min(end, due))
            self.assertEqual(worked, timedelta(hours=hours))
