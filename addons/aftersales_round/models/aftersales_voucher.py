# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.aftersales_service.models.aftersales_voucher import OPEN_STATES

# What whoever leads a round writes on it, besides a technician's own fields.
ROUND_FIELDS = frozenset({"round_finding_ids", "round_score_ids"})


class AftersalesVoucher(models.Model):
    """A round is an administrative job (type D) with a checklist and findings (S21)."""

    _inherit = "aftersales.voucher"

    round_kind = fields.Selection(
        [
            ("walk", "Workshop Walk"),
            ("six_s", "6S Walk"),
            ("safety", "Safety Check of Equipment"),
            ("count", "Stock-Taking of Tools"),
            ("reception", "Reception of a Customer"),
            ("training", "Training"),
        ],
        string="Round",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What kind of round the job is; empty: it is none.",
    )
    round_plan_id = fields.Many2one(
        "aftersales.round.plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    round_period = fields.Date(
        readonly=True,
        copy=False,
        help="First day of the day, week or month whose round it is; empty: made by hand.",
    )
    round_date = fields.Date(
        string="Round On", readonly=True, copy=False, index="btree_not_null", help="Day of it."
    )
    round_checklist_id = fields.Many2one(
        "aftersales.checklist", readonly=True, copy=False, ondelete="restrict"
    )
    round_walker_ids = fields.Many2many(
        "hr.employee",
        "aftersales_voucher_walker_rel",
        "voucher_id",
        "employee_id",
        string="Takes Part",
        readonly=True,
        copy=False,
        check_company=True,
    )
    round_finding_ids = fields.One2many(
        "aftersales.round.finding", "voucher_id", string="Findings of the Round"
    )
    round_finding_count = fields.Integer(
        compute="_compute_round_finding_count", string="Number of Findings"
    )
    round_open_finding_count = fields.Integer(
        compute="_compute_round_finding_count", string="Open Findings"
    )
    round_score_ids = fields.One2many("aftersales.round.score", "voucher_id", string="6S Scores")
    is_round_overdue = fields.Boolean(
        compute="_compute_is_round_overdue",
        search="_search_is_round_overdue",
        string="Overdue Round",
        help="The day of the round has passed and it is not done.",
    )

    _round_once = models.UniqueIndex(
        "(round_plan_id, round_period) WHERE round_period IS NOT NULL",
        "The round of this period has been made already.",
    )
    _round_open_idx = models.Index(
        "(round_date) WHERE round_kind IS NOT NULL AND state NOT IN ('done', 'closed', 'cancelled')"
    )

    # === COMPUTE METHODS === #

    @api.depends("round_kind", "fault_description")
    @api.depends_context("round_names")
    def _compute_display_name(self):
        """In a calendar of rounds a number says nothing: there a round is called what it is."""
        result = super()._compute_display_name()
        if self.env.context.get("round_names"):
            for voucher in self.filtered(lambda voucher: voucher.round_kind):
                voucher.display_name = f"{voucher.fault_description} ({voucher.display_name})"
        return result

    @api.depends("round_finding_ids.state")
    def _compute_round_finding_count(self):
        for voucher in self:
            findings = voucher.round_finding_ids
            voucher.round_finding_count = len(findings)
            voucher.round_open_finding_count = len(
                findings.filtered(lambda finding: finding.state in ("open", "done"))
            )

    @api.depends("round_date", "round_kind", "state")
    def _compute_is_round_overdue(self):
        for voucher in self:
            voucher.is_round_overdue = bool(
                voucher.round_kind
                and voucher.round_date
                and voucher.state in OPEN_STATES
                and voucher.round_date < voucher.company_id._get_round_today()
            )

    def _search_is_round_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [
            ("round_kind", "!=", False),
            ("state", "in", OPEN_STATES),
            ("round_date", "<", self.env.company._get_round_today()),
        ]

    # === CONSTRAINTS === #

    @api.constrains("outlet_id", "technician_id")
    def _check_technician_id(self):
        """A round is led by anybody of the company; other jobs go to the outlet's technicians."""
        return super(
            AftersalesVoucher, self.filtered(lambda voucher: not voucher.round_kind)
        )._check_technician_id()

    @api.constrains("round_kind", "service_type")
    def _check_round_type(self):
        for voucher in self:
            if voucher.round_kind and voucher.service_type != "D":
                raise ValidationError(
                    self.env._(
                        "%(voucher)s is a round, which is administrative work: leave its service "
                        "type at D.",
                        voucher=voucher.display_name,
                    )
                )

    # === ACTIONS === #

    def action_view_round_findings(self):
        """Findings of this round."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_round.aftersales_round_finding_action"
        )
        return {**action, "domain": [("voucher_id", "=", self.id)], "context": {}}

    # === STEPS === #

    def _start(self, at=None):
        result = super()._start(at)
        self._make_score_rows()
        return result

    def _done(self, at=None):
        """A 6S walk is done when each area is marked; rounds have no callback and are closed."""
        for voucher in self.filtered(lambda voucher: voucher.round_kind == "six_s"):
            unmarked = voucher.round_score_ids.filtered(lambda score: not score.is_scored)
            if unmarked:
                raise UserError(
                    self.env._(
                        "%(voucher)s: mark the areas that are still open: %(areas)s.",
                        voucher=voucher.display_name,
                        areas=", ".join(unmarked.mapped("area_id.name")),
                    )
                )
        result = super()._done(at)
        rounds = self.filtered("round_kind")
        if rounds:
            rounds._close(at)
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _make_round_jobs(self, vals_list):
        """Register and dispatch administrative jobs, in one batch.

        :param vals_list: values of jobs with their ``round_kind``; called as superuser
        :return: aftersales.voucher, dispatched
        """
        vouchers = self.create(vals_list) if vals_list else self.browse()
        if vouchers:
            vouchers._dispatch()
        return vouchers

    def _begin_phases(self, *phases, repairs=None):
        """The steps of a safety check begin for each equipment apart."""
        checks = self.filtered(lambda voucher: voucher.round_kind == "safety")
        if self - checks:
            super(AftersalesVoucher, self - checks)._begin_phases(*phases, repairs=repairs)
        if checks and "work" in phases:
            checks._begin_equipment_steps()
        return None

    def _begin_equipment_steps(self):
        none = self.env["repair.order"]
        vals_list = []
        # sudo: whoever may start the job begins its steps; plans and equipment are configuration.
        for voucher in self.sudo():
            steps = voucher.round_checklist_id.with_context(lang=self.env.lang).step_ids
            for equipment in voucher.round_plan_id.equipment_ids.filtered("active"):
                keeper = equipment.employee_id or voucher.technician_id
                vals_list += [
                    {
                        **step._prepare_line_vals(voucher, none),
                        "equipment_id": equipment.id,
                        "keeper_id": keeper.id,
                        # A check that nobody did is missed for good; it holds nothing back.
                        "required": False,
                    }
                    for step in steps
                ]
        if vals_list:
            self.env["aftersales.checklist.line"].sudo().create(vals_list)  # sudo: as above

    def _make_score_rows(self):
        """One row of marks for each area of a 6S walk."""
        # sudo: whoever may start the walk begins its marks.
        walks = self.sudo().filtered(lambda voucher: voucher.round_kind == "six_s")
        vals_list = [
            {"voucher_id": voucher.id, "area_id": area.id, "keeper_id": area.keeper_id.id}
            for voucher in walks
            for area in voucher.round_plan_id.area_ids - voucher.round_score_ids.area_id
        ]
        if vals_list:
            self.env["aftersales.round.score"].sudo().create(vals_list)  # sudo: as above

    # === HELPERS === #

    def _check_role(self, vals):
        """Whoever leads a round writes its findings and marks; they ask for their own rights."""
        return super()._check_role({k: v for k, v in vals.items() if k not in ROUND_FIELDS})

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "round_kind",
            "round_plan_id",
            "round_period",
            "round_date",
            "round_checklist_id",
            "round_walker_ids",
        }
