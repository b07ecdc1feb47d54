# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date


class AftersalesKpiSheet(models.Model):
    """What a sheet keeps of the employee's file: wage, and which days of the month were worked."""

    _inherit = "aftersales.kpi.sheet"

    currency_id = fields.Many2one(related="company_id.currency_id")
    wage = fields.Monetary(
        readonly=True,
        groups="aftersales_kpi.group_kpi_payroll",
        aggregator=None,
        help="Wage of the month on the last day of the period, from the employee's file.",
    )
    present_from = fields.Date(
        readonly=True, help="First day of work, where it lies inside the period."
    )
    present_to = fields.Date(
        readonly=True, help="Last day of work, where it lies inside the period."
    )
    former_department_id = fields.Many2one(
        "hr.department",
        readonly=True,
        index="btree_not_null",
        help="Department that the period began in, where the employee changed it. The last day "
        "decides by which scheme the whole period is measured.",
    )
    is_partial = fields.Boolean(
        compute="_compute_is_partial",
        store=True,
        string="Part of the Period",
        help="The employee came, left or changed the department inside the period.",
    )
    presence = fields.Char(
        compute="_compute_presence", help="Came, left or moved inside the period, in words."
    )

    @api.depends("present_from", "present_to", "former_department_id")
    def _compute_is_partial(self):
        for sheet in self:
            sheet.is_partial = bool(
                sheet.present_from or sheet.present_to or sheet.former_department_id
            )

    @api.depends("present_from", "present_to", "former_department_id")
    @api.depends_context("lang")
    def _compute_presence(self):
        for sheet in self:
            words = []
            if sheet.present_from:
                day = format_date(self.env, sheet.present_from)
                words.append(self.env._("here from %s", day))
            if sheet.present_to:
                words.append(self.env._("here until %s", format_date(self.env, sheet.present_to)))
            if sheet.former_department_id:
                words.append(self.env._("before in %s", sheet.former_department_id.name))
            sheet.presence = ", ".join(words)

    @api.model
    def _prepare_person_vals(self, run, person):
        came = run.start < person.first_day <= run.end
        left = person.last_day and run.start <= person.last_day < run.end
        return super()._prepare_person_vals(run, person) | {
            "wage": person.wage,
            "present_from": person.first_day if came else False,
            "present_to": person.last_day if left else False,
            "former_department_id": person.former_department_id,
        }
