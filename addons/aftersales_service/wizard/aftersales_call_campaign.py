# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesCall(models.TransientModel):
    """The clerk tells the caller of an open campaign while he is on the line (S13)."""

    _inherit = "aftersales.call"

    campaign_notice = fields.Char(compute="_compute_campaign_notice", string="Open Campaigns")
    no_contact = fields.Boolean(
        compute="_compute_no_contact", help="The customer asked not to be contacted (S13)."
    )

    @api.depends("lot_id")
    def _compute_campaign_notice(self):
        for call in self:
            call.campaign_notice = call.lot_id.campaign_notice

    @api.depends("partner_id")
    def _compute_no_contact(self):
        for call in self:
            partner = call.partner_id._origin
            call.no_contact = bool(partner - partner._filter_aftersales_contactable())
