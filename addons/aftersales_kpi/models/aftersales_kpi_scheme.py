# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class AftersalesKpiScheme(models.Model):
    """What a group of employees is measured by, from when to when (K2, K4).

    A scheme holds for months that begin inside its dates. It is for the employees whose
    department and job, on the last day of the month, are among its own.
    """

    _name = "aftersales.kpi.scheme"
    _description = "KPI Scheme"
    _inherit = ["mail.thread"]
    _order = "sequence, date_from desc, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Where an employee fits two schemes, the first one holds."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(required=True, tracking=True, help="First day of the scheme.")
    date_to = fields.Date(
        tracking=True, help="Last day of the scheme; empty: until further notice."
    )
    department_ids = fields.Many2many(
        "hr.department",
        string="Departments",
        check_company=True,
        help="Whom the scheme is for: people of these departments and of those below them. "
        "Empty: of any department.",
    )
    job_ids = fields.Many2many(
        "hr.job",
        string="Job Positions",
        check_company=True,
        help="Whom the scheme is for: people in these positions. Empty: in any position.",
    )
    line_ids = fields.One2many(
        "aftersales.kpi.scheme.line",
        "scheme_id",
        copy=True,
        help="The indicators of the scheme, each with its bands of points.",
    )
    max_points = fields.Float(
        compute="_compute_max_points", digits=(16, 2), help="The most that a sheet can reach."
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A KPI scheme ends before it starts: correct its dates."
    )

    @api.depends("line_ids.max_points")
    def _compute_max_points(self):
        for scheme in self:
            scheme.max_points = sum(scheme.line_ids.mapped("max_points"))

    @api.constrains("department_ids", "job_ids")
    def _check_audience(self):
        for scheme in self:
            if not scheme.department_ids and not scheme.job_ids:
                raise ValidationError(
                    self.env._(
                        "KPI scheme “%s” is for nobody in particular: choose the departments or "
                        "the job positions it is agreed with.",
                        scheme.name,
                    )
                )

    @api.model
    def _search_in_force(self, company, day):
        """Return the schemes of a company that hold for the month beginning on ``day``."""
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
            & Domain("line_ids", "!=", False)
        )

    def _match_employees(self, versions):
        """Assign employees to schemes; the first scheme that fits holds.

        :param versions: ``hr.version``, one an employee, as of the last day of the month
        :return: dict {employee: scheme}
        """
        audiences = [
            (scheme, scheme._get_departments(), scheme.job_ids)
            for scheme in self.sorted(lambda scheme: (scheme.sequence, scheme.id))
        ]
        matched = {}
        for version in versions:
            for scheme, departments, jobs in audiences:
                in_department = not departments or version.department_id in departments
                if in_department and (not jobs or version.job_id in jobs):
                    matched[version.employee_id] = scheme
                    break
        return matched

    def _get_departments(self):
        """Departments of the scheme with all below them."""
        self.ensure_one()
        if not self.department_ids:
            return self.department_ids
        # An archived department still had its people in an earlier month.
        departments = self.env["hr.department"].with_context(active_test=False)
        return departments.search([("id", "child_of", self.department_ids.ids)])
