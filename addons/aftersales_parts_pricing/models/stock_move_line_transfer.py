# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import UserError

# Fields that move pieces when they change on a line that is done.
CLOSED_FIELDS = {
    "location_dest_id",
    "location_id",
    "lot_id",
    "move_id",
    "owner_id",
    "picking_id",
    "product_id",
    "product_uom_id",
    "quant_id",
    "quantity",
}


class StockMoveLine(models.Model):
    """Pieces get on the way to an outlet, and off it, by transfers only (P11)."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """No line is added to a transfer that is done.

        :raise UserError: naming the transfer
        """
        lines = super().create(vals_list)
        lines._check_open_loop(lines.filtered(lambda line: line.state == "done"))
        return lines

    def write(self, vals):
        """A done line of a transfer stays as it is: its other end counts on it.

        :raise UserError: naming the transfer
        """
        if vals.keys() & CLOSED_FIELDS:
            self._check_open_loop(self.filtered(lambda line: line.state == "done"))
        result = super().write(vals)
        if vals.keys() & {"location_id", "location_dest_id"}:
            self.filtered(lambda line: line.state == "done")._check_parts_transit()
        return result

    def _action_done(self):
        """See :meth:`_check_parts_transit`."""
        self._check_parts_transit()
        return super()._action_done()

    def _check_open_loop(self, lines):
        for line in lines:
            if line.move_id.picking_id.parts_transfer_step:
                raise UserError(
                    self.env._(
                        "%(transfer)s is done, and its other end counts on it: it does not change. "
                        "Book what was different by another transfer or a count.",
                        transfer=line.picking_id.name,
                    )
                )

    def _check_parts_transit(self):
        """What lies on the way is exactly what is open, because nothing else gets there.

        :raise UserError: naming the part
        """
        for line in self:
            places = line.location_id | line.location_dest_id
            step = line.move_id.picking_id.parts_transfer_step
            if step and line.location_dest_usage != "inventory":
                way = line.location_id if step == "receive" else line.location_dest_id
                allowed = way.is_parts_transit or step not in ("ship", "receive", "return", "old")
            else:
                allowed = step or not any(places.mapped("is_parts_transit"))
            if not allowed:
                raise UserError(
                    self.env._(
                        "%(part)s cannot go from %(origin)s to %(target)s: pieces get on the way "
                        "to an outlet, and off it, by its transfer only. Use the transfer, or "
                        "report a difference on its receipt.",
                        part=line.product_id.display_name,
                        origin=line.location_id.display_name,
                        target=line.location_dest_id.display_name,
                    )
                )
