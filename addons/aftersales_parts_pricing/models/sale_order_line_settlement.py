# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class SaleOrderLineSettlement(models.Model):
    """A settlement invoices the quantities that were delivered in its period (P12)."""

    _inherit = "sale.order.line"

    def _prepare_invoice_line(self, **optional_values):
        vals = super()._prepare_invoice_line(**optional_values)
        quantities = self.env.context.get("parts_settlement_quantities")
        if quantities and self.id in quantities:
            vals["quantity"] = quantities[self.id]
        return vals
