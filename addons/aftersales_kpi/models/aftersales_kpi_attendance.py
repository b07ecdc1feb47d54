# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.aftersales_base.periods import format_period


class AftersalesKpiAttendance(models.Model):
    """Was an employee there the whole month? Typed, and confirmed before it counts (K20, K22)."""

    _name = "aftersales.kpi.attendance"
    _description = "Attendance of a Month"
    _inherit = ["aftersales.confirmed.mixin", "mail.thread"]
    _order = "period_start desc, employee_id, id"
    _rec_name = "employee_id"
    _check_company_auto = True

    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Whose month this is.",
    )
    employee_user_id = fields.Many2one(
        "res.users",
        related="employee_id.user_id",
        store=True,
        index="btree_not_null",
        string="Employee's User",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    period_start = fields.Date(
        string="Month",
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="Any day of the month; kept as its first.",
    )
    absent_days = fields.Float(
        digits=(16, 2), tracking=True, help="Days on which the employee should have been there."
    )
    is_full = fields.Boolean(
        string="Full Attendance",
        compute="_compute_is_full",
        store=True,
        help="Not a day missed: earns the amount of the commission plan.",
    )
    note = fields.Char(string="Remarks")

    _month_uniq = models.UniqueIndex(
        "(company_id, employee_id, period_start)",
        "The attendance of this employee in this month is in the list already.",
    )
    _absent_range = models.Constraint(
        "CHECK (absent_days BETWEEN 0 AND 31)", "Days of absence are 0 to 31 a month."
    )

    @api.depends("absent_days")
    def _compute_is_full(self):
        for attendance in self:
            attendance.is_full = not attendance.absent_days

    @api.depends("employee_id", "period_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for attendance in self:
            month = format_period(self.env, attendance.period_start)
            attendance.display_name = f"{attendance.employee_id.name}, {month}"

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the month's first day."""
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        """Keep the month's first day."""
        return super().write(self._clean(vals))

    # === BUSINESS METHODS === #

    @api.model
    def _propose(self, company, start, end):
        """List everybody who belongs to a team in a month and is not in the list yet.

        :return: the new records, to be confirmed
        """
        members = self.env["aftersales.team.member"]._search_in_period(company, start, end)
        known = self.search([("company_id", "=", company.id), ("period_start", "=", start)])
        missing = members.employee_id - known.employee_id
        return self.create(
            [
                {"employee_id": employee.id, "company_id": company.id, "period_start": start}
                for employee in missing
            ]
        )

    @api.model
    def _get_full(self, company, start):
        """Ids of the employees who are confirmed to have been there the whole month."""
        # sudo: who computes commissions reads the fact only.
        found = self.sudo().search_fetch(
            [
                ("company_id", "=", company.id),
                ("period_start", "=", start),
                ("state", "=", "confirmed"),
                ("is_full", "=", True),
            ],
            ["employee_id"],
        )
        return set(found.employee_id.ids)

    # === HELPERS === #

    @api.model
    def _clean(self, vals):
        """With the first day of the month."""
        if not vals.get("period_start"):
            return vals
        start = fields.Date.to_date(vals["period_start"]).replace(day=1)
        return {**vals, "period_start": start}

    @api.model
    def _get_confirmed_fields(self):
        return super()._get_confirmed_fields() | {"period_start", "absent_days"}
