# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

# Only code that holds this object may write what is computed: a context that comes in by RPC is
# JSON and can never contain it.
STEP_SENTINEL = object()

EDITABLE_FIELDS = frozenset({"note"})


class AftersalesKpiSheet(models.Model):
    """An employee's month: each indicator of the scheme with figure, points and sources (K2, K4).

    A sheet is computed, discussed, agreed with the employee, and locked. It counts once it is
    agreed; from then on nothing on it changes. Department and job are those of the month, not
    today's.
    """

    _name = "aftersales.kpi.sheet"
    _description = "KPI Sheet"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "period_start desc, company_id, employee_id, id"
    _check_company_auto = True
    _mail_post_access = "read"

    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Whose month this is.",
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
    period_start = fields.Date(
        string="Month", required=True, readonly=True, index=True, help="First day of the month."
    )
    period_end = fields.Date(
        compute="_compute_period_end", store=True, precompute=True, help="Last day of the month."
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
        help="The most that the indicators measured could give.",
    )
    score = fields.Float(
        compute="_compute_points",
        store=True,
        digits=(16, 2),
        string="Score (%)",
        aggregator="avg",
        help="Points as a percentage of the most that could be reached.",
    )

    _employee_month_uniq = models.UniqueIndex(
        "(company_id, employee_id, period_start)",
        "This employee has a KPI sheet of this company for this month already.",
    )
    _period_start_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM period_start) = 1)", "A KPI sheet starts on the first of a month."
    )

    # === COMPUTE METHODS === #

    @api.depends("employee_id", "period_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for sheet in self:
            sheet.display_name = f"{sheet.employee_id.name}, {sheet._get_month_label()}"

    @api.depends("period_start")
    def _compute_period_end(self):
        for sheet in self:
            sheet.period_end = sheet.period_start and self._get_month(sheet.period_start)[1]

    @api.depends("line_ids.points", "line_ids.max_points", "line_ids.is_measured")
    def _compute_points(self):
        for sheet in self:
            measured = sheet.line_ids.filtered("is_measured")
            sheet.points = sum(measured.mapped("points"))
            sheet.max_points = sum(measured.mapped("max_points"))
            sheet.score = 100 * sheet.points / sheet.max_points if sheet.max_points else 0.0

    @api.depends("employee_user_id", "state")
    @api.depends_context("uid")
    def _compute_may_agree(self):
        """The employee; a manager only for who cannot log in: never could, or has left."""
        is_manager = self._is_manager()
        for sheet in self:
            # sudo: only whether the login still works is read.
            user = sheet.employee_user_id.sudo()
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
                        employee=sheet.employee_id.name,
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
        for (company, month), sheets in self.grouped(
            lambda sheet: (sheet.company_id, sheet.period_start)
        ).items():
            orphans = sheets - self._generate(company, month, employees=sheets.employee_id)
            if orphans:
                raise UserError(
                    self.env._(
                        "No scheme fits %(sheets)s any more. Check the schemes' dates, "
                        "departments and job positions, or delete the sheet.",
                        sheets=", ".join(orphans.mapped("display_name")),
                    )
                )
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _generate(self, company, month, schemes=None, employees=None):
        """Compute the sheets of a company's month: one query an indicator, written in batch.

        Computing again refreshes the sheets in state computed and leaves the others alone.

        :param company: ``res.company``
        :param date month: any day of the month
        :param schemes: only these schemes; default all that are in force
        :param employees: only these employees; default all that the schemes are for
        :return: the month's sheets of these schemes and employees
        :raises AccessError: when the user is not a KPI manager
        """
        self._check_manager()
        start, end = self._get_month(month)
        in_force = self.env["aftersales.kpi.scheme"]._search_in_force(company, start)
        versions = self._get_versions(company, end, employees)
        matched = in_force._match_employees(versions.values())
        if schemes is not None:
            matched = {e: scheme for e, scheme in matched.items() if scheme in schemes}
        existing = {
            sheet.employee_id: sheet
            for sheet in self.search(
                [
                    ("company_id", "=", company.id),
                    ("employee_id", "in", [employee.id for employee in matched]),
                    ("period_start", "=", start),
                ]
            )
        }
        open_ = {
            employee: scheme
            for employee, scheme in matched.items()
            if employee not in existing or existing[employee].state == "computed"
        }
        lines = self._measure(company, start, end, open_)
        present = {
            employee
            for employee in open_
            if any(vals["is_measured"] for vals in lines[employee])
            or (employee.active and versions[employee].date_version <= end)
        }
        sheet_vals = {
            employee: self._prepare_sheet_vals(company, start, versions[employee], open_[employee])
            for employee in open_
            if employee in present or employee in existing
        }
        written = self._write_sheets(sheet_vals, lines, existing)
        kept = [sheet.id for sheet in existing.values() if sheet.state != "computed"]
        return written | self.browse(kept)

    @api.model
    def _measure(self, company, start, end, schemes):
        """Grade the employees of several schemes.

        :param dict schemes: {employee: scheme}
        :return: dict {employee: list of values of sheet lines}
        """
        employees = {}
        for employee, scheme in schemes.items():
            employees.setdefault(scheme, []).append(employee)
        found = {}
        lines = {employee: [] for employee in schemes}
        for scheme, members in employees.items():
            for line in scheme.line_ids:
                indicator = line.indicator_id
                if indicator not in found:
                    ids = [employee.id for employee in schemes]
                    found[indicator] = indicator._measure(company, start, end, subject_ids=ids)
                measures = {
                    employee.id: found[indicator][employee.id]
                    for employee in members
                    if employee.id in found[indicator]
                }
                graded = line._prepare_sheet_line_vals(measures)
                empty = line._prepare_empty_sheet_line_vals()
                for employee in members:
                    lines[employee].append(
                        graded.get(employee.id) or {**empty, "is_measured": False}
                    )
        return lines

    def _write_sheets(self, sheet_vals, lines, existing):
        """Create or refresh sheets with their lines, in batch.

        :param dict sheet_vals: {employee: values of the sheet}
        :param dict lines: {employee: list of values of its lines}
        :param dict existing: {employee: sheet that is there already}
        :return: the sheets
        """
        # sudo: nobody has the right to create sheets or to write lines by hand; the user was
        # checked to be a KPI manager. Nobody follows hundreds of sheets that were just computed.
        step = self._with_step().with_context(tracking_disable=True, mail_create_nolog=True).sudo()
        refreshed = step.browse([existing[e].id for e in sheet_vals if e in existing])
        refreshed.line_ids.unlink()
        sheets = {}
        for sheet in refreshed:
            sheet.write(sheet_vals[sheet.employee_id])
            sheets[sheet.employee_id] = sheet
        missing = [employee for employee in sheet_vals if employee not in sheets]
        created = step.create([sheet_vals[employee] for employee in missing])
        sheets.update(zip(missing, created, strict=True))
        step.env["aftersales.kpi.sheet.line"].create(
            [
                {**vals, "sheet_id": sheet.id}
                for employee, sheet in sheets.items()
                for vals in lines[employee]
            ]
        )
        return self.browse([sheet.id for sheet in sheets.values()])

    @api.model
    def _prepare_sheet_vals(self, company, start, version, scheme):
        """Values of a sheet; department and job are copied, not related (they change later)."""
        return {
            "employee_id": version.employee_id.id,
            "company_id": company.id,
            "scheme_id": scheme.id,
            "period_start": start,
            "department_id": version.department_id.id,
            "job_id": version.job_id.id,
            "computed_at": fields.Datetime.now(),
        }

    @api.model
    def _get_versions(self, company, day, employees=None):
        """Return {employee: its ``hr.version`` on that day}; who left is included."""
        # sudo: versions are personnel files. Only department and job are taken from them.
        model = self.env["hr.employee"].sudo().with_context(active_test=False)
        domain = [("company_id", "=", company.id)]
        if employees is not None:
            domain.append(("id", "in", employees.ids))
        return {employee: employee._get_version(day) for employee in model.search(domain)}

    # === HELPERS === #

    @api.model
    def _get_month(self, day):
        """Return the first and the last day of the month of ``day``."""
        start = day.replace(day=1)
        return start, start + relativedelta(months=1, days=-1)

    def _get_month_label(self):
        """Month and year in the user's language."""
        self.ensure_one()
        if not self.period_start:
            return ""
        return format_date(self.env, self.period_start, date_format="MMMM y")

    def _with_step(self):
        return self.with_context(aftersales_kpi_step=STEP_SENTINEL)

    def _is_step(self):
        return self.env.context.get("aftersales_kpi_step") is STEP_SENTINEL

    def _write_step(self, vals):
        return self._with_step().write(vals)

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
