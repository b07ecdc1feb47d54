# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AccountMove(models.Model):
    """Invoices of jobs: one a voucher (S4); their payment starts the time of shipping (S8)."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """A second invoice of a voucher is refused, whatever made it; the first one is settled.

        :raises UserError: when a job of the invoice has another one
        """
        invoices = self.filtered(lambda move: move.move_type == "out_invoice")
        vouchers = invoices._link_aftersales_vouchers()
        posted = super()._post(soft=soft)
        vouchers.filtered(lambda voucher: voucher.invoice_id in posted)._settle_invoice()
        return posted

    def button_cancel(self):
        """A draft that is cancelled was no invoice: the job may get another one."""
        result = super().button_cancel()
        # sudo: an accountant writes no vouchers; only the link is taken back.
        vouchers = self.env["aftersales.voucher"].sudo()
        vouchers.search(
            [("invoice_id", "in", self.filtered(lambda m: m.state == "cancel").ids)]
        )._write_step({"invoice_id": False})
        return result

    def _link_aftersales_vouchers(self):
        """Note each job's one invoice.

        :return: vouchers of these invoices, as superuser
        """
        # sudo: an accountant needs no right to service vouchers to post an invoice.
        vouchers = self.env["aftersales.voucher"].sudo()
        if not self:
            return vouchers
        found = vouchers.search(
            [("sale_order_id.order_line.invoice_lines.move_id", "in", self.ids)]
        )
        for invoice in self if found else ():
            orders = invoice.invoice_line_ids.sale_line_ids.order_id
            found.filtered(lambda v, orders=orders: v.sale_order_id in orders)._link_invoice(
                invoice.sudo()
            )
        return found

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        orders = self.invoice_line_ids.sale_line_ids.order_id
        # sudo: an accountant who records a payment need not be a seller; only the moment is noted.
        orders.sudo()._mark_aftersales_paid()
        return result
