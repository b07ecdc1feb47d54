# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""On which day a round is due: plain dates, without Odoo."""

import calendar
from datetime import date, timedelta

DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"


def get_period(frequency: str, day: date) -> tuple[date, date]:
    """First and last day of the period that a day lies in."""
    if frequency == DAILY:
        return day, day
    if frequency == WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    last = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=1), day.replace(day=last)


def get_due_day(
    frequency: str,
    day: date,
    weekday: int = 0,
    month_day: int = 1,
    is_working=lambda day: True,
) -> date | None:
    """Day of the round in the period that ``day`` lies in.

    A day on which nobody works is put off to the next working day of the same period; a period
    without one has no round.

    :param weekday: 0 is Monday
    :param month_day: a day that the month does not have is its last one
    """
    first, last = get_period(frequency, day)
    due = first
    if frequency == WEEKLY:
        due = first + timedelta(days=weekday)
    elif frequency == MONTHLY:
        due = first.replace(day=min(month_day, last.day))
    while due <= last:
        if is_working(due):
            return due
        due += timedelta(days=1)
    return None
