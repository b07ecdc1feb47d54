# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesWarrantyTerm(models.Model):
    """Clause of a warranty policy: what will be covered on units sold from now on (S16)."""

    _name = "aftersales.warranty.term"
    _description = "Clause of a Warranty Policy"
    _inherit = ["aftersales.warranty.term.mixin"]
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "aftersales.warranty.policy",
        string="Warranty Policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, precompute=True)
