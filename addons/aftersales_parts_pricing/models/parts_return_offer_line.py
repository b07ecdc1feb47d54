# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PartsReturnOfferLine(models.Model):
    """A part that we offer to buy back, and what the dealer says to it (P10)."""

    _name = "parts.return.offer.line"
    _description = "Return Offer Line"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "offer_id desc, id"
    _rec_name = "product_id"
    _check_company_auto = True

    offer_id = fields.Many2one("parts.return.offer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="offer_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="offer_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        check_company=True,
        domain="[('part_class', 'not in', (False, 'restricted'))]",
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)
    uom_id = fields.Many2one(related="product_id.uom_id")
    price_unit = fields.Monetary(
        string="Buy-Back Price", required=True, help="For a piece, without tax."
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, help="Without tax.")
    date_last_demand = fields.Date(
        string="Last Demand",
        help="At the outlet the day it was last asked for, else its last delivery to the dealer.",
    )
    reason = fields.Char(string="Why", help="Why it is proposed, in words for the dealer.")
    answer = fields.Selection(
        [("open", "Waiting"), ("accepted", "Accepted"), ("declined", "Declined")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )
    accepted_qty = fields.Float(
        string="Accepted Pieces", digits="Product Unit", readonly=True, copy=False
    )
    amount_accepted = fields.Monetary(
        string="Accepted", compute="_compute_amount", store=True, help="Without tax."
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0 AND price_unit >= 0)",
        "An offer is for more than no piece, and a buy-back price is not negative.",
    )
    _product_uniq = models.UniqueIndex(
        "(offer_id, product_id)", "A part stands once on a return offer."
    )

    @api.depends("quantity", "price_unit", "accepted_qty")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.price_unit
            line.amount_accepted = line.accepted_qty * line.price_unit

    @api.constrains("product_id")
    def _check_product(self):
        for line in self:
            if line.product_id.part_class in (False, "restricted"):
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is not a part that circulates: it cannot be offered.",
                        part=line.product_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Lines are added to drafts only."""
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        """Lines change in drafts only."""
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._check_draft()

    def _check_draft(self):
        if not self.env.su:
            self.offer_id._check_draft()

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "answer",
            "accepted_qty",
            "amount",
            "amount_accepted",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("the dealer answers on the portal.")

    def _answer(self, quantity):
        """Note what the dealer accepts.

        :param quantity: pieces, 0 to decline; None where there is no answer
        :raise UserError: when it is no number of pieces that was offered
        """
        self.ensure_one()
        if quantity is None or not 0 <= quantity <= self.quantity:
            raise UserError(
                self.env._(
                    "%(part)s: answer with 0 to %(pieces)s pieces.",
                    part=self.product_id.display_name,
                    pieces=f"{self.quantity:g}",
                )
            )
        self.write(
            {
                "accepted_qty": quantity,
                "answer": "accepted" if quantity else "declined",
            }
        )

    def _prepare_move_vals(self, picking):
        """Values of the draft move of a transfer; hook."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": self.accepted_qty,
            "location_id": picking.location_id.id,
            "location_dest_id": picking.location_dest_id.id,
            "picking_id": picking.id,
            "company_id": self.company_id.id,
        }
