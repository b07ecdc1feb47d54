# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields
from odoo.addons.rate_table.calculators import to_decimal

from ..pay import round_half_up


class AftersalesPayBasis(models.Model):
    """Last year's average month of an employee: what base and performance pay are shares of (K1).

    Typed, imported, or proposed from what was paid last year; it counts once the pay officer has
    confirmed it. In the company's currency.
    """

    _name = "aftersales.pay.basis"
    _description = "Pay Basis"
    _inherit = ["aftersales.state.mixin", "aftersales.step.mixin", "mail.thread"]
    _order = "year desc, company_id, employee_id, id"
    _check_company_auto = True

    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        string="Pay Year",
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
        help="Year whose months are paid by it; the average is that of the year before.",
    )
    amount = fields.Monetary(
        string="Average Month",
        required=True,
        aggregator="avg",
        tracking=True,
        help="Pay of an average month of the year before.",
    )
    origin = fields.Selection(
        [
            ("typed", "Typed"),
            ("imported", "Imported"),
            ("statements", "Last year's statements"),
            ("wage", "Wage"),
        ],
        required=True,
        readonly=True,
        default="typed",
        help="Where the amount comes from. Statements: all that was paid last year ÷ the months "
        "worked. Wage: for who has no statements of last year.",
    )
    note = fields.Char(help="How the amount came about, where it was typed.")
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        help="Only a confirmed amount is paid by.",
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)

    _employee_year_uniq = models.UniqueIndex(
        "(company_id, employee_id, year)",
        "This employee has a pay basis for this year already: change that one.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The average month of a pay basis must be more than 0."
    )
    _year_plausible = models.Constraint(
        "CHECK (year BETWEEN 1990 AND 2199)", "The year of a pay basis is a year such as 2026."
    )

    # === COMPUTE METHODS === #

    @api.depends("employee_id", "year")
    def _compute_display_name(self):
        for basis in self:
            basis.display_name = f"{basis.employee_id.name}, {basis.year}"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A basis begins as a draft that was typed, unless a step says where it comes from."""
        if not self._is_step():
            allowed = self._fields.keys() - self._get_step_fields()
            vals_list = [{k: v for k, v in vals.items() if k in allowed} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """A confirmed basis does not change; a draft that is changed was typed.

        :raises UserError: on a confirmed basis, or on what only the buttons write
        """
        names = get_business_fields(vals)
        if names and not self._is_step():
            self._check_state("draft")
            if names & self._get_step_fields():
                raise UserError(
                    self.env._("The state of a pay basis is not typed: use the buttons.")
                )
            if "amount" in names:
                self._with_step().write({"origin": "typed"})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_state("draft")

    # === ACTIONS === #

    def action_confirm(self):
        """The pay officer says that the amounts are right: they count from here on.

        :raises UserError: when one is confirmed already
        """
        self.env["aftersales.pay.statement"]._check_officer()
        self._check_state("draft")
        self._write_step(
            {
                "state": "confirmed",
                "confirmed_by_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        return True

    def action_reset(self):
        """Open a basis to change it. What was paid by it is made good in the next open month.

        :raises UserError: when it is a draft
        """
        self.env["aftersales.pay.statement"]._check_officer()
        self._check_state("confirmed")
        self._write_step({"state": "draft", "confirmed_by_id": False, "confirmed_at": False})
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _propose(self, company, year, employees=None):
        """Draft the bases of a year for all who have none: last year's statements, else the wage.

        :param company: ``res.company``
        :param int year: the year to be paid
        :param employees: only these; default everybody whom a pay rule of that kind fits
        :return: the new bases
        """
        self.env["aftersales.pay.statement"]._check_officer(company)
        if employees is None:
            employees = self._get_people(company, year)
        taken = self.search([("company_id", "=", company.id), ("year", "=", year)]).employee_id
        employees -= taken
        averages = self._get_averages(company, year - 1)
        persons = self.env["hr.version"]._get_kpi_persons(
            company, date(year, 1, 1), date(year, 1, 1), employees.ids
        )
        step = Decimal(str(company.currency_id.rounding))
        vals_list = []
        for employee in employees:
            amount, origin = averages.get(employee.id), "statements"
            if not amount:
                wage = persons[employee.id].wage if employee.id in persons else 0.0
                amount, origin = to_decimal(wage or 0.0), "wage"
            amount = round_half_up(amount, step)
            if amount > 0:
                vals_list.append(
                    {
                        "employee_id": employee.id,
                        "company_id": company.id,
                        "year": year,
                        "amount": float(amount),
                        "origin": origin,
                    }
                )
        return self._with_step().create(vals_list).with_env(self.env)

    @api.model
    def _get_people(self, company, year):
        """Whom the year's rules of base and performance pay fit, as of today or the year's end."""
        today = fields.Date.context_today(self)
        month = min(max(today, date(year, 1, 1)), date(year, 12, 1)).replace(day=1)
        matched = self.env["aftersales.pay.statement"]._match_rules(company, month)
        people = [key for key, rule in matched.items() if rule.way == "performance"]
        return self.env["hr.employee"].browse(people)

    @api.model
    def _get_averages(self, company, year):
        """All that was paid for a year's months ÷ the months worked, in one query.

        :return: dict {employee id: Decimal}, not rounded
        """
        self.env["aftersales.pay.statement"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT employee_id, (SUM(total) / SUM(day_share))::text
                     FROM aftersales_pay_statement
                    WHERE company_id = %s AND state = 'paid'
                      AND period_start BETWEEN %s AND %s
                 GROUP BY employee_id
                   HAVING SUM(day_share) > 0""",
                company.id,
                date(year, 1, 1),
                date(year, 12, 31),
            )
        )
        return {employee_id: Decimal(average) for employee_id, average in rows}

    @api.model
    def _get_list_action(self, bases):
        """An action: the list of some bases."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_pay_basis_action"
        )
        return {**action, "domain": [("id", "in", bases.ids)], "context": {}}

    # === HELPERS === #

    @api.model
    def _get_step_fields(self):
        return {"state", "origin", "confirmed_by_id", "confirmed_at"}
