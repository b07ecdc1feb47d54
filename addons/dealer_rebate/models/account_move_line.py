# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AccountMoveLine(models.Model):
    """A line of a rebate credit note pays one settlement line, or one tax share of it."""

    _inherit = "account.move.line"

    rebate_settlement_line_id = fields.Many2one(
        "rebate.settlement.line",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The settlement line that this line pays.",
    )
    rebate_split = fields.Integer(
        copy=False,
        readonly=True,
        help="Number of the tax share: a settlement line is split by the taxes of its origin.",
    )

    # The last guard of "a settlement line posts at most once": whoever comes second fails here.
    _rebate_once = models.UniqueIndex(
        "(rebate_settlement_line_id, rebate_split) WHERE rebate_settlement_line_id IS NOT NULL",
        "This rebate settlement line has already been posted to a credit note.",
    )
