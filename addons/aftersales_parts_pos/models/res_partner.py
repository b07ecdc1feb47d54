# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class ResPartner(models.Model):
    """The counter knows who buys on a dealer's list (P9)."""

    _inherit = "res.partner"

    is_parts_dealer = fields.Boolean(
        string="Buys as a Dealer",
        compute="_compute_is_parts_dealer",
        help="A dealer, or an address or person of one.",
    )

    @api.depends("commercial_partner_id.is_dealer")
    def _compute_is_parts_dealer(self):
        for partner in self:
            # sudo: whether the customer is a dealer is told by the list that it buys on.
            partner.is_parts_dealer = partner.sudo().commercial_partner_id.is_dealer

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "is_parts_dealer"]
