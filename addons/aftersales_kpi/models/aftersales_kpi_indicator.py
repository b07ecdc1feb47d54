# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.tools import SQL

# Figures are looked up as they are shown: what the employee reads is what was graded (K4).
VALUE_STEP = Decimal("0.0001")
SECONDS_A_DAY = 24 * 3600
SUBJECTS = ("technician_id", "outlet_id")


@dataclass(frozen=True)
class Measure:
    """What an indicator found for one subject in one period.

    :ivar value: the figure in the indicator's unit, not rounded
    :ivar source_ids: the very records behind it
    """

    value: Decimal
    source_ids: tuple[int, ...]

    @property
    def rounded(self):
        """The figure as it is shown and graded."""
        return self.value.quantize(VALUE_STEP, ROUND_HALF_UP)


class AftersalesKpiIndicator(models.Model):
    """A named measure of somebody's work in a period, computed from documents, never typed (K4).

    An indicator computes all its subjects at once, in one query. What it measures is a key of
    ``measure``; other add-ons add keys of their own, each with a method ``_measure_<key>``.
    """

    _name = "aftersales.kpi.indicator"
    _description = "KPI Indicator"
    _inherit = ["aftersales.code.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="Short name for reports and for rules that refer to it."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    measure = fields.Selection(
        [("speed", "Speed of service"), ("first_time_fix", "First-time fix")],
        required=True,
        help="What is measured.",
    )
    speed_until = fields.Selection(
        [
            ("callback", "First callback that reached the customer"),
            ("done", "Job done"),
        ],
        string="Clock Stops At",
        required=True,
        default="callback",
        help="Speed runs from the registration of the call, without pauses, to this moment (K2).",
    )
    unit = fields.Char(
        compute="_compute_explanation", help="Unit of the figure: days, percent, a number."
    )
    formula = fields.Text(
        compute="_compute_explanation",
        help="How the figure comes about, so that an employee can recompute it (K4).",
    )

    _code_uniq = models.UniqueIndex("(code)", "Another indicator has this code: choose a new one.")

    @api.depends("measure", "speed_until")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for indicator in self:
            explanation = indicator._get_explanations().get(indicator._get_explanation_key())
            indicator.unit, indicator.formula = explanation or (False, False)

    # Measuring

    def _measure(self, company, start, end, subject="technician_id", subject_ids=None):
        """Measure all subjects of a company in a period, in one query.

        :param company: whose vouchers count; days run in its time zone
        :param date start: first day
        :param date end: last day, included
        :param str subject: what is measured, a many2one of the voucher: ``technician_id`` (an
            employee) or ``outlet_id``
        :param subject_ids: measure only these ids; default all
        :return: dict {subject id: :class:`Measure`}; a subject without any source is absent
        """
        self.ensure_one()
        if subject not in SUBJECTS:
            raise ValueError(f"{subject} cannot be measured")
        bounds = company._get_aftersales_bounds(start, end)
        measure = getattr(self, f"_measure_{self.measure}")
        return measure(company, *bounds, subject, subject_ids)

    def _measure_speed(self, company, start, end, subject, subject_ids):
        """Mean days from registration to the end of the clock, of jobs whose clock ended here.

        Jobs that were solved by phone have no visit and do not count. K2.

        :param datetime start: naive UTC, included
        :param datetime end: naive UTC, excluded
        """
        stop = "done_at" if self.speed_until == "done" else "first_callback_at"
        rows = self._query_vouchers(
            SQL(
                "SUM(EXTRACT(EPOCH FROM voucher.%s - voucher.registered_at)::numeric)",
                SQL.identifier(stop),
            ),
            stop,
            company,
            start,
            end,
            subject,
            subject_ids,
        )
        return {
            subject_id: Measure(Decimal(seconds) / (SECONDS_A_DAY * len(ids)), tuple(ids))
            for subject_id, seconds, ids in rows
        }

    def _measure_first_time_fix(self, company, start, end, subject, subject_ids):
        """Percentage of the jobs done here that needed no second one.

        A job failed when a rework of it was confirmed (S18), or a callback heard that it was not
        fixed (S9). A rework itself is not counted: its first job is. K9.
        """
        rows = self._query_vouchers(
            SQL(
                """COUNT(*) FILTER (WHERE NOT EXISTS (
                       SELECT FROM aftersales_voucher AS rework
                        WHERE rework.rework_of_id = voucher.id AND rework.state != 'cancelled')
                   AND NOT EXISTS (
                       SELECT FROM aftersales_callback AS callback
                        WHERE callback.voucher_id = voucher.id
                          AND callback.outcome IN ('not_fixed_first', 'not_fixed_repeated')))"""
            ),
            "done_at",
            company,
            start,
            end,
            subject,
            subject_ids,
            SQL("voucher.rework_of_id IS NULL"),
        )
        return {
            subject_id: Measure(Decimal(100 * fixed) / len(ids), tuple(ids))
            for subject_id, fixed, ids in rows
        }

    def _query_vouchers(
        self, figure, stamp, company, start, end, subject, subject_ids, condition=None
    ):
        """Run the one query of an indicator over finished jobs for customers.

        Internal work (type D) has no customer who could wait for it or find it not fixed.

        :param SQL figure: aggregate over the alias ``voucher``
        :param str stamp: the time that decides in which period a job counts
        :param SQL condition: further condition
        :return: list of (subject id, figure, list of voucher ids)
        """
        self.env["aftersales.voucher"].flush_model()
        self.env["aftersales.callback"].flush_model()
        column, moment = SQL.identifier("voucher", subject), SQL.identifier("voucher", stamp)
        conditions = [
            SQL("voucher.company_id = %s", company.id),
            SQL("voucher.state IN ('done', 'closed')"),
            SQL("voucher.solved_by_phone IS NOT TRUE"),
            SQL("voucher.service_type != 'D'"),
            SQL("%s IS NOT NULL", column),
            SQL("%s >= %s AND %s < %s", moment, start, moment, end),
        ]
        if subject_ids is not None:
            conditions.append(SQL("%s = ANY(%s)", column, list(subject_ids)))
        if condition:
            conditions.append(condition)
        return self.env.execute_query(
            SQL(
                """SELECT %s, %s, ARRAY_AGG(voucher.id ORDER BY voucher.id)
                     FROM aftersales_voucher AS voucher
                    WHERE %s
                 GROUP BY %s""",
                column,
                figure,
                SQL(" AND ").join(conditions),
                column,
            )
        )

    # Helpers

    def _get_source_model(self):
        """Model of the records behind a figure. Hook for measures on other documents."""
        self.ensure_one()
        return "aftersales.voucher"

    def _get_explanation_key(self):
        self.ensure_one()
        return f"speed_{self.speed_until}" if self.measure == "speed" else self.measure

    @api.model
    def _get_explanations(self):
        """Unit and formula of each measure, in the user's language. Hook for new measures.

        :return: dict {key: (unit, formula)}
        """
        days = self.env._("days")
        return {
            "speed_callback": (
                days,
                self.env._(
                    "Mean of (first callback that reached the customer − registration of the "
                    "call), elapsed hours ÷ 24 without pauses, over the jobs whose callback lies "
                    "in the month. Internal work and calls solved by phone do not count."
                ),
            ),
            "speed_done": (
                days,
                self.env._(
                    "Mean of (job done − registration of the call), elapsed hours ÷ 24 without "
                    "pauses, over the jobs done in the month. Internal work and calls solved by "
                    "phone do not count."
                ),
            ),
            "first_time_fix": (
                self.env._("%"),
                self.env._(
                    "Jobs done in the month without confirmed rework and without a callback "
                    "“not fixed”, ÷ all jobs done in the month. Rework is counted with its first "
                    "job; internal work and calls solved by phone do not count."
                ),
            ),
        }
