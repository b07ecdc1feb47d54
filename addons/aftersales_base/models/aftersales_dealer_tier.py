# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesDealerTier(models.Model):
    """A level of dealers (A, B, C…): what prices and rebates of P7 and R13 hang on."""

    _name = "aftersales.dealer.tier"
    _description = "Dealer Tier"
    _inherit = ["aftersales.code.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short code used on lists and in imports.")
    sequence = fields.Integer(default=10, help="The highest tier comes first.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the tier serves all companies."
    )
    note = fields.Text(translate=True, help="What a dealer must fulfil to hold this tier.")

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This tier code is taken in the company."
    )
