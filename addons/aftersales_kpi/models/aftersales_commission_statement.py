# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .aftersales_commission_line import PAID_STATES


class AftersalesCommissionStatement(models.Model):
    """What an employee earns by the commission plans of his teams in a month (K20 to K23).

    Computed, confirmed, paid. Nothing on a confirmed statement changes: what comes to light later
    is a difference in the next month, and what is below zero waits for the next one.
    """

    _name = "aftersales.commission.statement"
    _description = "Commission Statement"
    _inherit = [
        "aftersales.pay.document.mixin",
        "aftersales.bulk.mixin",
        "mail.activity.mixin",
    ]

    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
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
    computed_after = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="How many confirmations of the company were known when it was computed.",
    )
    confirmation = fields.Integer(
        readonly=True, copy=False, aggregator=None, help="Number of the confirmation."
    )
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

    @api.depends("line_ids.is_correction")
    def _compute_correction_count(self):
        for statement in self:
            statement.correction_count = len(statement.line_ids.filtered("is_correction"))

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_open()

    # === ACTIONS === #

    def action_recompute(self):
        """Compute the months of the statements again.

        :raises UserError: on a confirmed statement
        """
        self._check_officer()
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
        self._check_officer()
        together = self._get_together()
        together._check_state("computed")
        together._check_month_over()
        for company, statements in together.grouped("company_id").items():
            number = self._take_number(company)
            statements._check_fresh()
            statements._write_step({**self._prepare_confirmation(), "confirmation": number})
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

    @api.model
    def _get_typing_refusal(self):
        return self.env._(
            "A commission statement is computed, not typed: use Commissions > Compute a Month."
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
