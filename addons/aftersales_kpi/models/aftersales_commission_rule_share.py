# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesCommissionRuleShare(models.Model):
    """What a role has of what a rule shares out, as a proportion: 6 to 4 (K21)."""

    _name = "aftersales.commission.rule.share"
    _description = "Share of a Role"
    _order = "rule_id, share desc, id"
    _rec_name = "role"

    rule_id = fields.Many2one(
        "aftersales.commission.rule", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    role = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.team.member"]._fields["role"]._description_selection(self.env)
        ),
        string="Role in the Team",
        required=True,
        help="Role in the team. What a role that nobody holds would have stays with the company.",
    )
    share = fields.Float(
        required=True, digits=(16, 4), default=1.0, help="Proportion, e.g. 6 beside 4."
    )

    _role_uniq = models.UniqueIndex("(rule_id, role)", "A role has one share of a rule.")
    _share_positive = models.Constraint(
        "CHECK (share > 0)", "The share of a role must be above zero."
    )
