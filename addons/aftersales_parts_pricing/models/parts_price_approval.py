# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class PartsPriceApproval(models.Model):
    """Who approved which changes of a publication, and when (P6). Written by its steps only."""

    _name = "parts.price.approval"
    _description = "Parts Price Approval"
    _order = "publication_id, id"
    _rec_name = "level_name"

    publication_id = fields.Many2one(
        "parts.price.publication", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="publication_id.company_id", store=True, string="Company")
    level_id = fields.Many2one(
        "parts.price.approval.level",
        string="Approval Level",
        readonly=True,
        ondelete="restrict",
        help="Empty: the policy's own limit.",
    )
    level_name = fields.Char(
        string="Changes", required=True, readonly=True, help="As it read when it was approved."
    )
    line_count = fields.Integer(string="Prices", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Approved By", required=True, readonly=True, ondelete="restrict"
    )
    approved_on = fields.Datetime(required=True, readonly=True)
