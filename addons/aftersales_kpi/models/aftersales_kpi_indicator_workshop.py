# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind


class AftersalesKpiIndicator(models.Model):
    """Measures of the workshop (K9, S23): hand-over, bays, visits, units seen."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("on_time_hand_over", "On-time hand-over (%)"),
            ("bay_turnover", "Bay turnover (times)"),
            ("visits", "Visits (number)"),
            ("units_seen", "Units seen (number)"),
        ],
        ondelete={
            "on_time_hand_over": "cascade",
            "bay_turnover": "cascade",
            "visits": "cascade",
            "units_seen": "cascade",
        },
    )

    # === ROWS === #

    def _get_rows_on_time_hand_over(self, scope):
        """1 for each walk-in handed over by the promised time, 0 for the late ones. S23."""
        return self._build_rows(
            scope,
            SQL("aftersales_voucher AS voucher"),
            SQL("voucher.id"),
            SQL("(voucher.handed_over_at <= voucher.promised_at)::integer"),
            SQL("1"),
            SQL("voucher.promised_at IS NOT NULL AND %s", self._get_hand_over_condition(scope)),
            self._get_day_sql(scope, SQL("voucher.handed_over_at")),
            employee=SQL(
                "COALESCE(voucher.technician_id, %s)",
                self._get_person_sql(scope, SQL("voucher.received_by_id")),
            ),
            outlet=SQL("voucher.outlet_id"),
        )

    def _get_rows_bay_turnover(self, scope):
        """Walk-ins handed over, and once an outlet its bays: also where nobody came. K9."""
        bays = SQL(
            """CASE WHEN ROW_NUMBER() OVER (PARTITION BY place.id ORDER BY voucher.id) = 1
                    THEN place.aftersales_bay_count ELSE 0 END"""
        )
        return self._build_rows(
            scope,
            SQL(
                """aftersales_outlet AS place
              LEFT JOIN aftersales_voucher AS voucher
                     ON voucher.outlet_id = place.id AND %s""",
                self._get_hand_over_condition(scope),
            ),
            SQL("voucher.id"),
            SQL("(voucher.id IS NOT NULL)::integer"),
            bays,
            SQL(
                "place.company_id = %s AND place.active AND place.aftersales_bay_count > 0",
                scope.company.id,
            ),
            SQL("NULL::date"),
            outlet=SQL("place.id"),
        )

    def _get_rows_visits(self, scope):
        """Jobs that were carried out. K9."""
        return self._get_voucher_rows(scope, "done_at", SQL("1"))

    def _get_rows_units_seen(self, scope):
        """1 for the first job of each unit; a job on an unknown unit is one of its own. K9."""
        return SQL(
            """SELECT visit.subject_id, visit.res_id,
                      (ROW_NUMBER() OVER (
                          PARTITION BY visit.subject_id, COALESCE(job.lot_id, -job.id)
                          ORDER BY job.id) = 1)::integer::numeric AS amount,
                      visit.weight
                 FROM (%s) AS visit
                 JOIN aftersales_voucher AS job ON job.id = visit.res_id""",
            self._get_rows_visits(scope),
        )

    def _get_hand_over_condition(self, scope):
        """Walk-ins that their customers got back in the period."""
        self.env["aftersales.voucher"].flush_model()
        return SQL(
            """voucher.company_id = %s AND voucher.received_at IS NOT NULL
               AND voucher.state != 'cancelled' AND %s AND %s""",
            scope.company.id,
            self._get_within(scope, SQL("voucher.handed_over_at")),
            self._get_job_condition(),
        )

    # === WHAT IS MEASURED === #

    def _get_job_measures(self):
        return super()._get_job_measures() | {
            "on_time_hand_over",
            "bay_turnover",
            "visits",
            "units_seen",
        }

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "on_time_hand_over": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Walk-ins handed over by the promised time ÷ all walk-ins handed over in the "
                    "month that had a promised time, × 100. A walk-in counts for its technician, "
                    "else for the adviser."
                ),
                model="aftersales.voucher",
                scale=100,
            ),
            "bay_turnover": MeasureKind(
                unit="ratio",
                formula=self.env._(
                    "Walk-ins handed over in the month ÷ number of bays of the outlets; outlets "
                    "without bays do not count."
                ),
                model="aftersales.voucher",
                subjects=("outlet", "dealer", "company"),
            ),
            "visits": MeasureKind(
                unit="number",
                formula=self.env._(
                    "Number of jobs done in the month, in the workshop or on site. Internal work "
                    "and calls solved by phone are no visits."
                ),
                model="aftersales.voucher",
                is_ratio=False,
            ),
            "units_seen": MeasureKind(
                unit="number",
                formula=self.env._(
                    "Number of different units on which a job was done in the month; a job whose "
                    "unit is not known counts as one. Internal work and calls solved by phone do "
                    "not count."
                ),
                model="aftersales.voucher",
                is_ratio=False,
            ),
        }
