# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

SECONDS_A_DAY = 24 * 3600


class AftersalesKpiIndicator(models.Model):
    """Measures over finished jobs: speed (K2) and first-time fix (K9)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[("speed", "Speed of service"), ("first_time_fix", "First-time fix")],
        ondelete={"speed": "cascade", "first_time_fix": "cascade"},
    )
    speed_until = fields.Selection(
        [("callback", "First callback that reached the customer"), ("done", "Job done")],
        string="Clock Stops At",
        required=True,
        default="callback",
        help="Speed runs from the registration of the call, without pauses, to this moment (K2).",
    )

    def _get_rows_speed(self, scope):
        """Seconds from registration to the end of the clock, of jobs whose clock ended here. K2."""
        stop = "done_at" if self.speed_until == "done" else "first_callback_at"
        seconds = SQL(
            "EXTRACT(EPOCH FROM voucher.%s - voucher.registered_at)::numeric", SQL.identifier(stop)
        )
        return self._get_voucher_rows(scope, stop, seconds)

    def _get_rows_first_time_fix(self, scope):
        """1 for each job done here that needed no second one, 0 for the others. K9.

        A job failed when a rework of it was confirmed (S18), or a callback heard that it was not
        fixed (S9). A rework itself is not counted: its first job is.
        """
        self.env["aftersales.callback"].flush_model()
        fixed = SQL(
            """(NOT EXISTS (
                    SELECT FROM aftersales_voucher AS rework
                     WHERE rework.rework_of_id = voucher.id AND rework.state != 'cancelled')
                AND NOT EXISTS (
                    SELECT FROM aftersales_callback AS callback
                     WHERE callback.voucher_id = voucher.id
                       AND callback.outcome IN ('not_fixed_first', 'not_fixed_repeated'))
               )::integer"""
        )
        return self._get_voucher_rows(
            scope, "done_at", fixed, condition=SQL("voucher.rework_of_id IS NULL")
        )

    def _get_voucher_rows(self, scope, stamp, amount, weight=None, condition=None):
        """Rows of an indicator over finished jobs for customers, one a job.

        Internal work (type D) has no customer who could wait for it or find it not fixed.

        :param str stamp: field of the job: the time that decides in which period it counts
        :param SQL amount: expression over the alias ``voucher``
        :param SQL weight: expression over it; default 1
        :param SQL condition: further condition
        :return: SQL, see :meth:`_get_rows`
        """
        self.env["aftersales.voucher"].flush_model()
        moment = SQL.identifier("voucher", stamp)
        column, join = self._get_subject_sql(
            scope,
            employee=SQL("voucher.technician_id"),
            outlet=SQL("voucher.outlet_id"),
            day=self._get_day_sql(scope, moment),
        )
        return SQL(
            """SELECT %(column)s AS subject_id, voucher.id AS res_id,
                      (%(amount)s)::numeric AS amount, (%(weight)s)::numeric AS weight
                 FROM aftersales_voucher AS voucher %(join)s
                WHERE voucher.company_id = %(company)s
                  AND voucher.state IN ('done', 'closed')
                  AND voucher.solved_by_phone IS NOT TRUE
                  AND voucher.service_type != 'D'
                  AND %(moment)s >= %(start)s AND %(moment)s < %(end)s
                  AND %(condition)s""",
            column=column,
            amount=amount,
            weight=weight or SQL("1"),
            join=join,
            company=scope.company.id,
            moment=moment,
            start=scope.start_at,
            end=scope.end_at,
            condition=condition or SQL("TRUE"),
        )

    def _get_kind_fields(self):
        return super()._get_kind_fields() + ["speed_until"]

    def _get_measure_kinds(self):
        speed = {
            "callback": self.env._(
                "Mean of (first callback that reached the customer − registration of the "
                "call), elapsed hours ÷ 24 without pauses, over the jobs whose callback lies "
                "in the month. Internal work and calls solved by phone do not count."
            ),
            "done": self.env._(
                "Mean of (job done − registration of the call), elapsed hours ÷ 24 without "
                "pauses, over the jobs done in the month. Internal work and calls solved by "
                "phone do not count."
            ),
        }
        return super()._get_measure_kinds() | {
            "speed": MeasureKind(
                unit="days",
                formula=speed[self.speed_until or "callback"],
                model="aftersales.voucher",
                better="lower",
                divisor=SECONDS_A_DAY,
            ),
            "first_time_fix": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Jobs done in the month without confirmed rework and without a callback "
                    "“not fixed”, ÷ all jobs done in the month. Rework is counted with its first "
                    "job; internal work and calls solved by phone do not count."
                ),
                model="aftersales.voucher",
                scale=100,
            ),
        }
