# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

from ..clock import NoWorkingTime, read
from .aftersales_sla_policy import UNITS

OPEN_STATES = ("running", "paused", "overdue")
# Deadlines that one transaction of the clock's job takes.
BATCH = 1000


class AftersalesSlaDeadline(models.Model):
    """One promise about one document: when it is due, and whether it was kept (S8).

    Nothing is typed here. What stands can be replayed from the log of events; a promise once
    broken stays broken, whatever happens to the policy or the calendar afterwards.
    """

    _name = "aftersales.sla.deadline"
    _description = "Deadline"
    _inherit = ["aftersales.guarded.mixin", "aftersales.bulk.mixin"]
    _order = "due_at, id"
    _rec_name = "policy_id"

    policy_id = fields.Many2one(
        "aftersales.sla.policy", required=True, readonly=True, index=True, ondelete="restrict"
    )
    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    res_name = fields.Char(
        string="Document Name", compute="_compute_res_name", help="What was promised about."
    )
    document_label = fields.Char(compute="_compute_res_name", string="Kind of Document")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        readonly=True,
        index=True,
        help="Who answers for it; is told before and after it is due.",
    )
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Held"),
            ("overdue", "Overdue"),
            ("met", "Met"),
            ("missed", "Missed"),
            ("dropped", "No Longer Asked"),
        ],
        default="running",
        required=True,
        readonly=True,
        index=True,
        help="Held: the clock stands still. Overdue: late and still open. Missed: happened too "
        "late. No longer asked: the promise did not apply any more before it was due.",
    )
    is_open = fields.Boolean(
        compute="_compute_is_open", store=True, help="What was promised has not happened yet."
    )

    # Terms, as they were when the clock started
    amount = fields.Float(string="Within", readonly=True, digits=(16, 2))
    unit = fields.Selection(UNITS, readonly=True, required=True)
    calendar_id = fields.Many2one(
        "resource.calendar", string="Working Hours", readonly=True, ondelete="restrict"
    )

    start_event_id = fields.Many2one(
        "aftersales.sla.event",
        string="Started With",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    started_at = fields.Datetime(required=True, readonly=True, string="Started")
    due_at = fields.Datetime(required=True, readonly=True, string="Due")
    stopped_at = fields.Datetime(readonly=True, string="Happened")
    breached_at = fields.Datetime(
        readonly=True, string="Broken On", help="When it became late. Never taken back."
    )
    paused_at = fields.Datetime(readonly=True, string="Held Since")
    paused_hours = fields.Float(
        readonly=True, digits=(16, 2), help="How long the clock stood still, in hours by the wall."
    )
    late_hours = fields.Float(
        readonly=True,
        digits=(16, 2),
        help="By how much it was late, in hours of its own clock; 0 where it was kept.",
    )
    waiver_ids = fields.One2many(
        "aftersales.sla.waiver", "deadline_id", string="Waivers", readonly=True
    )
    is_waived = fields.Boolean(
        compute="_compute_is_waived", store=True, help="Late, and excused with a reason."
    )
    escalation_ids = fields.Many2many(
        "aftersales.sla.escalation",
        "aftersales_sla_deadline_escalation_rel",
        "deadline_id",
        "escalation_id",
        string="Told",
        readonly=True,
        help="Escalations that were carried out.",
    )
    to_recompute = fields.Boolean(readonly=True, help="Waits to be computed anew.")

    _open_unique = models.UniqueIndex(
        "(policy_id, res_model, res_id) WHERE state IN ('running', 'paused', 'overdue')"
    )
    _start_unique = models.UniqueIndex("(policy_id, start_event_id)")
    _record_idx = models.Index("(res_model, res_id)")
    _due_idx = models.Index("(due_at) WHERE state IN ('running', 'overdue')")
    _recompute_idx = models.Index("(id) WHERE to_recompute")

    # === COMPUTE METHODS === #

    @api.depends("state")
    def _compute_is_open(self):
        for deadline in self:
            deadline.is_open = deadline.state in OPEN_STATES

    @api.depends("waiver_ids")
    def _compute_is_waived(self):
        for deadline in self:
            deadline.is_waived = bool(deadline.waiver_ids)

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        for model, deadlines in self.grouped("res_model").items():
            # sudo: the name of a document is shown to whoever may see its deadline.
            records = self.env[model].sudo().browse(deadlines.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in records}
            label = self.env["ir.model"].sudo()._get(model).name
            for deadline in deadlines:
                deadline.res_name = names.get(deadline.res_id, "")
                deadline.document_label = label

    @api.depends("policy_id", "res_name")
    def _compute_display_name(self):
        for deadline in self:
            deadline.display_name = f"{deadline.policy_id.name}: {deadline.res_name}"

    # === ACTIONS === #

    def action_open_document(self):
        """Open the document that the promise is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_waive(self):
        """Ask for the reason why a late one is excused."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_sla_waiver_action_new"
        )
        action["context"] = {"default_deadline_id": self.id}
        return action

    def action_view_events(self):
        """Open what happened to the document: the log that the deadline is replayed from."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_sla_event_action"
        )
        action["domain"] = [("res_model", "=", self.res_model), ("res_id", "=", self.res_id)]
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _start(self, policy, starts, company_ids, users):
        """Start the clocks of a promise.

        :param policy: aftersales.sla.policy
        :param dict starts: {document id: aftersales.sla.event}
        :param dict company_ids: {document id: id of its company or False}
        :param dict users: {document id: id of who answers for it or False}
        """
        events = self.env["aftersales.sla.event"]._get_logs(policy.model, list(starts))
        now = fields.Datetime.now()
        companies = {self.env["res.company"].browse(company_ids.get(res_id)) for res_id in starts}
        calendars = {company: policy._get_calendar(company) for company in companies}
        clocks = policy.calendar_id.union(*calendars.values())._get_sla_clocks()
        terms = {}
        vals_list = []
        for res_id, start in starts.items():
            company = self.env["res.company"].browse(company_ids.get(res_id))
            if company not in terms:
                terms[company] = policy._build_terms(
                    policy.amount, policy.unit, calendars[company], clocks, company
                )
            vals = {
                "policy_id": policy.id,
                "res_model": policy.model,
                "res_id": res_id,
                "company_id": company.id,
                "user_id": users.get(res_id),
                "amount": policy.amount,
                "unit": policy.unit,
                "calendar_id": calendars[company].id,
                "start_event_id": start.id,
                "started_at": start.at,
            }
            vals.update(self._read(policy, terms[company], start, events[res_id], None, now))
            # As they will be computed: nothing is then left to write a second time.
            vals.update(is_open=vals["state"] in OPEN_STATES, is_waived=False)
            vals_list.append(vals)
        return self._insert(vals_list)

    def _refresh(self):
        """Read the log anew and take over what it says: the one way in which deadlines change.

        :raises UserError: when the working hours of one are empty for years
        """
        for deadline, vals in self._replay().items():
            changed = {name: value for name, value in vals.items() if deadline[name] != value}
            if changed:
                deadline.write(changed)

    def _replay(self):
        """What the log of events says about these deadlines.

        :return: dict {deadline: values}
        """
        now = fields.Datetime.now()
        result = {}
        for (policy, model), deadlines in self.grouped(
            lambda deadline: (deadline.policy_id, deadline.res_model)
        ).items():
            logs = self.env["aftersales.sla.event"]._get_logs(model, deadlines.mapped("res_id"))
            clocks = deadlines.calendar_id._get_sla_clocks()
            for deadline in deadlines:
                result[deadline] = self._read(
                    policy,
                    deadline._get_terms(clocks),
                    deadline.start_event_id,
                    logs[deadline.res_id],
                    deadline.due_at if deadline.breached_at else None,
                    now,
                )
        return result

    def _drop(self):
        """The promise does not apply any more. What is broken already stays open."""
        self.filtered(lambda deadline: deadline.state in ("running", "paused")).write(
            {"state": "dropped", "paused_at": False}
        )

    def _mark_overdue(self):
        """Promises whose time has passed are broken from the very moment they were due.

        :return: number of deadlines
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE aftersales_sla_deadline
                   SET state = 'overdue', breached_at = due_at,
                       write_date = now() at time zone 'UTC'
                 WHERE state = 'running' AND due_at < %s
                """,
                fields.Datetime.now(),
            )
        )
        self.invalidate_model(["state", "breached_at"])
        return self.env.cr.rowcount

    @api.model
    def _cron_clock(self):
        """What time alone does: dates pass, promises break, people are told, counts are redone."""
        self.env["ir.cron"]._commit_progress(self._mark_overdue())
        self.env["aftersales.sla.mixin"]._sla_pass_dates()
        self.env["aftersales.sla.escalation"]._run_due()
        self._recompute_flagged()

    @api.model
    def _flag(self, policies):
        """Have the open deadlines of policies counted anew, however many they are.

        :return: number of deadlines
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE aftersales_sla_deadline SET to_recompute = true
                 WHERE policy_id = ANY(%s) AND state IN ('running', 'paused')
                   AND to_recompute IS NOT true
                """,
                policies.ids,
            )
        )
        count = self.env.cr.rowcount
        self.invalidate_model(["to_recompute"])
        return count

    def _recompute_flagged(self):
        """Count open deadlines anew by today's terms, a batch a transaction (can be stopped)."""
        flagged = [("to_recompute", "=", True)]
        remaining = self.search_count(flagged)
        while deadlines := self.search(flagged, limit=BATCH, order="id"):
            deadlines._take_terms()
            deadlines._refresh()
            deadlines.to_recompute = False
            remaining -= len(deadlines)
            left = self.env["ir.cron"]._commit_progress(len(deadlines), remaining=max(remaining, 0))
            self.env.invalidate_all()
            if not left:
                break

    def _take_terms(self):
        """Open promises follow their policy, those that are not broken yet."""
        for (policy, company), deadlines in self.grouped(
            lambda deadline: (deadline.policy_id, deadline.company_id)
        ).items():
            deadlines.filtered(lambda deadline: deadline.state in ("running", "paused")).write(
                {
                    "amount": policy.amount,
                    "unit": policy.unit,
                    "calendar_id": policy._get_calendar(company).id,
                }
            )

    # === HELPERS === #

    def _get_escalation_note(self):
        """What somebody is told about a promise that is due or late."""
        self.ensure_one()
        user = self.user_id or self.env.user
        due = format_datetime(self.env, self.due_at, tz=user.tz)
        if self.state == "overdue":
            return self.env._(
                "%(document)s is late: it was due %(due)s.", document=self.res_name, due=due
            )
        return self.env._("%(document)s is due %(due)s.", document=self.res_name, due=due)

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | (
            set(self._fields) - set(models.MAGIC_COLUMNS) - {"display_name", "waiver_ids"}
        )

    def _get_terms(self, clocks):
        """The frozen promise in the words of the calculator."""
        self.ensure_one()
        return self.env["aftersales.sla.policy"]._build_terms(
            self.amount, self.unit, self.calendar_id, clocks, self.company_id
        )

    @api.model
    def _read(self, policy, terms, start, events, due, now):
        """Values of a deadline, from the log of its document.

        :raises UserError: when the working hours are empty for years
        """
        try:
            reading = read(terms, start.at, events._get_marks(policy, start), due)
        except NoWorkingTime as error:
            raise policy._get_no_time_error() from error
        overdue = reading.due < (reading.stopped or now)
        if reading.stopped and reading.met is None:
            state = "dropped"
        elif reading.stopped:
            state = "met" if reading.met else "missed"
        elif reading.held_since and not due:
            state, overdue = "paused", False
        else:
            state = "overdue" if overdue else "running"
        late = reading.late.total_seconds() / 3600 if reading.late else 0.0
        return {
            "due_at": reading.due.replace(microsecond=0),
            "stopped_at": reading.stopped or False,
            "paused_at": reading.held_since or False,
            "paused_hours": round(reading.held.total_seconds() / 3600, 2),
            "late_hours": round(max(late, 0.0), 2),
            "breached_at": reading.due.replace(microsecond=0) if overdue else False,
            "state": state,
        }
