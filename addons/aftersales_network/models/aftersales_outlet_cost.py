# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesOutletCost(models.Model):
    """What an outlet costs in a period, by kind, staff included (N1): estimated or actual.

    Staff is typed as a total: nobody's wage is read or shown.
    """

    _name = "aftersales.outlet.cost"
    _description = "Cost of an Outlet"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, index=True)
    name = fields.Char(string="Description")
    kind = fields.Selection(
        [
            ("staff", "Staff"),
            ("premises", "Premises"),
            ("equipment", "Equipment"),
            ("promotion", "Shop-Front and Promotion"),
            ("training", "Training"),
            ("support", "Support of the Agent"),
            ("other", "Other"),
        ],
        required=True,
        default="staff",
        help="Staff: the total of all people of the outlet.",
    )
    is_estimate = fields.Boolean(
        string="Estimate", help="A plan of the preparation, not what was spent."
    )
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="To", required=True, help="Last day that it pays for.")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    amount = fields.Monetary(required=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_company = fields.Monetary(
        string="In Company Currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        precompute=True,
        help="At the rate of the first day.",
    )

    _amount_not_negative = models.Constraint(
        "CHECK(amount >= 0)", "A cost cannot be negative: correct the one that was too high."
    )

    @api.depends("amount", "currency_id", "date_from", "outlet_id.company_id")
    def _compute_amount_company(self):
        for cost in self:
            company = cost.outlet_id.company_id or self.env.company
            date = cost.date_from or fields.Date.context_today(cost)
            cost.amount_company = (
                cost.currency_id._convert(cost.amount, company.currency_id, company, date)
                if cost.currency_id
                else cost.amount
            )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for cost in self:
            if cost.date_to < cost.date_from:
                raise ValidationError(
                    self.env._(
                        "A cost of %(outlet)s ends on %(to)s, before it begins: correct its dates.",
                        outlet=cost.outlet_id.display_name,
                        to=cost.date_to,
                    )
                )

    @api.depends("kind", "outlet_id", "name")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for cost in self:
            label = cost.name or labels.get(cost.kind, "")
            cost.display_name = f"{cost.outlet_id.code or ''} {label}".strip()
