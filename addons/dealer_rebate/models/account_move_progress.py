# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AccountMoveProgress(models.Model):
    """One dealer's documents are found without reading everybody's."""

    _inherit = "account.move"

    _rebate_dealer_idx = models.Index(
        "(commercial_partner_id, invoice_date) WHERE state = 'posted' AND invoice_date IS NOT NULL"
    )
