# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.fields import Domain


class AccountMove(models.Model):
    """Invoices of jobs: one a voucher and payer (S4); their payment starts the shipping (S8)."""

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
        cancelled = self.filtered(lambda move: move.state == "cancel")
        for name in vouchers._get_order_fields().values():
            vouchers.search([(name, "in", cancelled.ids)])._write_step({name: False})
        return result

    def _link_aftersales_vouchers(self):
        """Note each job's one invoice to each payer.

        :return: vouchers of these invoices, as superuser
        """
        # sudo: an accountant needs no right to service vouchers to post an invoice.
        vouchers = self.env["aftersales.voucher"].sudo()
        if not self:
            return vouchers
        # sudo: nor to orders.
        invoices = self.sudo()
        found = vouchers.search(
            Domain.OR(
                Domain(name, "in", invoices.invoice_line_ids.sale_line_ids.order_id.ids)
                for name in vouchers._get_order_fields()
            )
        )
        for invoice in invoices if found else ():
            found._link_invoice(invoice, invoice.invoice_line_ids.sale_line_ids.order_id)
        return found

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        orders = self.invoice_line_ids.sale_line_ids.order_id
        # sudo: an accountant who records a payment need not be a seller; only the moment is noted.
        orders.sudo()._mark_aftersales_paid()
        return result
