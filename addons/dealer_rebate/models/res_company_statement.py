# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResCompanyStatement(models.Model):
    """Whether credit notes come with the statement of what they pay (R15)."""

    _inherit = "res.company"

    rebate_attach_statement = fields.Boolean(
        string="Attach Rebate Statements",
        default=True,
        help="Each posted rebate credit note gets the dealer's statement as PDF attached, and is "
        "sent with it. Printed by a scheduled action after the posting.",
    )
