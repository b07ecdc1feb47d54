# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Domain


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

    aftersales_insured_voucher_ids = fields.One2many(
        "aftersales.voucher",
        "insurer_order_id",
        string="Accident Jobs",
        groups="aftersales_service.group_service_technician,"
        "aftersales_service.group_service_reader",
        help="Jobs whose insurer this order charges (S25).",
    )
    aftersales_paid_at = fields.Datetime(
        string="Paid",
        readonly=True,
        copy=False,
        help="When the first invoice of this order was paid: the goods are shipped within so "
        "many days of it (S8).",
    )

    @api.depends("aftersales_voucher_ids", "aftersales_insured_voucher_ids")
    def _compute_aftersales_voucher_count(self):
        vouchers = self.env["aftersales.voucher"]
        counts = [
            dict(vouchers._read_group([(name, "in", self.ids)], [name], ["__count"]))
            for name in vouchers._get_order_fields()
        ]
        for order in self:
            order.aftersales_voucher_count = sum(found.get(order._origin, 0) for found in counts)

    def action_view_aftersales_vouchers(self):
        """Open the jobs that this order charges."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_voucher_action_register"
        )
        names = self.env["aftersales.voucher"]._get_order_fields()
        action["domain"] = list(Domain.OR(Domain(name, "=", self.id) for name in names))
        return action

    def _create_invoices(self, grouped=False, final=False, date=None):
        """One voucher leads to one invoice a payer (S4), whoever presses the button.

        :raises UserError: when a job of these orders has its invoice
        """
        # sudo: a seller or accountant who invoices an order need not read service vouchers.
        orders = self.sudo()
        for voucher in orders._get_aftersales_vouchers():
            for name, invoice in voucher._get_order_fields().items():
                if voucher[invoice] and voucher[name] in orders:
                    voucher._check_invoiceable(voucher[name])
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        moves.filtered(lambda move: move.move_type == "out_invoice")._link_aftersales_vouchers()
        return moves

    def _get_aftersales_vouchers(self):
        """Jobs that these orders charge, to whomever."""
        return self.aftersales_voucher_ids | self.aftersales_insured_voucher_ids

    def _mark_aftersales_paid(self):
        """Note when the first invoice was paid; later ones change nothing."""
        self.filtered(
            lambda order: not order.aftersales_paid_at
        ).aftersales_paid_at = fields.Datetime.now()
