# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResCompany(models.Model):
    """The company's default for where rebates are booked."""

    _inherit = "res.company"

    rebate_journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'sale'), ('company_id', '=', id)]",
        ondelete="set null",
        help="Sales journal of the rebate credit notes, unless the agreement names another one.",
    )
    rebate_four_eyes = fields.Boolean(
        string="Agreements Need Two People",
        help="One person submits an agreement, another one approves it and puts it in force.",
    )
