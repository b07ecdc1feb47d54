# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateDrawWinner(models.Model):
    """A coupon that won, with the digest that made it win (R5). Written by the draw only."""

    _name = "rebate.draw.winner"
    _description = "Winner of a Draw"
    _order = "draw_id, rank"

    draw_id = fields.Many2one("rebate.draw", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="draw_id.company_id", store=True, index=True)
    rank = fields.Integer(string="Prize", help="1 is the lowest digest.")
    number = fields.Integer(string="Coupon", help="Number of the coupon that won.")
    entry_id = fields.Many2one("rebate.draw.entry", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="entry_id.partner_id", store=True, index=True)
    digest = fields.Char(help="SHA-256 of seed, colon and coupon number.")
    card_id = fields.Many2one(
        "loyalty.card",
        string="Prize Coupon",
        groups="sales_team.group_sale_salesman",
        index="btree_not_null",
        ondelete="set null",
        help="With its code the winner claims the prize on an order.",
    )

    _number_once = models.UniqueIndex("(draw_id, number)", "A coupon wins once in a draw.")
