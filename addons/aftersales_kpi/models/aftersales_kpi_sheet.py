# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields
from odoo.addons.aftersales_base.periods import format_period
from odoo.addons.rate_table.calculators import to_decimal

from ..grading import get_kpi_value, get_score
from .aftersales_kpi_subject_mixin import SUBJECT_FIELDS

EDITABLE_FIELDS = frozenset({"note"})


class AftersalesKpiSheet(models.Model):
    """Somebody's month: each indicator of the scheme with figure, points and sources (K2, K4).

    Mostly an employee's; a team, an outlet, a dealer or the company has sheets as well (K10). A
    sheet is computed, discussed, agreed with the employee, and locked. It counts once it is
    agreed; from then on nothing on it changes. Department and job are those of the month, not
    today's.
    """

    _name = "aftersales.kpi.sheet"
    _description = "KPI Sheet"
    _inherit = [
        "aftersales.state.mixin",
        "aftersales.step.mixin",
        "aftersales.kpi.subject.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "period_start desc, company_id, subject_kind, subject_name, id"
    _check_company_auto = True
    _mail_post_access = "read"

    subject_kind = fields.Selection(readonly=True, index=True)
    employee_id = fields.Many2one(readonly=True, check_company=False, help="Whose month this is.")
    team_id = fields.Many2one(readonly=True)
    outlet_id = fields.Many2one(readonly=True)
    dealer_id = fields.Many2one(readonly=True)
    subject_name = fields.Char(
        compute="_compute_subject_name",
        store=True,
        string="Whose",
        help="Employee, team, outlet, dealer or company that is measured.",
    )
    agree_user_id = fields.Many2one(
        "res.users",
        compute="_compute_agree_user_id",
        store=True,
        index="btree_not_null",
        string="Agrees",
        help="Whose agreement is awaited: the employee, the leader of the team, the manager of the "
        "outlet. Empty: nobody with a login; a manager records the agreement.",
    )
    employee_user_id = fields.Many2one(
        "res.users",
        related="employee_id.user_id",
        store=True,
        index="btree_not_null",
        string="Employee's User",
        help="Login of the employee: who sees this sheet and agrees to it.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    scheme_id = fields.Many2one(
        "aftersales.kpi.scheme",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Scheme that the month was computed by.",
    )
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter")],
        required=True,
        readonly=True,
        default="month",
        help="How long the sheet is.",
    )
    period_start = fields.Date(
        string="Month", required=True, readonly=True, index=True, help="First day of the period."
    )
    period_end = fields.Date(
        compute="_compute_period_end", store=True, precompute=True, help="Last day of the period."
    )
    department_id = fields.Many2one(
        "hr.department",
        readonly=True,
        index="btree_not_null",
        help="The employee's department on the last day of the month.",
    )
    job_id = fields.Many2one(
        "hr.job",
        string="Job Position",
        readonly=True,
        index="btree_not_null",
        help="The employee's job position on the last day of the month.",
    )
    state = fields.Selection(
        [
            ("computed", "Computed"),
            ("discussed", "Discussed"),
            ("agreed", "Agreed"),
            ("locked", "Locked"),
        ],
        required=True,
        readonly=True,
        default="computed",
        index=True,
        tracking=True,
        group_expand=True,
        help="Computed: figures are there, and computing again refreshes them. Discussed: with "
        "the employee. Agreed: by the employee; nothing changes any more. Locked: handed on to "
        "pay.",
    )
    computed_at = fields.Datetime(readonly=True, copy=False, help="When the figures were taken.")
    discussed_at = fields.Datetime(
        readonly=True, copy=False, help="When the sheet was handed to the employee."
    )
    agreed_at = fields.Datetime(
        readonly=True, copy=False, help="When the employee agreed: nothing changes from here on."
    )
    agreed_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="The employee; for an employee without a login, the manager who was told.",
    )
    locked_at = fields.Datetime(readonly=True, copy=False, help="When pay took the sheet over.")
    note = fields.Text(help="What was discussed.")
    may_agree = fields.Boolean(
        compute="_compute_may_agree", help="The reader is the one whose agreement is awaited."
    )
    line_ids = fields.One2many(
        "aftersales.kpi.sheet.line",
        "sheet_id",
        readonly=True,
        help="One line an indicator, with its figure, points and sources.",
    )
    gate_ids = fields.One2many(
        "aftersales.kpi.sheet.gate",
        "sheet_id",
        readonly=True,
        help="Conditions of the scheme, each with its verdict and what it cost.",
    )
    points = fields.Float(
        compute="_compute_points",
        store=True,
        digits=(16, 2),
        aggregator="avg",
        help="Points of all indicators that could be measured.",
    )
    max_points = fields.Float(
        compute="_compute_points",
        store=True,
        digits=(16, 2),
        string="Out of",
        aggregator="avg",
        help="What the indicators measured count as 100 %.",
    )
    score_before_gates = fields.Float(
        compute="_compute_points",
        store=True,
        digits=(16, 2),
        string="Score before Gates (%)",
        aggregator="avg",
        help="Weighted mean of the points that each indicator reached of its own.",
    )
    score = fields.Float(
        compute="_compute_score",
        store=True,
        digits=(16, 2),
        string="Score (%)",
        aggregator="avg",
        help="The score after the conditions of the scheme: what counts.",
    )
    par_score = fields.Float(
        readonly=True,
        default=80.0,
        digits=(16, 2),
        string="Par Score (%)",
        aggregator=None,
        help="Score that was worth a KPI value of 1 when the figures were taken.",
    )
    kpi_value = fields.Float(
        compute="_compute_score",
        store=True,
        digits=(16, 4),
        string="KPI Value",
        aggregator="avg",
        help="Score ÷ par score: what pay is multiplied by (K1).",
    )
    revision = fields.Integer(
        required=True,
        readonly=True,
        default=0,
        copy=False,
        aggregator=None,
        help="0: the sheet itself; from 1 on: a correction of a locked one.",
    )

    _subject_period_uniq = models.UniqueIndex(
        "(company_id, subject_kind, period, period_start, revision,"
        " COALESCE(employee_id, team_id, outlet_id, dealer_id, 0))",
        "There is a KPI sheet of this company for the same subject and period already.",
    )
    _period_start_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM period_start) = 1)", "A KPI sheet starts on the first of a month."
    )

    # === COMPUTE METHODS === #

    @api.depends("subject_name", "period_start", "period", "revision")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for sheet in self:
            name = f"{sheet.subject_name or ''}, {sheet._get_month_label()}"
            if sheet.revision:
                name = self.env._(
                    "%(sheet)s, correction %(number)s", sheet=name, number=sheet.revision
                )
            sheet.display_name = name

    @api.depends(
        "subject_kind",
        "employee_id.name",
        "team_id.name",
        "outlet_id.name",
        "dealer_id.name",
        "company_id.name",
    )
    def _compute_subject_name(self):
        for sheet in self:
            sheet.subject_name = sheet._get_subject().name

    @api.depends("employee_id.user_id", "team_id.leader_id.user_id", "outlet_id.manager_id.user_id")
    def _compute_agree_user_id(self):
        for sheet in self:
            person = sheet.employee_id or sheet.team_id.leader_id or sheet.outlet_id.manager_id
            sheet.agree_user_id = person.user_id

    @api.depends("period_start", "period")
    def _compute_period_end(self):
        for sheet in self:
            sheet.period_end = sheet.period_start and self._get_period(sheet)[1]

    @api.depends(lambda self: self._get_points_fields())
    def _compute_points(self):
        for sheet in self:
            parts = sheet._get_score_parts()
            sheet.points = float(sum(points for points, _most, _weight in parts))
            sheet.max_points = float(sum(most for _points, most, _weight in parts))
            sheet.score_before_gates = float(get_score(parts, sheet._get_late_parts()))

    @api.depends(
        "score_before_gates",
        "par_score",
        "gate_ids.holds",
        "gate_ids.effect",
        "gate_ids.cap_score",
    )
    def _compute_score(self):
        for sheet in self:
            score = to_decimal(sheet.score_before_gates)
            for gate in sheet.gate_ids:
                score = gate._get_limit(score)
            sheet.score = float(score)
            sheet.kpi_value = float(get_kpi_value(score, to_decimal(sheet.par_score)))

    @api.depends("agree_user_id", "state")
    @api.depends_context("uid")
    def _compute_may_agree(self):
        """The employee; a manager only for who cannot log in: never could, or has left."""
        is_manager = self._is_manager()
        for sheet in self:
            # sudo: only whether the login still works is read.
            user = sheet.agree_user_id.sudo()
            sheet.may_agree = sheet.state == "discussed" and (
                user == self.env.user or (is_manager and not user.active)
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Sheets come of the generation only.

        :raises UserError: for a sheet made by hand
        """
        if not self._is_step():
            raise UserError(
                self.env._("A KPI sheet is computed, not typed: use Performance > Compute a Month.")
            )
        return super().create(vals_list)

    def write(self, vals):
        """Refuse changes by hand, and any change once the sheet is agreed.

        :raises UserError: on a computed field, or on an agreed or locked sheet
        """
        if not self._is_step():
            names = get_business_fields(vals)
            if names:
                self._check_not_agreed()
            if names - EDITABLE_FIELDS:
                raise UserError(
                    self.env._(
                        "The figures and the state of a KPI sheet are not typed: use the buttons, "
                        "or compute the month again."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_not_agreed()

    # === ACTIONS === #

    def action_discuss(self):
        """Hand the sheets to their employees.

        :raises UserError: when a sheet is not in state computed, or its month is not over
        """
        self._check_manager()
        self._check_state("computed")
        self._check_month_over()
        self._write_step({"state": "discussed", "discussed_at": fields.Datetime.now()})
        return True

    def action_agree(self):
        """The employee agrees (K4); for one without a login, a manager records the agreement.

        :raises AccessError: when somebody else than the employee agrees
        :raises UserError: when a sheet was not discussed
        """
        self.check_access("read")
        self._check_state("discussed")
        for sheet in self:
            if not sheet.may_agree:
                raise AccessError(
                    self.env._(
                        "Only %(employee)s agrees to the KPI sheet of %(month)s.",
                        employee=sheet.subject_name,
                        month=sheet._get_month_label(),
                    )
                )
        # sudo: employees only read their sheets. Safe because it was checked above that the
        # agreement awaited is the user's, and only the agreement is written.
        self.sudo()._write_step(
            {
                "state": "agreed",
                "agreed_at": fields.Datetime.now(),
                "agreed_by_id": self.env.uid,
            }
        )
        return True

    def action_view_history(self):
        """Chart of the subject's scores of the last 24 periods, indicator by indicator."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_kpi_history_action"
        )
        name = SUBJECT_FIELDS.get(self.subject_kind, "company_id")
        since = fields.Date.subtract(self.period_start, months=24)
        action["name"] = self.env._("History of %s", self.subject_name)
        action["domain"] = [
            ("sheet_id.subject_kind", "=", self.subject_kind),
            (f"sheet_id.{name}", "=", self[name].id),
            ("period_start", ">", since),
            ("sheet_id.superseded_by_id", "=", False),
        ]
        return action

    def action_lock(self):
        """Close agreed sheets for good: pay has taken them over.

        :raises UserError: when a sheet is not agreed
        """
        self._check_manager()
        self._check_state("agreed")
        self._write_step({"state": "locked", "locked_at": fields.Datetime.now()})
        return True

    def action_recompute(self):
        """Take the figures of the sheets anew; a discussed sheet has to be discussed again.

        :raises UserError: when a sheet is agreed or locked, or no scheme fits it any more
        """
        self._check_manager()
        self._check_not_agreed()
        self.filtered(lambda sheet: sheet.state == "discussed")._write_step(
            {"state": "computed", "discussed_at": False}
        )
        for (company, scheme_period, start, kind), sheets in self.grouped(
            lambda sheet: (sheet.company_id, sheet.period, sheet.period_start, sheet.subject_kind)
        ).items():
            ids = [sheet._get_subject().id for sheet in sheets]
            month = self.env["aftersales.kpi.scheme"]._get_period(start, scheme_period)[1]
            found = self._generate(company, month, subject_kind=kind, subject_ids=ids)
            orphans = sheets - found
            if orphans:
                raise UserError(
                    self.env._(
                        "No scheme fits %(sheets)s any more. Check the schemes' dates, "
                        "departments and job positions, or delete the sheet.",
                        sheets=", ".join(orphans.mapped("display_name")),
                    )
                )
        return True

    # === HELPERS === #

    def _get_score_parts(self):
        """What the score is made of: (points, out of, weight) of each indicator measured."""
        self.ensure_one()
        return [
            (to_decimal(line.points), to_decimal(line.max_points), to_decimal(line.weight))
            for line in self.line_ids
            if line.is_measured
        ]

    def _get_late_parts(self):
        """What is added to the score on top: (points, out of, weight). Hook."""
        self.ensure_one()
        return []

    def _get_points_fields(self):
        """Fields that points and score depend on. Hook for what else gives points."""
        return ["line_ids.points", "line_ids.max_points", "line_ids.weight", "line_ids.is_measured"]

    @api.model
    def _get_period(self, sheet):
        """First and last day of a sheet's period."""
        return self.env["aftersales.kpi.scheme"]._get_period(
            sheet.period_start, sheet.period or "month"
        )

    def _get_month_label(self):
        """Month (or quarter) and year in the user's language."""
        self.ensure_one()
        kind = "quarter" if self.period == "quarter" else "month"
        return format_period(self.env, self.period_start, kind)

    def _is_manager(self):
        return self.env.su or self.env.user.has_group("aftersales_kpi.group_kpi_manager")

    def _check_manager(self):
        if not self._is_manager():
            raise AccessError(
                self.env._("Only a KPI manager computes, hands out and locks sheets: ask yours.")
            )

    def _check_not_agreed(self):
        for sheet in self:
            if sheet.state in ("agreed", "locked"):
                raise UserError(
                    self.env._(
                        "The KPI sheet of %(sheet)s is %(state)s and does not change any more.",
                        sheet=sheet.display_name,
                        state=sheet._get_state_label().lower(),
                    )
                )

    def _check_month_over(self):
        """K4: an agreement to half a month would freeze half a month."""
        for sheet in self:
            if sheet.period_end >= sheet.company_id._get_aftersales_date(fields.Datetime.now()):
                raise UserError(
                    self.env._(
                        "The month of %(sheet)s is not over: its figures are not complete. "
                        "Discuss it from the first of next month on.",
                        sheet=sheet.display_name,
                    )
                )
