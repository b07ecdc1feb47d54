# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

from ..measures import Measure, MeasureKind


class AftersalesKpiIndicator(models.Model):
    """Whether a scheme does good: data are complete, reports are on time (K4).

    The other two signs, complaints and controllable cost that fall, are ``change`` of an
    indicator.
    """

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("data_complete", "Jobs with complete data"),
            ("reports_on_time", "Monthly reports on time"),
        ],
        ondelete={"data_complete": "cascade", "reports_on_time": "cascade"},
    )
    report_due_day = fields.Integer(
        default=5,
        help="Day of the month up to which the department's report on the month before is due.",
    )

    _report_due_day_in_range = models.Constraint(
        "CHECK (report_due_day BETWEEN 1 AND 28)",
        "A report is due on a day that each month has: 1 to 28.",
    )

    def _get_rows_data_complete(self, scope):
        """1 for each job done that has all that its department asks for, 0 for the others. K4."""
        self.env["hr.version"].flush_model()
        # sudo: which fields are asked for, for whoever computes the figures of the company.
        rules = self.env["aftersales.kpi.data.rule"].sudo()
        complete = rules.search([("company_id", "=", scope.company.id)])._get_complete_sql()
        return SQL(
            "SELECT * FROM (%s) AS checked WHERE amount IS NOT NULL",
            self._get_voucher_rows(
                scope,
                "done_at",
                SQL(
                    """SELECT %s FROM (SELECT 1) AS one
                         LEFT JOIN LATERAL (
                              SELECT version.department_id
                                FROM hr_version AS version
                               WHERE version.employee_id = voucher.technician_id
                                 AND version.active IS TRUE
                                 AND version.date_version <= %s
                            ORDER BY version.date_version DESC
                               LIMIT 1) AS held ON TRUE""",
                    complete,
                    self._get_day_sql(scope, SQL("voucher.done_at")),
                ),
            ),
        )

    def _measure_reports_on_time(self, scope):
        """Share of the department's reports due in the period that were made by their day. K4."""
        months = self._get_months_due(scope)
        if not months:
            return {}
        # sudo: when the reports were made, for whoever computes the figures of the company.
        delivery = self.env["aftersales.kpi.report.delivery"].sudo()
        made = delivery.search(
            [("company_id", "=", scope.company.id), ("month", "in", list(months))]
        )
        on_time = made.filtered(
            lambda report: (
                scope.company._get_aftersales_date(report.delivered_at) <= months[report.month]
            )
        )
        amount, weight = Decimal(len(on_time)), Decimal(len(months))
        return {
            scope.company.id: Measure(100 * amount / weight, tuple(made.ids), amount, weight),
        }

    def _get_months_due(self, scope):
        """Months whose report is due in the period.

        :return: dict {first day of the month: day on which its report is due}
        """
        months = {}
        month = scope.start + relativedelta(months=-1, day=1)
        while month <= scope.end:
            due = month + relativedelta(months=1) + timedelta(days=self.report_due_day - 1)
            if scope.start <= due <= scope.end:
                months[month] = due
            month += relativedelta(months=1)
        return months

    def _get_kind_fields(self):
        return super()._get_kind_fields() + ["report_due_day"]

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "data_complete": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Jobs done in the period on which everything is filled in that the "
                    "technician's department asks for, ÷ all jobs of departments that ask for "
                    "something. Internal work and calls solved by phone do not count."
                ),
                model="aftersales.voucher",
                scale=100,
            ),
            "reports_on_time": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Monthly reports of the department due in the period, each on day %s of the "
                    "month after, that were made by that day, ÷ all that were due.",
                    self.report_due_day,
                ),
                model="aftersales.kpi.report.delivery",
                scale=100,
                subjects=("company",),
            ),
        }
