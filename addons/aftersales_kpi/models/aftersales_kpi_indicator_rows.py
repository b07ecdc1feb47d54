# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesKpiIndicator(models.Model):
    """What measures over service documents share: their options, and pieces of their SQL."""

    _inherit = "aftersales.kpi.indicator"

    job_kind = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.voucher"]._fields["kind"]._description_selection(self.env)
        ),
        string="Only Jobs of the Kind",
        help="Count jobs of this kind only, for instance maintenance; empty: all (K9).",
    )
    has_job_kind = fields.Boolean(compute="_compute_options")
    window = fields.Integer(
        string="Looks Back",
        compute="_compute_window",
        store=True,
        readonly=False,
        precompute=True,
        help="How far the measure looks back: days, or calendar months, as its formula says.",
    )
    has_window = fields.Boolean(compute="_compute_options")

    # === COMPUTE METHODS === #

    @api.depends("measure")
    def _compute_window(self):
        windows = self._get_windows()
        for indicator in self:
            indicator.window = windows.get(indicator.measure, 0)

    @api.depends("measure")
    def _compute_options(self):
        jobs, windows = self._get_job_measures(), self._get_windows()
        for indicator in self:
            indicator.has_job_kind = indicator.measure in jobs
            indicator.has_window = indicator.measure in windows

    # === OPTIONS === #

    @api.model
    def _get_job_measures(self):
        """Measures over jobs, which may be narrowed to one kind of them. Hook.

        :return: set of keys of ``measure``
        """
        return {"speed", "first_time_fix"}

    @api.model
    def _get_windows(self):
        """How far measures look back by default, where they look further than the period. Hook.

        :return: dict {key of ``measure``: days or months}
        """
        return {}

    def _get_kind(self):
        """Say in the formula which kind of jobs counts."""
        kind = super()._get_kind()
        if not kind or not self.job_kind or self.measure not in self._get_job_measures():
            return kind
        selection = dict(self._fields["job_kind"]._description_selection(self.env))
        formula = self.env._(
            "%(formula)s Only jobs of the kind “%(job_kind)s” count.",
            formula=kind.formula,
            job_kind=selection[self.job_kind],
        )
        return replace(kind, formula=formula)

    def _get_kind_fields(self):
        return super()._get_kind_fields() + ["job_kind", "window"]

    # === PIECES OF SQL === #

    def _get_voucher_rows(self, scope, stamp, amount, weight=None, condition=None):
        """Only jobs of the indicator's kind."""
        condition = SQL("%s AND %s", condition or SQL("TRUE"), self._get_job_condition())
        return super()._get_voucher_rows(scope, stamp, amount, weight, condition)

    def _get_job_condition(self):
        """Condition on the alias ``voucher`` for the kind of job that is asked for."""
        if not self.job_kind:
            return SQL("TRUE")
        return SQL("voucher.kind = %s", self.job_kind)

    @api.model
    def _build_rows(self, scope, source, res_id, amount, weight, condition, day, **subjects):
        """Rows of a measure over any document; see :meth:`_get_rows`.

        :param SQL source: what stands behind FROM; joins may follow it
        :param SQL res_id: expression of the record's id
        :param SQL amount: expression
        :param SQL weight: expression
        :param SQL condition: which records count
        :param SQL day: expression of the record's day, in the company's calendar
        :param subjects: expressions of the subjects, see :meth:`_get_subject_sql`
        """
        self.env["aftersales.outlet"].flush_model()
        column, join = self._get_subject_sql(scope, day=day, **subjects)
        return SQL(
            """SELECT %s AS subject_id, %s AS res_id, (%s)::numeric AS amount,
                      (%s)::numeric AS weight
                 FROM %s %s
                WHERE %s""",
            column,
            res_id,
            amount,
            weight,
            source,
            join,
            condition,
        )

    @api.model
    def _group_rows(self, rows):
        """One row a record and subject, where a record is counted several times."""
        return SQL(
            """SELECT subject_id, res_id, SUM(amount) AS amount, SUM(weight) AS weight
                 FROM (%s) AS counted
             GROUP BY subject_id, res_id""",
            rows,
        )

    @api.model
    def _get_within(self, scope, moment):
        """Condition: a naive UTC moment lies in the period."""
        return SQL("%s >= %s AND %s < %s", moment, scope.start_at, moment, scope.end_at)

    @api.model
    def _get_person_sql(self, scope, user):
        """Expression of the employee behind a user in the company."""
        self.env["hr.employee"].flush_model(["user_id", "company_id"])
        return SQL(
            """(SELECT person.id FROM hr_employee AS person
                 WHERE person.user_id = %s AND person.company_id = %s)""",
            user,
            scope.company.id,
        )

    @api.model
    def _widen(self, scope, start=None, end=None):
        """The same question about other days.

        :param date start: first day; default the scope's
        :param date end: last day, included; default the scope's
        """
        start, end = start or scope.start, end or scope.end
        start_at, end_at = scope.company._get_aftersales_bounds(start, end)
        return replace(scope, start=start, end=end, start_at=start_at, end_at=end_at)
