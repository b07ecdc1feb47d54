# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

DECIDED_FIELDS = frozenset({"is_accepted", "overruled_grade_id", "reason"})
# Indicators and cases that a scorecard shows.
MOST_LOSSES = 3
MOST_CASES = 5


class AftersalesOutletEvaluationLine(models.Model):
    """An outlet in an evaluation: score, rank, grade before and after, and where points went (K10).

    What is proposed is decided line by line: accepted, unticked (the old grade stays), or
    overruled by another grade; the last two with a reason.
    """

    _name = "aftersales.outlet.evaluation.line"
    _description = "Outlet in an Evaluation"
    _inherit = ["aftersales.computed.part.mixin"]
    _step_model = "aftersales.outlet.evaluation"
    _order = "evaluation_id desc, rank, outlet_id, id"
    _rec_name = "outlet_id"

    evaluation_id = fields.Many2one(
        "aftersales.outlet.evaluation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="evaluation_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(related="evaluation_id.kind", store=True, precompute=True)
    period_start = fields.Date(
        related="evaluation_id.period_start", store=True, index=True, precompute=True
    )
    state = fields.Selection(related="evaluation_id.state", store=True, precompute=True)
    outlet_id = fields.Many2one("aftersales.outlet", required=True, index=True, ondelete="restrict")
    sheet_ids = fields.Many2many(
        "aftersales.kpi.sheet",
        "aftersales_outlet_evaluation_sheet_rel",
        "line_id",
        "sheet_id",
        string="KPI Sheets",
        help="Sheets of the period's months; the score is the mean of theirs.",
    )
    score = fields.Float(
        digits=(16, 2), aggregator="avg", help="Mean of the sheets' scores, rounded half up."
    )
    has_before = fields.Boolean(help="The outlet was in the last evaluation before.")
    score_before = fields.Float(
        digits=(16, 2), aggregator="avg", help="Score of the last published evaluation before."
    )
    difference = fields.Float(
        compute="_compute_difference",
        store=True,
        digits=(16, 2),
        aggregator="avg",
        help="Score less that of the last evaluation before.",
    )
    rank = fields.Integer(aggregator="avg", help="1 is the best; equal scores share a rank.")
    grade_before_id = fields.Many2one(
        "aftersales.outlet.grade",
        ondelete="restrict",
        help="Grade that the outlet would have on that day without this evaluation.",
    )
    proposed_grade_id = fields.Many2one(
        "aftersales.outlet.grade", required=True, ondelete="restrict", help="Grade of the score."
    )
    is_accepted = fields.Boolean(
        string="Take Over", default=True, help="Unticked: the outlet keeps its grade."
    )
    overruled_grade_id = fields.Many2one(
        "aftersales.outlet.grade",
        string="Overruled By",
        ondelete="restrict",
        help="Another grade than the score gives.",
    )
    reason = fields.Char(help="Why it is unticked or overruled; the outlet reads it.")
    grade_id = fields.Many2one(
        "aftersales.outlet.grade",
        compute="_compute_grade_id",
        store=True,
        ondelete="restrict",
        help="Grade after publishing.",
    )
    is_change = fields.Boolean(
        compute="_compute_grade_id", store=True, string="Changes", help="The grade changes."
    )
    loss_ids = fields.Many2many(
        "aftersales.kpi.sheet.line",
        compute="_compute_loss_ids",
        string="Most Points Lost",
        help="Indicators that lost most points, with the cases behind them.",
    )

    _outlet_uniq = models.UniqueIndex("(evaluation_id, outlet_id)")

    @api.depends("score", "score_before", "has_before")
    def _compute_difference(self):
        for line in self:
            line.difference = line.score - line.score_before if line.has_before else 0.0

    @api.depends("is_accepted", "overruled_grade_id", "proposed_grade_id", "grade_before_id")
    def _compute_grade_id(self):
        for line in self:
            taken = line.overruled_grade_id or line.proposed_grade_id
            line.grade_id = taken if line.is_accepted else line.grade_before_id
            line.is_change = bool(line.grade_id) and line.grade_id != line.grade_before_id

    @api.depends("sheet_ids")
    def _compute_loss_ids(self):
        for line in self:
            lost = line.sheet_ids.line_ids.filtered(lambda one: one.lost_points > 0)
            line.loss_ids = lost.sorted(lambda one: (-one._get_loss(), one.id))[:MOST_LOSSES]

    def write(self, vals):
        """Only what is decided is typed, and not once it is previewed.

        :raises UserError: for anything else
        """
        if not self._is_step():
            self.evaluation_id._check_state("computed")
        return super().write(vals)

    def action_view_sheets(self):
        """Open the KPI sheets behind the score."""
        self.ensure_one()
        return self.sheet_ids._get_records_action(name=self.env._("KPI Sheets"))

    @api.model
    def _get_decided_fields(self):
        return DECIDED_FIELDS

    @api.model
    def _get_step_refusal(self):
        return self.env._(
            "Scores and proposed grades are computed, not typed: untick or overrule the grade with "
            "a reason."
        )

    def _check_reasons(self):
        """What differs from the proposal says why.

        :raises UserError: naming the outlet
        """
        for line in self:
            decided = not line.is_accepted or line.overruled_grade_id
            if decided and not (line.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write why %(outlet)s does not get grade %(grade)s, which its score gives.",
                        outlet=line.outlet_id.display_name,
                        grade=line.proposed_grade_id.name,
                    )
                )

    def _notify_outlet(self):
        """Tell the outlet, in its log and by mail to who answers for it."""
        self.ensure_one()
        evaluation, outlet = self.evaluation_id, self.outlet_id
        # sudo: whom to tell; readers of evaluations read no employees.
        manager = outlet.sudo().manager_id.user_id.partner_id
        partners = manager | outlet.sudo().dispatcher_ids.partner_id | outlet._get_vendor()
        change = self.env._(
            "Grade %(grade)s from %(day)s (before: %(before)s).",
            grade=self.grade_id.name,
            day=format_date(self.env, evaluation.date_effective),
            before=self.grade_before_id.name or "–",
        )
        keep = self.env._("Grade unchanged: %s.", self.grade_id.name or "–")
        # sudo: KPI managers do not write outlets; the house's own words go to its log.
        outlet.sudo().message_post(
            body=self.env._(
                "%(evaluation)s: score %(score).2f, rank %(rank)s of %(count)s. %(grade)s "
                "%(reason)s",
                evaluation=evaluation.display_name,
                score=self.score,
                rank=self.rank,
                count=evaluation.outlet_count,
                grade=change if self.is_change else keep,
                reason=self.reason or "",
            ),
            partner_ids=partners.ids if self.is_change else [],
        )

    def _get_history(self, limit=12):
        """Published scores of the outlet up to this one, of such periods, the oldest first."""
        self.ensure_one()
        lines = self.search(
            [
                ("outlet_id", "=", self.outlet_id.id),
                ("kind", "=", self.kind),
                ("period_start", "<=", self.period_start),
                "|",
                ("state", "=", "published"),
                ("id", "=", self.id),
            ],
            order="period_start desc",
            limit=limit,
        )
        return lines.sorted("period_start")

    def _get_scores(self):
        """The indicators of the sheets, added up over the period's months.

        :return: list of dicts with name, points, max_points and lost, in the sheets' order
        """
        self.ensure_one()
        rows = {}
        for line in self.sheet_ids.line_ids.filtered("is_measured"):
            row = rows.setdefault(
                line.indicator_id,
                {"name": line.indicator_id.name, "points": 0.0, "max_points": 0.0, "lost": 0.0},
            )
            row["points"] += line.points
            row["max_points"] += line.max_points
            row["lost"] += line.lost_points
        return list(rows.values())

    def _get_losses(self):
        """Indicators that lost most points, each with the cases that cost them, worst first.

        :return: list of tuples (sheet line, records)
        """
        self.ensure_one()
        return [(loss, self._get_worst_cases(loss)) for loss in self.loss_ids]

    def _get_worst_cases(self, loss):
        """The cases behind an indicator that are furthest from good, as counted then.

        :param loss: ``aftersales.kpi.sheet.line``
        :return: records of the measure's model
        """
        indicator = loss.indicator_id
        if not loss.source_model or not loss.source_ids:
            return self.env["aftersales.voucher"]
        # sudo: the scorecard names the cases; what they say is read where the reader may.
        cases = self.env[loss.source_model].sudo()
        rows_of = getattr(indicator, f"_get_rows_{indicator.measure}", None)
        if not rows_of:
            return cases.browse(loss.source_ids[:MOST_CASES]).exists()
        scope = indicator._get_scope(
            self.company_id,
            loss.sheet_id.period_start,
            loss.sheet_id.period_end,
            "outlet",
            self.outlet_id.ids,
        )
        found = self.env.execute_query(
            SQL(
                """SELECT res_id FROM (%s) AS source
                    WHERE subject_id = %s AND res_id = ANY(%s)
                 ORDER BY amount %s, res_id LIMIT %s""",
                rows_of(scope),
                self.outlet_id.id,
                loss.source_ids,
                SQL("DESC") if indicator.better == "lower" else SQL("ASC"),
                MOST_CASES,
            )
        )
        return cases.browse([res_id for (res_id,) in found]).exists()
