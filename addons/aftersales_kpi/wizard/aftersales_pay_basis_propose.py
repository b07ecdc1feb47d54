# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesPayBasisPropose(models.TransientModel):
    """Drafts the pay bases of a year from what was paid the year before (K1)."""

    _name = "aftersales.pay.basis.propose"
    _description = "Propose Pay Bases"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    year = fields.Integer(
        string="Pay Year",
        required=True,
        default=lambda self: fields.Date.context_today(self).year,
        help="Year that is paid by the bases; the averages are those of the year before.",
    )
    employee_ids = fields.Many2many(
        "hr.employee.public",
        string="Employees",
        check_company=True,
        help="Only these; empty: everybody whom a rule of base and performance pay fits.",
    )

    def action_propose(self):
        """Draft what is missing, and show it.

        :return: an action: the list of the drafts
        :raises UserError: when there is nothing to draft
        """
        self.ensure_one()
        Basis = self.env["aftersales.pay.basis"]
        bases = Basis._propose(self.company_id, self.year, self._get_employees())
        if not bases:
            raise UserError(
                self.env._(
                    "Nothing to propose for %s: everybody concerned has a pay basis, or neither "
                    "statements of the year before nor a wage. Type or import the bases.",
                    self.year,
                )
            )
        return Basis._get_list_action(bases)

    def _get_employees(self):
        """The chosen people; ``None``: everybody. A pay officer need not have HR's rights."""
        chosen = self.env["hr.employee"].browse(self.employee_ids.ids)
        return chosen or None
