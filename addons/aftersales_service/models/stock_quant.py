# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class StockQuant(models.Model):
    """Customers' goods in the house: always theirs, never reserved for anybody else (S5)."""

    _inherit = "stock.quant"

    @api.constrains("location_id", "owner_id", "quantity")
    def _check_customer_goods(self):
        """Net under every path: what stands among customers' goods has a customer as its owner.

        So it has no value: Odoo values what has no owner, or belongs to the company.
        """
        for quant in self:
            if not quant.location_id.is_customer_goods or quant.product_uom_id.is_zero(
                quant.quantity
            ):
                continue
            if not quant._is_customer_owned():
                raise ValidationError(quant._get_not_owned_refusal())
            if quant.quantity < 0:
                raise ValidationError(quant._get_not_there_refusal())

    def _get_not_owned_refusal(self):
        """Why stock of ours cannot stand here. Hook: other places for what is not ours."""
        self.ensure_one()
        return self.env._(
            "%(product)s cannot stand in %(location)s: only goods of customers do, taken in on a "
            "customer product receipt that names the owner.",
            product=self.product_id.display_name,
            location=self.location_id.display_name,
        )

    def _get_not_there_refusal(self):
        """What to look for where goods should leave that are not there. Hook, as above."""
        self.ensure_one()
        return self.env._(
            "%(product)s of %(owner)s is not in %(location)s: look in the goods register where "
            "it is, or whether it has gone out already.",
            product=" ".join(filter(None, [self.product_id.display_name, self.lot_id.name])),
            owner=self.owner_id.display_name,
            location=self.location_id.display_name,
        )

    def _is_customer_owned(self):
        """Somebody else than the company owns it."""
        self.ensure_one()
        return bool(self.owner_id) and self.owner_id != self.company_id.partner_id

    def _get_gather_domain(
        self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False
    ):
        """No order and no repair takes a customer's goods because they are of the right model."""
        domain = super()._get_gather_domain(
            product_id, location_id, lot_id, package_id, owner_id, strict
        )
        if not strict and not owner_id and not location_id.is_customer_goods:
            domain &= Domain("location_id", "not any!", [("is_customer_goods", "=", True)])
        return domain
