# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of claims, a company each (S17)."""

    _inherit = "res.config.settings"

    aftersales_claim_account_id = fields.Many2one(
        related="company_id.aftersales_claim_account_id", readonly=False
    )
    aftersales_claim_writeoff_account_id = fields.Many2one(
        related="company_id.aftersales_claim_writeoff_account_id", readonly=False
    )
    aftersales_claim_journal_id = fields.Many2one(
        related="company_id.aftersales_claim_journal_id", readonly=False
    )
    aftersales_claim_labour_id = fields.Many2one(
        related="company_id.aftersales_claim_labour_id", readonly=False
    )
    aftersales_claim_guesses = fields.Integer(
        related="company_id.aftersales_claim_guesses", readonly=False
    )
