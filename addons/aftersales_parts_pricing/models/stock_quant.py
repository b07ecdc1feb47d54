# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import UserError

# Stock's own bookkeeping carries this object in its context. It lives in this process only: no
# call from outside can name it.
_BOOKKEEPING = object()

# Likewise for pieces that a manufacturing or repair order uses up.
CONSUMPTION = object()

GUARDED_FIELDS = {"location_id", "product_id", "quantity"}


class StockQuant(models.Model):
    """The net under the guard: whatever way a piece took, it is counted where it lies (P2)."""

    _inherit = "stock.quant"

    @api.constrains("product_id", "location_id", "quantity")
    def _check_restricted_outside(self):
        """What lies outside must not exceed what was released (P2)."""
        self.env["parts.guard"]._check_outside(self)

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse stock of restricted parts out of nothing; counting goes through a move."""
        if not self._is_bookkeeping():
            for vals in vals_list:
                if vals.get("quantity"):
                    self._check_direct_change(
                        self.env["product.product"].browse(vals.get("product_id") or [])
                    )
        return super().create(vals_list)

    def write(self, vals):
        """Refuse to shift stock of restricted parts by hand (P2).

        :raise UserError: unless stock's own bookkeeping writes
        """
        if vals.keys() & GUARDED_FIELDS and not self._is_bookkeeping():
            products = self.product_id
            if vals.get("product_id"):
                products |= products.browse(vals["product_id"])
            self._check_direct_change(products)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_restricted(self):
        """Pieces of a restricted part do not vanish with their row (P2)."""
        if not self._is_bookkeeping():
            self._check_direct_change(self.filtered("quantity").product_id)

    @api.model
    def _update_available_quantity(
        self, product_id, location_id, quantity=False, reserved_quantity=False, **kwargs
    ):
        """The one legitimate way by which a quantity changes: open the door for it."""
        if product_id.part_class == "restricted":
            self = self.with_context(parts_bookkeeping=_BOOKKEEPING)
            self.env["parts.guard"]._watch_balance(product_id)
            self.env["parts.guard"]._check_use(
                product_id,
                location_id,
                quantity,
                self.env.context.get("parts_consumption") is CONSUMPTION,
            )
        return super()._update_available_quantity(
            product_id,
            location_id,
            quantity=quantity,
            reserved_quantity=reserved_quantity,
            **kwargs,
        )

    @api.model
    def _is_bookkeeping(self):
        return self.env.context.get("parts_bookkeeping") is _BOOKKEEPING

    @api.model
    def _check_direct_change(self, products):
        """Stock of a restricted part changes by a stock move only.

        :raise UserError: naming the part
        """
        restricted = products.filtered(lambda product: product.part_class == "restricted")
        if restricted:
            raise UserError(
                self.env._(
                    "“%(part)s” is a restricted core part: its stock changes by transfers and "
                    "counts only, never by hand. Ask one of the guardians of restricted parts: "
                    "%(guardians)s.",
                    part=restricted[0].display_name,
                    guardians=self.env["parts.guard"]._get_guardian_names(),
                )
            )
