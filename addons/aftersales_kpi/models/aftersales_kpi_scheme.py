# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..measures import SUBJECT_MODELS

MONTHS = {"month": 1, "quarter": 3}


class AftersalesKpiScheme(models.Model):
    """What a group of people, teams, outlets or dealers is measured by, from when to when.

    A scheme holds for months (or quarters) that begin inside its dates. An employee's scheme is
    for those whose department and job, on their last day of the month, are among its own; a
    scheme of teams, outlets or dealers is for those it names, or for all (K2, K4, K10). Nobody is
    in two schemes at a time.
    """

    _name = "aftersales.kpi.scheme"
    _description = "KPI Scheme"
    _inherit = ["mail.thread"]
    _order = "sequence, date_from desc, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="Place in lists.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    subject_kind = fields.Selection(
        [
            ("employee", "Employees"),
            ("team", "Teams"),
            ("outlet", "Outlets"),
            ("dealer", "Dealers"),
            ("company", "The Company"),
        ],
        string="Measures",
        required=True,
        default="employee",
        help="Who gets a sheet: each employee, each team, outlet or dealer, or the company.",
    )
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter")],
        required=True,
        default="month",
        help="How long a sheet is. Sheets of a quarter are computed with its last month.",
    )
    date_from = fields.Date(required=True, tracking=True, help="First day of the scheme.")
    date_to = fields.Date(
        tracking=True, help="Last day of the scheme; empty: until further notice."
    )
    department_ids = fields.Many2many(
        "hr.department",
        string="Departments",
        check_company=True,
        help="Whom the scheme is for: people of these departments and of those below them. "
        "Empty: of any department.",
    )
    job_ids = fields.Many2many(
        "hr.job",
        string="Job Positions",
        check_company=True,
        help="Whom the scheme is for: people in these positions. Empty: in any position.",
    )
    team_ids = fields.Many2many(
        "aftersales.team",
        string="Teams",
        check_company=True,
        help="Which teams the scheme is for. Empty: all.",
    )
    outlet_ids = fields.Many2many(
        "aftersales.outlet",
        string="Outlets",
        check_company=True,
        help="Which outlets the scheme is for. Empty: all that the area and the kind leave.",
    )
    area_ids = fields.Many2many(
        "aftersales.area",
        string="Areas",
        help="Outlets that cover these areas, or areas below them. Empty: anywhere.",
    )
    outlet_kind = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.outlet"]._fields["kind"]._description_selection(self.env)
        ),
        string="Kind of Outlet",
        help="Only our own service points, only agents, only stores. Empty: all.",
    )
    dealer_ids = fields.Many2many(
        "res.partner",
        string="Dealers",
        check_company=True,
        domain="[('is_dealer', '=', True)]",
        help="Which dealers the scheme is for. Empty: all.",
    )
    line_ids = fields.One2many(
        "aftersales.kpi.scheme.line",
        "scheme_id",
        copy=True,
        help="The indicators of the scheme, each with what gives its points.",
    )
    gate_ids = fields.One2many(
        "aftersales.kpi.scheme.gate",
        "scheme_id",
        copy=True,
        help="What must hold, else the score is nothing, or no more than so much.",
    )
    max_points = fields.Float(
        compute="_compute_max_points", digits=(16, 2), help="The most that a sheet can reach."
    )
    par_score = fields.Float(
        string="Par Score (%)",
        required=True,
        default=80.0,
        digits=(16, 2),
        tracking=True,
        help="The score that is worth a KPI value of 1: KPI value = score ÷ par score (K1).",
    )

    fault_share = fields.Float(
        string="At Fault from (%)",
        required=True,
        default=80.0,
        digits=(16, 2),
        tracking=True,
        help="Where so many percent of the people come out below a KPI value of 1, the scheme is "
        "at fault, not the people: its month is closed with a reason only (K1).",
    )
    look_back = fields.Integer(
        default=2,
        help="How many earlier periods are measured again for what was confirmed late, rework "
        "above all. 0: none.",
    )
    late_effect = fields.Selection(
        [("count", "Counts in the Open Month"), ("show", "Is Shown Only")],
        string="Late Change",
        required=True,
        default="count",
        help="What a change of an agreed month does: its difference in points counts in the next "
        "open sheet, or stands there as a note.",
    )
    health_indicator_ids = fields.Many2many(
        "aftersales.kpi.indicator",
        "aftersales_kpi_scheme_health_rel",
        string="Health",
        help="Figures of the company that show whether the scheme does good: complaints and "
        "controllable cost fall, data are complete, reports are on time (K4).",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A KPI scheme ends before it starts: correct its dates."
    )
    _fault_share_percent = models.Constraint(
        "CHECK (fault_share > 0 AND fault_share <= 100)",
        "The share of people from which on a scheme is at fault lies between 0 and 100 %.",
    )
    _look_back_range = models.Constraint(
        "CHECK (look_back >= 0 AND look_back <= 12)",
        "A scheme looks back at most 12 periods: correct the number.",
    )
    _par_score_positive = models.Constraint(
        "CHECK (par_score > 0)", "The par score of a KPI scheme must be more than 0 %."
    )

    # === COMPUTES AND CONSTRAINTS === #

    @api.depends("line_ids.max_points")
    def _compute_max_points(self):
        for scheme in self:
            scheme.max_points = sum(scheme.line_ids.mapped("max_points"))

    @api.constrains("department_ids", "job_ids", "subject_kind")
    def _check_audience(self):
        for scheme in self:
            if scheme.subject_kind != "employee":
                continue
            if not scheme.department_ids and not scheme.job_ids:
                raise ValidationError(
                    self.env._(
                        "KPI scheme “%s” is for nobody in particular: choose the departments or "
                        "the job positions it is agreed with.",
                        scheme.name,
                    )
                )

    @api.constrains("line_ids", "gate_ids", "subject_kind")
    def _check_indicators(self):
        """An indicator that cannot measure such subjects is refused here, not at month's end."""
        for scheme in self:
            for indicator in scheme.line_ids.indicator_id | scheme.gate_ids.indicator_id:
                indicator._check_subject_kind(scheme.subject_kind)

    @api.constrains(
        "active",
        "company_id",
        "subject_kind",
        "period",
        "date_from",
        "date_to",
        "department_ids",
        "job_ids",
        "team_ids",
        "outlet_ids",
        "area_ids",
        "outlet_kind",
        "dealer_ids",
    )
    def _check_overlap(self):
        """Two schemes for the same people at the same time are refused, today's people at least.

        Who is where is looked at on the first common day, or today; who moves later is found
        when the month is computed.

        :raises ValidationError: naming both schemes and somebody who is in both
        """
        for scheme in self.filtered("active"):
            for other in self.search(scheme._get_overlap_domain()):
                both = scheme | other
                day = max(*both.mapped("date_from"), fields.Date.context_today(self))
                ends = [end for end in both.mapped("date_to") if end]
                if ends:
                    day = min(day, *ends)
                try:
                    both._match(scheme.company_id, scheme.subject_kind, day)
                except UserError as error:
                    raise ValidationError(error.args[0]) from error

    def _get_overlap_domain(self):
        """Schemes of the same kind that hold at the same time."""
        self.ensure_one()
        domain = Domain(
            [
                ("id", "!=", self.id),
                ("company_id", "=", self.company_id.id),
                ("subject_kind", "=", self.subject_kind),
                ("period", "=", self.period),
            ]
        )
        if self.date_to:
            domain &= Domain("date_from", "<=", self.date_to)
        return domain & (Domain("date_to", "=", False) | Domain("date_to", ">=", self.date_from))

    # === WHO IS MEASURED === #

    @api.model
    def _search_in_force(self, company, day, subject_kind=None):
        """Return the schemes of a company that hold for the period that ``day`` lies in.

        :param date day: any day of the month
        :param str subject_kind: only schemes of such subjects
        """
        starts = {period: self._get_period(day, period)[0] for period in MONTHS}
        held = Domain.OR(
            Domain("period", "=", period)
            & Domain("date_from", "<=", start)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", start))
            for period, start in starts.items()
        )
        domain = Domain("company_id", "=", company.id) & Domain("line_ids", "!=", False) & held
        if subject_kind:
            domain &= Domain("subject_kind", "=", subject_kind)
        return self.search(domain)

    @api.model
    def _get_period(self, day, period):
        """First and last day of the month or quarter of a day."""
        start = day.replace(day=1)
        months = MONTHS[period]
        start -= relativedelta(months=(start.month - 1) % months)
        return start, start + relativedelta(months=months, days=-1)

    def _match(self, company, kind, day, subject_ids=None, persons=None):
        """Who is measured by which scheme.

        :param company: ``res.company``
        :param str kind: kind of subject; the schemes are all of this one
        :param date day: as of when
        :param subject_ids: only these; default all
        :param dict persons: what ``hr.version._get_persons`` found, if it is known already
        :return: dict {subject id: scheme}
        :raises UserError: when two schemes are for the same subject
        """
        matched = {}
        for scheme, ids in self._get_audiences(company, kind, day, subject_ids, persons):
            for subject_id in ids:
                other = matched.setdefault(subject_id, scheme)
                if other != scheme:
                    raise UserError(
                        self.env._(
                            "KPI schemes “%(first)s” and “%(second)s” are both for %(subject)s: "
                            "end the one before the other begins, or make one of them narrower.",
                            first=other.name,
                            second=scheme.name,
                            subject=self._get_subject_name(kind, subject_id),
                        )
                    )
        return matched

    def _get_audiences(self, company, kind, day, subject_ids, persons=None):
        """Yield each scheme with the ids of those it is for."""
        if kind == "employee":
            if persons is None:
                persons = self.env["hr.version"]._get_kpi_persons(company, day, day, subject_ids)
            for scheme in self:
                departments = set(scheme._get_departments().ids)
                jobs = set(scheme.job_ids.ids)
                yield (
                    scheme,
                    [
                        employee_id
                        for employee_id, person in persons.items()
                        if (not departments or person.department_id in departments)
                        and (not jobs or person.job_id in jobs)
                    ],
                )
            return
        model = self.env[SUBJECT_MODELS[kind]]
        for scheme in self:
            domain = scheme._get_audience_domain()
            if subject_ids is not None:
                domain &= Domain("id", "in", list(subject_ids))
            yield scheme, model.search(domain).ids

    def _get_audience_domain(self):
        """Domain of the teams, outlets or dealers that the scheme is for. Hook for more terms."""
        self.ensure_one()
        kind, company_id = self.subject_kind, self.company_id.id
        if kind == "company":
            return Domain("id", "=", company_id)
        domain = Domain("company_id", "=", company_id)
        if kind == "dealer":
            domain = Domain("is_dealer", "=", True) & Domain(
                "company_id", "in", (False, company_id)
            )
        chosen = self[f"{kind}_ids"]
        if chosen:
            domain &= Domain("id", "in", chosen.ids)
        if kind == "outlet" and self.area_ids:
            domain &= Domain("area_ids", "child_of", self.area_ids.ids)
        if kind == "outlet" and self.outlet_kind:
            domain &= Domain("kind", "=", self.outlet_kind)
        return domain

    @api.model
    def _get_subject_name(self, kind, subject_id):
        return self.env[SUBJECT_MODELS[kind]].browse(subject_id).display_name

    def _get_departments(self):
        """Departments of the scheme with all below them."""
        self.ensure_one()
        if not self.department_ids:
            return self.department_ids
        # An archived department still had its people in an earlier month.
        departments = self.env["hr.department"].with_context(active_test=False)
        return departments.search([("id", "child_of", self.department_ids.ids)])
