# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """Confirmations of commissions are counted, one after the other."""

    _inherit = "res.company"

    aftersales_commission_number = fields.Integer(
        readonly=True, copy=False, help="Number of the last confirmation of commissions."
    )
