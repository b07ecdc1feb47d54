# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.rate_table.calculators import to_decimal

from ..measures import MeasureKind

LEVEL_FIELDS = {"low": "weight_low", "high": "weight_high"}
DISPUTE_DAYS = 30


class AftersalesKpiIndicator(models.Model):
    """Measures of complaints (K9, S11) and of disputes (K7)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("complaints", "Complaints (number)"),
            ("complaints_weighted", "Complaints by weight (points)"),
            ("complaints_per_thousand", "Complaints per thousand visits (‰)"),
            ("disputes", "Disputes (number)"),
            ("dispute_rate", "Dispute rate (%)"),
        ],
        ondelete={
            "complaints": "cascade",
            "complaints_weighted": "cascade",
            "complaints_per_thousand": "cascade",
            "disputes": "cascade",
            "dispute_rate": "cascade",
        },
    )
    weight_low = fields.Float(
        string="A Low One Counts",
        digits=(16, 2),
        default=1,
        help="Factor of a complaint of low level, times its own weight.",
    )
    weight_high = fields.Float(
        string="A High One Counts",
        digits=(16, 2),
        default=2,
        help="Factor of a complaint of high level, times its own weight; the rule books name "
        "none, 2 is our reading.",
    )

    _level_weights_positive = models.Constraint(
        "CHECK(weight_low >= 0 AND weight_high >= 0)",
        "A complaint counts zero times or more.",
    )

    # === COMPLAINTS === #

    def _get_rows_complaints(self, scope):
        """Complaints registered here. S11."""
        return self._get_complaint_rows(scope, SQL("1"))

    def _get_rows_complaints_weighted(self, scope):
        """Their weights, times what their level counts. S11."""
        weight = SQL(
            "complaint.weight * CASE complaint.level WHEN 'high' THEN %s ELSE %s END",
            to_decimal(self.weight_high),
            to_decimal(self.weight_low),
        )
        return self._get_complaint_rows(scope, weight)

    def _get_rows_complaints_per_thousand(self, scope):
        """Complaints of the year to date, and the visits to divide them by. K9.

        Customers are not deduplicated. What we heard because we asked (a callback) is left out.
        """
        year = self._widen(scope, start=scope.end.replace(month=1, day=1))
        return SQL(
            """SELECT subject_id, res_id, amount, 0::numeric AS weight FROM (%s) AS heard
            UNION ALL
               SELECT subject_id, NULL, 0::numeric, COUNT(*) FROM (%s) AS visit
             GROUP BY subject_id""",
            self._get_complaint_rows(year, SQL("1"), SQL("complaint.callback_id IS NULL")),
            self._get_rows_visits(year),
        )

    def _get_complaint_rows(self, scope, amount, condition=None):
        """Rows of complaints, one each; those withdrawn or found not true do not count."""
        moment = SQL("complaint.registered_at")
        condition = SQL(
            "complaint.kind = 'complaint' AND %s AND %s",
            self._get_within(scope, moment),
            condition or SQL("TRUE"),
        )
        return self._get_about_rows(scope, amount, condition, self._get_day_sql(scope, moment))

    def _get_about_rows(self, scope, amount, condition, day):
        """Rows of what is held against us, for whom it is about."""
        self.env["aftersales.complaint"].flush_model()
        self.env["aftersales.voucher"].flush_model()
        return self._build_rows(
            scope,
            SQL(
                """aftersales_complaint AS complaint
              LEFT JOIN aftersales_voucher AS voucher ON voucher.id = complaint.voucher_id"""
            ),
            SQL("complaint.id"),
            amount,
            SQL("1"),
            SQL(
                """complaint.company_id = %s AND complaint.state != 'withdrawn'
                   AND complaint.finding != 'not_true' AND %s""",
                scope.company.id,
                condition,
            ),
            day,
            employee=SQL("COALESCE(complaint.employee_id, voucher.technician_id)"),
            outlet=SQL("complaint.outlet_id"),
            dealer=SQL("complaint.dealer_id"),
        )

    # === DISPUTES === #

    def _get_rows_disputes(self, scope):
        """1 for each job with intervention from outside that ended in a refund. K7.

        A job about which several complaints were registered counts once.
        """
        window = self._get_dispute_window(scope)
        condition = SQL(
            """complaint.intervention IS NOT NULL
               AND complaint.refunded_on BETWEEN %s AND %s""",
            window.start,
            window.end,
        )
        return SQL(
            """SELECT dispute.subject_id, dispute.res_id,
                      (ROW_NUMBER() OVER (
                          PARTITION BY dispute.subject_id,
                                       COALESCE(about.voucher_id, -about.id)
                          ORDER BY about.id) = 1)::integer::numeric AS amount,
                      dispute.weight
                 FROM (%s) AS dispute
                 JOIN aftersales_complaint AS about ON about.id = dispute.res_id""",
            self._get_about_rows(window, SQL("1"), condition, SQL("complaint.refunded_on")),
        )

    def _get_rows_dispute_rate(self, scope):
        """Disputes, and the sales of the same window to divide them by. K7."""
        return SQL(
            """SELECT subject_id, res_id, amount, 0::numeric AS weight FROM (%s) AS dispute
            UNION ALL
               SELECT sold.subject_id, NULL, 0::numeric, COUNT(DISTINCT line.move_id)
                 FROM (%s) AS sold
                 JOIN account_move_line AS line ON line.id = sold.res_id
             GROUP BY sold.subject_id""",
            self._get_rows_disputes(scope),
            self._get_sale_rows(
                self._get_dispute_window(scope),
                SQL("1"),
                condition=SQL("move.move_type != 'out_refund'"),
            ),
        )

    def _get_dispute_window(self, scope):
        """The days up to the end of the period, today left out: its figures are not complete."""
        today = scope.company._get_aftersales_date(fields.Datetime.now())
        end = min(scope.end, today - timedelta(days=1))
        return self._widen(scope, start=end - timedelta(days=max(self.window, 1) - 1), end=end)

    # === WHAT IS MEASURED === #

    def _get_kind_fields(self):
        return super()._get_kind_fields() + [*LEVEL_FIELDS.values()]

    def _get_windows(self):
        return super()._get_windows() | {"disputes": DISPUTE_DAYS, "dispute_rate": DISPUTE_DAYS}

    def _get_measure_kinds(self):
        complaint = {"model": "aftersales.complaint", "better": "lower"}
        factors = {level: f"{self[name]:g}" for level, name in LEVEL_FIELDS.items()}
        return super()._get_measure_kinds() | {
            "complaints": MeasureKind(
                unit="number",
                formula=self.env._(
                    "Number of complaints registered in the month. Those withdrawn or found not "
                    "true, and media reports, do not count. A complaint counts for the employee "
                    "whom it is about, else for the technician of the job."
                ),
                is_ratio=False,
                **complaint,
            ),
            "complaints_weighted": MeasureKind(
                unit="points",
                formula=self.env._(
                    "Σ weight × factor of the level (low %(low)s, high %(high)s) of the "
                    "complaints registered in the month. Those withdrawn or found not true, and "
                    "media reports, do not count. A complaint counts for the employee whom it is "
                    "about, else for the technician of the job.",
                    **factors,
                ),
                is_ratio=False,
                **complaint,
            ),
            "complaints_per_thousand": MeasureKind(
                unit="permille",
                formula=self.env._(
                    "Complaints ÷ visits × 1,000, both from 1 January to the end of the month; "
                    "each complaint of a customer counts. Complaints heard on our own callbacks, "
                    "withdrawn or found not true, and media reports, do not count."
                ),
                scale=1000,
                **complaint,
            ),
            "disputes": MeasureKind(
                unit="number",
                formula=self.env._(
                    "Number of jobs in whose complaint somebody stepped in from outside and the "
                    "customer got his money back, by the day of the refund, in the last %(days)s "
                    "days up to the end of the period, without today.",
                    days=self.window,
                ),
                is_ratio=False,
                **complaint,
            ),
            "dispute_rate": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Jobs in whose complaint somebody stepped in from outside and the customer "
                    "got his money back ÷ all sales (posted customer invoices), × 100, both in "
                    "the last %(days)s days up to the end of the period, without today.",
                    days=self.window,
                ),
                scale=100,
                subjects=("outlet", "dealer", "company"),
                **complaint,
            ),
        }
