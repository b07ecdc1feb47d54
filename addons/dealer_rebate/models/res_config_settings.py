# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the Rebates app."""

    _inherit = "res.config.settings"

    rebate_journal_id = fields.Many2one(
        related="company_id.rebate_journal_id",
        readonly=False,
        domain="[('type', '=', 'sale'), ('company_id', '=', company_id)]",
    )
    rebate_four_eyes = fields.Boolean(related="company_id.rebate_four_eyes", readonly=False)
    rebate_posting_chunk = fields.Integer(
        string="Credit Notes per Chunk",
        config_parameter="dealer_rebate.posting_chunk",
        default=100,
        help="How many credit notes are posted between two commits (1 to 100). A crash loses at "
        "most one chunk, and the next run resumes there.",
    )
