# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

OPEN_STATES = ("open", "done")
# What whoever rectifies a finding writes on it; the rest is of those who found or direct.
DOER_FIELDS = frozenset({"done_note", "photo_after"})
DIRECTORS = (
    "aftersales_service.group_service_supervisor",
    "aftersales_service.group_service_quality",
)
BATCH = 100


class AftersalesRoundFinding(models.Model):
    """What a round found not to be in order: a person, a rectification and a date (S21).

    It shows until it is done, and is done when somebody else has looked at it.
    """

    _name = "aftersales.round.finding"
    _description = "Finding of a Round"
    _inherit = [
        "aftersales.guarded.mixin",
        "aftersales.reasoned.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_due, id"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(string="What Was Found", required=True, tracking=True)
    state = fields.Selection(
        [
            ("open", "Open"),
            ("done", "Rectified"),
            ("verified", "Verified"),
            ("dropped", "Dropped"),
        ],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        help="Open until it is rectified; rectified until somebody else has verified it.",
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Round",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('round_kind', '!=', False)]",
        help="Round that found it; empty: found between rounds.",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        compute="_compute_outlet_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    area_id = fields.Many2one(
        "aftersales.round.area",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Area of responsibility where it was found.",
    )
    equipment_id = fields.Many2one(
        "maintenance.equipment", index="btree_not_null", ondelete="restrict", check_company=True
    )
    checklist_line_id = fields.Many2one(
        "aftersales.checklist.line",
        string="Checklist Step",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    category = fields.Selection(
        [
            ("sort", "Sort: What Is Not Needed"),
            ("order", "Set in Order: Not in Its Place"),
            ("sweep", "Sweep: Not Swept"),
            ("clean", "Clean: Not Clean"),
            ("safety", "Safety"),
            ("discipline", "Discipline"),
            ("floor_oil", "On the Floor: Oil"),
            ("floor_parts", "On the Floor: Parts"),
            ("floor_tools", "On the Floor: Tools"),
            ("other", "Other"),
        ],
        default="other",
        required=True,
        help="Which of the six points it is against; nothing lies on the floor (S21).",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Person",
        compute="_compute_employee_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Who rectifies it; proposed: the keeper of the area or of the equipment.",
    )
    employee_user_id = fields.Many2one(
        "res.users",
        related="employee_id.user_id",
        store=True,
        index="btree_not_null",
        string="Person's User",
    )
    verifier_id = fields.Many2one(
        "res.users",
        string="Verified First By",
        compute="_compute_verifier_id",
        store=True,
        precompute=True,
        readonly=False,
        help="Who is told when it is rectified.",
    )
    rectification = fields.Text(required=True, help="What is to be done.")
    date_due = fields.Date(
        string="Rectify Until",
        compute="_compute_date_due",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        tracking=True,
        help="Proposed from the settings.",
    )
    # Not attachments: whoever may write a record may also replace its attachments.
    photo = fields.Image(attachment=False, max_width=1024, max_height=1024, copy=False)
    photo_after = fields.Image(attachment=False, max_width=1024, max_height=1024, copy=False)
    done_note = fields.Text(string="What Was Done", copy=False)
    found_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, default=lambda self: self.env.user, index=True
    )
    found_at = fields.Datetime(
        string="Found On", readonly=True, copy=False, default=fields.Datetime.now, index=True
    )
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Rectified By")
    done_at = fields.Datetime(readonly=True, copy=False, string="Rectified On")
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_at = fields.Datetime(readonly=True, copy=False, string="Verified On")
    sent_back_count = fields.Integer(readonly=True, copy=False, string="Times Sent Back")
    reason = fields.Char(
        readonly=True, copy=False, help="Why it was sent back or dropped, the last time."
    )
    earlier_count = fields.Integer(
        readonly=True,
        copy=False,
        string="Found Before",
        aggregator=None,
        help="How often the same kind of thing was found in the same place shortly before.",
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        string="Overdue",
        help="Not rectified in time.",
    )
    is_director = fields.Boolean(compute="_compute_role")
    is_finder = fields.Boolean(compute="_compute_role")
    reminded_on = fields.Date(readonly=True, copy=False)

    _checklist_line_uniq = models.UniqueIndex(
        "(checklist_line_id) WHERE checklist_line_id IS NOT NULL",
        "This step of the checklist has led to a finding already.",
    )
    _open_idx = models.Index("(date_due) WHERE state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("voucher_id")
    def _compute_company_id(self):
        for finding in self:
            finding.company_id = (
                finding.voucher_id.company_id or finding.company_id or self.env.company
            )

    @api.depends("voucher_id", "area_id")
    def _compute_outlet_id(self):
        for finding in self:
            finding.outlet_id = (
                finding.area_id.outlet_id or finding.voucher_id.outlet_id or finding.outlet_id
            )

    @api.depends("area_id", "equipment_id")
    def _compute_employee_id(self):
        for finding in self:
            # sudo: whoever finds something need not read the equipment, only who keeps it.
            keeper = finding.equipment_id.sudo().employee_id or finding.area_id.sudo().keeper_id
            finding.employee_id = keeper or finding.employee_id

    @api.depends("voucher_id", "outlet_id")
    def _compute_verifier_id(self):
        for finding in self:
            # sudo: only who verifies is read off the plan and the outlet.
            plan = finding.voucher_id.sudo().round_plan_id
            manager = finding.outlet_id.sudo().manager_id.user_id
            finding.verifier_id = finding.verifier_id or plan.verifier_id or manager

    @api.depends("company_id")
    def _compute_date_due(self):
        for finding in self:
            company = finding.company_id or self.env.company
            finding.date_due = finding.date_due or company._get_round_today() + timedelta(
                days=company.aftersales_finding_days
            )

    @api.depends("date_due", "state")
    def _compute_is_overdue(self):
        for finding in self:
            finding.is_overdue = bool(
                finding.state == "open"
                and finding.date_due
                and finding.date_due < (finding.company_id or self.env.company)._get_round_today()
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "=", "open"), ("date_due", "<", self.env.company._get_round_today())]

    @api.depends("found_by_id", "voucher_id")
    @api.depends_context("uid")
    def _compute_role(self):
        """Views open to each role the fields that it may write."""
        director = self._is_directing()
        for finding in self:
            finding.is_director = director
            finding.is_finder = director or not finding._origin or finding._is_found_by_user()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Write findings down; who is to rectify them is told."""
        findings = super().create(vals_list)
        findings._count_earlier()
        findings._schedule_rectification()
        return findings

    def write(self, vals):
        """What a finding asks for is changed by who found it or directs, until it is verified.

        :raises AccessError: when somebody else changes more than his own answer
        :raises UserError: on a finding that is verified or dropped
        """
        names = get_business_fields(vals)
        if names and not self.env.su:
            self._check_protected(vals)
            self._check_writer(names)
        result = super().write(vals)
        if not self.env.su and {"employee_id", "date_due"} & names:
            self.filtered(lambda finding: finding.state == "open")._schedule_rectification()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        for finding in self:
            raise UserError(
                self.env._(
                    "“%(finding)s” stays in the record of findings: drop it with a reason instead.",
                    finding=finding.name,
                )
            )

    # === ACTIONS === #

    def action_done(self):
        """The finding is rectified; who verifies it is told.

        :raises AccessError: to whom it is not given and who does not direct it
        :raises UserError: when nothing says what was done
        """
        self.check_access("read")
        self._check_state("open")
        for finding in self:
            finding._check_doer()
            if not ((finding.done_note or "").strip() or finding.photo_after):
                raise UserError(
                    self.env._(
                        "“%(finding)s”: write what was done, or add a photo.", finding=finding.name
                    )
                )
        # sudo: the right was asked above; nobody types the stamps.
        done = self.sudo()
        done.write({"state": "done", "done_by_id": self.env.uid, "done_at": fields.Datetime.now()})
        done.activity_feedback(["aftersales_round.mail_activity_rectify"])
        done._schedule_verification()
        return True

    def action_verify(self):
        """Somebody else has seen that it is in order.

        :raises AccessError: to others than supervisors and quality engineers
        :raises UserError: to whoever rectified it
        """
        self._check_director()
        self._check_state("done")
        for finding in self:
            if finding.done_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You rectified “%(finding)s” yourself: somebody else verifies it.",
                        finding=finding.name,
                    )
                )
        # sudo: as in action_done
        verified = self.sudo()
        verified.write(
            {
                "state": "verified",
                "verified_by_id": self.env.uid,
                "verified_at": fields.Datetime.now(),
            }
        )
        verified.activity_feedback(["aftersales_round.mail_activity_verify"])
        return True

    def action_send_back(self, reason=None):
        """It is not in order yet: open again, with the reason. Without one a dialogue asks."""
        self._check_director()
        self._check_state("done")
        if reason is None:
            return self._ask_reason("finding_send_back")
        reason = self._check_reason(reason)
        for finding in self.sudo():  # sudo: as in action_done
            finding.write(
                {
                    "state": "open",
                    "done_by_id": False,
                    "done_at": False,
                    "reason": reason,
                    "sent_back_count": finding.sent_back_count + 1,
                }
            )
            finding.message_post(body=self.env._("Sent back: %(reason)s", reason=reason))
        self.sudo().activity_unlink(["aftersales_round.mail_activity_verify"])
        self.sudo()._schedule_rectification()
        return True

    def action_drop(self, reason=None):
        """It was none, or need not be rectified: struck off with the reason."""
        self._check_director()
        self._check_state("open")
        if reason is None:
            return self._ask_reason("finding_drop")
        reason = self._check_reason(reason)
        dropped = self.sudo()  # sudo: as in action_done
        dropped.write({"state": "dropped", "reason": reason})
        dropped.activity_unlink(
            ["aftersales_round.mail_activity_rectify", "aftersales_round.mail_activity_verify"]
        )
        return True

    # === REMINDERS === #

    @api.model
    def _cron_remind(self):
        """Remind of what is overdue, every so many days; resumes where it was stopped."""
        companies = self.env["res.company"].search([("active", "=", True)])
        domain = Domain.OR([self._get_reminder_domain(company) for company in companies])
        remaining = self.search_count(domain)
        while findings := self.search(domain, limit=BATCH):
            findings._remind()
            remaining = max(0, remaining - len(findings))
            if not self.env["ir.cron"]._commit_progress(len(findings), remaining=remaining):
                break

    @api.model
    def _get_reminder_domain(self, company):
        """Findings of a company of which somebody is reminded today."""
        today, days = company._get_round_today(), company.aftersales_finding_reminder_days
        again = Domain("reminded_on", "<=", today - timedelta(days=days)) if days else Domain.FALSE
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "open")
            & Domain("date_due", "<", today)
            & (Domain("reminded_on", "=", False) | again)
        )

    def _remind(self):
        """One message a person about all that is overdue; the stamp comes first."""
        by_user = defaultdict(self.browse)
        for company, findings in self.grouped("company_id").items():
            findings.sudo().write({"reminded_on": company._get_round_today()})  # sudo: a stamp
        for finding in self:
            by_user[finding._get_told_user()] |= finding
        for user, findings in by_user.items():
            for finding in findings:
                finding.message_notify(
                    partner_ids=user.partner_id.ids,
                    subject=self.env._("Overdue finding: %(finding)s", finding=finding.name),
                    body=self.env._(
                        "To be rectified until %(day)s: %(what)s",
                        day=finding.date_due,
                        what=finding.rectification,
                    ),
                )

    # === HELPERS === #

    def _count_earlier(self):
        """How often the same kind was found in the same place before: one query a batch."""
        placed = self.filtered(lambda finding: finding.area_id or finding.equipment_id)
        if not placed:
            return
        days = max(placed.company_id.mapped("aftersales_finding_repeat_days"))
        domain = Domain("company_id", "in", placed.company_id.ids)
        domain &= Domain("state", "!=", "dropped")
        domain &= Domain("found_at", ">=", min(placed.mapped("found_at")) - timedelta(days=days))
        domain &= Domain("area_id", "in", placed.area_id.ids) | Domain(
            "equipment_id", "in", placed.equipment_id.ids
        )
        # sudo: how often it was found does not depend on who may see the earlier ones.
        known = self.sudo().search_fetch(
            domain, ["company_id", "category", "area_id", "equipment_id", "found_at"]
        )
        by_place = known.grouped(lambda finding: finding._get_place_key())
        for finding in placed:
            since = finding.found_at - timedelta(
                days=finding.company_id.aftersales_finding_repeat_days
            )
            earlier = by_place[finding._get_place_key()].filtered(
                lambda other, f=finding, since=since: (
                    other.id < f.id and since <= other.found_at <= f.found_at
                )
            )
            finding.sudo().earlier_count = len(earlier)

    def _get_place_key(self):
        return (self.company_id, self.category, self.area_id, self.equipment_id)

    def _get_told_user(self):
        """Login of the person, else who verifies, else who found it."""
        self.ensure_one()
        # sudo: only who is told is looked up.
        finding = self.sudo()
        for user in (finding.employee_user_id, finding.verifier_id, finding.found_by_id):
            if user and user.active and self.with_user(user).has_access("read"):
                return user
        return self.env.user

    def _schedule_rectification(self):
        """A to-do for the person, on the day; one at a time."""
        # sudo: whoever finds something gives it to somebody else.
        findings = self.sudo()
        findings.activity_unlink(["aftersales_round.mail_activity_rectify"])
        for finding in findings:
            finding.activity_schedule(
                "aftersales_round.mail_activity_rectify",
                date_deadline=finding.date_due,
                summary=finding.name,
                note=finding.rectification,
                user_id=self.browse(finding.id)._get_told_user().id,
            )

    def _schedule_verification(self):
        for finding in self:
            verifier = finding.verifier_id or finding.found_by_id
            if verifier.active and finding.with_user(verifier).has_access("read"):
                finding.activity_schedule(
                    "aftersales_round.mail_activity_verify",
                    summary=finding.name,
                    note=finding.done_note,
                    user_id=verifier.id,
                )

    def _is_directing(self):
        return self.env.su or any(self.env.user.has_group(group) for group in DIRECTORS)

    def _is_found_by_user(self):
        """The user found it, or leads the round that did."""
        self.ensure_one()
        user = self.env.user
        # sudo: who leads the round is asked, also of a job that the user does not see.
        return user in (self.found_by_id, self.voucher_id.sudo().technician_user_id)

    def _check_director(self):
        if not self._is_directing():
            raise AccessError(
                self.env._(
                    "Only a service supervisor or a quality engineer verifies, sends back and "
                    "drops findings (S21): ask yours."
                )
            )
        self.check_access("read")

    def _check_doer(self):
        self.ensure_one()
        if not (
            self._is_directing()
            or self._is_found_by_user()
            or self.employee_user_id == self.env.user
        ):
            raise AccessError(
                self.env._(
                    "“%(finding)s” is given to %(person)s: he reports that it is rectified.",
                    finding=self.name,
                    person=self.sudo().employee_id.name,  # sudo: a name in a message
                )
            )

    def _check_writer(self, names):
        directing = self._is_directing()
        for finding in self:
            if finding.state in ("verified", "dropped"):
                raise UserError(
                    self.env._(
                        "“%(finding)s” is %(state)s and does not change any more.",
                        finding=finding.name,
                        state=finding._get_state_label().lower(),
                    )
                )
            if directing or (finding.state == "open" and finding._is_found_by_user()):
                continue
            if finding.state != "open" or names - DOER_FIELDS:
                raise AccessError(
                    self.env._(
                        "Only who found “%(finding)s”, or a supervisor, changes what it asks for. "
                        "Write what was done, and press Mark as Rectified.",
                        finding=finding.name,
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "checklist_line_id",
            "found_by_id",
            "found_at",
            "done_by_id",
            "done_at",
            "verified_by_id",
            "verified_at",
            "sent_back_count",
            "reason",
            "earlier_count",
            "reminded_on",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the finding only. Use the buttons.")
