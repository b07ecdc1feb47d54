# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from .. import schedule

# How far ahead the next day is looked for: two months, whatever holidays lie in them.
HORIZON = timedelta(days=62)


class AftersalesRoundPlan(models.Model):
    """What is gone round, how often, where, by whom and with which checklist (S21).

    A nightly job makes the administrative job (type D) of each period once, also when it runs
    twice: a unique index over plan and period says so.
    """

    _name = "aftersales.round.plan"
    _description = "Round Plan"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [
            ("walk", "Workshop Walk"),
            ("six_s", "6S Walk"),
            ("safety", "Safety Check of Equipment"),
            ("count", "Stock-Taking of Tools"),
            ("training", "Training"),
        ],
        default="walk",
        required=True,
        tracking=True,
        help="Walk: findings. 6S: besides, six marks for each area. Safety: each piece of "
        "equipment is checked by its keeper. Stock-taking: a count sheet. Training: with a test.",
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    leader_id = fields.Many2one(
        "hr.employee",
        string="Led By",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Gets the job: leads the walk, sees that the checks are done, counts or trains.",
    )
    walker_ids = fields.Many2many(
        "hr.employee",
        "aftersales_round_plan_walker_rel",
        "plan_id",
        "employee_id",
        string="Takes Part",
        check_company=True,
        help="Heads of department who walk along; of a training, who attends.",
    )
    verifier_id = fields.Many2one(
        "res.users",
        string="Verified By",
        default=lambda self: self.env.user,
        help="Is told when a finding is rectified, and looks at it.",
    )
    area_ids = fields.Many2many(
        "aftersales.round.area",
        string="Areas",
        check_company=True,
        domain="[('outlet_id', '=', outlet_id)]",
        help="Areas of responsibility that are marked on a 6S walk.",
    )
    equipment_ids = fields.Many2many(
        "maintenance.equipment",
        check_company=True,
        help="What is checked; each has a keeper, who does the check.",
    )
    category_ids = fields.Many2many(
        "maintenance.equipment.category",
        string="Categories",
        help="Only tools of these are counted; empty: all of the outlet.",
    )
    checklist_id = fields.Many2one(
        "aftersales.checklist",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('is_round', '=', True), ('company_id', 'in', (False, company_id))]",
        help="Its steps are copied to each job; of a safety check, once for each equipment.",
    )
    frequency = fields.Selection(
        [("daily", "Daily"), ("weekly", "Weekly"), ("monthly", "Monthly")],
        default="weekly",
        required=True,
        tracking=True,
    )
    weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        string="On",
        default="0",
        required=True,
    )
    month_day = fields.Integer(
        string="Day of the Month",
        default=1,
        help="A day that the month does not have is its last one.",
    )
    working_days = fields.Boolean(
        string="Working Days Only",
        default=True,
        help="By the company's working hours. What falls on another day is put off to the next "
        "working day of the same week or month.",
    )
    date_start = fields.Date(
        string="From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_stop = fields.Date(string="Until", tracking=True)
    next_day = fields.Date(
        compute="_compute_next_day", string="Next On", help="Next day of which no job is made yet."
    )
    voucher_ids = fields.One2many("aftersales.voucher", "round_plan_id", string="Jobs")
    voucher_count = fields.Integer(compute="_compute_voucher_count", string="Number of Jobs")

    _month_day_check = models.Constraint(
        "CHECK (month_day BETWEEN 1 AND 31)", "The day of the month is 1 to 31."
    )
    _dates_check = models.Constraint(
        "CHECK (date_stop IS NULL OR date_stop >= date_start)",
        "The plan ends before it starts: correct its days.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "frequency",
        "weekday",
        "month_day",
        "working_days",
        "date_start",
        "date_stop",
        "company_id",
        "outlet_id.phase",
    )
    def _compute_next_day(self):
        """First due day from today on of which there is no job."""
        self.next_day = False
        made = self._get_made_periods(self._origin)
        for company, plans in self.filtered("company_id").grouped("company_id").items():
            today = company._get_round_today()
            working = company._get_round_working_days(today - timedelta(days=31), today + HORIZON)
            for plan in plans:
                plan.next_day = plan._find_next_day(today, working, made[plan._origin.id])

    @api.depends("voucher_ids")
    def _compute_voucher_count(self):
        groups = self.env["aftersales.voucher"]._read_group(
            [("round_plan_id", "in", self.ids)], ["round_plan_id"], ["__count"]
        )
        counts = {plan.id: count for plan, count in groups}
        for plan in self:
            plan.voucher_count = counts.get(plan.id, 0)

    # === CONSTRAINTS === #

    @api.constrains("kind", "area_ids", "equipment_ids", "checklist_id")
    def _check_contents(self):
        """A plan says what is to be looked at, and each equipment has a keeper."""
        for plan in self:
            missing = {
                "six_s": not plan.area_ids and self.env._("the areas that are marked"),
                "safety": not (plan.equipment_ids and plan.checklist_id)
                and self.env._("the equipment and the checklist"),
            }.get(plan.kind)
            if missing:
                raise ValidationError(
                    self.env._(
                        "Round plan “%(plan)s”: enter %(missing)s.",
                        plan=plan.name,
                        missing=missing,
                    )
                )
            orphans = plan.kind == "safety" and plan.equipment_ids.filtered(
                lambda equipment: not equipment.employee_id
            )
            if orphans:
                raise ValidationError(
                    self.env._(
                        "Round plan “%(plan)s”: %(equipment)s has no keeper. Enter an employee on "
                        "the equipment (S21).",
                        plan=plan.name,
                        equipment=orphans[0].display_name,
                    )
                )

    # === ACTIONS === #

    def action_make_now(self):
        """Make one more job today, beside those of the plan.

        :return: window action of the job
        """
        self.ensure_one()
        self.check_access("write")
        today = self.company_id._get_round_today()
        # sudo: who keeps the plan makes its jobs; the numbers are drawn by the system.
        voucher = self.sudo()._make_jobs({self: (False, today)})
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.voucher",
            "view_mode": "form",
            "res_id": voucher.id,
        }

    def action_view_jobs(self):
        """Jobs that were made of this plan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_round.aftersales_voucher_action_round"
        )
        return {**action, "domain": [("round_plan_id", "=", self.id)], "context": {}}

    # === THE NIGHTLY RUN === #

    @api.model
    def _cron_make_rounds(self):
        """Make the jobs that are due, a company at a time; what was made stays made."""
        companies = self.search([("active", "=", True)]).company_id
        for index, company in enumerate(companies):
            self.with_company(company)._make_due(company, company._get_round_today())
            remaining = len(companies) - index - 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    @api.model
    def _make_due(self, company, today):
        """Make what is due in a company up to a day, each period once.

        A weekly or monthly round that was missed is made up within its period; a daily one is not.

        :param date today: day in the company's time zone
        :return: aftersales.voucher that were made
        """
        plans = self.search([("company_id", "=", company.id)])
        working = company._get_round_working_days(
            today - timedelta(days=31), today + timedelta(days=31)
        )
        due = {}
        made = self._get_made_periods(plans)
        for plan in plans:
            period, _last = schedule.get_period(plan.frequency, today)
            day = plan._get_due_day(today, working)
            if day and day <= today and plan._is_in_force(day) and period not in made[plan.id]:
                due[plan] = (period, day)
        return self._make_jobs(due)

    def _make_jobs(self, due):
        """Make the jobs of some plans: numbered, given to who leads them.

        :param due: {plan: (first day of the period or False, day)}
        :return: aftersales.voucher
        """
        plans = self.browse([plan.id for plan in due])
        self._close_passed_checks(plans.filtered(lambda plan: plan.kind == "safety"))
        # sudo: jobs of plans are made by the system, for whoever leads them.
        vouchers = self.env["aftersales.voucher"].sudo()
        vouchers = vouchers._make_round_jobs(
            [plan._prepare_voucher_vals(period, day) for plan, (period, day) in due.items()]
        )
        vouchers.filtered(lambda voucher: voucher.round_kind == "safety")._start()
        for kind, model in (
            ("count", "aftersales.tool.count"),
            ("training", "aftersales.training"),
        ):
            self.env[model].sudo().create(  # sudo: as above
                [
                    voucher.round_plan_id._prepare_document_vals(voucher)
                    for voucher in vouchers.filtered(lambda v, kind=kind: v.round_kind == kind)
                ]
            )
        return vouchers

    def _prepare_voucher_vals(self, period, day):
        """Values of the job of one period. Hook."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "service_type": "D",
            "kind": "training" if self.kind == "training" else "inspection",
            "channel": "app",
            "fault_description": self.name,
            "outlet_id": self.outlet_id.id,
            "technician_id": self.leader_id.id,
            "round_kind": self.kind,
            "round_plan_id": self.id,
            "round_period": period,
            "round_date": day,
            "round_checklist_id": self.checklist_id.id,
            "round_walker_ids": [Command.set(self.walker_ids.ids)],
        }

    def _prepare_document_vals(self, voucher):
        """Values of the count sheet or the training that hangs on the job. Hook."""
        self.ensure_one()
        vals = {"voucher_id": voucher.id, "outlet_id": self.outlet_id.id}
        if self.kind == "count":
            return {
                **vals,
                "date": voucher.round_date,
                "counter_id": self.leader_id.id,
                "category_ids": [Command.set(self.category_ids.ids)],
            }
        start, _end = self.company_id._get_aftersales_bounds(voucher.round_date, voucher.round_date)
        return {
            **vals,
            "name": self.name,
            "date": start + timedelta(hours=9),
            "trainer_id": self.leader_id.id,
            "attendee_ids": [
                Command.create({"employee_id": employee.id}) for employee in self.walker_ids
            ],
        }

    # === HELPERS === #

    @api.model
    def _close_passed_checks(self, plans):
        """The safety checks of earlier days are over: what was not checked stays missed."""
        if not plans:
            return
        # sudo: the system ends the day's checks.
        passed = (
            self.env["aftersales.voucher"]
            .sudo()
            .search(
                [
                    ("round_plan_id", "in", plans.ids),
                    ("round_kind", "=", "safety"),
                    ("state", "=", "in_progress"),
                    ("is_round_overdue", "=", True),
                ]
            )
        )
        if passed:
            passed._done()

    @api.model
    def _get_made_periods(self, plans):
        """Periods of which there is a job, also a cancelled one: one query.

        :return: {id of plan: set of first days}
        """
        made = defaultdict(set)
        if plans:
            # sudo: whether a job exists does not depend on who may see it.
            groups = (
                self.env["aftersales.voucher"]
                .sudo()
                ._read_group(
                    [
                        ("round_plan_id", "in", plans.ids),
                        ("round_period", ">=", fields.Date.today() - timedelta(days=62)),
                    ],
                    ["round_plan_id", "round_period:day"],
                )
            )
            for plan, period in groups:
                made[plan.id].add(period)
        return made

    def _get_due_day(self, day, working):
        self.ensure_one()
        return schedule.get_due_day(
            self.frequency,
            day,
            int(self.weekday or 0),
            self.month_day,
            (lambda due: due in working) if self.working_days else (lambda due: True),
        )

    def _is_in_force(self, day):
        """Between the days of the plan, and its outlet works (N1)."""
        self.ensure_one()
        return bool(
            self.outlet_id.phase in ("operation", "extension")
            and self.date_start
            and self.date_start <= day
            and (not self.date_stop or day <= self.date_stop)
        )

    def _find_next_day(self, today, working, made):
        """First due day from today on without a job, within the horizon, or False."""
        self.ensure_one()
        day = max(today, self.date_start or today)
        while day <= today + HORIZON:
            period, last = schedule.get_period(self.frequency, day)
            due = self._get_due_day(day, working)
            if due and due >= today and period not in made and self._is_in_force(due):
                return due
            day = last + timedelta(days=1)
        return False

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for plan in self.filtered("voucher_ids"):
            raise UserError(
                self.env._(
                    "Round plan “%(plan)s” has jobs: archive it instead of deleting it.",
                    plan=plan.name,
                )
            )
