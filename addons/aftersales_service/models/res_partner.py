# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class ResPartner(models.Model):
    """Promises to a dealer or user: first shipment, marketing plan, advice, reports (S8)."""

    _name = "res.partner"
    _inherit = ["aftersales.sla.mixin", "res.partner"]
