# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResPartner(models.Model):
    """Customers who belong to our own group: sales to them are shown apart (K9)."""

    _inherit = "res.partner"

    aftersales_in_group = fields.Boolean(
        string="Belongs to Our Group",
        help="Sales to this company are sales inside the group: neither direct nor external "
        "(K9). The companies of this database belong to it anyway.",
    )
