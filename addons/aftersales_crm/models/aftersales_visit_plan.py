# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

SENIORITIES = [("senior", "Senior"), ("ordinary", "Ordinary")]


class AftersalesVisitPlan(models.Model):
    """How often staff of a seniority visit the customers of a class (S12)."""

    _name = "aftersales.visit.plan"
    _description = "Visit Plan"
    _order = "company_id, class_id, seniority, id"
    _check_company_auto = True

    class_id = fields.Many2one(
        "aftersales.customer.class", required=True, index=True, ondelete="restrict"
    )
    seniority = fields.Selection(
        SENIORITIES, required=True, default="ordinary", help="Who goes: senior or ordinary staff."
    )
    months = fields.Integer(
        string="Every (months)", required=True, default=1, help="Months from one visit to the next."
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Default Visitor",
        ondelete="set null",
        check_company=True,
        help="Who visits customers that name nobody, or somebody who left.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)

    _months_positive = models.Constraint(
        "CHECK(months > 0)", "There is at least a month from one visit to the next."
    )
    _plan_uniq = models.UniqueIndex(
        "(company_id, class_id, seniority) WHERE active",
        "This class has a plan for this seniority already: change that one.",
    )

    @api.depends("class_id", "seniority")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["seniority"]._description_selection(self.env))
        for plan in self:
            plan.display_name = f"{plan.class_id.name or ''} – {labels.get(plan.seniority, '')}"

    @api.constrains("employee_id", "seniority")
    def _check_employee_id(self):
        """S12: a senior visit is made by senior staff."""
        for plan in self:
            if plan.seniority == "senior" and plan.employee_id:
                plan.employee_id._check_aftersales_senior()

    @api.constrains("company_id")
    def _check_company_id(self):
        """Visits of a plan belong to its company."""
        used = self.env["aftersales.visit"]._read_group(
            [("plan_id", "in", self.ids)], ["plan_id", "company_id"]
        )
        for plan, company in used:
            if plan.company_id != company:
                raise ValidationError(
                    self.env._(
                        "%(plan)s has visits of %(company)s: make a plan of its own for the other "
                        "company.",
                        plan=plan.display_name,
                        company=company.name,
                    )
                )
