# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateDrawEntry(models.Model):
    """One participant of a draw as it was when the winners were chosen (R5).

    Written by the draw only. Its coupons are the numbers from the first to the last.
    """

    _name = "rebate.draw.entry"
    _description = "Participant of a Draw"
    _order = "draw_id, first_number"

    draw_id = fields.Many2one("rebate.draw", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="draw_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="draw_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Participant", required=True, index=True, ondelete="restrict"
    )
    partner_key = fields.Integer(
        help="Number of the participant when the winners were chosen; it stays when customers are "
        "merged, so that the list can be checked."
    )
    amount = fields.Monetary(help="Purchases less returns within the promotion's dates.")
    coupon_count = fields.Integer(string="Coupons", help="One for each full amount.")
    first_number = fields.Integer(string="First Coupon")
    last_number = fields.Integer(string="Last Coupon")

    _first_once = models.UniqueIndex(
        "(draw_id, first_number)", "A coupon's number is given once in a draw."
    )
