# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AccountMove(models.Model):
    """Credit notes for goods that came back take back what the goods had earned (R5)."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._settle_returned_points()
        return posted

    def button_draft(self):
        sales = self.filtered(lambda move: move.state == "posted")
        result = super().button_draft()
        sales._settle_returned_points()
        return result

    def _settle_returned_points(self):
        """Bring the points of the orders behind these documents to what is still bought."""
        for move in self.filtered(
            lambda move: (
                move.move_type in ("out_invoice", "out_refund") and not move.rebate_settlement_id
            )
        ):
            # sudo: who posts may not read each order behind the document.
            orders = move.sudo().invoice_line_ids.sale_line_ids.order_id
            orders.filtered("coupon_point_ids")._settle_returned_points(move)
