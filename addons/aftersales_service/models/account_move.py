# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AccountMove(models.Model):
    """The payment of an order's invoice starts the time in which its goods are shipped (S8)."""

    _inherit = "account.move"

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        orders = self.invoice_line_ids.sale_line_ids.order_id
        # sudo: an accountant who records a payment need not be a seller; only the moment is noted.
        orders.sudo()._mark_aftersales_paid()
        return result
