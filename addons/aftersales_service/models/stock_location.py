# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockLocation(models.Model):
    """Places where customers' goods stand while they are in our house (S5).

    What stands there belongs to somebody else: it is no stock of ours, on no list and in no
    valuation, although the place is an internal one.
    """

    _inherit = "stock.location"

    is_customer_goods = fields.Boolean(
        string="Customer Goods",
        compute="_compute_is_customer_goods",
        store=True,
        readonly=False,
        recursive=True,
        help="Goods of customers stand here (S5): they are on no hand of ours, no order takes "
        "them, and they leave on their customer product receipt only. Places below are, too.",
    )

    @api.depends("location_id.is_customer_goods")
    def _compute_is_customer_goods(self):
        for location in self:
            inherited = location.location_id.is_customer_goods
            location.is_customer_goods = inherited or location.is_customer_goods

    @api.constrains("is_customer_goods", "usage", "location_id")
    def _check_is_customer_goods(self):
        """Nothing changes hands because a place is called something else."""
        for location in self.filtered("is_customer_goods"):
            if location.usage != "internal":
                raise ValidationError(
                    self.env._(
                        "%(location)s cannot hold customers' goods: choose an internal location.",
                        location=location.display_name,
                    )
                )
        # sudo: stock of companies that the user does not see counts as well.
        self.sudo().quant_ids._check_customer_goods()

    def write(self, vals):
        """A place among customers' goods stays one while something stands there.

        :raises ValidationError: naming what stands there
        """
        held = self.filtered("is_customer_goods")
        result = super().write(vals)
        # sudo: as above
        left = held.filtered(lambda place: not place.is_customer_goods).sudo().quant_ids
        for quant in left.filtered(lambda quant: not quant.product_uom_id.is_zero(quant.quantity)):
            raise ValidationError(
                self.env._(
                    "%(location)s still holds %(product)s of %(owner)s: return the goods first.",
                    location=quant.location_id.display_name,
                    product=quant.product_id.display_name,
                    owner=quant.owner_id.display_name,
                )
            )
        return result
