# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AccountMovePayout(models.Model):
    """A credit note knows the pay-out runs that list it (R4)."""

    _inherit = "account.move"

    rebate_payout_line_ids = fields.One2many(
        "rebate.payout.line", "move_id", string="Rebate Transfers", copy=False
    )
