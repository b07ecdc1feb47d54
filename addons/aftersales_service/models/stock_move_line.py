# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class StockMoveLine(models.Model):
    """Customers' goods come in and go out on their receipt only (S5)."""

    _inherit = "stock.move.line"

    def _action_done(self):
        self._check_customer_goods()
        return super()._action_done()

    def _check_customer_goods(self):
        """Refuse whatever takes a customer's goods elsewhere than back to him.

        Orders, repairs, scrap orders and counts all end here. Moves from shelf to shelf among
        customers' goods are free.

        :raises UserError: naming the goods and the receipt to use
        """
        for line in self:
            leaves = line.location_id.is_customer_goods
            enters = line.location_dest_id.is_customer_goods
            if leaves == enters:
                continue
            receipt = line.move_id.picking_id.aftersales_receipt_id
            if not receipt:
                raise UserError(line._get_customer_goods_refusal())
            if line.owner_id != receipt.partner_id:
                raise UserError(
                    self.env._(
                        "%(receipt)s is about goods of %(owner)s: %(product)s of %(other)s cannot "
                        "go on it.",
                        receipt=receipt.display_name,
                        owner=receipt.partner_id.display_name,
                        product=line.product_id.display_name,
                        other=line.owner_id.display_name or line.company_id.name,
                    )
                )

    def _get_customer_goods_refusal(self):
        """What to do instead of moving a customer's goods by hand."""
        self.ensure_one()
        if self.location_dest_id.is_customer_goods:
            return self.env._(
                "%(product)s cannot be moved to %(location)s by a transfer: take a customer's "
                "goods in on a customer product receipt.",
                product=self.product_id.display_name,
                location=self.location_dest_id.display_name,
            )
        # sudo: whoever moves the goods is told their receipt, also of somebody else's job.
        receipt = self.env["aftersales.goods.receipt"].sudo()._find_in_house(self)
        return self.env._(
            "%(product)s in %(location)s belongs to %(owner)s: it leaves the house only on "
            "receipt %(receipt)s (Return or Scrap there).",
            product=self.product_id.display_name,
            location=self.location_id.display_name,
            owner=(self.owner_id or receipt.partner_id).display_name or self.env._("a customer"),
            receipt=receipt.display_name or self.env._("(customer product receipt)"),
        )
