# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Command, Domain


class AftersalesVoucher(models.Model):
    """One job, several payers: each gets an order, and so an invoice, of his own share (S25).

    The customer's order is ``sale_order_id``. Makers and suppliers get claims, contracts are drawn
    on, goodwill is ours: none of them gets an order.
    """

    _inherit = "aftersales.voucher"

    insurer_order_id = fields.Many2one(
        "sale.order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Order that charges the insurer's share of the job.",
    )
    insurer_invoice_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The one invoice of the job to the insurer.",
    )
    amount_insurer = fields.Monetary(
        compute="_compute_amount_payers",
        string="Insurer Pays",
        help="What the insurer is charged for the job, before tax.",
    )
    amount_goodwill = fields.Monetary(
        compute="_compute_amount_payers",
        string="Goodwill",
        help="Value of what we bear for the sake of the customer, before tax: nobody is charged.",
    )

    _insurer_to_invoice_idx = models.Index(
        "(company_id, done_at) WHERE insurer_order_id IS NOT NULL AND insurer_invoice_id IS NULL"
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.cover_ids.amount", "line_ids.cover_ids.payer")
    def _compute_amount_payers(self):
        for voucher in self:
            voucher.amount_insurer = sum(voucher._get_payer_rows("insurer").mapped("amount"))
            voucher.amount_goodwill = sum(voucher._get_payer_rows("goodwill").mapped("amount"))

    @api.depends("insurer_order_id", "insurer_invoice_id")
    def _compute_is_to_invoice(self):
        return super()._compute_is_to_invoice()

    # === ACTIONS === #

    def action_view_insurer_order(self):
        """Open the order that charges the insurer."""
        self.ensure_one()
        return self.insurer_order_id._get_records_action()

    def action_view_insurer_invoice(self):
        """Open the invoice to the insurer."""
        self.ensure_one()
        return self.insurer_invoice_id._get_records_action()

    # === BUSINESS METHODS === #

    def _create_sale_orders(self):
        """Charge the insurer's share by an order of its own (S25)."""
        result = super()._create_sale_orders()
        insured = self.filtered(
            lambda voucher: voucher.amount_insurer > 0 and not voucher.insurer_order_id
        )
        for company, vouchers in insured.grouped("company_id").items():
            # sudo: as for the customer's order: payer, products, quantities and prices all come
            # from the voucher, whose right was checked by write.
            orders = (
                self.env["sale.order"]
                .sudo()
                .with_company(company)
                .create([voucher._prepare_insurer_order_vals() for voucher in vouchers])
            )
            for voucher, order in zip(vouchers, orders, strict=True):
                voucher._write_step({"insurer_order_id": order.id})
        return result

    def _get_payer_rows(self, payer):
        """Shares of a payer in the lines of the job.

        :param str payer: key of ``aftersales.cover.payer``
        """
        self.ensure_one()
        return self.line_ids.cover_ids.filtered(lambda row: row.payer == payer)

    def _prepare_insurer_order_vals(self):
        """Values of the order that charges the insurer's share of this job."""
        self.ensure_one()
        return {
            **self._prepare_sale_order_vals(),
            "partner_id": self.insurer_id.id,
            "partner_shipping_id": self.partner_id.id,
            "client_order_ref": self._get_insurer_reference(),
            "order_line": [
                Command.create(vals)
                for line in self.line_ids
                for vals in line._prepare_payer_lines_vals("insurer")
            ],
        }

    def _get_insurer_reference(self):
        """What the insurer finds the job by: its own case, and our number."""
        self.ensure_one()
        return " / ".join(filter(None, [self.insurer_case, self.number]))

    @api.model
    def _get_order_fields(self):
        return super()._get_order_fields() | {"insurer_order_id": "insurer_invoice_id"}

    def _get_payers_to_invoice(self):
        payers = super()._get_payers_to_invoice()
        if self.insurer_order_id and not self.insurer_invoice_id:
            payers.append("insurer_order_id")
        return payers

    @api.model
    def _get_to_invoice_domain(self):
        insured = Domain("insurer_order_id", "!=", False)
        return super()._get_to_invoice_domain() | (
            insured & Domain("insurer_invoice_id", "=", False)
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"insurer_order_id", "insurer_invoice_id"}
