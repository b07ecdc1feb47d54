# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesVoucherLine(models.Model):
    """What a team earns, or answers for, beside its labour (K22)."""

    _inherit = "aftersales.voucher.line"

    is_proposed = fields.Boolean(
        string="Proposed by Us",
        help="An extra part that the customer did not ask for and the team proposed: the team "
        "earns a part of what he pays for it (K22).",
    )
    is_broken = fields.Boolean(
        string="Broken by Us",
        help="On rework: a part that the team broke. Its cost is borne by the team leader (K22).",
    )
