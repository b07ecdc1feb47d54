# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateSettlementLineWriteOff(models.Model):
    """A line that was written off counts as settled and has no document (R15)."""

    _inherit = "rebate.settlement.line"

    write_off_reason = fields.Char(
        readonly=True, copy=False, help="Why this balance was given up instead of carried."
    )
