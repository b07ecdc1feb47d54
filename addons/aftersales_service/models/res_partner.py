# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from ..phone import get_digits


class ResPartner(models.Model):
    """Callers are found by their phone; promises to a dealer or user are kept (S1, S8)."""

    _name = "res.partner"
    _inherit = ["aftersales.sla.mixin", "res.partner"]

    aftersales_phone_digits = fields.Char(
        string="Digits of the Phone",
        compute="_compute_aftersales_phone_digits",
        store=True,
        precompute=True,
        index="trigram",
        help="The phone number as it is looked up: digits only.",
    )

    @api.depends("phone")
    def _compute_aftersales_phone_digits(self):
        for partner in self:
            partner.aftersales_phone_digits = get_digits(partner.phone) or False
