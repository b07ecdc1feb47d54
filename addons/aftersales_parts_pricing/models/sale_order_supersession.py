# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class SaleOrder(models.Model):
    """Quotations warn of superseded parts and replace them."""

    _inherit = "sale.order"

    supersession_warning = fields.Text(
        compute="_compute_supersession_warning",
        groups="base.group_user",
        help="Superseded parts on this quotation and what takes their place.",
    )

    @api.depends("order_line.superseding_product_id")
    def _compute_supersession_warning(self):
        for order in self:
            lines = order.order_line.filtered("superseding_product_id")
            order.supersession_warning = (
                "\n".join(lines._get_supersession_sentences()) if lines else False
            )

    def action_replace_superseded(self):
        """Replace every superseded part of the quotation by the newest one."""
        self.order_line.filtered("superseding_product_id").action_replace_superseded()
