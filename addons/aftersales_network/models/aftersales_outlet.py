# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

PHASES = ("preparation", "organisation", "operation", "extension")
SERVING = ("operation", "extension")

# Who reads what an outlet costs, its risks, agreements and figures.
NETWORK_READERS = (
    "aftersales_base.group_aftersales_manager,"
    "aftersales_service.group_service_analyst,"
    "aftersales_service.group_service_auditor"
)


class AftersalesOutlet(models.Model):
    """The record of an outlet in the building of the network (N1)."""

    _name = "aftersales.outlet"
    _inherit = ["aftersales.outlet", "aftersales.step.mixin"]

    # Phase
    phase = fields.Selection(group_expand=True)
    phase_since = fields.Date(
        compute="_compute_phase_since", help="First day in the phase, from its history."
    )
    phase_log_ids = fields.One2many(
        "aftersales.outlet.phase.log", "outlet_id", string="Phases", readonly=True
    )
    condition_ids = fields.One2many(
        "aftersales.outlet.condition",
        "outlet_id",
        string="Conditions",
        help="What has to be so before the outlet goes on to the next phase.",
    )
    open_condition_count = fields.Integer(
        compute="_compute_open_condition_count", string="Open Conditions"
    )

    # Cooperation and size
    cooperation_id = fields.Many2one(
        "aftersales.outlet.cooperation",
        compute="_compute_cooperation_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Kind of partnership; follows the agreement that is in force.",
    )
    staff_count = fields.Integer(string="Staff", help="People who work there.")
    floor_area = fields.Float(string="Area (m²)", help="Workshop, store and yard, in m².")
    served_maker_ids = fields.Many2many(
        "res.partner",
        "aftersales_outlet_maker_rel",
        "outlet_id",
        "partner_id",
        string="Other Makers Served",
        domain="[('is_company', '=', True)]",
        help="Makers besides us whose products the outlet serves: extension (N1).",
    )

    agreement_ids = fields.One2many(
        "aftersales.outlet.agreement", "outlet_id", string="Agreements", groups=NETWORK_READERS
    )
    contact_ids = fields.One2many("aftersales.outlet.contact", "outlet_id", string="Contact Log")
    last_contact_at = fields.Datetime(compute="_compute_last_contact", string="Last Contact")
    cost_ids = fields.One2many(
        "aftersales.outlet.cost", "outlet_id", string="Costs", groups=NETWORK_READERS
    )
    risk_ids = fields.One2many(
        "aftersales.outlet.risk", "outlet_id", string="Risks", groups=NETWORK_READERS
    )
    risk_score = fields.Integer(
        compute="_compute_risk_score",
        store=True,
        groups=NETWORK_READERS,
        help="Sum of likelihood × impact of the risks that are not closed.",
    )
    pack_ids = fields.One2many("aftersales.welcome.pack", "outlet_id", string="Welcome Packs")
    pack_count = fields.Integer(compute="_compute_pack_count")

    # Figures of the last twelve months
    network_currency_id = fields.Many2one(related="company_id.currency_id")
    job_count = fields.Integer(
        compute="_compute_figures", string="Jobs", groups=NETWORK_READERS, compute_sudo=True
    )
    income = fields.Monetary(
        currency_field="network_currency_id",
        compute="_compute_figures",
        compute_sudo=True,
        groups=NETWORK_READERS,
        help="What its jobs were charged, before tax, in the last twelve months.",
    )
    cost_total = fields.Monetary(
        currency_field="network_currency_id",
        compute="_compute_figures",
        compute_sudo=True,
        groups=NETWORK_READERS,
        help="Costs of the last twelve months without estimates; a period that lies half in "
        "them counts half.",
    )
    cost_per_job = fields.Monetary(
        currency_field="network_currency_id",
        compute="_compute_figures",
        compute_sudo=True,
        groups=NETWORK_READERS,
    )
    on_time_rate = fields.Float(
        compute="_compute_figures",
        compute_sudo=True,
        groups=NETWORK_READERS,
        string="On Time (%)",
        help="Deadlines of its jobs that were kept, of all that were kept or missed.",
    )
    complaint_count = fields.Integer(
        compute="_compute_figures", compute_sudo=True, groups=NETWORK_READERS, string="Complaints"
    )

    # === COMPUTE METHODS === #

    @api.depends("phase_log_ids.date")
    def _compute_phase_since(self):
        for outlet in self:
            outlet.phase_since = outlet._get_last_log().date

    @api.depends("condition_ids.is_met", "phase")
    def _compute_open_condition_count(self):
        for outlet in self:
            outlet.open_condition_count = len(outlet._get_open_conditions([outlet.phase]))

    @api.depends("agreement_ids.cooperation_id", "agreement_ids.date_from", "agreement_ids.date_to")
    def _compute_cooperation_id(self):
        for outlet in self:
            # sudo: who reads the outlet sees the kind of partnership, not its paper.
            running = outlet.sudo().agreement_ids.filtered(lambda line: line.state == "running")
            outlet.cooperation_id = running[:1].cooperation_id or outlet.cooperation_id

    @api.depends("contact_ids.date")
    def _compute_last_contact(self):
        dates = dict(
            self.env["aftersales.outlet.contact"]._read_group(
                [("outlet_id", "in", self.ids)], ["outlet_id"], ["date:max"]
            )
        )
        for outlet in self:
            outlet.last_contact_at = dates.get(outlet, False)

    @api.depends("risk_ids.score", "risk_ids.is_closed")
    def _compute_risk_score(self):
        for outlet in self:
            risks = outlet.risk_ids.filtered(lambda risk: not risk.is_closed)
            outlet.risk_score = sum(risks.mapped("score"))

    @api.depends("pack_ids")
    def _compute_pack_count(self):
        for outlet in self:
            outlet.pack_count = len(outlet.pack_ids)

    def _compute_figures(self):
        """Figures of the last twelve months: one grouped query for each source."""
        figures = self._get_network_figures()
        for outlet in self:
            outlet.update(figures[outlet.id])

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """The history of a new outlet begins with the phase that it is taken on in."""
        outlets = super().create(vals_list)
        outlets._log_phases({})
        outlets._open_conditions()
        return outlets

    def write(self, vals):
        """A phase changes with a reason, and leaves a row of history.

        :raises UserError: when a user writes another phase by hand
        """
        if not {"phase", "kind"} & vals.keys():
            return super().write(vals)
        before = {outlet.id: (outlet.phase, outlet._is_agent()) for outlet in self}
        moved = self.filtered(lambda outlet: "phase" in vals and outlet.phase != vals["phase"])
        by_step = self._is_step()
        if moved and not by_step and not self.env.su:
            raise UserError(
                self.env._(
                    "The phase of %(outlet)s changes with a reason: use “Change Phase”.",
                    outlet=moved[0].display_name,
                )
            )
        result = super().write(vals)
        if moved and not by_step:
            moved._log_phases({outlet.id: before[outlet.id][0] for outlet in moved})
            moved._open_conditions()
        self.filtered(
            lambda outlet: outlet._is_agent() and not before[outlet.id][1]
        )._welcome_agents()
        return result

    # === ACTIONS === #

    def action_change_phase(self):
        """Ask for the new phase, the day and the reason."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_network.aftersales_outlet_phase_change_action"
        )
        return {**action, "context": {"default_outlet_ids": self.ids}}

    def action_welcome(self):
        """Begin a welcome pack by hand and open it.

        :raises UserError: when one is under way
        """
        self.ensure_one()
        return (
            self.env["aftersales.welcome.pack"].create({"outlet_id": self.id}).get_formview_action()
        )

    def action_view_packs(self):
        """Open the welcome packs of the outlet."""
        self.ensure_one()
        return self.pack_ids._get_records_action(name=self.env._("Welcome Packs"))

    def action_view_jobs(self):
        """Open the outlet's jobs."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_voucher_action_register"
        )
        return {**action, "domain": [("outlet_id", "=", self.id)], "context": {}}

    def action_view_complaints(self):
        """Open the complaints about the outlet."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_complaint_action"
        )
        return {**action, "domain": [("outlet_id", "=", self.id)], "context": {}}

    def action_view_costs(self):
        """Open the outlet's costs."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_network.aftersales_outlet_cost_action"
        )
        context = {"default_outlet_id": self.id}
        return {**action, "domain": [("outlet_id", "=", self.id)], "context": context}

    # === BUSINESS METHODS === #

    def _change_phase(self, phase, reason, date=None, kind=None):
        """Move outlets to another phase, forward or back (N1).

        :param str phase: key of ``phase``
        :param str reason: why
        :param date: first day in the phase; today by default
        :param str kind: what the outlet is from now on; as it was by default
        :raises UserError: without a reason, for a day that cannot be, or while a required
            condition of a phase that is left is open
        """
        self.check_access("write")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write why the phase changes: it stays in the history."))
        for outlet in self:
            outlet._check_phase_change(phase, outlet._get_phase_day(date))
        before = {outlet.id: outlet.phase for outlet in self}
        values = {"phase": phase, **({"kind": kind} if kind else {})}
        for outlet in self:
            if phase in SERVING and not outlet.date_start:
                outlet.date_start = outlet._get_phase_day(date)
        self._write_step(values)
        self._log_phases(before, reason, date)
        self._open_conditions()

    def _check_phase_change(self, phase, date):
        self.ensure_one()
        today = self._get_phase_day(None)
        since = self._get_last_log().date
        if phase == self.phase:
            raise UserError(
                self.env._("%s is in this phase already: choose another.", self.display_name)
            )
        if date > today or (since and date < since):
            raise UserError(
                self.env._(
                    "%(outlet)s cannot change its phase on %(date)s: choose a day from "
                    "%(since)s to today.",
                    outlet=self.display_name,
                    date=date,
                    since=since or "–",
                )
            )
        left = PHASES[PHASES.index(self.phase) : PHASES.index(phase)]
        self._open_conditions(left)
        waiting = self._get_open_conditions(left)
        if waiting:
            raise UserError(
                self.env._(
                    "%(outlet)s does not go forward yet. Open conditions: %(conditions)s.",
                    outlet=self.display_name,
                    conditions=", ".join(waiting.mapped("name")),
                )
            )
        # sudo: only whether an agreement is in force is asked.
        if (
            phase in SERVING
            and self.phase not in SERVING
            and self.cooperation_id.needs_agreement
            and not self.sudo().agreement_ids.filtered(lambda line: line.state == "running")
        ):
            raise UserError(
                self.env._(
                    "%(outlet)s begins to serve as “%(cooperation)s”: enter the agreement that is "
                    "in force first.",
                    outlet=self.display_name,
                    cooperation=self.cooperation_id.name,
                )
            )

    def _get_open_conditions(self, phases):
        """Required conditions of phases that are not met."""
        return self.condition_ids.filtered(
            lambda line: line.phase in phases and line.is_required and not line.is_met
        )

    def _open_conditions(self, phases=None):
        """Rows for the conditions of the phase, or of given phases, that the outlets lack."""
        vals_list = []
        for outlet in self:
            wanted = self.env["aftersales.phase.condition"]._find(
                phases if phases is not None else [outlet.phase], outlet.company_id
            )
            for condition in wanted - outlet.condition_ids.condition_id:
                vals_list.append(
                    {
                        "outlet_id": outlet.id,
                        "condition_id": condition.id,
                        "name": condition.name,
                        "sequence": condition.sequence,
                        "phase": condition.phase,
                        "is_required": condition.is_required,
                    }
                )
        self.env["aftersales.outlet.condition"].create(vals_list)

    def _log_phases(self, before, reason=False, date=None):
        """Write the history of phases.

        :param dict before: {outlet id: phase}; nothing for outlets that are taken on
        """
        # sudo: nobody writes history; the steps that change a phase do.
        self.env["aftersales.outlet.phase.log"].sudo().create(
            [
                {
                    "outlet_id": outlet.id,
                    "date": outlet._get_phase_day(date),
                    "phase_from": before.get(outlet.id),
                    "phase_to": outlet.phase,
                    "direction": outlet._get_direction(before.get(outlet.id)),
                    "user_id": self.env.uid,
                    "reason": reason,
                }
                for outlet in self
            ]
        )

    def _get_last_log(self):
        """Last row of history; a list that was just added to is not in order."""
        return self.phase_log_ids.sorted(lambda log: (log.date, log.id))[-1:]

    def _get_direction(self, before):
        self.ensure_one()
        if not before:
            return "start"
        return "forward" if PHASES.index(self.phase) > PHASES.index(before) else "back"

    def _get_phase_day(self, date):
        return fields.Date.to_date(date) or (
            (self.company_id or self.env.company)._get_aftersales_date(fields.Datetime.now())
        )

    def _is_agent(self):
        """An agent that serves gets a welcome pack."""
        self.ensure_one()
        return self.kind == "agent" and self.phase in SERVING

    def _welcome_agents(self):
        """Welcome packs of outlets that have just become agents and never had one."""
        # sudo: whoever makes an outlet an agent begins its pack; one that he may not see counts.
        new = self.filtered(lambda outlet: not outlet.sudo().pack_ids)
        return self.env["aftersales.welcome.pack"].create(
            [{"outlet_id": outlet.id} for outlet in new]
        )

    def _get_open_pack(self):
        # sudo: there is one open pack, whoever may see it.
        return self.sudo().pack_ids.filtered(lambda pack: pack.state == "open")

    def _get_network_figures(self):
        """Jobs, income, cost, deadlines kept and complaints of the last twelve months.

        :return: dict {outlet id: values of the fields of figures}
        """
        today = self.env.company._get_aftersales_date(fields.Datetime.now())
        since = today - relativedelta(years=1)
        jobs = {
            outlet.id: values
            for outlet, *values in self.env["aftersales.service.report"]._read_group(
                [("outlet_id", "in", self.ids), ("registered_on", ">=", since)],
                ["outlet_id"],
                ["__count", "income:sum", "sla_met:sum", "sla_missed:sum"],
            )
        }
        complaints = {
            outlet.id: count
            for outlet, count in self.env["aftersales.complaint"]._read_group(
                [
                    ("outlet_id", "in", self.ids),
                    ("registered_at", ">=", fields.Datetime.to_datetime(since)),
                    ("state", "!=", "withdrawn"),
                ],
                ["outlet_id"],
                ["__count"],
            )
        }
        costs = self._get_network_costs(since, today)
        result = {}
        for outlet in self:
            count, income, met, missed = jobs.get(outlet.id, (0, 0.0, 0, 0))
            promised = (met or 0) + (missed or 0)
            cost = costs.get(outlet.id, 0.0)
            result[outlet.id] = {
                "job_count": count,
                "income": income or 0.0,
                "cost_total": cost,
                "cost_per_job": outlet.company_id.currency_id.round(cost / count) if count else 0.0,
                "on_time_rate": 100.0 * met / promised if promised else 0.0,
                "complaint_count": complaints.get(outlet.id, 0),
            }
        return result

    def _get_network_costs(self, since, until):
        """Actual costs of the days since … until, by the share of each period that lies in it."""
        totals = {}
        for cost in self.env["aftersales.outlet.cost"].search(
            [
                ("outlet_id", "in", self.ids),
                ("is_estimate", "=", False),
                ("date_from", "<=", until),
                ("date_to", ">", since),
            ]
        ):
            days = (cost.date_to - cost.date_from).days + 1
            first = max(cost.date_from, since + relativedelta(days=1))
            inside = (min(cost.date_to, until) - first).days + 1
            part = cost.amount_company * inside / days
            totals[cost.outlet_id.id] = totals.get(cost.outlet_id.id, 0.0) + part
        return {
            outlet.id: outlet.company_id.currency_id.round(totals.get(outlet.id, 0.0))
            for outlet in self
        }
