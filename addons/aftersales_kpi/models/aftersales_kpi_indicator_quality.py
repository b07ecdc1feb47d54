# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.rate_table.calculators import to_decimal

from ..measures import MeasureKind

QUALITY_FIELDS = ["quality_at_once", "quality_late", "quality_dragged"]

# Confirmed rework of a job, and callbacks about it that heard that it was not mended.
REWORK = SQL(
    """SELECT FROM aftersales_voucher AS rework
        WHERE rework.rework_of_id = voucher.id AND rework.state != 'cancelled'"""
)
NOT_FIXED = SQL(
    """SELECT FROM aftersales_callback AS callback
        WHERE callback.voucher_id = voucher.id
          AND callback.outcome IN ('not_fixed_first', 'not_fixed_repeated')"""
)


FIRST_JOB = SQL("voucher.rework_of_id IS NULL")


class AftersalesKpiIndicator(models.Model):
    """Measures of the quality of work: points of a job (K2), and rework (S18).

    The rule books name three grades and no figures to tell them apart; our reading takes what is
    recorded anyway. *At once*: fault code and work are written down, no deadline of the job was
    broken, and nothing had to be done again. *Dragged out*: not fixed after several repairs, two
    reworks, or one and a broken deadline besides. *Not found or not in time*: all between.
    """

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("quality", "Quality of work (points)"),
            ("rework_rate", "Rework rate (%)"),
            ("rework_count", "Rework (number)"),
        ],
        ondelete={"quality": "cascade", "rework_rate": "cascade", "rework_count": "cascade"},
    )
    quality_at_once = fields.Float(
        string="Handled at Once",
        digits=(16, 2),
        default=10,
        help="Points of a job whose cause was found and handled at once (K2).",
    )
    quality_late = fields.Float(
        string="Not Found or Not in Time",
        digits=(16, 2),
        default=8,
        help="Points of a job whose cause was not found, or that was not done in time (K2).",
    )
    quality_dragged = fields.Float(
        string="Dragged Out",
        digits=(16, 2),
        default=5,
        help="Points of a job that was dragged out (K2).",
    )

    _quality_positive = models.Constraint(
        "CHECK(quality_at_once >= 0 AND quality_late >= 0 AND quality_dragged >= 0)",
        "Quality is worth zero points or more.",
    )

    # === ROWS === #

    def _get_rows_quality(self, scope):
        """Points of each job done here, but rework, which counts with its first job. K2."""
        for model in ("aftersales.callback", "aftersales.sla.deadline"):
            self.env[model].flush_model()
        late = SQL(
            """EXISTS (SELECT FROM aftersales_sla_deadline AS deadline
                        WHERE deadline.res_model = 'aftersales.voucher'
                          AND deadline.res_id = voucher.id
                          AND deadline.breached_at IS NOT NULL
                          AND deadline.is_waived IS NOT TRUE)"""
        )
        again = SQL("(EXISTS (%s) OR EXISTS (%s))", REWORK, NOT_FIXED)
        dragged = SQL(
            """(EXISTS (%s AND callback.outcome = 'not_fixed_repeated')
                OR (SELECT COUNT(*) FROM aftersales_voucher AS rework
                     WHERE rework.rework_of_id = voucher.id
                       AND rework.state != 'cancelled') > 1
                OR (%s AND %s))""",
            NOT_FIXED,
            again,
            late,
        )
        found = SQL("voucher.fault_id IS NOT NULL AND COALESCE(TRIM(voucher.work_done), '') != ''")
        points = SQL(
            "CASE WHEN %s THEN %s WHEN %s AND NOT %s AND NOT %s THEN %s ELSE %s END",
            dragged,
            to_decimal(self.quality_dragged),
            found,
            again,
            late,
            to_decimal(self.quality_at_once),
            to_decimal(self.quality_late),
        )
        return self._get_voucher_rows(scope, "done_at", points, condition=FIRST_JOB)

    def _get_rows_rework_rate(self, scope):
        """1 for each job done here that had to be done again, 0 for the others. S18."""
        return self._get_voucher_rows(
            scope, "done_at", SQL("(EXISTS (%s))::integer", REWORK), condition=FIRST_JOB
        )

    def _get_rows_rework_count(self, scope):
        """Confirmed rework registered here, for who did the first job. S18."""
        self.env["aftersales.voucher"].flush_model()
        moment = SQL("voucher.registered_at")
        return self._build_rows(
            scope,
            SQL(
                """aftersales_voucher AS voucher
                   JOIN aftersales_voucher AS earlier ON earlier.id = voucher.rework_of_id"""
            ),
            SQL("voucher.id"),
            SQL("1"),
            SQL("1"),
            SQL(
                "voucher.company_id = %s AND voucher.state != 'cancelled' AND %s AND %s",
                scope.company.id,
                self._get_within(scope, moment),
                self._get_job_condition(),
            ),
            self._get_day_sql(scope, SQL("earlier.done_at")),
            employee=SQL("earlier.technician_id"),
            outlet=SQL("earlier.outlet_id"),
        )

    # === WHAT IS MEASURED === #

    def _get_kind_fields(self):
        return super()._get_kind_fields() + QUALITY_FIELDS

    def _get_job_measures(self):
        return super()._get_job_measures() | {"quality", "rework_rate", "rework_count"}

    def _get_measure_kinds(self):
        points = {name: f"{self[name]:g}" for name in QUALITY_FIELDS}
        return super()._get_measure_kinds() | {
            "quality": MeasureKind(
                unit="points",
                formula=self.env._(
                    "Mean points of the jobs done in the month. %(quality_at_once)s: fault code "
                    "and work are written down, no deadline of the job was broken, no rework, no "
                    "callback “not fixed”. %(quality_dragged)s: a callback “not fixed after "
                    "several repairs”, two reworks, or rework or “not fixed” and a broken "
                    "deadline. %(quality_late)s: all others. Excused deadlines are not broken. "
                    "Rework counts with its first job; internal work and calls solved by phone "
                    "do not count.",
                    **points,
                ),
                model="aftersales.voucher",
            ),
            "rework_rate": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Jobs done in the month with confirmed rework ÷ all jobs done in the month, "
                    "× 100. Rework counts with its first job, in the month of that job; internal "
                    "work and calls solved by phone do not count."
                ),
                model="aftersales.voucher",
                better="lower",
                scale=100,
            ),
            "rework_count": MeasureKind(
                unit="number",
                formula=self.env._(
                    "Number of confirmed reworks registered in the month. A rework counts for the "
                    "technician and outlet of the first job."
                ),
                model="aftersales.voucher",
                better="lower",
                is_ratio=False,
            ),
        }
