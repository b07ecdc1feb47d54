# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesContractService(models.Model):
    """What a service contract includes; fixed once the contract is in force."""

    _name = "aftersales.contract.service"
    _inherit = ["aftersales.contract.service.mixin"]
    _description = "Service Included in a Contract"
    _order = "contract_id, sequence, id"
    _check_company_auto = True

    contract_id = fields.Many2one(
        "aftersales.contract", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True, precompute=True)
    product_id = fields.Many2one(check_company=True)
    operation_id = fields.Many2one(check_company=True)
    balance_ids = fields.One2many("aftersales.contract.balance", "service_id", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Add services to drafts only.

        :raises UserError: when the contract is in force
        """
        services = super().create(vals_list)
        services.contract_id._check_draft_terms()
        return services

    def write(self, vals):
        """Change services of drafts only.

        :raises UserError: when the contract is in force
        """
        self.contract_id._check_draft_terms()
        self.contract_id._take_back_signature()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self.contract_id._check_draft_terms()
        self.contract_id._take_back_signature()

    def _matches_line(self, line):
        """Does this row of parts and work name the product or work of a line?"""
        self.ensure_one()
        if self.job_kind and self.job_kind != line.voucher_id.kind:
            return False
        if self.product_id:
            return self.product_id == line.product_id
        if self.operation_id:
            return self.operation_id == line.operation_id
        family = line.product_id.categ_id.parent_path or ""
        return family.startswith(self.categ_id.parent_path or "-")

    def _get_rank(self):
        """Nearest first: a product or operation, then the deepest category."""
        self.ensure_one()
        depth = (self.categ_id.parent_path or "").count("/")
        return (0 if not self.categ_id else 1, -depth, self.sequence, self.id)
