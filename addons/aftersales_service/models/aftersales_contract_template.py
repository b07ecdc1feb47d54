# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesContractTemplate(models.Model):
    """What new service contracts start from: length, services, price and terms.

    A contract copies it; what changes here changes no contract.
    """

    _name = "aftersales.contract.template"
    _description = "Template of Service Contracts"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind_id = fields.Many2one(
        "aftersales.contract.kind", required=True, index=True, ondelete="restrict"
    )
    months = fields.Integer(
        string="Length (months)", default=12, required=True, help="Length of the contract."
    )
    price = fields.Monetary(
        help="Price of the whole term for one unit, in the company's currency. Without tax, unless "
        "the taxes of the product are included in its price."
    )
    billing_period = fields.Selection("_selection_billing_period", default="yearly", required=True)
    billing_timing = fields.Selection("_selection_billing_timing", default="advance", required=True)
    notice_days = fields.Integer(default=30, help="Days of notice to end the contract early.")
    terms = fields.Html(translate=True, help="What is printed on the contract beside the services.")
    service_ids = fields.One2many("aftersales.contract.template.service", "template_id", copy=True)

    _months_positive = models.Constraint(
        "CHECK (months > 0)", "A contract lasts for at least a month."
    )
    _price_positive = models.Constraint("CHECK (price >= 0)", "A price cannot be negative.")
    _notice_positive = models.Constraint(
        "CHECK (notice_days >= 0)", "Days of notice cannot be negative."
    )

    @api.model
    def _selection_billing_period(self):
        contracts = self.env["aftersales.contract"]
        return contracts._fields["billing_period"]._description_selection(self.env)

    @api.model
    def _selection_billing_timing(self):
        contracts = self.env["aftersales.contract"]
        return contracts._fields["billing_timing"]._description_selection(self.env)

    def action_new_contract(self):
        """Open a new contract that starts from this template."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Contract"),
            "res_model": "aftersales.contract",
            "view_mode": "form",
            "context": {"default_template_id": self.id},
        }
