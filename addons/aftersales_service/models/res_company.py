# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    """Settings of the service department, and its days.

    What has to do with collecting and invoicing stands in ``res_company_cash``.
    """

    _inherit = "res.company"

    # Jobs
    aftersales_visit_hours = fields.Float(
        string="Length of a Visit (hours)",
        default=1.0,
        help="How long a technician is booked for where nobody says it.",
    )
    aftersales_rework_days = fields.Integer(
        string="Rework Window (days)",
        default=30,
        help="A job on the same unit for the same fault within so many days after the first one "
        "was done is rework of it (S18).",
    )

    # Callbacks and ratings (S9)
    aftersales_callback_hours = fields.Float(
        string="Callback After (hours)",
        default=24.0,
        help="A customer is called back so many hours after the job is done (S9).",
    )
    aftersales_callback_retry_hours = fields.Float(
        string="Next Try After (hours)",
        default=4.0,
        help="Without an answer the next try is proposed so many hours later (S9).",
    )
    aftersales_callback_tries = fields.Integer(
        string="Callback Tries",
        default=3,
        help="After so many callbacks without an answer a job may be closed (S9).",
    )
    aftersales_callback_skip_rated = fields.Boolean(
        string="A Good Rating Replaces the Callback",
        help="Customers who rated the job well by the link that they got are not called; the "
        "rating closes the job like a satisfied callback (S9).",
    )
    aftersales_rating_mail = fields.Boolean(
        string="Ask for a Rating by Mail",
        help="Customers with a mail address are asked once how satisfied they are, when their "
        "job is done (S9).",
    )

    # Requests from the web
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

    # Complaints and discipline (S11)
    aftersales_complaint_attempts = fields.Integer(
        string="Attempts Before High",
        default=2,
        help="A low complaint that so many attempts have not solved is high from the next (S11).",
    )
    aftersales_discipline_months = fields.Integer(
        string="Discipline Counts (months)",
        default=12,
        help="Warning, penalty, proposal of dismissal: earlier ones count for so long (S11).",
    )
    aftersales_delay_rate = fields.Monetary(
        string="Compensation per Day Late",
        help="Proposed for each day that a delivery is late for reasons within our power, in the "
        "company's currency (S11).",
    )
    aftersales_delay_cap = fields.Monetary(
        string="Compensation at Most", help="Limit of that compensation; 0 sets none (S11)."
    )

    # Monthly report (S20)
    aftersales_hourly_cost = fields.Monetary(
        string="Cost of an Hour of Work",
        help="What an hour of a technician costs the company, for the monthly report (S20). "
        "Employees with an hourly cost of their own are counted with that.",
    )
    aftersales_contract_reminder_months = fields.Integer(
        string="Contract Reminder (months)",
        default=2,
        help="So many months before a service contract ends, the person responsible is given "
        "an activity.",
    )
    aftersales_old_part_days = fields.Integer(
        string="Old Parts Back After (days)",
        default=14,
        help="An old part that is claimed is due so many days after its job is done (S17).",
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
    _aftersales_callback_hours_positive = models.Constraint(
        "CHECK(aftersales_callback_hours >= 0 AND aftersales_callback_retry_hours >= 0)",
        "Hours until a callback cannot be negative.",
    )
    _aftersales_complaint_attempts_positive = models.Constraint(
        "CHECK(aftersales_complaint_attempts >= 1)", "At least one attempt must be made."
    )
    _aftersales_discipline_months_positive = models.Constraint(
        "CHECK(aftersales_discipline_months >= 1)", "Discipline counts for at least a month."
    )
    _aftersales_delay_positive = models.Constraint(
        "CHECK(aftersales_delay_rate >= 0 AND aftersales_delay_cap >= 0)",
        "Compensation cannot be negative.",
    )
    _aftersales_contract_reminder_positive = models.Constraint(
        "CHECK (aftersales_contract_reminder_months >= 0)",
        "A reminder cannot come after the end of the contract.",
    )
    _aftersales_old_part_days_positive = models.Constraint(
        "CHECK(aftersales_old_part_days >= 0)",
        "The days until an old part is due cannot be negative.",
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
        # The default was kept in English when the company was made: a reader gets it in his words.
        untouched = (False, "", self.with_context(lang="en_US")._get_default_consent_text())
        if self.aftersales_consent_text in untouched:
            return self._get_default_consent_text()
        return self.aftersales_consent_text

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
