# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import pytz

from odoo import models

from ..clock import RoundTheClock, WorkingClock


class ResourceCalendar(models.Model):
    """Working hours as the clock of a promise (S8)."""

    _inherit = "resource.calendar"

    def _get_sla_intervals(self, start, end):
        """Working time between two moments, leaves of the whole company taken off.

        :param datetime start: naive, in UTC
        :param datetime end: naive, in UTC
        :return: sorted list of disjoint (start, end), naive, in UTC
        """
        self.ensure_one()
        intervals = self._work_intervals_batch(pytz.utc.localize(start), pytz.utc.localize(end))
        return [
            tuple(moment.astimezone(pytz.utc).replace(tzinfo=None) for moment in (begin, finish))
            for begin, finish, _meta in intervals[False]
        ]

    def _get_sla_clocks(self):
        """A clock for each of these calendars, and the one round the clock for no calendar.

        :return: dict {calendar: clock}; each asks its calendar in stretches of some months
        """
        clocks = {calendar: WorkingClock(calendar._get_sla_intervals) for calendar in self}
        clocks[self.browse()] = RoundTheClock()
        return clocks
