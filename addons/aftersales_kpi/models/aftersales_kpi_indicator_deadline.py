# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

SECONDS_AN_HOUR = 3600


class AftersalesKpiIndicator(models.Model):
    """Measures of timeliness (K4, S8): response, promises kept, calls solved by phone (S6)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("response_dispatch", "Response: dispatch (hours)"),
            ("response_visit", "Response: first visit (hours)"),
            ("promises_kept", "Promises kept (%)"),
            ("phone_rate", "Solved by phone (%)"),
        ],
        ondelete={
            "response_dispatch": "cascade",
            "response_visit": "cascade",
            "promises_kept": "cascade",
            "phone_rate": "cascade",
        },
    )

    # === ROWS === #

    def _get_rows_response_dispatch(self, scope):
        """Seconds from the registration to the dispatch, of jobs dispatched here."""
        self.env["aftersales.voucher"].flush_model()
        moment = SQL("voucher.dispatched_at")
        return self._build_rows(
            scope,
            SQL("aftersales_voucher AS voucher"),
            SQL("voucher.id"),
            SQL("EXTRACT(EPOCH FROM voucher.dispatched_at - voucher.registered_at)"),
            SQL("1"),
            self._get_call_condition(scope, moment),
            self._get_day_sql(scope, moment),
            employee=self._get_person_sql(scope, SQL("voucher.dispatched_by_id")),
            outlet=SQL("voucher.outlet_id"),
        )

    def _get_rows_response_visit(self, scope):
        """Seconds from the registration to the first appointment that was kept."""
        self.env["aftersales.voucher"].flush_model()
        self.env["aftersales.appointment"].flush_model()
        moment = SQL("visit.arrived_at")
        return self._build_rows(
            scope,
            SQL(
                """aftersales_voucher AS voucher
                   JOIN LATERAL (
                       SELECT kept.arrived_at, kept.technician_id
                         FROM aftersales_appointment AS kept
                        WHERE kept.voucher_id = voucher.id AND kept.arrived_at IS NOT NULL
                     ORDER BY kept.arrived_at, kept.id LIMIT 1) AS visit ON TRUE"""
            ),
            SQL("voucher.id"),
            SQL("EXTRACT(EPOCH FROM visit.arrived_at - voucher.registered_at)"),
            SQL("1"),
            self._get_call_condition(scope, moment),
            self._get_day_sql(scope, moment),
            employee=SQL("visit.technician_id"),
            outlet=SQL("voucher.outlet_id"),
        )

    def _get_rows_promises_kept(self, scope):
        """1 for each deadline met, 0 for each broken. S8.

        A promise is decided when it is kept, or when its time is over: what is late and still not
        done is broken already. What was excused with a reason counts neither way.
        """
        for model in ("aftersales.sla.deadline", "aftersales.voucher", "aftersales.complaint"):
            self.env[model].flush_model()
        moment = SQL("COALESCE(deadline.breached_at, deadline.stopped_at)")
        return self._build_rows(
            scope,
            SQL(
                """aftersales_sla_deadline AS deadline
              LEFT JOIN aftersales_voucher AS voucher
                     ON deadline.res_model = 'aftersales.voucher' AND voucher.id = deadline.res_id
              LEFT JOIN aftersales_complaint AS complaint
                     ON deadline.res_model = 'aftersales.complaint'
                    AND complaint.id = deadline.res_id"""
            ),
            SQL("deadline.id"),
            SQL("(deadline.state = 'met')::integer"),
            SQL("1"),
            SQL(
                """deadline.company_id = %s AND deadline.is_waived IS NOT TRUE
                   AND deadline.state IN ('met', 'missed', 'overdue') AND %s AND %s""",
                scope.company.id,
                self._get_within(scope, moment),
                self._get_job_condition(),
            ),
            self._get_day_sql(scope, moment),
            employee=SQL(
                "COALESCE(voucher.technician_id, %s)",
                self._get_person_sql(scope, SQL("deadline.user_id")),
            ),
            outlet=SQL("COALESCE(voucher.outlet_id, complaint.outlet_id)"),
        )

    def _get_rows_phone_rate(self, scope):
        """1 for each call of the period that was solved by phone, 0 for the others. S6."""
        self.env["aftersales.voucher"].flush_model()
        moment = SQL("voucher.registered_at")
        return self._build_rows(
            scope,
            SQL("aftersales_voucher AS voucher"),
            SQL("voucher.id"),
            SQL("(voucher.solved_by_phone IS TRUE)::integer"),
            SQL("1"),
            SQL(
                "voucher.channel != 'walk_in' AND %s",
                self._get_call_condition(scope, moment),
            ),
            self._get_day_sql(scope, moment),
            employee=self._get_person_sql(scope, SQL("voucher.user_id")),
            outlet=SQL("voucher.outlet_id"),
        )

    def _get_call_condition(self, scope, moment):
        """Calls of customers whose moment lies in the period."""
        return SQL(
            """voucher.company_id = %s AND voucher.state != 'cancelled'
               AND voucher.service_type != 'D' AND %s AND %s""",
            scope.company.id,
            self._get_within(scope, moment),
            self._get_job_condition(),
        )

    # === WHAT IS MEASURED === #

    def _get_job_measures(self):
        return super()._get_job_measures() | {
            "response_dispatch",
            "response_visit",
            "promises_kept",
            "phone_rate",
        }

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "response_dispatch": MeasureKind(
                unit="hours",
                formula=self.env._(
                    "Mean of (dispatch − registration of the call), elapsed hours without "
                    "pauses, over the jobs dispatched in the month. A job counts for who "
                    "dispatched it, and for its outlet. Internal work and cancelled jobs do not "
                    "count."
                ),
                model="aftersales.voucher",
                better="lower",
                divisor=SECONDS_AN_HOUR,
            ),
            "response_visit": MeasureKind(
                unit="hours",
                formula=self.env._(
                    "Mean of (arrival at the first appointment that was kept − registration of "
                    "the call), elapsed hours without pauses, over the jobs first visited in the "
                    "month. Internal work and cancelled jobs do not count."
                ),
                model="aftersales.voucher",
                better="lower",
                divisor=SECONDS_AN_HOUR,
            ),
            "promises_kept": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Deadlines met ÷ deadlines decided in the month, × 100. A deadline is decided "
                    "when it is met, or when it passes: what is late and still open is broken. "
                    "Deadlines excused with a reason do not count. A deadline counts for the "
                    "technician of the job, else for who answers for the document."
                ),
                model="aftersales.sla.deadline",
                scale=100,
            ),
            "phone_rate": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Calls registered in the month that guidance by phone solved ÷ all calls "
                    "registered in the month, × 100. A call counts for who registered it. "
                    "Walk-ins, internal work and cancelled calls do not count."
                ),
                model="aftersales.voucher",
                scale=100,
            ),
        }
