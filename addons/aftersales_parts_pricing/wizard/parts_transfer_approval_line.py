# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class PartsTransferApprovalLine(models.TransientModel):
    """A part that an outlet asks for."""

    _name = "parts.transfer.approval.line"
    _description = "Line of an Approval"

    approval_id = fields.Many2one(
        "parts.transfer.approval", required=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one("stock.move", required=True, readonly=True, ondelete="cascade")
    product_id = fields.Many2one(related="move_id.product_id", string="Part")
    requested = fields.Float(related="move_id.product_uom_qty", string="Requested")
    uom_id = fields.Many2one(related="move_id.product_uom", string="Unit")
    available = fields.Float(
        compute="_compute_available",
        digits="Product Unit",
        help="Not reserved yet, where the parts are taken from, in the unit of the part.",
    )
    quantity = fields.Float(
        string="Approve",
        digits="Product Unit",
        help="What the outlet gets; 0 takes the line off the request.",
    )
    reason = fields.Char(string="Reason of the Cut")

    @api.depends("move_id")
    def _compute_available(self):
        """One query for all lines of a place."""
        for location, lines in self.grouped(lambda line: line.move_id.location_id).items():
            # sudo: approvers see what is there without rights on the inventory.
            products = lines.product_id.sudo().with_context(location=location.id)
            free = {product.id: product.free_qty for product in products}
            for line in lines:
                line.available = free.get(line.product_id.id, 0.0)

    def _get_cut(self):
        """(quantity, reason) of this line.

        :raise UserError: naming the part
        """
        unit = self.uom_id
        if unit.compare(self.quantity, 0) < 0 or unit.compare(self.quantity, self.requested) > 0:
            raise UserError(
                self.env._(
                    "%(part)s: approve between 0 and the %(requested)s that were asked for.",
                    part=self.product_id.display_name,
                    requested=self.requested,
                )
            )
        if unit.compare(self.quantity, self.requested) < 0 and not self.reason:
            raise UserError(
                self.env._(
                    "%(part)s: say why only %(quantity)s of %(requested)s are approved.",
                    part=self.product_id.display_name,
                    quantity=self.quantity,
                    requested=self.requested,
                )
            )
        return self.quantity, self.reason
