# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesVoucherLine(models.Model):
    """Work of a campaign is paid by whom the campaign says (S13)."""

    _inherit = "aftersales.voucher.line"

    campaign_line_id = fields.Many2one(
        "aftersales.campaign.line",
        string="Work of a Campaign",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Line of the campaign that this work belongs to.",
    )

    @api.depends("campaign_line_id.campaign_id.payer")
    def _compute_amounts(self):
        return super()._compute_amounts()

    def _is_charged(self):
        """The customer pays the work of a campaign only where the campaign says so."""
        if self.campaign_line_id:
            # sudo: who works on a job need not read the campaign.
            return self.campaign_line_id.sudo().campaign_id.payer == "customer"
        return super()._is_charged()
