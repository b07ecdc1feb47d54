# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import fields, models


class ResCompany(models.Model):
    """Figures of rounds, findings, 6S and trainings (S21)."""

    _inherit = "res.company"

    aftersales_finding_days = fields.Integer(
        string="Days to Rectify",
        default=7,
        help="A finding is to be rectified within so many days where nobody says otherwise.",
    )
    aftersales_finding_repeat_days = fields.Integer(
        string="Days of a Repeat",
        default=90,
        help="The same kind of finding in the same place within so many days counts as repeated.",
    )
    aftersales_finding_reminder_days = fields.Integer(
        string="Days between Reminders",
        default=3,
        help="Who has an overdue finding is reminded the day after, and then every so many days. "
        "0: only once.",
    )
    aftersales_six_s_max = fields.Integer(
        string="Highest 6S Mark", default=5, help="Each of the six points is marked 0 to this."
    )
    aftersales_six_s_low = fields.Integer(
        string="Low 6S Score (%)", default=60, help="A lower score of an area is shown in red."
    )
    aftersales_training_points = fields.Integer(
        string="Points of a Test", default=100, help="Highest number of points of a new test."
    )
    aftersales_training_pass = fields.Integer(
        string="Pass Mark", default=60, help="Points that pass a new test."
    )

    _round_figures = models.Constraint(
        "CHECK (aftersales_finding_days >= 0 AND aftersales_finding_repeat_days >= 0 "
        "AND aftersales_finding_reminder_days >= 0 AND aftersales_six_s_max > 0 "
        "AND aftersales_six_s_low BETWEEN 0 AND 100 AND aftersales_training_points > 0 "
        "AND aftersales_training_pass BETWEEN 0 AND aftersales_training_points)",
        "Days, marks and points of rounds are not negative, a 6S score is 0 to 100 %, and the "
        "pass mark lies within the points of the test.",
    )

    def _get_round_today(self):
        """Today in the company's time zone."""
        self.ensure_one()
        return self._get_aftersales_date(fields.Datetime.now())

    def _get_round_working_days(self, first, last):
        """Days on which the company works, by its working hours and its holidays.

        :param date first: first day
        :param date last: last day, included
        :return: set of days; every day where the company has no working hours
        """
        self.ensure_one()
        # sudo: everybody's rounds follow the company's working hours.
        hours = self.sudo().resource_calendar_id
        if not hours:
            return {first + timedelta(days=n) for n in range((last - first).days + 1)}
        intervals = hours._get_sla_intervals(*self._get_aftersales_bounds(first, last))
        return {self._get_aftersales_date(start) for start, _end in intervals}
