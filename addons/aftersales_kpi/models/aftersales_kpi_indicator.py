# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..measures import SUBJECT_MODELS, Measure, Scope


class AftersalesKpiIndicator(models.Model):
    """A named measure of somebody's work in a period, computed from documents (K4).

    An indicator computes all its subjects at once, in one query. What it measures is a key of
    ``measure``. To add one: ``selection_add`` the key, describe it in ``_get_measure_kinds``, and
    write either ``_get_rows_<key>(scope)``, which returns the rows behind the figure as SQL, or,
    where there are no rows, ``_measure_<key>(scope)``.
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
    measure = fields.Selection([], required=True, help="What is measured.")
    better = fields.Selection(
        [("higher", "Higher is Better"), ("lower", "Lower is Better")],
        string="Direction",
        compute="_compute_better",
        store=True,
        readonly=False,
        precompute=True,
        help="Which way is good: for the colour of a difference and for rankings.",
    )
    target = fields.Float(
        digits=(16, 4), help="What is aimed at, in the indicator's unit; 0: no target."
    )
    unit = fields.Char(
        compute="_compute_explanation", help="Unit of the figure: days, percent, a number."
    )
    formula = fields.Text(
        compute="_compute_explanation",
        help="How the figure comes about, so that an employee can recompute it (K4).",
    )

    _code_uniq = models.UniqueIndex("(code)", "Another indicator has this code: choose a new one.")

    @api.depends("measure")
    def _compute_better(self):
        for indicator in self:
            kind = indicator._get_kind()
            indicator.better = kind.better if kind else "higher"

    @api.depends(lambda self: self._get_kind_fields())
    @api.depends_context("lang")
    def _compute_explanation(self):
        for indicator in self:
            kind = indicator._get_kind()
            indicator.unit = kind and indicator._get_units().get(kind.unit)
            indicator.formula = kind and kind.formula

    # === MEASURING === #

    def _measure(
        self, company, start, end, subject="employee", subject_ids=None, with_sources=True
    ):
        """Measure all subjects of a company in a period, in one query.

        :param company: whose records count; days run in its time zone
        :param date start: first day
        :param date end: last day, included
        :param str subject: whom: a key of ``SUBJECT_MODELS``
        :param subject_ids: measure only these ids; default all
        :param with_sources: collect the ids of the records behind each figure
        :return: dict {subject id: :class:`Measure`}; a subject without any source is absent
        :raises UserError: when the indicator does not measure such subjects
        """
        self.ensure_one()
        scope = self._get_scope(company, start, end, subject, subject_ids)
        measure = getattr(self, f"_measure_{self.measure}", None)
        return measure(scope) if measure else self._measure_rows(scope, with_sources)

    def _get_scope(self, company, start, end, subject="employee", subject_ids=None):
        """Check and describe what is asked for.

        :raises UserError: when the indicator does not measure such subjects
        """
        self.ensure_one()
        if subject not in SUBJECT_MODELS:
            raise ValueError(f"{subject} cannot be measured")
        self._check_subject_kind(subject)
        ids = None if subject_ids is None else tuple(subject_ids)
        bounds = company._get_aftersales_bounds(start, end)
        return Scope(company, start, end, *bounds, subject, ids)

    def _check_subject_kind(self, subject):
        """Refuse subjects that the indicator does not measure.

        :raises UserError: naming the indicator and the subjects
        """
        self.ensure_one()
        if subject not in self._get_kind().subjects:
            raise UserError(
                self.env._(
                    "Indicator %(indicator)s does not measure %(subject)s: choose another one.",
                    indicator=self.display_name,
                    subject=self.env["ir.model"]._get(SUBJECT_MODELS[subject]).name,
                )
            )

    def _measure_rows(self, scope, with_sources=True):
        """Add up the rows behind the figure, in one query.

        :return: dict {subject id: :class:`Measure`}
        """
        kind = self._get_kind()
        sources = SQL("ARRAY[]::integer[]")
        if with_sources:
            sources = SQL("ARRAY_AGG(DISTINCT res_id) FILTER (WHERE res_id IS NOT NULL)")
        found = {}
        # As text: numeric comes out of the database as a float, which is no exact sum any more.
        for subject_id, amount, weight, ids in self.env.execute_query(
            SQL(
                """SELECT subject_id, SUM(amount)::text, SUM(weight)::text, %s
                     FROM (%s) AS source
                    WHERE %s
                 GROUP BY subject_id""",
                sources,
                self._get_rows(scope),
                self._get_subject_condition(scope),
            )
        ):
            amount, weight = Decimal(amount or 0), Decimal(weight or 0)
            value = kind.get_value(amount, weight)
            if value is not None:
                found[subject_id] = Measure(value, tuple(ids or ()), amount, weight)
        return found

    def _get_rows(self, scope):
        """The rows behind the figures, to be added up or kept by INSERT … SELECT.

        :return: SQL of a SELECT with the columns ``subject_id``, ``res_id`` (id in the model of
            the measure, at most one row a record and subject; NULL for what is only divided by),
            ``amount`` and ``weight``, both numeric
        """
        self.ensure_one()
        return getattr(self, f"_get_rows_{self.measure}")(scope)

    @api.model
    def _get_subject_condition(self, scope):
        if scope.subject_ids is None:
            return SQL("subject_id IS NOT NULL")
        return SQL("subject_id = ANY(%s)", list(scope.subject_ids))

    @api.model
    def _get_subject_sql(
        self, scope, employee=None, outlet=None, dealer=None, company=None, day=None
    ):
        """How a record belongs to a subject, from what the record itself knows.

        :param SQL employee: expression of the employee's id
        :param SQL outlet: expression of the outlet's id
        :param SQL dealer: expression of the dealer's id; default: who runs the outlet
        :param SQL company: expression of the company's id
        :param SQL day: expression of the record's day, for teams: members are dated
        :return: tuple (SQL column, SQL join)
        """
        nobody = SQL("NULL::integer")
        if scope.subject == "employee":
            return employee or nobody, SQL("")
        if scope.subject == "outlet":
            return outlet or nobody, SQL("")
        if scope.subject == "company":
            return company or SQL("%s", scope.company.id), SQL("")
        if scope.subject == "dealer":
            if dealer or not outlet:
                return dealer or nobody, SQL("")
            self.env["aftersales.outlet"].flush_model(["dealer_id"])
            join = SQL("JOIN aftersales_outlet AS run ON run.id = %s", outlet)
            return SQL("run.dealer_id"), join
        if not employee:
            return nobody, SQL("")
        self.env["aftersales.team.member"].flush_model()
        join = SQL(
            """JOIN aftersales_team_member AS member
                 ON member.employee_id = %(employee)s AND member.company_id = %(company)s
                AND member.date_from <= %(day)s
                AND (member.date_to IS NULL OR member.date_to >= %(day)s)""",
            employee=employee,
            company=scope.company.id,
            day=day,
        )
        return SQL("member.team_id"), join

    @api.model
    def _get_day_sql(self, scope, moment):
        """The company's calendar day of a naive UTC moment."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, scope.zone)

    # === WHAT IS MEASURED === #

    def _get_kind(self):
        """Terms of what this indicator measures; ``None`` while nothing is chosen."""
        return self._get_measure_kinds().get(self.measure)

    def _get_kind_fields(self):
        """Fields that decide how the figure comes about. Hook for options of new measures."""
        return ["measure"]

    def _get_terms(self):
        """What the figure is taken by, as it stands today, to be kept with it.

        :return: dict that JSON can hold and ``new`` takes
        """
        self.ensure_one()
        terms = self.read(self._get_kind_fields(), load=None)[0]
        del terms["id"]
        return terms

    def _get_measure_kinds(self):
        """Terms of each measure, in the reader's language. Hook for new measures.

        Called on one indicator (its options may change the words) or on none.

        :return: dict {key of ``measure``: :class:`MeasureKind`}
        """
        return {}

    @api.model
    def _get_units(self):
        """Names of units, in the reader's language. Hook for new ones.

        :return: dict {key: name}
        """
        return {
            "days": self.env._("days"),
            "hours": self.env._("hours"),
            "percent": self.env._("%"),
            "number": self.env._("number"),
            "points": self.env._("points"),
            "permille": self.env._("‰"),
            "ratio": self.env._("times"),
            "money": self.env.company.currency_id.name,
        }
