# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesContractTemplateService(models.Model):
    """What contracts made from a template include."""

    _name = "aftersales.contract.template.service"
    _inherit = ["aftersales.contract.service.mixin"]
    _description = "Service of a Contract Template"
    _order = "template_id, sequence, id"
    _check_company_auto = True

    template_id = fields.Many2one(
        "aftersales.contract.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True, precompute=True)
    product_id = fields.Many2one(check_company=True)
    operation_id = fields.Many2one(check_company=True)
