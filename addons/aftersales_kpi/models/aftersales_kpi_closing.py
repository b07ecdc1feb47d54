# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.aftersales_base.periods import format_period
from odoo.addons.rate_table.calculators import to_decimal

from ..grading import is_at_fault
from .aftersales_kpi_sheet_generate import Run

FAULT_FIELDS = ["is_fault", "average_kpi", "below_count", "below_share"]
COUNTS = ("computed", "discussed", "agreed", "locked")


class AftersalesKpiClosing(models.Model):
    """Closing a scheme's month: what is still open, and whether the scheme itself is at fault.

    One record a scheme and period; its counts are those of the sheets at the moment. Where 80 %
    of the people come out below 1, the scheme is at fault and its sheets are locked with a logged
    reason only (K1). Its health is shown besides (K4).
    """

    _name = "aftersales.kpi.closing"
    _description = "Closing of a KPI Period"
    _inherit = ["aftersales.guarded.mixin", "mail.thread"]
    _order = "period_start desc, company_id, scheme_id"
    _check_company_auto = True

    scheme_id = fields.Many2one(
        "aftersales.kpi.scheme", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="scheme_id.company_id", store=True, index=True)
    period_start = fields.Date(
        string="Month", required=True, readonly=True, index=True, help="First day of the period."
    )
    period_end = fields.Date(compute="_compute_period_end", help="Last day of the period.")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
        help="Closed: every sheet is locked, and no new one is computed.",
    )
    closed_at = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    missing_count = fields.Integer(
        compute="_compute_counts", string="Not Computed", help="People without a sheet."
    )
    computed_count = fields.Integer(
        compute="_compute_counts", string="To Discuss", help="Sheets that nobody was handed."
    )
    discussed_count = fields.Integer(
        compute="_compute_counts",
        string="Waiting for Agreement",
        help="Sheets that were handed out and not answered yet.",
    )
    disputed_count = fields.Integer(
        compute="_compute_counts", string="Disputed", help="Sheets that wait for your answer."
    )
    agreed_count = fields.Integer(
        compute="_compute_counts", string="To Lock", help="Sheets that are agreed."
    )
    locked_count = fields.Integer(compute="_compute_counts", string="Locked")
    sheet_count = fields.Integer(compute="_compute_counts", string="Sheets")
    average_kpi = fields.Float(
        compute="_compute_fault",
        digits=(16, 4),
        string="Average KPI Value",
        help="Mean KPI value of those who were measured.",
    )
    below_count = fields.Integer(
        compute="_compute_fault",
        string="Below 1",
        help="People who come out below a KPI value of 1.",
    )
    below_share = fields.Float(
        compute="_compute_fault", digits=(16, 2), string="Below 1 (%)", help="Of those measured."
    )
    is_fault = fields.Boolean(
        compute="_compute_fault",
        string="Scheme at Fault",
        help="So many come out below 1 that the scheme is at fault, not they (K1).",
    )
    override_reason = fields.Text(
        readonly=True,
        copy=False,
        help="Why the month may be closed although the scheme is at fault.",
    )
    override_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    override_at = fields.Datetime(readonly=True, copy=False)
    problem = fields.Char(
        compute="_compute_counts", help="Why nothing can be computed, where that is so."
    )
    health_ids = fields.One2many(
        "aftersales.kpi.closing.health",
        "closing_id",
        readonly=True,
        help="Whether the scheme does good, against the period before (K4).",
    )

    _scheme_period_uniq = models.UniqueIndex(
        "(scheme_id, period_start)", "This period of the scheme is being closed already."
    )

    # === COMPUTES === #

    @api.depends("scheme_id", "period_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for closing in self:
            month = format_period(self.env, closing.period_start)
            closing.display_name = f"{closing.scheme_id.name}, {month}"

    @api.depends("period_start", "scheme_id")
    def _compute_period_end(self):
        for closing in self:
            closing.period_end = closing.period_start and closing._get_period()[1]

    @api.depends("scheme_id", "period_start")
    def _compute_counts(self):
        grouped = self._group_sheets()
        for closing in self:
            sheets = grouped.get((closing.scheme_id, closing.period_start), self._no_sheets())
            states = Counter(sheets.mapped("state"))
            for state in COUNTS:
                closing[f"{state}_count"] = states[state]
            closing.disputed_count = len(sheets.filtered("dispute_count"))
            closing.discussed_count -= closing.disputed_count
            closing.sheet_count = len(sheets)
            closing.missing_count, closing.problem = closing._count_missing(sheets)

    @api.depends("scheme_id", "period_start")
    def _compute_fault(self):
        grouped = self._group_sheets()
        for closing in self:
            sheets = grouped.get((closing.scheme_id, closing.period_start), self._no_sheets())
            measured = sheets.filtered("max_points")
            values = [to_decimal(sheet.kpi_value) for sheet in measured]
            below = sum(value < 1 for value in values)
            closing.average_kpi = float(sum(values) / len(values)) if values else 0.0
            closing.below_count = below
            closing.below_share = 100 * below / len(values) if values else 0.0
            # People, not outlets: a scheme for them is at fault where most of them fail.
            closing.is_fault = closing.scheme_id.subject_kind == "employee" and is_at_fault(
                values, to_decimal(closing.scheme_id.fault_share)
            )

    def _no_sheets(self):
        return self.env["aftersales.kpi.sheet"]

    def _group_sheets(self):
        """The sheets that count, of all these closings in one search.

        :return: dict {(scheme, first day): sheets}
        """
        sheets = self.env["aftersales.kpi.sheet"].search(
            Domain("scheme_id", "in", self.scheme_id.ids)
            & Domain("period_start", "in", self.mapped("period_start"))
            & Domain("superseded_by_id", "=", False)
        )
        corrected = sheets.corrects_id
        return (sheets - corrected).grouped(lambda sheet: (sheet.scheme_id, sheet.period_start))

    def _count_missing(self, sheets):
        """Who should have a sheet and has none, and why nobody can be computed."""
        self.ensure_one()
        scheme = self.scheme_id
        if self.state == "closed" or not scheme:
            return 0, False
        run = Run(self.company_id, scheme.subject_kind, scheme.period, *self._get_period())
        try:
            due = self.env["aftersales.kpi.sheet"]._get_due(run)
        except UserError as error:
            return 0, error.args[0]
        mine = {subject_id for subject_id, found in due.items() if found == scheme}
        return len(mine - {sheet._get_subject().id for sheet in sheets}), False

    def _get_period(self):
        self.ensure_one()
        return self.scheme_id._get_period(self.period_start, self.scheme_id.period)

    # === CRUD === #

    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "scheme_id",
            "period_start",
            "state",
            "closed_at",
            "closed_by_id",
            "override_reason",
            "override_by_id",
            "override_at",
        }

    def _get_protected_advice(self):
        return self.env._("written by the buttons of the closing, not entered.")

    # === ACTIONS: one click for each thing that is open === #

    def action_compute(self):
        """Compute who has no sheet, and refresh those that nobody was handed; look at the health.

        :raises UserError: when the period is closed
        """
        self._check_open()
        for closing in self:
            self._no_sheets()._generate(
                closing.company_id, closing._get_period()[1], schemes=closing.scheme_id
            )
        self._refresh_health()
        return True

    def action_discuss(self):
        """Hand out all sheets that are computed only."""
        self._check_open()
        self._get_sheets().filtered(lambda sheet: sheet.state == "computed").action_discuss()
        return True

    def action_remind(self):
        """Send the announcement once more to who has not answered."""
        self._check_open()
        waiting = self._get_sheets().filtered(
            lambda sheet: sheet.state == "discussed" and not sheet.dispute_count
        )
        waiting._mail_agreement()
        return True

    def action_close(self):
        """Lock every sheet: nothing of the period changes any more (K1).

        :raises UserError: naming what is still open, or that the scheme is at fault
        """
        self._check_open()
        for closing in self:
            closing._check_complete()
            agreed = closing._get_sheets().filtered(lambda sheet: sheet.state == "agreed")
            if agreed:
                agreed.action_lock()
        # sudo: only these steps write the state; the user was checked to be a KPI manager.
        self.sudo().write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
            }
        )
        return True

    def action_reopen(self):
        """Let sheets of forgotten people be computed; what is locked stays locked."""
        self._check_manager()
        # sudo: only these steps write the state; the user was checked to be a KPI manager.
        self.sudo().write({"state": "open", "closed_at": False, "closed_by_id": False})
        return True

    def action_view_sheets(self):
        """Open the sheets, or those in the state that the button names in its context."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_kpi_sheet_action"
        )
        sheets = self._get_sheets()
        state = self.env.context.get("closing_state")
        if state == "disputed":
            sheets = sheets.filtered("dispute_count")
        elif state in COUNTS:
            sheets = sheets.filtered(lambda sheet: sheet.state == state and not sheet.dispute_count)
        elif state == "below":
            sheets = sheets.filtered(lambda sheet: sheet.max_points and sheet.kpi_value < 1)
        action["domain"] = [("id", "in", sheets.ids)]
        action["context"] = {}
        return action

    def action_override(self):
        """Open the dialog in which the reason is given."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_kpi_override_action"
        )
        action["context"] = {"default_closing_id": self.id}
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _open_period(self, company, month):
        """The closings of a company's month, made where there is none.

        :param company: ``res.company``
        :param date month: any day of the month
        :return: one closing for each scheme whose period ends with that month
        """
        self._check_manager()
        Scheme = self.env["aftersales.kpi.scheme"]
        due = Scheme.browse()
        for scheme in Scheme._search_in_force(company, month):
            end = Scheme._get_period(month, scheme.period)[1]
            if (end.year, end.month) == (month.year, month.month):
                due |= scheme
        closings = self.browse()
        for period, schemes in due.grouped("period").items():
            closings |= self._get_closings(schemes, Scheme._get_period(month, period)[0])
        fresh = closings.filtered(lambda closing: not closing.health_ids)
        fresh._refresh_health()
        return closings

    @api.model
    def _get_closings(self, schemes, start):
        """Closings of schemes for the period that begins on a day, made where missing."""
        found = self.search([("scheme_id", "in", schemes.ids), ("period_start", "=", start)])
        # sudo: closings are made by this step only; callers checked the role.
        created = self.sudo().create(
            [
                {"scheme_id": scheme.id, "period_start": start}
                for scheme in schemes - found.scheme_id
            ]
        )
        return found | created.with_env(self.env)

    def _override(self, reason):
        """Log why a scheme's month may be closed although the scheme is at fault (K1).

        :param str reason: why
        :raises AccessError: when the user is not a KPI manager
        :raises UserError: when the scheme is not at fault, or without a reason
        """
        self.ensure_one()
        self._check_open()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the month may be closed all the same."))
        if not self.is_fault:
            raise UserError(
                self.env._("%s is not at fault: close it without a reason.", self.display_name)
            )
        # sudo: only this step writes it; the user was checked to be a KPI manager.
        self.sudo().write(
            {
                "override_reason": reason,
                "override_by_id": self.env.uid,
                "override_at": fields.Datetime.now(),
            }
        )
        self.message_post(
            body=Markup("<p>%s</p>")
            % self.env._(
                "May be closed although %(below)s of %(people)s come out below 1: %(reason)s",
                below=self.below_count,
                people=len(self._get_sheets().filtered("max_points")),
                reason=reason,
            )
        )

    def _check_fault(self):
        """Refuse to lock sheets of a scheme at fault without a logged reason (K1).

        :raises UserError: naming the scheme and the figures
        """
        self.invalidate_recordset(FAULT_FIELDS)
        for closing in self:
            if closing.is_fault and not closing.override_reason:
                raise UserError(
                    self.env._(
                        "%(closing)s: %(share)s %% of the people come out below a KPI value of 1 "
                        "(at fault from %(limit)s %%). The scheme is at fault, not they: correct "
                        "it and compute again, or close the month with a reason.",
                        closing=closing.display_name,
                        share=f"{closing.below_share:g}",
                        limit=f"{closing.scheme_id.fault_share:g}",
                    )
                )

    def _check_complete(self):
        """Refuse to close while something is open.

        :raises UserError: saying what
        """
        self.ensure_one()
        self.invalidate_recordset([f"{name}_count" for name in (*COUNTS, "missing", "disputed")])
        if self.problem:
            raise UserError(self.problem)
        names = ("missing_count", "computed_count", "discussed_count", "disputed_count")
        waiting = [
            f"{self._fields[name]._description_string(self.env)}: {self[name]}"
            for name in names
            if self[name]
        ]
        if waiting:
            raise UserError(
                self.env._(
                    "%(closing)s cannot be closed yet. %(open)s.",
                    closing=self.display_name,
                    open=", ".join(waiting),
                )
            )
        self._check_fault()

    def _get_sheets(self):
        """The sheets that count."""
        grouped = self._group_sheets()
        found = self._no_sheets()
        for closing in self:
            found |= grouped.get((closing.scheme_id, closing.period_start), found.browse())
        return found

    def _refresh_health(self):
        """Measure the schemes' health anew: the company's figures, against the period before."""
        Health = self.env["aftersales.kpi.closing.health"]
        # sudo: rows are written by this step only; the user was checked to be a KPI manager.
        Health = Health.sudo()
        Health.search([("closing_id", "in", self.ids)]).unlink()
        Health.create([vals for closing in self for vals in closing._prepare_health_vals()])

    def _prepare_health_vals(self):
        self.ensure_one()
        start, end = self._get_period()
        earlier = self.scheme_id._get_period(fields.Date.add(start, days=-1), self.scheme_id.period)
        company = self.company_id
        for indicator in self.scheme_id.health_indicator_ids:
            vals = {"closing_id": self.id, "indicator_id": indicator.id}
            for suffix, days in (("", (start, end)), ("_before", earlier)):
                found = indicator._measure(company, *days, "company", [company.id]).get(company.id)
                vals[f"is_measured{suffix}"] = bool(found)
                vals[f"value{suffix}"] = float(found.rounded) if found else 0.0
            yield vals

    def _check_open(self):
        self._check_manager()
        for closing in self:
            if closing.state == "closed":
                raise UserError(self.env._("%s is closed.", closing.display_name))

    def _check_manager(self):
        if not (self.env.su or self.env.user.has_group("aftersales_kpi.group_kpi_manager")):
            raise AccessError(self.env._("Only a KPI manager closes a month: ask yours."))
