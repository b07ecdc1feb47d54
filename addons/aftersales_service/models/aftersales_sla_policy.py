# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from ast import literal_eval
from collections import defaultdict

import pytz

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..clock import NoWorkingTime, Terms, read

UNITS = [("hours", "Hours"), ("days", "Days"), ("months", "Calendar Months")]


class AftersalesSlaPolicy(models.Model):
    """A promise: within so much time of one event another one has to happen (S8).

    Which documents it is for is a domain on their own fields: kind of job, type, channel, customer
    class, priority. Documents to which it comes to apply later (a job that becomes urgent) are
    judged from the event that started it, not from the change.
    """

    _name = "aftersales.sla.policy"
    _description = "Deadline Policy"
    _inherit = ["aftersales.cached.mixin", "mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: holds in every company.", tracking=True
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Document",
        required=True,
        ondelete="cascade",
        domain=lambda self: [("model", "in", self.env["aftersales.sla.mixin"]._get_sla_models())],
        help="Documents that the promise is about.",
    )
    model = fields.Char(related="model_id.model", string="Document Model", store=True, index=True)
    domain = fields.Char(
        default="[]",
        required=True,
        tracking=True,
        help="Which of these documents: by kind, service type, channel, customer, priority …",
    )
    start_type_id = fields.Many2one(
        "aftersales.sla.event.type",
        string="Starts With",
        required=True,
        ondelete="restrict",
        domain="[('model_id', '=', model_id), ('is_pause', '=', False)]",
        tracking=True,
        help="Event that starts the clock.",
    )
    stop_type_id = fields.Many2one(
        "aftersales.sla.event.type",
        string="Kept With",
        required=True,
        ondelete="restrict",
        domain="[('model_id', '=', model_id), ('is_pause', '=', False)]",
        tracking=True,
        help="Event that has to happen. The same as the start: each time anew, as a report "
        "every quarter.",
    )
    end_type_ids = fields.Many2many(
        "aftersales.sla.event.type",
        "aftersales_sla_policy_end_rel",
        "policy_id",
        "type_id",
        string="Given Up With",
        domain="[('model_id', '=', model_id), ('is_pause', '=', False)]",
        help="Events after which nobody asks any more, such as a job that is struck off. What is "
        "late by then is missed.",
    )
    pause_type_ids = fields.Many2many(
        "aftersales.sla.event.type",
        "aftersales_sla_policy_pause_rel",
        "policy_id",
        "type_id",
        string="Held By",
        domain="[('model_id', '=', model_id), ('is_pause', '=', True)]",
        help="While one of these lasts, the clock stands still.",
    )
    amount = fields.Float(
        string="Within", required=True, digits=(16, 2), tracking=True, help="How many of the unit."
    )
    unit = fields.Selection(
        UNITS,
        default="hours",
        required=True,
        tracking=True,
        help="Months are calendar months: from 31 January to 28 February.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Only these hours count. Empty: round the clock, as for the hotline.",
    )
    is_company_calendar = fields.Boolean(
        string="Company's Working Hours",
        tracking=True,
        help="The working hours of the document's own company count, where none are chosen here.",
    )
    escalation_ids = fields.One2many(
        "aftersales.sla.escalation",
        "policy_id",
        string="Escalations",
        copy=True,
        help="Whom to tell before the promise is due, or after.",
    )
    deadline_ids = fields.One2many("aftersales.sla.deadline", "policy_id", string="Deadlines")
    deadline_count = fields.Integer(compute="_compute_deadline_count", string="Open Deadlines")
    late_count = fields.Integer(compute="_compute_deadline_count", string="Overdue")

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A promise gives some time: enter more than zero."
    )

    # === COMPUTE METHODS === #

    @api.depends("deadline_ids.state")
    def _compute_deadline_count(self):
        counts = defaultdict(dict)
        for policy, state, count in self.env["aftersales.sla.deadline"]._read_group(
            [("policy_id", "in", self.ids), ("is_open", "=", True)],
            ["policy_id", "state"],
            ["__count"],
        ):
            counts[policy.id][state] = count
        for policy in self:
            policy.deadline_count = sum(counts[policy.id].values())
            policy.late_count = counts[policy.id].get("overdue", 0)

    # === CONSTRAINTS === #

    @api.constrains("start_type_id", "stop_type_id", "end_type_ids", "pause_type_ids", "model_id")
    def _check_events(self):
        for policy in self:
            kinds = policy.start_type_id | policy.stop_type_id | policy.end_type_ids
            if any(kind.is_pause for kind in kinds) or any(
                not kind.is_pause for kind in policy.pause_type_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%(policy)s: a clock starts and stops with events, and is held by those "
                        "that last.",
                        policy=policy.name,
                    )
                )
            if policy._get_event_types().model_id - policy.model_id:
                raise ValidationError(
                    self.env._(
                        "%(policy)s: choose events of its own document, %(document)s.",
                        policy=policy.name,
                        document=policy.model_id.name,
                    )
                )

    @api.constrains("domain", "model_id")
    def _check_domain(self):
        for policy in self:
            try:
                domain = Domain(literal_eval(policy.domain))
                self.env[policy.model].sudo()._search(domain)  # only asked whether it is a domain
            except (ValueError, SyntaxError, TypeError, KeyError) as error:
                raise ValidationError(
                    self.env._(
                        "%(policy)s: the condition cannot be read as one on %(document)s: "
                        "%(error)s",
                        policy=policy.name,
                        document=policy.model_id.name,
                        error=error,
                    )
                ) from error

    @api.constrains("amount", "unit")
    def _check_amount(self):
        for policy in self:
            if policy.unit != "hours" and policy.amount != int(policy.amount):
                raise ValidationError(
                    self.env._(
                        "%(policy)s: days and months are whole ones; use hours for a part.",
                        policy=policy.name,
                    )
                )

    @api.constrains("calendar_id", "amount", "unit")
    def _check_calendar_id(self):
        """A calendar without working time would never let a promise fall due."""
        now = fields.Datetime.now()
        clocks = self.calendar_id._get_sla_clocks()
        for policy in self:
            terms = policy._build_terms(
                policy.amount, policy.unit, policy.calendar_id, clocks, policy.company_id
            )
            try:
                read(terms, now, [])
            except NoWorkingTime as error:
                raise policy._get_no_time_error() from error

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        return [
            {**vals, "name": self.env._("%s (copy)", policy.name)}
            for policy, vals in zip(self, vals_list, strict=True)
        ]

    # === ACTIONS === #

    def action_view_deadlines(self):
        """Open the deadlines that this promise gave."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_sla_deadline_action"
        )
        action["domain"] = [("policy_id", "=", self.id)]
        action["context"] = {"search_default_open": 1}
        return action

    def action_recompute(self):
        """Compute open deadlines anew, from today's terms and calendar, in the background.

        What is overdue stays so: a milder promise does not mend a broken one.
        """
        # sudo: nobody writes deadlines; whoever may change the policy may have them counted anew.
        count = self.env["aftersales.sla.deadline"].sudo()._flag(self)
        self.env.ref("aftersales_service.ir_cron_sla")._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("%s deadlines are computed anew in the background.", count),
            },
        }

    def action_apply(self):
        """Give deadlines to documents that are open since before the promise was made.

        Only events that left a date on the document can be known afterwards.

        :raises UserError: when the promise starts with an event that leaves no date
        """
        for policy in self:
            policy._apply_to_past()
        return True

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache("model")
    def _get_policy_ids(self, model):
        """Active policies on a model, of every company."""
        return tuple(self.sudo().search([("model", "=", model)]).ids)

    def _get_event_types(self):
        """All events that start, stop or hold the clocks of these policies."""
        return self.start_type_id | self.stop_type_id | self.end_type_ids | self.pause_type_ids

    def _get_domain_fields(self):
        """Names of the documents' own fields on which it depends whether a policy applies."""
        names = set()
        for policy in self:
            for condition in Domain(literal_eval(policy.domain)).iter_conditions():
                names.add(condition.field_expr.split(".")[0])
        return frozenset(names)

    def _get_matching(self, records):
        """Those of the documents that the promise is for."""
        self.ensure_one()
        if self.company_id and "company_id" in records._fields:
            records = records.filtered(
                lambda record: not record.company_id or record.company_id == self.company_id
            )
        return records.filtered_domain(Domain(literal_eval(self.domain)))

    @api.model
    def _build_terms(self, amount, unit, calendar, clocks, company):
        """A promise in the words of the calculator.

        :param clocks: what ``resource.calendar._get_sla_clocks`` gave
        :param company: whose days count where there is no calendar
        """
        company = company or self.env.company
        zone = pytz.timezone(calendar.tz) if calendar else company._get_aftersales_timezone()
        return Terms(amount, unit, clocks[calendar], zone)

    def _get_calendar(self, company):
        """Working hours that count for a document: those chosen, its company's, or none."""
        self.ensure_one()
        if self.calendar_id or not self.is_company_calendar:
            return self.calendar_id
        # sudo: working hours of a company are no secret of its people.
        return (company or self.company_id or self.env.company).sudo().resource_calendar_id

    def _get_no_time_error(self):
        return UserError(
            self.env._(
                "%(policy)s: the working hours %(calendar)s have no working time in the next five "
                "years. Enter some, or choose other working hours.",
                policy=self.name,
                calendar=self._get_calendar(self.company_id).name,
            )
        )

    def _apply_to_past(self):
        """See ``action_apply``: the events are read off the dates that the steps have left."""
        self.ensure_one()
        if self.start_type_id.trigger != "set" or self.start_type_id.field_id.ttype not in (
            "date",
            "datetime",
        ):
            raise UserError(
                self.env._(
                    "%(policy)s starts with %(event)s, which leaves no date on a document: only "
                    "new documents can follow it.",
                    policy=self.name,
                    event=self.start_type_id.name,
                )
            )
        domain = Domain(literal_eval(self.domain))
        domain &= Domain(self.start_type_id.field_name, "!=", False)
        stop = self.stop_type_id
        if stop.trigger == "set" and stop != self.start_type_id:
            domain &= Domain(stop.field_name, "=", False)
        if self.company_id and "company_id" in self.env[self.model]._fields:
            domain &= Domain("company_id", "=", self.company_id.id)
        records = self.env[self.model].search(domain)
        records._sla_backfill(self)
