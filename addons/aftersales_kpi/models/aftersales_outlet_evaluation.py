# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields
from odoo.addons.aftersales_base.periods import format_period
from odoo.addons.rate_table.calculators import to_decimal

from .aftersales_outlet_grading import GRADING_SENTINEL

MONTHS = {"month": 1, "quarter": 3, "year": 12}
SCORE_STEP = Decimal("0.01")


class AftersalesOutletEvaluation(models.Model):
    """A round of grading outlets: KPI sheets → score → grade, previewed, then published (K10).

    The score of an outlet is the mean of its sheets' scores in the period. Changes of grade are
    shown before they are published; each may be unticked or overruled with a reason. Publishing
    gives the grades their date, once.
    """

    _name = "aftersales.outlet.evaluation"
    _description = "Outlet Evaluation"
    _inherit = [
        "aftersales.state.mixin",
        "aftersales.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "period_start desc, kind, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        string="Kind of Period",
        required=True,
        default="month",
        help="A quarter's or a year's score is the mean of its months' scores.",
    )
    period_start = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=-1, day=1),
        help="Any day of the period; it begins on the first of its month, quarter or year.",
    )
    period_end = fields.Date(
        string="To",
        compute="_compute_period_end",
        store=True,
        precompute=True,
        help="Last day of the period.",
    )
    date_effective = fields.Date(
        string="Grades From",
        compute="_compute_date_effective",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="First day of the grades that this evaluation gives: jobs from this day on are paid "
        "by them (S10). The day after the period, unless you choose another.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("computed", "Computed"),
            ("previewed", "Previewed"),
            ("published", "Published"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
        help="Computed: scores and proposed grades are there. Previewed: the changes were looked "
        "at. Published: the grades hold, and nothing changes any more.",
    )
    line_ids = fields.One2many(
        "aftersales.outlet.evaluation.line", "evaluation_id", help="One line an outlet."
    )
    outlet_count = fields.Integer(compute="_compute_counts", string="Outlets")
    change_count = fields.Integer(
        compute="_compute_counts", string="Changes", help="Outlets whose grade changes."
    )
    published_at = fields.Datetime(readonly=True, copy=False, help="When the grades were given.")
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    note = fields.Text(help="What was discussed in the round.")

    _period_uniq = models.UniqueIndex(
        "(company_id, kind, period_start)",
        "There is an evaluation of this period already: open it instead.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "period_start")
    def _compute_period_end(self):
        for evaluation in self:
            start = evaluation._get_first_day(evaluation.period_start, evaluation.kind)
            evaluation.period_end = start and (
                start + relativedelta(months=MONTHS[evaluation.kind], days=-1)
            )

    @api.depends("period_end")
    def _compute_date_effective(self):
        for evaluation in self:
            end = evaluation.period_end
            evaluation.date_effective = end and end + relativedelta(days=1)

    @api.depends("line_ids.is_change")
    def _compute_counts(self):
        for evaluation in self:
            evaluation.outlet_count = len(evaluation.line_ids)
            evaluation.change_count = len(evaluation.line_ids.filtered("is_change"))

    @api.depends("kind", "period_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for evaluation in self:
            evaluation.display_name = self.env._("Outlets %s", evaluation._get_period_label())

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A period begins on its first day."""
        for vals in vals_list:
            vals.pop("state", None)
        without_state = {
            key: value for key, value in self.env.context.items() if key != "default_state"
        }
        evaluations = super(
            AftersalesOutletEvaluation, self.with_env(self.env(context=without_state))
        ).create(vals_list)
        for evaluation in evaluations:
            evaluation._write_step(
                {"period_start": self._get_first_day(evaluation.period_start, evaluation.kind)}
            )
        return evaluations.with_env(self.env)

    def write(self, vals):
        """Refuse changes of a computed period, and any once the grades are published.

        :raises UserError: on a computed field, or on a published evaluation
        """
        if not self._is_step():
            names = get_business_fields(vals)
            if names - {"note", "line_ids", "date_effective"}:
                self._check_state("draft")
            if names:
                self._check_not_published()
            if "state" in names:
                raise UserError(
                    self.env._(
                        "The state of an evaluation follows from its steps: use the buttons."
                    )
                )
            if "period_start" in vals or "kind" in vals:
                self.ensure_one()
                day = fields.Date.to_date(vals.get("period_start")) or self.period_start
                vals = {
                    **vals,
                    "period_start": self._get_first_day(day, vals.get("kind") or self.kind),
                }
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_not_published()

    # === ACTIONS === #

    def action_compute(self):
        """Compute the sheets of the period's months, then scores, grades and ranks anew.

        What was unticked or overruled is asked anew.

        :raises UserError: when it is published, or no outlet has a sheet in the period
        """
        self._check_manager()
        self._check_state("draft", "computed", "previewed")
        for evaluation in self:
            evaluation._compute_sheets()
            evaluation._compute_lines()
        self._write_step({"state": "computed"})
        return True

    def action_preview(self):
        """The changes were looked at: what stands here is what publishing does.

        :raises UserError: when an unticked or overruled change has no reason
        """
        self._check_manager()
        self._check_state("computed")
        self.line_ids._check_reasons()
        self._write_step({"state": "previewed"})
        return True

    def action_reopen(self):
        """Go back from the preview to the list."""
        self._check_manager()
        self._check_state("previewed")
        self._write_step({"state": "computed"})
        return True

    def action_publish(self):
        """Give the outlets their grades, from the day on that stands here; once.

        :raises UserError: when the period is not over
        """
        self._check_manager()
        self._claim()
        self._check_state("previewed")
        for evaluation in self:
            evaluation._check_period_over()
            evaluation._give_grades()
        self._write_step(
            {
                "state": "published",
                "published_at": fields.Datetime.now(),
                "published_by_id": self.env.uid,
            }
        )
        return True

    def action_view_lines(self):
        """Open the scores as list and chart."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_outlet_evaluation_line_action"
        )
        return action | {"domain": [("evaluation_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _compute_sheets(self):
        """Compute the sheets of outlets, month by month; those that were agreed stay."""
        self.ensure_one()
        month, today = self.period_start, self._get_today()
        while month <= min(self.period_end, today):
            self.env["aftersales.kpi.sheet"]._generate(
                self.company_id, month, subject_kind="outlet"
            )
            month += relativedelta(months=1)

    def _get_sheets(self):
        """Sheets that the scores are taken from: of each month the last revision."""
        self.ensure_one()
        sheets = self.env["aftersales.kpi.sheet"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("subject_kind", "=", "outlet"),
                ("period_start", ">=", self.period_start),
                ("period_end", "<=", self.period_end),
                ("line_ids.is_measured", "=", True),
            ],
            order="period_start, revision",
        )
        last = {(sheet.outlet_id, sheet.period, sheet.period_start): sheet for sheet in sheets}
        return sheets.browse([sheet.id for sheet in last.values()])

    def _compute_lines(self):
        """Scores, proposed grades, changes and ranks of the outlets that have a sheet.

        :raises UserError: when there is none
        """
        self.ensure_one()
        sheets = self._get_sheets()
        grades = self.env["aftersales.outlet.grade"]._get_grades(self.company_id)
        if not sheets or not grades:
            raise UserError(
                self.env._(
                    "Nothing to evaluate in %(period)s: set up a scheme for outlets, and grades.",
                    period=self._get_period_label(),
                )
            )
        scores = {
            outlet: self._get_mean([to_decimal(sheet.score) for sheet in own])
            for outlet, own in sheets.grouped("outlet_id").items()
        }
        outlets = self.env["aftersales.outlet"].union(*scores)
        before = self.env["aftersales.outlet.grading"]._get_grades_on(outlets, self.date_effective)
        ranks = self._get_ranks(scores)
        earlier = self._get_earlier_scores(outlets)
        # sudo: nobody writes lines by hand but for what is decided of them; see _check_manager.
        lines = self._with_step().env["aftersales.outlet.evaluation.line"].sudo()
        lines.search([("evaluation_id", "=", self.id)]).unlink()
        lines.create(
            [
                {
                    "evaluation_id": self.id,
                    "outlet_id": outlet.id,
                    "sheet_ids": [fields.Command.set(sheets.grouped("outlet_id")[outlet].ids)],
                    "score": float(score),
                    "score_before": earlier.get(outlet, 0.0),
                    "has_before": outlet in earlier,
                    "grade_before_id": before[outlet].grade_id.id if outlet in before else False,
                    "proposed_grade_id": grades._find_grade(score).id,
                    "rank": ranks[score],
                }
                for outlet, score in scores.items()
            ]
        )
        self.invalidate_recordset(["line_ids"])

    def _get_mean(self, scores):
        """Mean of scores, rounded half up to two digits."""
        return (sum(scores) / len(scores)).quantize(SCORE_STEP, ROUND_HALF_UP)

    def _get_ranks(self, scores):
        """Rank of each score: the best is 1, equal ones share it and the next one is skipped."""
        ranks = {}
        for place, score in enumerate(sorted(scores.values(), reverse=True), 1):
            ranks.setdefault(score, place)
        return ranks

    def _get_earlier_scores(self, outlets):
        """Scores of the last published evaluation before, of the same kind of period."""
        self.ensure_one()
        earlier = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", self.kind),
                ("state", "=", "published"),
                ("period_start", "<", self.period_start),
            ],
            order="period_start desc",
            limit=1,
        )
        return {
            line.outlet_id: line.score for line in earlier.line_ids if line.outlet_id in outlets
        }

    def _claim(self):
        """Write the rows before they are read: of two who publish the second is tried again."""
        self.env.cr.execute(
            SQL(
                "UPDATE aftersales_outlet_evaluation SET write_date = %s WHERE id = ANY(%s)",
                self.env.cr.now(),
                self.ids,
            )
        )
        self.invalidate_recordset()

    def _give_grades(self):
        """Dated grades for those that change, and a word to each outlet."""
        self.ensure_one()
        self.line_ids._check_reasons()
        changed = self.line_ids.filtered("is_change")
        # sudo: published grades are given by this step only; see _check_manager.
        gradings = self.env["aftersales.outlet.grading"].sudo()
        gradings.with_context(aftersales_grading=GRADING_SENTINEL).create(
            [
                {
                    "outlet_id": line.outlet_id.id,
                    "grade_id": line.grade_id.id,
                    "date_from": self.date_effective,
                    "evaluation_id": self.id,
                    "reason": line.reason,
                }
                for line in changed
            ]
        )
        for line in self.line_ids:
            line._notify_outlet()

    # === HELPERS === #

    @api.model
    def _get_first_day(self, day, kind):
        """First day of the month, quarter or year of a day."""
        if not day:
            return day
        month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[kind]
        return day.replace(month=month, day=1)

    def _get_period_label(self):
        """The period in the reader's language."""
        self.ensure_one()
        return format_period(self.env, self.period_start, self.kind)

    def _get_today(self):
        self.ensure_one()
        return self.company_id._get_aftersales_date(fields.Datetime.now())

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("aftersales_kpi.group_kpi_manager"):
            raise AccessError(
                self.env._("Only a KPI manager evaluates outlets and publishes grades: ask yours.")
            )
        self.check_access("write")

    def _check_not_published(self):
        for evaluation in self.filtered(lambda one: one.state == "published"):
            raise UserError(
                self.env._(
                    "%(evaluation)s is published and does not change any more: give a grade by "
                    "hand from a later day, with a reason.",
                    evaluation=evaluation.display_name,
                )
            )

    def _check_period_over(self):
        if self.period_end >= self._get_today():
            raise UserError(
                self.env._(
                    "%(evaluation)s is not over: publish it from the day after on.",
                    evaluation=self.display_name,
                )
            )
