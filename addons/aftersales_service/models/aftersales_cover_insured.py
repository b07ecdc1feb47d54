# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesCover(models.Model):
    """Shares of accident jobs are amounts: the deductible is one sum for the whole job (S25)."""

    _inherit = "aftersales.cover"

    policy_id = fields.Many2one(
        "aftersales.insurance.policy",
        string="Insurance Policy",
        index="btree_not_null",
        ondelete="restrict",
        help="Insurance policy that pays, or whose own share this is.",
    )
    fixed_amount = fields.Monetary(
        help="Amount before tax that is agreed to the cent; the percentage only tells about it."
    )
    order_line_ids = fields.One2many("sale.order.line", "aftersales_cover_id", readonly=True)

    @api.depends("fixed_amount", "voucher_line_id.cover_ids.fixed_amount")
    def _compute_amount(self):
        return super()._compute_amount()

    def _split(self, line):
        """Where all shares of a line are amounts, and make up its value, they are what is paid."""
        currency = line.currency_id or line.company_id.currency_id
        fixed = sum(self.mapped("fixed_amount"))
        if fixed and not currency.compare_amounts(fixed, line.price_subtotal):
            return {row: row.fixed_amount for row in self}
        return super()._split(line)

    @api.model
    def _get_decided_fields(self):
        return [*super()._get_decided_fields(), "policy_id", "fixed_amount"]
