# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from ast import literal_eval
from contextlib import contextmanager
from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..clock import get_day_start

# Who sees what was promised about a document.
SLA_READERS = "aftersales_service.group_service_technician,aftersales_service.group_service_reader"
# Documents whose passed dates one transaction of the clock's job takes.
BATCH = 1000


class Together:
    """What changes of documents have left to do about their deadlines, for one go at the end.

    Only code can hold one: a context that comes in by RPC is JSON.
    """

    def __init__(self):
        self.entries = []
        self.assigned = {}
        self.changed = {}


class AftersalesSlaMixin(models.AbstractModel):
    """Documents about which promises with a deadline are made (S8).

    A model that inherits this keeps a log of the events that its active policies need, and gives
    and stops deadlines by it. A model without a policy pays one look into a cache for each write.
    """

    _name = "aftersales.sla.mixin"
    _description = "Documents with Deadlines"

    sla_deadline_ids = fields.One2many(
        "aftersales.sla.deadline",
        "res_id",
        string="Deadlines",
        readonly=True,
        copy=False,
        groups=SLA_READERS,
        help="What was promised about this document, and until when (S8).",
    )
    sla_due_at = fields.Datetime(
        string="Next Deadline",
        compute="_compute_sla",
        compute_sudo=True,
        groups=SLA_READERS,
        help="When the next open promise is due.",
    )
    sla_state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Held"),
            ("overdue", "Overdue"),
            ("missed", "Missed"),
            ("met", "Met"),
        ],
        string="Deadlines Kept",
        compute="_compute_sla",
        search="_search_sla_state",
        compute_sudo=True,
        groups=SLA_READERS,
        help="The worst of its deadlines: overdue, running, held, missed, met.",
    )

    # === COMPUTE METHODS === #

    @api.depends("sla_deadline_ids.state", "sla_deadline_ids.due_at")
    def _compute_sla(self):
        for record in self:
            deadlines = record.sla_deadline_ids
            states = set(deadlines.mapped("state"))
            order = ("overdue", "running", "paused", "missed", "met")
            record.sla_state = next((state for state in order if state in states), False)
            record.sla_due_at = min(deadlines.filtered("is_open").mapped("due_at"), default=False)

    def _search_sla_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = [state for state in value if state]
        # sudo: only which documents have such a deadline is asked; their own rules then hold.
        deadlines = self.env["aftersales.sla.deadline"].sudo()
        model = Domain("res_model", "=", self._name)
        column = SQL.identifier(deadlines._table, "res_id")
        found = deadlines._search(model & Domain("state", "in", states))
        domain = Domain("id", "in", found.subselect(column))
        if False in value:
            domain |= Domain("id", "not in", deadlines._search(model).subselect(column))
        return domain

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """New documents: what they start with are events already."""
        records = super().create(vals_list)
        watched = self._get_sla_watched()
        if watched and watched[0]:
            records._sla_track({}, watched[0])
        return records

    def write(self, vals):
        """Changes of watched fields are events; changes of others may make promises apply."""
        watched = self._get_sla_watched()
        if not watched or not self:
            return super().write(vals)
        triggers, conditions = watched
        names = triggers.keys() & vals.keys()
        before = self._sla_read(names)
        result = super().write(vals)
        if names:
            self._sla_track(before, {name: triggers[name] for name in names})
        together = self._sla_get_together()
        if self._get_sla_user_fields() & vals.keys():
            if together:
                together.assigned.setdefault(self._name, set()).update(self.ids)
            else:
                self._sla_assign()
        if conditions & vals.keys():
            if together:
                together.changed.setdefault(self._name, set()).update(self.ids)
            else:
                self._sla_reapply()
        return result

    def unlink(self):
        """Deadlines and their log go with the document that they are about."""
        ids = self.ids
        result = super().unlink()
        # sudo: whoever may delete the document may delete what is only about it.
        for model in ("aftersales.sla.deadline", "aftersales.sla.event"):
            self.env[model].sudo().search(
                [("res_model", "=", self._name), ("res_id", "in", ids)]
            ).unlink()
        return result

    def _compute_field_value(self, field):
        """Stored fields that are computed are watched like those that are written."""
        watched = field.store and self._get_sla_watched()
        names = watched and {
            other.name for other in self.pool.field_computed[field] if other.name in watched[0]
        }
        records = self.filtered("id") if names else self.browse()
        if not records:
            return super()._compute_field_value(field)
        before = records._sla_read(names)
        result = super()._compute_field_value(field)
        records._sla_track(before, {name: watched[0][name] for name in names})
        return result

    # === ACTIONS === #

    def action_sla_record(self):
        """Ask which event is recorded by hand, and why."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_sla_record_action"
        )
        action["context"] = {"default_res_model": self._name, "default_res_id": self.id}
        return action

    # === BUSINESS METHODS === #

    def log_sla_event(self, code, at=None, reason=None, end=False):
        """Record an event of these documents; those that no policy needs leave no trace.

        :param str code: code of the ``aftersales.sla.event.type`` of this model
        :param datetime at: when it happened, naive, in UTC; now by default
        :param str reason: why, for the log
        :param bool end: a pause ends
        :raises UserError: when the model has no event of this code
        """
        self.check_access("write")
        # sudo: kinds of events are configuration that whoever writes the document may use.
        kind = (
            self.env["aftersales.sla.event.type"]
            .sudo()
            .search([("model", "=", self._name), ("code", "=", code)])
        )
        if not kind:
            raise UserError(
                self.env._(
                    "There is no event %(code)s of %(document)s: make one among the kinds of "
                    "deadline events.",
                    code=code,
                    document=self._description,
                )
            )
        if kind in self._get_sla_policies()._get_event_types():
            at = at or fields.Datetime.now()
            phase = "end" if end else "begin"
            self._sla_log([(record, kind.id, phase, at, reason) for record in self])

    def _sla_log_awaited(self, code):
        """Record an event where an open promise waits for it; elsewhere it is none.

        For what happens all the time and matters once, such as the first shipment to a dealer.
        """
        policies = self._get_sla_policies().filtered(
            lambda policy: policy.stop_type_id.code == code
        )
        if policies and self:
            awaited = self._sla_get_open(policies)
            now = fields.Datetime.now()
            entries = {
                (
                    self.browse(deadline.res_id),
                    deadline.policy_id.stop_type_id.id,
                    "begin",
                    now,
                    None,
                )
                for deadline in awaited
            }
            if entries:
                self._sla_log(list(entries))

    def _get_sla_user(self):
        """Hook: who answers for the document and is told about its deadlines."""
        self.ensure_one()
        return self["user_id"] if "user_id" in self._fields else self.env["res.users"]

    @api.model
    def _get_sla_user_fields(self):
        """Hook: fields that decide who answers for the document."""
        return {"user_id"}

    @api.model
    def _get_sla_passed_domain(self):
        """Hook: documents of which a date that has passed still matters."""
        return Domain.TRUE

    @api.model
    def _get_sla_models(self):
        """Names of the models about which promises can be made."""
        return [
            name
            for name, model in self.env.registry.items()
            if "sla_deadline_ids" in model._fields and not model._abstract
        ]

    @contextmanager
    def _sla_together(self):
        """Let the deadlines take the consequence of many changes at once, when all are done.

        For batches in which each document changes at a moment of its own, and for loaders of
        history: a promise is judged by all that happened, not by what was written first.

        :return: context manager that gives these documents in the environment to work in
        """
        if self._sla_get_together():
            yield self
            return
        together = Together()
        yield self.with_context(aftersales_sla_together=together)
        entries = {}
        for entry in together.entries:
            record, *rest = entry
            plain = record.with_context(aftersales_sla_together=None)
            entries.setdefault(record._name, []).append((plain, *rest))
        for name, logged in entries.items():
            self.env[name]._sla_log(logged)
        for name, ids in together.assigned.items():
            self.env[name].browse(ids)._sla_assign()
        for name, ids in together.changed.items():
            self.env[name].browse(ids)._sla_reapply()

    # === HELPERS === #

    def _sla_get_together(self):
        together = self.env.context.get("aftersales_sla_together")
        return together if isinstance(together, Together) else None

    @api.model
    def _get_sla_watched(self):
        return self.env["aftersales.sla.event.type"]._get_watched(self._name)

    @api.model
    def _get_sla_policies(self):
        # sudo: promises hold for everybody who works on the document.
        policies = self.env["aftersales.sla.policy"].sudo()
        return policies.browse(policies._get_policy_ids(self._name))

    def _sla_read(self, names):
        return {record.id: {name: record[name] for name in names} for record in self}

    def _sla_track(self, before, triggers):
        """Record the events that changes of fields are.

        :param dict before: {id: {field name: value}}; nothing for new documents
        :param dict triggers: {field name: ((type id, trigger, value, is pause), …)}
        """
        now = fields.Datetime.now()
        entries = []
        for record in self:
            old = before.get(record.id, {})
            for name, kinds in triggers.items():
                was, value = old.get(name), record[name]
                if value == was or not (value or was):
                    continue
                for type_id, trigger, wanted, is_pause in kinds:
                    if trigger == "set" and value:
                        at = min(record._sla_get_moment(value, now), now)
                        entries.append((record, type_id, "begin", at, None))
                    elif trigger == "value" and value == wanted:
                        entries.append((record, type_id, "begin", now, None))
                    elif trigger == "value" and is_pause and was == wanted:
                        entries.append((record, type_id, "end", now, None))
        if entries:
            self._sla_log(entries)

    def _sla_get_moment(self, value, now):
        """A date or a moment on a document as a moment; of anything else, now."""
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            company = self.company_id if "company_id" in self._fields else self.env.company
            company = company or self.env.company
            return get_day_start(value, company._get_aftersales_timezone())
        return now

    def _sla_log(self, entries):
        """Add events to the log and let the deadlines take the consequence.

        :param entries: list of (record, type id, phase, moment, reason)
        """
        together = self._sla_get_together()
        if together:
            together.entries += entries
            return
        with_company = "company_id" in self._fields
        # sudo: nobody writes the log or a deadline; what happened to the document does.
        events = (
            self.env["aftersales.sla.event"]
            .sudo()
            ._insert(
                [
                    {
                        "type_id": type_id,
                        "phase": phase,
                        "res_model": self._name,
                        "res_id": record.id,
                        "company_id": with_company and record.company_id.id,
                        "at": at,
                        "reason": reason,
                        "user_id": self.env.uid,
                    }
                    for record, type_id, phase, at, reason in entries
                ]
            )
        )
        kinds = events.type_id
        policies = self._get_sla_policies()
        concerned = policies.filtered(
            lambda policy: (
                (policy._get_event_types() - policy.start_type_id) & kinds
                or policy.stop_type_id in kinds
            )
        )
        if concerned:
            self._sla_get_open(concerned)._refresh()
        for policy in policies.filtered(lambda policy: policy.start_type_id in kinds):
            started = events.filtered(
                lambda event, policy=policy: event.type_id == policy.start_type_id
            )
            self._sla_start(policy, started)

    def _sla_get_open(self, policies):
        return self._sla_find(
            "aftersales.sla.deadline",
            [("policy_id", "in", policies.ids), ("is_open", "=", True)],
        )

    def _sla_find(self, model, domain):
        """Deadlines or events of these documents, whoever asks.

        :param str model: ``aftersales.sla.deadline`` or ``aftersales.sla.event``
        """
        # sudo: see ``_sla_log``
        about = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        return self.env[model].sudo().search(domain + about)

    def _sla_start(self, policy, events):
        """Start the clocks of a promise for the documents to which it applies.

        A document whose promise is open already gets no second one.
        """
        # sudo: a promise may depend on fields that the user does not read.
        records = self.sudo().browse(set(events.mapped("res_id")))
        records = policy._get_matching(records)
        records -= records.browse(records._sla_get_open(policy).mapped("res_id"))
        first = {}
        for event in events.sorted(lambda event: (event.at, event.id)):
            first.setdefault(event.res_id, event)
        starts = {record.id: first[record.id] for record in records}
        if not starts:
            return
        with_company = "company_id" in self._fields
        self.env["aftersales.sla.deadline"].sudo()._start(
            policy,
            starts,
            {record.id: with_company and record.company_id.id for record in records},
            {record.id: record._get_sla_user().id for record in records},
        )

    def _sla_assign(self):
        """Whoever answers for a document now answers for its open deadlines."""
        deadlines = self._sla_get_open(self._get_sla_policies())
        users = {record.id: record._get_sla_user() for record in self.sudo()}  # sudo: as above
        for user, given in deadlines.grouped(lambda deadline: users[deadline.res_id]).items():
            given.filtered(lambda deadline, user=user: deadline.user_id != user).user_id = user

    def _sla_reapply(self):
        """A change may make a promise apply, from the event that would have started it, or end it.

        A job that becomes urgent an hour after the call has to be answered as if it always had
        been urgent.
        """
        policies = self._get_sla_policies()
        records = self.sudo()  # a promise may depend on fields that the user does not read
        deadlines = self._sla_find("aftersales.sla.deadline", [("policy_id", "in", policies.ids)])
        for policy in policies:
            matching = set(policy._get_matching(records).ids)
            given = deadlines.filtered(lambda deadline, policy=policy: deadline.policy_id == policy)
            given.filtered(
                lambda deadline, matching=matching: deadline.res_id not in matching
            )._drop()
            missing = matching - set(
                given.filtered(lambda deadline: deadline.state != "dropped").mapped("res_id")
            )
            if missing:
                self._sla_start_late(policy, missing, given)

    def _sla_start_late(self, policy, res_ids, given):
        """Start clocks from events that lie in the past; a dropped promise is taken up again."""
        dropped = given.filtered(
            lambda deadline: deadline.state == "dropped" and deadline.res_id in res_ids
        )
        dropped.write({"state": "running"})
        dropped._refresh()
        late = self.browse(res_ids - set(dropped.mapped("res_id")))
        events = late._sla_find("aftersales.sla.event", [("type_id", "=", policy.start_type_id.id)])
        self._sla_start(policy, events)

    def _sla_backfill(self, policy):
        """Read the start of a promise off the dates of documents that are older than it."""
        kind = policy.start_type_id
        known = self._sla_find("aftersales.sla.event", [("type_id", "=", kind.id)])
        fresh = self - self.browse(set(known.mapped("res_id")))
        if fresh:
            fresh._sla_log_date(kind)
        self._sla_start(policy, known)

    def _sla_log_date(self, kind):
        """Record an event from the date that it has left on these documents."""
        now = fields.Datetime.now()
        entries = []
        for record in self:
            at = record._sla_get_moment(record[kind.field_name], now)
            entries.append((record, kind.id, "begin", at, None))
        self._sla_log(entries)

    @api.model
    def _sla_pass_dates(self):
        """Record that dates have passed: such an event happens while nobody does anything."""
        now = fields.Datetime.now()
        column = SQL.identifier("aftersales_sla_event", "res_id")
        for policy in self.env["aftersales.sla.policy"].search(
            [("start_type_id.trigger", "=", "passed")]
        ):
            kind = policy.start_type_id
            records = self.env[policy.model]
            logged = self.env["aftersales.sla.event"]._search(
                [("type_id", "=", kind.id), ("res_model", "=", policy.model)]
            )
            domain = Domain(literal_eval(policy.domain))
            domain &= records._get_sla_passed_domain() & Domain(kind.field_name, "<", now)
            domain &= Domain("id", "not in", logged.subselect(column))
            while late := records.search(domain, limit=BATCH):
                late._sla_log_date(kind)
                if not self.env["ir.cron"]._commit_progress(len(late)):
                    return
