# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

from .aftersales_visit_plan import SENIORITIES

# What a visitor writes on his own visit; who goes where is decided by the hotline.
VISITOR_FIELDS = frozenset({"planned_on", "visited_on", "result", "next_step"})


class AftersalesVisit(models.Model):
    """A visit to a customer that the plan asks for, or that somebody plans besides (S12).

    The nightly run plans the next one of each customer and seniority (``aftersales_visit_run``).
    Two days are kept: on which it was due by the plan, and to which it was moved.
    """

    _name = "aftersales.visit"
    _description = "Customer Visit"
    _inherit = [
        "aftersales.guarded.mixin",
        "aftersales.reasoned.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "planned_on, id"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        tracking=True,
    )
    phone = fields.Char(related="partner_id.phone")
    city = fields.Char(related="partner_id.city")
    class_id = fields.Many2one(
        "aftersales.customer.class",
        string="Customer Class",
        compute="_compute_class_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Class of the customer when the visit was planned.",
    )
    plan_id = fields.Many2one(
        "aftersales.visit.plan",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Plan that asks for it; empty: planned besides.",
    )
    seniority = fields.Selection(
        SENIORITIES, required=True, default="ordinary", help="Senior or ordinary staff (S12)."
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Visitor",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        default=lambda self: self.env.user.employee_id,
        help="Who goes; empty: nobody yet.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Visitor's User",
        related="employee_id.user_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Login of the visitor: decides whose visits these are.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    due_on = fields.Date(
        compute="_compute_due_on",
        store=True,
        precompute=True,
        index=True,
        string="Due",
        help="Day on which the plan asks for it: moving the visit does not move this day.",
    )
    planned_on = fields.Date(
        required=True,
        index=True,
        default=fields.Date.context_today,
        tracking=True,
        string="Planned",
        help="Day on which it is to be made. Visitors move it by as many days as the setting "
        "allows, supervisors further.",
    )
    visited_on = fields.Date(
        copy=False, index="btree_not_null", string="Made", help="Day on which it was made."
    )
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Made"), ("cancelled", "Cancelled")],
        default="planned",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
    )
    result = fields.Text(
        string="What Was Found", copy=False, help="What the visitor saw and heard, and with whom."
    )
    next_step = fields.Char(copy=False, help="What follows, by whom and until when.")
    cancel_reason = fields.Char(string="Why Cancelled", readonly=True, copy=False)
    kept_rate = fields.Float(
        compute="_compute_kept_rate",
        store=True,
        precompute=True,
        aggregator="avg",
        string="Made in Time",
        help="1 for a visit made by the day on which it was due, 0 for a later one: the mean is "
        "the share in time.",
    )
    days_late = fields.Integer(
        compute="_compute_kept_rate",
        store=True,
        precompute=True,
        aggregator="avg",
        help="Days from the day on which it was due to the visit; 0 where it was in time.",
    )
    # How many there are may be told to the visitor; what they say may not.
    voucher_count = fields.Integer(
        compute="_compute_followed",
        compute_sudo=True,
        string="Jobs",
        help="Calls that were registered from it.",
    )
    lead_count = fields.Integer(
        compute="_compute_followed",
        compute_sudo=True,
        string="Leads",
        help="Service leads that were made from it.",
    )

    _open_idx = models.Index("(company_id, partner_id, seniority) WHERE state = 'planned'")
    _last_idx = models.Index(
        "(company_id, partner_id, seniority, due_on DESC) WHERE state != 'planned'"
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "planned_on")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for visit in self:
            name, day = visit.partner_id.name, format_date(self.env, visit.planned_on)
            visit.display_name = name and f"{name} – {day}"

    @api.depends("partner_id", "company_id")
    def _compute_class_id(self):
        for company, visits in self.grouped("company_id").items():
            for visit in visits:
                # sudo: the class is noted on the visit, whoever plans it.
                partner = visit.partner_id.sudo().with_company(company)
                visit.class_id = visit.class_id or partner.aftersales_class_id

    @api.depends("plan_id")
    def _compute_due_on(self):
        """The plan's day is written by the run; of a visit besides it is the first one planned."""
        for visit in self:
            visit.due_on = visit.due_on or visit.planned_on

    @api.depends("due_on", "visited_on")
    def _compute_kept_rate(self):
        for visit in self:
            made, due = visit.visited_on, visit.due_on
            visit.days_late = max((made - due).days, 0) if made and due else 0
            visit.kept_rate = float(bool(made) and not visit.days_late)

    def _compute_followed(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        by_lead = dict(
            leads._read_group(
                [("aftersales_visit_id", "in", self.ids)], ["aftersales_visit_id"], ["__count"]
            )
        )
        by_job = dict(
            self.env["aftersales.voucher"]._read_group(
                [("visit_id", "in", self.ids)], ["visit_id"], ["__count"]
            )
        )
        for visit in self:
            visit.lead_count = by_lead.get(visit._origin, 0)
            visit.voucher_count = by_job.get(visit._origin, 0)

    # === CONSTRAINTS === #

    @api.constrains("employee_id", "seniority")
    def _check_employee_id(self):
        """S12: a senior visit is made by senior staff."""
        for visit in self:
            if visit.state == "planned" and visit.seniority == "senior" and visit.employee_id:
                visit.employee_id._check_aftersales_senior()

    @api.constrains("partner_id", "state")
    def _check_partner_id(self):
        """S13: customers who asked to be left alone are not visited."""
        planned = self.filtered(lambda visit: visit.state == "planned")
        blocked = planned.partner_id - planned.partner_id._filter_aftersales_contactable()
        for partner in blocked:
            raise ValidationError(
                self.env._(
                    "%(customer)s asked not to be contacted: no visit is planned.",
                    customer=partner.display_name,
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Visits planned by hand get their activity at once."""
        visits = super().create(vals_list)
        visits._plan_activities()
        return visits

    def write(self, vals):
        """Who goes when is told to the visitor; what is over does not change.

        :raises UserError: when a visit is over, or moved further than the setting allows
        :raises AccessError: when a visitor writes what the hotline decides
        """
        if not self.env.su:
            self._check_writable(vals)
        if "planned_on" in vals:
            self._check_moved(fields.Date.to_date(vals["planned_on"]))
        result = super().write(vals)
        if {"planned_on", "employee_id"}.intersection(vals):
            planned = self.filtered(lambda visit: visit.state == "planned")
            planned._drop_activities()
            planned._plan_activities()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_made(self):
        for visit in self:
            if visit.state == "done":
                raise UserError(
                    self.env._("Visit %s was made: it stays in the file.", visit.display_name)
                )

    # === ACTIONS === #

    def action_done(self):
        """The visit was made: on the day that is entered, else today.

        :raises UserError: when it is not planned, tells nothing, or lies in the future
        """
        self.check_access("write")
        self._check_state("planned")
        for visit in self:
            if not (visit.result or "").strip():
                raise UserError(
                    self.env._(
                        "Write down what was found at %s: a visit without a result is none.",
                        visit.partner_id.display_name,
                    )
                )
            today = visit.company_id._get_aftersales_date(fields.Datetime.now())
            if visit.visited_on and visit.visited_on > today:
                raise UserError(
                    self.env._(
                        "%(visit)s cannot have been made on %(day)s: that day is still to come.",
                        visit=visit.display_name,
                        day=visit.visited_on,
                    )
                )
            # sudo: the step writes its stamp; the right to write the visit was checked.
            visit.sudo().write({"state": "done", "visited_on": visit.visited_on or today})
        for visit in self.sudo():  # sudo: the visitor's activity is over, whoever recorded it.
            visit.activity_ids.action_feedback(feedback=visit.next_step or False)
        return True

    def action_cancel(self, reason=None):
        """The visit is not made; the next one follows by the plan, from the day it was due.

        Without a reason (the button) a dialogue asks for it.

        :param str reason: why
        :raises AccessError: for anybody but a supervisor
        :raises UserError: when it is not planned, or there is no reason
        """
        if not self._is_supervisor():
            raise AccessError(self.env._("Only a supervisor takes visits off the plan: ask yours."))
        self._check_state("planned")
        if reason is None:
            return self._ask_reason("visit_cancel")
        self._cancel(self._check_reason(reason))
        return True

    def action_register_job(self):
        """Open a call about what was found."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_call_action"
        )
        action["context"] = {
            "default_partner_id": self.partner_id.id,
            "default_contact_name": self.partner_id.name,
            "default_phone": self.partner_id.phone,
            "default_fault_description": self.next_step or self.result,
            "default_visit_id": self.id,
        }
        return action

    def action_create_lead(self):
        """Open a service lead about what was found (S24)."""
        self.ensure_one()
        return self.env["crm.lead"]._get_aftersales_new_action(
            source="aftersales_crm.utm_source_visit",
            partner=self.partner_id,
            note=self.next_step or self.result,
            aftersales_visit_id=self.id,
        )

    def action_view_jobs(self):
        """Open the jobs that were registered from this visit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_voucher_action_register"
        )
        return {**action, "domain": [("visit_id", "=", self.id)], "context": {}}

    def action_view_leads(self):
        """Open the leads that were made from this visit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_crm.crm_lead_action")
        domain = [("aftersales_visit_id", "=", self.id)]
        return {**action, "domain": domain, "context": {"active_test": False}}

    # === BUSINESS METHODS === #

    def _cancel(self, reason):
        """Strike visits off; their activities go."""
        # sudo: who may do so was checked by the button; marks and the run cancel for the company.
        cancelled = self.sudo()
        cancelled.write({"state": "cancelled", "cancel_reason": reason})
        cancelled._drop_activities()

    def _hand_over(self):
        """Visits whose visitor left go to the plan's own, or to nobody."""
        for plan, visits in self.grouped("plan_id").items():
            visitor = plan.employee_id if plan.employee_id.active else plan.employee_id.browse()
            # sudo: HR archives employees, and knows nothing of visits.
            visits.sudo().write({"employee_id": visitor.id})

    # === ACTIVITIES === #

    def _plan_activities(self):
        """One activity a visit that comes soon, in one batch; one that is there is enough."""
        # sudo: activities are planned for the company; visitors see their own.
        visits = self.sudo().filtered(lambda visit: visit._is_soon() and not visit.activity_ids)
        kind = self.env.ref("aftersales_crm.mail_activity_type_visit")
        model = self.env["ir.model"]._get(self._name)
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model.id,
                    "res_id": visit.id,
                    "activity_type_id": kind.id,
                    "user_id": visit.user_id.id,
                    "summary": visit.partner_id.display_name,
                    "date_deadline": visit.planned_on,
                }
                for visit in visits
            ]
        )

    def _drop_activities(self):
        # sudo: activities of others than the one who writes the visit.
        self.sudo().activity_ids.unlink()

    def _is_soon(self):
        """Is the visitor to be told of it?"""
        self.ensure_one()
        today = self.company_id._get_aftersales_date(fields.Datetime.now())
        last = fields.Date.add(today, days=self.company_id.aftersales_visit_lead_days)
        return bool(self.state == "planned" and self.user_id.active and self.planned_on <= last)

    # === HELPERS === #

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "due_on",
            "plan_id",
            "class_id",
            "user_id",
            "cancel_reason",
            "kept_rate",
            "days_late",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the plan and the buttons only.")

    def _is_supervisor(self):
        group = "aftersales_service.group_service_supervisor"
        return self.env.su or self.env.user.has_group(group)

    def _check_writable(self, vals):
        names = get_business_fields(vals)
        hotline = self.env.user.has_group("aftersales_service.group_service_clerk")
        if names - VISITOR_FIELDS and not hotline:
            raise AccessError(
                self.env._(
                    "A visitor writes what was found and moves his own visits. Ask the hotline to "
                    "change anything else."
                )
            )
        over = self.filtered(lambda visit: visit.state != "planned")
        if over and names:
            raise UserError(
                self.env._(
                    "%(visit)s is %(state)s and does not change any more: plan another visit.",
                    visit=over[0].display_name,
                    state=over[0]._get_state_label().lower(),
                )
            )

    def _check_moved(self, day):
        """S12: a visit is put off by so many days only; supervisors decide about more."""
        if self._is_supervisor() or not day:
            return
        for visit in self:
            days = visit.company_id.aftersales_visit_postpone_days
            if visit.due_on and day > fields.Date.add(visit.due_on, days=days):
                raise UserError(
                    self.env._(
                        "%(visit)s was due on %(due)s and is put off by %(days)s days at most: "
                        "ask a supervisor.",
                        visit=visit.display_name,
                        due=visit.due_on,
                        days=days,
                    )
                )
