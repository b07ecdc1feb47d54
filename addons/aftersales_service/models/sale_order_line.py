# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.sale.models.sale_order_line import SaleOrderLine as CoreLine


class SaleOrderLine(models.Model):
    """A line that charges a line of a job takes its price from there, whatever recomputes it.

    Where several payers share a line of a job, each order line charges one share of it
    (``aftersales.cover``), and all of them count the one delivery of the part.
    """

    _name = "sale.order.line"
    _inherit = ["aftersales.voucher.line.mixin", "sale.order.line"]

    aftersales_cover_id = fields.Many2one(
        "aftersales.cover",
        string="Share",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Share of a line of a job that this line charges to its payer.",
    )

    def write(self, vals):
        """A locked order stays as it is: core asks for its own fields by the name that ours have.

        :raises UserError: naming what is locked
        """
        kept = set(CoreLine._get_protected_fields(self)).intersection(vals)
        if self and all(self.mapped("is_downpayment")):
            kept.discard("name")
        if kept and any(self.order_id.mapped("locked")):
            raise UserError(
                self.env._(
                    "%(order)s is locked: unlock it before you change %(fields)s.",
                    order=self.order_id.filtered("locked")[:1].name,
                    fields=", ".join(
                        sorted(self._fields[name]._description_string(self.env) for name in kept)
                    ),
                )
            )
        return super().write(vals)

    @api.depends("aftersales_voucher_line_id")
    def _compute_discount(self):
        """No second discount: the price of the job's line is the price after the pricelist."""
        service_lines = self.filtered("aftersales_voucher_line_id")
        service_lines.discount = 0.0
        return super(SaleOrderLine, self - service_lines)._compute_discount()

    @api.depends("aftersales_voucher_line_id.sale_line_ids.move_ids.state")
    def _compute_qty_delivered(self):
        return super()._compute_qty_delivered()

    def _get_display_price(self):
        """Price the customer signed for, or his share of it: no change brings another one back.

        An order in another currency or unit of measure charges the same worth.
        """
        # sudo: a seller may recompute an order without reading service vouchers; the price is on
        # the order already.
        line = self.aftersales_voucher_line_id.sudo()
        if not line:
            return super()._get_display_price()
        row = self.aftersales_cover_id.sudo()
        price = line._get_payer_price(row.amount) if row else line.price_unit
        if self.product_uom_id != line.uom_id:
            price = line.uom_id._compute_price(price, self.product_uom_id)
        currency = self.currency_id or self.order_id.currency_id
        if currency and currency != line.currency_id:
            day = self._get_order_date() or fields.Date.context_today(self)
            price = line.currency_id._convert(price, currency, self.company_id, day, round=False)
        return price

    def _get_outgoing_incoming_moves(self, strict=True):
        """A part that two payers share leaves once: the lines of both count the same moves."""
        shared = self
        if self.aftersales_cover_id and not self.move_ids:
            # sudo: the other payer's order may not be the seller's own; only moves are counted.
            siblings = self.sudo().aftersales_voucher_line_id.sale_line_ids
            shared = siblings.filtered("move_ids")[:1] or self
        return super(SaleOrderLine, shared)._get_outgoing_incoming_moves(strict=strict)

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"aftersales_cover_id"}
