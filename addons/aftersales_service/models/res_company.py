# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    """Settings of the service department."""

    _inherit = "res.company"

    aftersales_rework_days = fields.Integer(
        string="Rework Window (days)",
        default=30,
        help="A job on the same unit for the same fault within so many days after the first one "
        "was done is rework of it (S18).",
    )
    aftersales_callback_tries = fields.Integer(
        string="Callback Tries",
        default=3,
        help="After so many callbacks without an answer a job may be closed (S9).",
    )
    aftersales_visit_hours = fields.Float(
        string="Length of a Visit (hours)",
        default=1.0,
        help="How long a technician is booked for where nobody says it.",
    )
    aftersales_rating_mail = fields.Boolean(
        string="Ask for a Rating by Mail",
        help="Customers with a mail address are asked once how satisfied they are, when their "
        "job is done (S9).",
    )
    aftersales_web_request_limit = fields.Integer(
        string="Requests an Hour",
        default=5,
        help="So many requests for service from one network address or phone number are taken "
        "from the web in an hour.",
    )
    aftersales_consent_text = fields.Text(
        string="Consent",
        translate=True,
        default=lambda self: self._get_default_consent_text(),
        help="What a visitor agrees to before his request for service is registered; kept with "
        "the request word for word.",
    )
    _aftersales_web_request_limit_positive = models.Constraint(
        "CHECK(aftersales_web_request_limit >= 1)",
        "At least one request an hour must be taken from the web.",
    )
    _aftersales_visit_hours_positive = models.Constraint(
        "CHECK(aftersales_visit_hours > 0)", "A visit takes more than no time."
    )
    _aftersales_rework_days_positive = models.Constraint(
        "CHECK(aftersales_rework_days >= 0)", "The rework window cannot be negative."
    )
    _aftersales_callback_tries_positive = models.Constraint(
        "CHECK(aftersales_callback_tries >= 1)", "At least one callback must be tried."
    )

    def _get_default_consent_text(self):
        """What a visitor agrees to, where the company has no words of its own."""
        return self.env._(
            "I agree that my name, phone number, address and what I wrote are kept and used to "
            "carry out this request."
        )

    def _get_aftersales_consent_text(self):
        """What a visitor agrees to before his request for service is registered."""
        self.ensure_one()
        return self.aftersales_consent_text or self._get_default_consent_text()

    def _get_aftersales_timezone(self):
        """Time zone in which this company's days and years run (numbers, warranty, rework).

        :return: pytz time zone of the company's address, else of its working hours, else UTC
        """
        self.ensure_one()
        # sudo: only the time zone is read, for everybody who works with the company's days.
        company = self.sudo()
        return pytz.timezone(company.partner_id.tz or company.resource_calendar_id.tz or "UTC")

    def _get_aftersales_date(self, moment):
        """Calendar day of a naive UTC moment in this company's time zone.

        :param datetime moment: naive, in UTC
        :rtype: date
        """
        return pytz.utc.localize(moment).astimezone(self._get_aftersales_timezone()).date()

    def _get_aftersales_bounds(self, first, last):
        """A range of this company's days as moments: from ``first``, before ``last`` is over.

        :param date first: first day
        :param date last: last day, included
        :return: two naive UTC datetimes, the second excluded
        """
        zone = self._get_aftersales_timezone()
        return tuple(
            zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)
            for day in (first, last + timedelta(days=1))
        )
