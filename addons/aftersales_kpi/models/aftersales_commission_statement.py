# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

from .aftersales_commission_line import PAID_STATES

# Only code that holds this object may write what is computed: a context that comes in by RPC is
# JSON and can never contain it.
STEP_SENTINEL = object()

EDITABLE_FIELDS = frozenset({"note"})


class AftersalesCommissionStatement(models.Model):
    """What an employee earns by the commission plans of his teams in a month (K20 to K23).

    Computed, confirmed, paid. Nothing on a confirmed statement changes: what comes to light later
    is a difference in the next month, and what is below zero waits for the next one.
    """

    _name = "aftersales.commission.statement"
    _description = "Commission Statement"
    _inherit = [
        "aftersales.state.mixin",
        "aftersales.bulk.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "period_start desc, company_id, employee_id, id"
    _check_company_auto = True
    _mail_post_access = "read"

    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Whose commissions these are.",
    )
    employee_user_id = fields.Many2one(
        "res.users",
        related="employee_id.user_id",
        store=True,
        index="btree_not_null",
        string="Employee's User",
        help="Login of the employee: sees the statement once it is confirmed.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    period_start = fields.Date(
        string="Month", required=True, readonly=True, index=True, help="First day of the month."
    )
    period_end = fields.Date(required=True, readonly=True, help="Last day of the month.")
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
        [("computed", "Computed"), ("confirmed", "Confirmed"), ("paid", "Paid")],
        required=True,
        readonly=True,
        default="computed",
        index=True,
        tracking=True,
        group_expand=True,
        help="Computed: computing again refreshes it. Confirmed: the employee sees it, and "
        "nothing changes any more. Paid: payroll has taken it over.",
    )
    amount_total = fields.Monetary(
        string="Commissions", readonly=True, help="What the month comes to, with corrections."
    )
    carried_in = fields.Monetary(
        string="Carried Over", readonly=True, help="What earlier statements left below zero."
    )
    amount_payable = fields.Monetary(
        string="To Pay", readonly=True, help="Commissions and what was carried over; never below 0."
    )
    carried_out = fields.Monetary(
        string="Carried Forward", readonly=True, help="What is below zero waits for the next month."
    )
    computed_at = fields.Datetime(readonly=True, copy=False)
    computed_after = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="How many confirmations of the company were known when it was computed.",
    )
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmation = fields.Integer(
        readonly=True, copy=False, aggregator=None, help="Number of the confirmation."
    )
    paid_at = fields.Datetime(readonly=True, copy=False)
    paid_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    note = fields.Text(string="Remarks", help="Printed on the statement.")
    line_ids = fields.One2many("aftersales.commission.line", "statement_id", readonly=True)
    correction_count = fields.Integer(
        compute="_compute_correction_count", help="Lines that correct earlier months."
    )

    _employee_month_uniq = models.UniqueIndex(
        "(company_id, employee_id, period_start)",
        "This employee has a commission statement of this company for this month already.",
    )
    _period_start_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM period_start) = 1)",
        "A commission statement starts on the first of a month.",
    )

    # === COMPUTE METHODS === #

    @api.depends("employee_id", "period_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statement in self:
            month = statement._get_month_label()
            statement.display_name = f"{statement.employee_id.name}, {month}"

    @api.depends("line_ids.is_correction")
    def _compute_correction_count(self):
        for statement in self:
            statement.correction_count = len(statement.line_ids.filtered("is_correction"))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Statements come of the computing only, which inserts them.

        :raises UserError: for a statement made by hand
        """
        if self.env.context.get("aftersales_commission_step") is not STEP_SENTINEL:
            raise UserError(
                self.env._(
                    "A commission statement is computed, not typed: use Commissions > Compute a "
                    "Month."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        """Refuse changes by hand, and any change once it is confirmed.

        :raises UserError: naming the statement and what to do instead
        """
        if self.env.context.get("aftersales_commission_step") is not STEP_SENTINEL:
            names = get_business_fields(vals)
            if names:
                self._check_open()
            if names - EDITABLE_FIELDS:
                raise UserError(
                    self.env._(
                        "What a commission statement says is not typed: use the buttons, or "
                        "compute the month again."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_open()

    # === ACTIONS === #

    def action_recompute(self):
        """Compute the months of the statements again.

        :raises UserError: on a confirmed statement
        """
        self._check_payroll()
        self._check_open()
        for (company, month), _statements in self.grouped(
            lambda statement: (statement.company_id, statement.period_start)
        ).items():
            self._generate(company, month)
        return True

    def action_confirm(self):
        """Confirm statements, and with them the months of their teams as a whole.

        What a team earns is shared out: its members' statements are confirmed together.

        :return: the statements that were confirmed
        :raises UserError: when one is confirmed already, its month is not over, or others of the
            same people were confirmed after it was computed
        """
        self._check_payroll()
        together = self._get_together()
        together._check_state("computed")
        together._check_month_over()
        for company, statements in together.grouped("company_id").items():
            number = self._take_number(company)
            statements._check_fresh()
            statements._write_step(
                {
                    "state": "confirmed",
                    "confirmed_at": fields.Datetime.now(),
                    "confirmed_by_id": self.env.uid,
                    "confirmation": number,
                }
            )
        return True

    def action_pay(self):
        """Payroll has taken the statements over.

        :raises UserError: when one is not confirmed
        """
        self._check_payroll()
        self._check_state("confirmed")
        self._write_step(
            {"state": "paid", "paid_at": fields.Datetime.now(), "paid_by_id": self.env.uid}
        )
        return True

    def action_view_lines(self):
        """Show the lines as a list, with filters and groups."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_commission_line_action"
        )
        action["domain"] = [("statement_id", "in", self.ids)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _get_together(self):
        """These statements, and those that share a team's month with them."""
        found, teams = self, self.env["aftersales.team"]
        while True:
            fresh = found.line_ids.filtered(lambda line: not line.is_correction).team_id - teams
            if not fresh:
                return found
            teams |= fresh
            found |= self.search(
                [
                    ("company_id", "in", found.company_id.ids),
                    ("period_start", "in", found.mapped("period_start")),
                    ("state", "=", "computed"),
                    ("line_ids.team_id", "in", fresh.ids),
                ]
            )

    @api.model
    def _take_number(self, company):
        """Next number of a confirmation of the company.

        Writing the company's counter makes confirmations come one after the other: of two at
        once the second is tried again and sees what the first has confirmed.
        """
        self.env.cr.execute(
            SQL(
                """UPDATE res_company
                      SET aftersales_commission_number
                          = COALESCE(aftersales_commission_number, 0) + 1
                    WHERE id = %s
                RETURNING aftersales_commission_number""",
                company.id,
            )
        )
        number = self.env.cr.fetchone()[0]
        company.invalidate_recordset(["aftersales_commission_number"], flush=False)
        return number

    def _check_fresh(self):
        """Nothing of the same people was confirmed since: corrections would be paid twice."""
        later = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("state", "in", PAID_STATES),
                ("confirmation", ">", min(self.mapped("computed_after"), default=0)),
                "|",
                ("employee_id", "in", self.employee_id.ids),
                ("line_ids.team_id", "in", self.line_ids.team_id.ids),
            ],
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "The statement of %(later)s was confirmed after this month was computed, and "
                    "may have taken corrections over: compute %(month)s again, then confirm.",
                    later=later.display_name,
                    month=self[:1]._get_month_label(),
                )
            )

    # === HELPERS === #

    def _write_step(self, vals):
        return self.with_context(aftersales_commission_step=STEP_SENTINEL).write(vals)

    def _get_month_label(self):
        """Month and year in the user's language."""
        if not self.period_start:
            return ""
        return format_date(self.env, self.period_start, date_format="MMMM y")

    @api.model
    def _check_payroll(self):
        if not (self.env.su or self.env.user.has_group("aftersales_kpi.group_kpi_payroll")):
            raise AccessError(
                self.env._("Only a pay officer computes, confirms and pays commissions: ask yours.")
            )

    def _check_open(self):
        for statement in self:
            if statement.state != "computed":
                raise UserError(
                    self.env._(
                        "The commission statement of %(statement)s is %(state)s and does not "
                        "change any more: what comes to light later is made good in the next "
                        "month.",
                        statement=statement.display_name,
                        state=statement._get_state_label().lower(),
                    )
                )

    def _check_month_over(self):
        for statement in self:
            today = statement.company_id._get_aftersales_date(fields.Datetime.now())
            if statement.period_end >= today:
                raise UserError(
                    self.env._(
                        "The month of %(statement)s is not over: confirm it from the first of "
                        "next month on.",
                        statement=statement.display_name,
                    )
                )
