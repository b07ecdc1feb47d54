# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_base.periods import format_period

PAID_STATES = ("confirmed", "paid")


class AftersalesCommissionLine(models.Model):
    """What one rule of a plan gives or takes an employee, in a month or as a correction of one.

    Rules and figures are kept as they were: base, rate and words stand on the line.
    """

    _name = "aftersales.commission.line"
    _description = "Line of a Commission Statement"
    _inherit = ["aftersales.bulk.mixin"]
    _order = "statement_id, period_of desc, sequence, id"
    _rec_name = "name"

    statement_id = fields.Many2one(
        "aftersales.commission.statement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    employee_id = fields.Many2one(
        "hr.employee", required=True, readonly=True, index=True, ondelete="restrict"
    )
    state = fields.Selection(related="statement_id.state")
    period_start = fields.Date(string="Paid With", required=True, readonly=True)
    period_of = fields.Date(
        string="Month", required=True, readonly=True, index=True, help="Month that it is about."
    )
    is_correction = fields.Boolean(
        string="Correction",
        readonly=True,
        help="Difference between what the month comes to now and what was confirmed for it.",
    )
    sequence = fields.Integer(readonly=True)
    plan_id = fields.Many2one(
        "aftersales.commission.plan", required=True, readonly=True, index=True, ondelete="restrict"
    )
    plan_code = fields.Char(readonly=True)
    rule_id = fields.Many2one(
        "aftersales.commission.rule", required=True, readonly=True, index=True, ondelete="restrict"
    )
    rule_code = fields.Char(readonly=True)
    name = fields.Char(string="Commission", required=True, readonly=True)
    team_id = fields.Many2one(
        "aftersales.team", required=True, readonly=True, index=True, ondelete="restrict"
    )
    figure_id = fields.Many2one(
        "aftersales.commission.figure",
        string="Behind It",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Figure that it stands on, with the records behind it.",
    )
    has_figure = fields.Boolean(
        string="Stands on a Figure", readonly=True, help="There are records behind it."
    )
    figure = fields.Float(
        digits=(16, 4), readonly=True, aggregator=None, help="Total of the month that was measured."
    )
    team_amount = fields.Monetary(
        readonly=True, aggregator=None, help="What the rule came to before it was shared out."
    )
    amount = fields.Monetary(readonly=True, help="What the employee gets, or bears.")
    explanation = fields.Text(readonly=True, help="How the amount came about.")

    # === ACTIONS === #

    def action_view_sources(self):
        """Show the records behind the figure.

        :raises UserError: where there are none
        """
        self.ensure_one()
        if not self.figure_id:
            raise UserError(
                self.env._("“%(line)s” stands on no records: read its explanation.", line=self.name)
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_commission_source_action"
        )
        action["name"] = self.name
        action["domain"] = [("figure_id", "=", self.figure_id.id)]
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _get_confirmed_domain(self, company):
        """Lines that were confirmed, and so do not change any more."""
        return [("company_id", "=", company.id), ("statement_id.state", "in", PAID_STATES)]

    @api.model
    def _get_settled(self, company, start, end):
        """What was confirmed for each month, rule, team and employee.

        :param date start: first month
        :param date end: last month
        :return: dict {(month, plan code, rule code, team id, employee id): float}
        """
        groups = self._read_group(
            [
                *self._get_confirmed_domain(company),
                ("period_of", ">=", start),
                ("period_of", "<=", end),
            ],
            ["period_of:day", "plan_code", "rule_code", "team_id", "employee_id"],
            ["amount:sum"],
        )
        return {
            (period, plan, rule, team.id, employee.id): amount
            for period, plan, rule, team, employee, amount in groups
        }

    @api.model
    def _get_closed(self, company, start, end):
        """Months that were confirmed, by team.

        :return: dict {month: {team: plans}}
        """
        closed = {}
        for period, team, plan in self._read_group(
            [
                *self._get_confirmed_domain(company),
                ("period_of", ">=", start),
                ("period_of", "<=", end),
                ("is_correction", "=", False),
            ],
            ["period_of:day", "team_id", "plan_id"],
        ):
            closed.setdefault(period, {}).setdefault(team, set()).add(plan)
        return closed

    @api.model
    def _get_confirmed_plans(self, plans):
        """Those of the plans by which something was confirmed."""
        groups = self._read_group(
            [("plan_id", "in", plans._origin.ids), ("statement_id.state", "in", PAID_STATES)],
            ["plan_id"],
        )
        return self.env["aftersales.commission.plan"].union(*[plan for (plan,) in groups])

    @api.model
    def _get_last_confirmed(self, plan):
        """Last month that was confirmed by a plan."""
        return self.search(
            [
                ("plan_id", "=", plan.id),
                ("is_correction", "=", False),
                ("statement_id.state", "in", PAID_STATES),
            ],
            order="period_of desc",
            limit=1,
        ).period_of

    def _get_period_of_label(self):
        """The month that a correction is of, in the reader's language."""
        self.ensure_one()
        return format_period(self.env, self.period_of)
