# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesGoodsOut(models.TransientModel):
    """Asks what has to be known when a customer's goods go out, or a receipt is lost (S5)."""

    _name = "aftersales.goods.out"
    _description = "Hand Out a Customer's Goods"

    receipt_ids = fields.Many2many("aftersales.goods.receipt", required=True, readonly=True)
    step = fields.Selection(
        [
            ("returned", "Return"),
            ("some", "Return Some of the Goods"),
            ("scrapped", "Scrap"),
            ("lost", "Lost"),
        ],
        required=True,
        readonly=True,
        default="returned",
    )
    line_ids = fields.Many2many(
        "aftersales.goods.receipt.line",
        string="What Goes Out",
        domain="[('receipt_id', 'in', receipt_ids), ('returned_at', '=', False)]",
        help="Things that go back before the others.",
    )
    goods = fields.Text(compute="_compute_goods", help="What goes out, with its accessories.")
    signed_by = fields.Char(
        string="Taken By",
        compute="_compute_signed_by",
        store=True,
        readonly=False,
        help="Who takes the goods, or wishes them scrapped.",
    )
    signature = fields.Image(max_width=1024, max_height=1024, help="The customer signs for it.")
    reason = fields.Char(help="What the customer wishes, or why the receipt is lost.")
    paper = fields.Selection(
        [
            ("back", "Taken back: void it"),
            ("lost", "Lost"),
            ("later", "Comes later"),
        ],
        string="Customer's Receipt",
        default="back",
        help="The customer gives the receipt back when he takes the goods (S5).",
    )
    lost_reason = fields.Char(
        string="How It Was Lost", help="A lost receipt is voided with a reason only."
    )
    has_voucher = fields.Boolean(compute="_compute_goods")
    sign_voucher = fields.Boolean(
        string="Signs the Voucher Too",
        compute="_compute_sign_voucher",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="The same signature stands for the work and the parts on the service voucher.",
    )

    @api.depends("receipt_ids")
    def _compute_goods(self):
        for wizard in self:
            wizard.goods = "\n".join(
                f"{receipt.display_name}: {receipt.line_ids._get_inside()._get_labels()}"
                for receipt in wizard.receipt_ids
            )
            wizard.has_voucher = bool(wizard._get_unsigned_vouchers())

    @api.depends("receipt_ids")
    def _compute_signed_by(self):
        for wizard in self:
            wizard.signed_by = wizard.signed_by or wizard.receipt_ids.partner_id[:1].name

    @api.depends("receipt_ids", "step")
    def _compute_sign_voucher(self):
        for wizard in self:
            wizard.sign_voucher = wizard.step == "returned" and bool(
                wizard._get_unsigned_vouchers()
            )

    def action_confirm(self):
        """Hand the goods out, void the receipts as said.

        :raises UserError: when something that has to be known is missing
        """
        self.ensure_one()
        receipts = self.receipt_ids
        if self.step == "lost":
            receipts._void(self.reason or "")
            return {"type": "ir.actions.act_window_close"}
        if self.step == "some":
            receipts.ensure_one()
            receipts._hand_out(self.line_ids, self.signed_by, self.signature)
            return {"type": "ir.actions.act_window_close"}
        if self.paper == "lost" and not (self.lost_reason or "").strip():
            raise UserError(self.env._("Write how the receipt was lost, or that it comes later."))
        vouchers = self._get_unsigned_vouchers()
        receipts._go_out(self.step, self.signed_by, self.signature, self.reason)
        if self.paper != "later":
            receipts._void(self.lost_reason if self.paper == "lost" else None)
        if self.sign_voucher and self.signature and vouchers:
            vouchers.write({"signature": self.signature, "signed_by": self.signed_by})
        return {"type": "ir.actions.act_window_close"}

    def _get_unsigned_vouchers(self):
        """Jobs of these goods that the user may have signed and nobody has signed yet."""
        vouchers = self.env["aftersales.voucher"]
        if not vouchers.has_access("write"):
            return vouchers
        return self.receipt_ids.voucher_id._filtered_access("write").filtered(
            lambda voucher: not voucher.signature and not voucher._is_frozen()
        )
