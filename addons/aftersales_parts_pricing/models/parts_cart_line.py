# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import math

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

MOST_PIECES = 1_000_000


class PartsCartLine(models.Model):
    """A part that a dealer's person has put into the cart of the portal, not yet ordered.

    No price is kept: the order asks for the one of its day. Written by the portal only.
    """

    _name = "parts.cart.line"
    _description = "Part in a Dealer's Cart"
    _order = "id"

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Dealer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", string="Part", required=True, readonly=True, ondelete="cascade"
    )
    quantity = fields.Float(digits="Product Unit", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)

    _person_part_uniq = models.UniqueIndex(
        "(user_id, company_id, product_id)", "A part is in a cart once, with its quantity."
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A cart holds at least something of each of its parts."
    )

    @api.model
    def _get_cart(self, terms, user):
        """Lines of a person's cart whose parts its dealer may still buy."""
        lines = self.search([("user_id", "=", user.id), ("company_id", "=", terms.company.id)])
        # The person may have changed its employer since.
        lines = lines.filtered(lambda line: line.partner_id == terms.dealer)
        listed = self.env["parts.catalogue"]._filter_listed(terms, lines.product_id)
        return lines.filtered(lambda line: line.product_id in listed)

    @api.model
    def _read_quantity(self, text, product):
        """A quantity as somebody typed it, rounded to the part's unit.

        :raise UserError: for what is no quantity
        """
        try:
            quantity = float(str(text or "").strip().replace(",", "."))
        except ValueError:
            quantity = math.nan
        if not math.isfinite(quantity) or not 0 <= quantity <= MOST_PIECES:
            raise UserError(
                self.env._(
                    "“%(text)s” is no quantity: type a number, for example 2.", text=text or ""
                )
            )
        return product.uom_id.round(quantity, rounding_method="UP")

    @api.model
    def _put(self, terms, user, product, quantity, add=False):
        """Set how many pieces of a part are in the cart; none takes it out.

        :param product: a part of the dealer's catalogue
        :param add: whether the pieces come on top of those that are there
        """
        own = [("user_id", "=", user.id), ("company_id", "=", terms.company.id)]
        line = self.search([*own, ("product_id", "=", product.id)])
        if line.partner_id and line.partner_id != terms.dealer:
            line.unlink()
            line = self.browse()
        if add:
            quantity = min(quantity + line.quantity, MOST_PIECES)
        if not quantity:
            line.unlink()
        elif line:
            line.quantity = quantity
        else:
            self.create(
                {
                    "user_id": user.id,
                    "partner_id": terms.dealer.id,
                    "company_id": terms.company.id,
                    "product_id": product.id,
                    "quantity": quantity,
                }
            )

    def _place_order(self, terms, author, reference="", note="", address=None):
        """Make the cart an order of the dealer, as the company's setting says, and empty it.

        :param author: res.partner who ordered
        :param reference: the dealer's own order number
        :param address: one of the dealer's addresses to deliver to
        :rtype: sale.order
        :raise UserError: when the cart is empty, or the order is refused
        """
        # Of two presses of the same button the second one finds the lines taken.
        lines = self.try_lock_for_update().exists()
        if not lines:
            raise UserError(self.env._("Your cart is empty: there is nothing to order."))
        lines._check_sold(terms)
        order = self.env["sale.order"].create(
            lines._prepare_order_values(terms, author, reference, address)
        )
        if note:
            order.message_post(body=note, author_id=author.id, message_type="comment")
        lines.unlink()
        mode = terms.company.parts_portal_order_mode
        if mode == "sent":
            order.action_quotation_sent()
        elif mode == "sale":
            order.action_confirm()
        else:
            order._schedule_portal_order_activity(author)
        return order

    def _check_sold(self, terms):
        """Parts that were superseded while they lay in the cart are not ordered any more.

        :raise UserError: naming the part and what took its place
        """
        newer = self.env["parts.catalogue"]._get_newer(terms, self.product_id)
        for product, (name, sold) in newer.items():
            if not sold:
                raise UserError(
                    self.env._(
                        "%(old)s is no longer sold: take it out of the cart and put in %(new)s.",
                        old=product.display_name,
                        new=name,
                    )
                )

    def _prepare_order_values(self, terms, author, reference, address):
        values = {
            "partner_id": terms.dealer.id,
            "company_id": terms.company.id,
            "pricelist_id": terms.pricelist.id,
            "warehouse_id": terms.company._get_parts_warehouse().id,
            "client_order_ref": reference or False,
            "origin": self.env._("Dealers' portal, %(person)s", person=author.name),
            "order_line": [
                Command.create({"product_id": line.product_id.id, "product_uom_qty": line.quantity})
                for line in self
            ],
        }
        if address:
            values["partner_shipping_id"] = address.id
        return values
