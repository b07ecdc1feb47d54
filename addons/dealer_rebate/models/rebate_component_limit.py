# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateComponentLimit(models.Model):
    """What a store of a grade can earn by a component in all its life (R2)."""

    _name = "rebate.component.limit"
    _description = "Cap of a Rebate Component by Grade"
    _inherit = ["rebate.term.mixin"]
    _order = "component_id, amount desc, id"

    component_id = fields.Many2one(
        "rebate.component", required=True, index=True, ondelete="cascade"
    )
    agreement_id = fields.Many2one(related="component_id.agreement_id", store=True, index=True)
    company_id = fields.Many2one(related="component_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="component_id.currency_id")
    grade = fields.Char(required=True, help="Grade of the store as it is written there, e.g. A+.")
    amount = fields.Monetary(required=True, help="At most so much over all periods.")

    _grade_once = models.UniqueIndex(
        "(component_id, grade)", "Each grade has one cap for life in a component."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A cap for life cannot be negative."
    )
