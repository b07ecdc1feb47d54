# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesPayCompute(models.TransientModel):
    """Computes the pay of a company's month."""

    _name = "aftersales.pay.compute"
    _description = "Compute Pay"
    _inherit = ["aftersales.kpi.month.mixin"]
    _check_company_auto = True

    employee_ids = fields.Many2many(
        "hr.employee.public",
        string="Employees",
        check_company=True,
        help="Only these; empty: everybody whom a pay rule fits.",
    )

    def action_compute(self):
        """Compute, and show the month's statements.

        :return: an action: the list of the statements
        """
        self.ensure_one()
        Statement = self.env["aftersales.pay.statement"]
        Statement._generate(self.company_id, self.month, employees=self._get_employees())
        start = Statement._get_month(self.month)[0]
        domain = [("period_start", "=", start), ("company_id", "=", self.company_id.id)]
        return self._show("aftersales_kpi.aftersales_pay_statement_action", domain)

    def _get_employees(self):
        """The chosen people; ``None``: everybody. A pay officer need not have HR's rights."""
        chosen = self.env["hr.employee"].browse(self.employee_ids.ids)
        return chosen or None
