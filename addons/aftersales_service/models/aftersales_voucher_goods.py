# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# States in which goods may come in for a job; whoever brings them in makes it one of the workshop.
BRING_IN_STATES = ("dispatched", "in_progress", "waiting_part", "in_workshop")


class AftersalesVoucher(models.Model):
    """Bring-back (S5): what cannot be mended on site is taken in, against a receipt."""

    _inherit = "aftersales.voucher"

    goods_receipt_ids = fields.One2many(
        "aftersales.goods.receipt",
        "voucher_id",
        string="Customer Product Receipts",
        help="What the customer handed in for this job.",
    )
    goods_receipt_count = fields.Integer(compute="_compute_goods", string="Receipts")
    goods_in_house = fields.Boolean(
        compute="_compute_goods",
        search="_search_goods_in_house",
        help="Goods of the customer are in our house for this job.",
    )

    # === COMPUTE METHODS === #

    @api.depends("goods_receipt_ids.state")
    def _compute_goods(self):
        for voucher in self:
            receipts = voucher.goods_receipt_ids
            voucher.goods_receipt_count = len(receipts)
            voucher.goods_in_house = "in_house" in receipts.mapped("state")

    def _search_goods_in_house(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("goods_receipt_ids.state", "=", "in_house")]

    # === ACTIONS === #

    def action_bring_in(self):
        """Write a customer product receipt for the goods of this job (S5).

        :raises UserError: when the job has no customer, or is not given to anybody
        """
        self.ensure_one()
        self._check_state(*BRING_IN_STATES)
        if not self.partner_id:
            raise UserError(
                self.env._(
                    "%s has no customer whose goods could come in: enter the customer.",
                    self.display_name,
                )
            )
        draft = self.goods_receipt_ids.filtered(lambda receipt: receipt.state == "draft")
        receipt = draft[:1] or self.env["aftersales.goods.receipt"].create(
            self._prepare_goods_receipt_vals()
        )
        return receipt._get_records_action(name=self.env._("Customer Product Receipt"))

    def action_view_goods_receipts(self):
        """Open the receipts of this job."""
        self.ensure_one()
        return self.goods_receipt_ids._get_records_action(
            name=self.env._("Customer Product Receipts")
        )

    # === STEPS === #

    def _done(self, at=None):
        """S5: a job is not done while the customer's goods are in our house."""
        self._check_goods_out()
        return super()._done(at)

    def _cancel(self, reason, at=None):
        """S5: goods go back before the job is struck off."""
        self._check_goods_out()
        return super()._cancel(reason, at)

    def _close(self, at=None):
        """S5: the receipt is taken back and voided before the job is archived."""
        self._check_goods_out()
        for receipt in self._get_outstanding_receipts()[:1]:
            raise UserError(
                self.env._(
                    "%(voucher)s cannot be closed: receipt %(receipt)s is not voided. Take the "
                    "paper back from the customer, or write why it is lost.",
                    voucher=receipt.voucher_id.display_name,
                    receipt=receipt.display_name,
                )
            )
        return super()._close(at)

    # === BUSINESS METHODS === #

    def _enter_workshop(self):
        """Goods of these jobs came in: they are in the workshop, or go on there after a wait."""
        entering = self.filtered(lambda voucher: voucher.state in BRING_IN_STATES)
        now = fields.Datetime.now()
        entering.filtered(lambda v: not v.started_at)._write_step({"started_at": now})
        waiting = entering.filtered(lambda voucher: voucher.state == "waiting_part")
        waiting._write_step({"resume_state": "in_workshop"})
        (entering - waiting)._write_step({"state": "in_workshop"})
        entering._begin_phases("reception")

    def _leave_workshop(self):
        """The last goods went out: what is left of the job is with the customer."""
        out = self.filtered(lambda voucher: not voucher.goods_in_house)
        out.filtered(lambda v: v.state == "in_workshop")._write_step({"state": "in_progress"})
        waiting = out.filtered(lambda v: v.state == "waiting_part")
        waiting.filtered(lambda v: v.resume_state == "in_workshop")._write_step(
            {"resume_state": "in_progress"}
        )

    def _can_close(self):
        """A callback closes no job whose receipt the customer still holds (S5)."""
        return super()._can_close() and not self._get_outstanding_receipts()

    def _get_outstanding_receipts(self):
        """Receipts that are still with the customer although the goods went back."""
        # sudo: whoever closes the job hears of all of its receipts.
        return self.sudo().goods_receipt_ids.filtered(lambda receipt: receipt.state == "returned")

    def _check_goods_may_leave(self):
        """What has to be done before a customer's goods go back to him. Hook.

        :raises UserError: when a required step of a checklist is open
        """
        # sudo: a storekeeper hands goods out without rights on the job; he is told what is open.
        self.sudo()._get_checklist_to_answer()._check_answered()

    def _check_goods_out(self):
        """Refuse to end a job whose goods are in the house (S5).

        :raises UserError: naming the receipt
        """
        # sudo: whoever ends the job hears of all of its receipts.
        for receipt in self.sudo().goods_receipt_ids:
            if receipt.state == "in_house":
                raise UserError(
                    self.env._(
                        "%(voucher)s cannot be ended: %(goods)s is still in the house on receipt "
                        "%(receipt)s. Return it to %(customer)s first.",
                        voucher=receipt.voucher_id.display_name,
                        goods=receipt.line_ids._get_inside()._get_labels(),
                        receipt=receipt.display_name,
                        customer=receipt.partner_id.display_name,
                    )
                )

    def _prepare_goods_receipt_vals(self):
        """Values of a receipt for the unit of this job."""
        self.ensure_one()
        line = {
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "name": self.product_id.display_name or self.unit_note or self.env._("Goods"),
        }
        warehouse = self._get_workshop()
        return {
            "voucher_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "line_ids": [Command.create(line)],
            **({"warehouse_id": warehouse.id} if warehouse else {}),
        }

    def _get_workshop(self):
        """Warehouse whose workshop does the job: the outlet's, else the company's first."""
        self.ensure_one()
        # sudo: whoever brings goods in needs no stock rights to say where to.
        outlet = self.sudo().outlet_id
        return outlet.location_id.warehouse_id or outlet.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )

    def _get_checklist_places(self):
        """A bring-back is a job of the workshop."""
        places = super()._get_checklist_places()
        if self.goods_receipt_ids.filtered(lambda receipt: receipt.state == "in_house"):
            return (places - {"site"}) | {"workshop", "bring_back"}
        return places
