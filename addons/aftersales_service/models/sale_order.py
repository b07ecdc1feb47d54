# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class SaleOrder(models.Model):
    """Orders know the jobs that they charge, and what was promised about them (S8)."""

    _name = "sale.order"
    _inherit = ["aftersales.sla.mixin", "sale.order"]

    aftersales_voucher_ids = fields.One2many(
        "aftersales.voucher",
        "sale_order_id",
        string="Service Vouchers",
        groups="aftersales_service.group_service_technician,"
        "aftersales_service.group_service_reader",
        help="Jobs that this order charges.",
    )
    aftersales_voucher_count = fields.Integer(
        compute="_compute_aftersales_voucher_count",
        string="Vouchers",
        groups="aftersales_service.group_service_technician,"
        "aftersales_service.group_service_reader",
        help="Number of jobs that this order charges.",
    )

    aftersales_paid_at = fields.Datetime(
        string="Paid",
        readonly=True,
        copy=False,
        help="When the first invoice of this order was paid: the goods are shipped within so "
        "many days of it (S8).",
    )

    @api.depends("aftersales_voucher_ids")
    def _compute_aftersales_voucher_count(self):
        counts = dict(
            self.env["aftersales.voucher"]._read_group(
                [("sale_order_id", "in", self.ids)], ["sale_order_id"], ["__count"]
            )
        )
        for order in self:
            order.aftersales_voucher_count = counts.get(order._origin, 0)

    def action_view_aftersales_vouchers(self):
        """Open the jobs that this order charges."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_voucher_action_register"
        )
        action["domain"] = [("sale_order_id", "=", self.id)]
        return action

    def _create_invoices(self, grouped=False, final=False, date=None):
        """One voucher leads to one invoice (S4), whoever presses the button.

        :raises UserError: when a job of these orders has its invoice
        """
        # sudo: a seller or accountant who invoices an order need not read service vouchers.
        invoiced = self.sudo().aftersales_voucher_ids.filtered("invoice_id")
        for voucher in invoiced:
            voucher._check_invoiceable()
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        moves.filtered(lambda move: move.move_type == "out_invoice")._link_aftersales_vouchers()
        return moves

    def _mark_aftersales_paid(self):
        """Note when the first invoice was paid; later ones change nothing."""
        self.filtered(
            lambda order: not order.aftersales_paid_at
        ).aftersales_paid_at = fields.Datetime.now()
