# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from .aftersales_campaign_line import CAMPAIGN_SENTINEL


class AftersalesVoucherLine(models.Model):
    """Work of a campaign is paid by whom the campaign says, before anybody else is asked (S13).

    As much of it as the campaign foresees; more hours or pieces are asked of warranty, contract
    and customer as ever.
    """

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

    # === CRUD METHODS === #

    def write(self, vals):
        """More than the campaign foresees is paid by others: the cover is asked again."""
        result = super().write(vals)
        if "quantity" in vals:
            self.filtered("campaign_line_id").voucher_id._propose_cover()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_cover_providers(self):
        return [*super()._get_cover_providers(), (5, "_get_campaign_cover")]

    def _get_campaign_cover(self):
        """Provider 5: the work of a campaign, as far as it foresees it (S13)."""
        takes = {}
        for line in self.filtered("campaign_line_id"):
            # sudo: who works on a job need not read the campaign.
            foreseen = line.campaign_line_id.sudo()
            share = foreseen._get_covered_share(line)
            takes[line] = [{**foreseen.campaign_id._prepare_cover_vals(), "share": share}]
        return takes

    # === HELPERS === #

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"campaign_line_id"}

    def _check_protected(self, vals):
        if self.env.context.get("aftersales_campaign") is CAMPAIGN_SENTINEL:
            vals = {name: vals[name] for name in vals if name != "campaign_line_id"}
        return super()._check_protected(vals)
