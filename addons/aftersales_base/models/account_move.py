# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AccountMove(models.Model):
    """Documents with a dealer or supplier that neither sell nor take back anything.

    The ground on which add-ons that know nothing of each other agree: what settles a warranty
    claim (S17) is no purchase, and takes nothing off the base of a rebate.
    """

    _inherit = "account.move"

    aftersales_no_turnover = fields.Boolean(
        string="No Turnover",
        readonly=True,
        help="Settles a claim: neither a sale or purchase nor the return of one, so it counts in "
        "no turnover. Copies and reversals stay out as well.",
    )
