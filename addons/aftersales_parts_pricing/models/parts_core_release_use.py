# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class PartsCoreReleaseUse(models.Model):
    """Ledger: which move took how many pieces on which release (P2).

    Written in the transaction of the move, never changed by anybody.
    """

    _name = "parts.core.release.use"
    _description = "Use of a Release of a Restricted Part"
    _order = "id desc"
    _rec_name = "release_id"

    release_id = fields.Many2one(
        "parts.core.release", required=True, readonly=True, ondelete="restrict"
    )
    move_line_id = fields.Many2one(
        "stock.move.line", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="release_id.company_id", store=True, index=True)
    product_id = fields.Many2one(related="release_id.product_id", store=True, index=True)
    partner_id = fields.Many2one(related="release_id.partner_id")
    picking_id = fields.Many2one(related="move_line_id.picking_id")
    quantity = fields.Float(required=True, readonly=True, digits="Product Unit")
    location_id = fields.Many2one("stock.location", string="From", required=True, readonly=True)
    location_dest_id = fields.Many2one(
        "stock.location", string="Destination", required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users", string="Moved By", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    _unique_use = models.UniqueIndex(
        "(release_id, move_line_id)", "A move uses a release once; its row was written already."
    )
    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "A row of the ledger is for pieces that left."
    )

    def write(self, vals):
        """:raise UserError: always but for the ledger's own bookkeeping"""
        if not self.env.su:
            self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _refuse_change(self):
        raise UserError(
            self.env._("The ledger of releases is written by the moves themselves and stays.")
        )

    @api.model
    def _record(self, release, movement, quantity):
        """Add pieces to the row of a release and a move line.

        :param release: parts.core.release
        :param PartMovement movement: its line is being validated
        :param float quantity: pieces, in the unit of the part
        """
        # sudo: nobody writes the ledger by hand; the guard does as pieces move.
        ledger = self.sudo()
        row = ledger.search(
            [("release_id", "=", release.id), ("move_line_id", "=", movement.line.id)]
        )
        if row:
            # A line whose state somebody wrote back, and that leaves once more.
            row.quantity += quantity
            return row
        return ledger.create(
            {
                "release_id": release.id,
                "move_line_id": movement.line.id,
                "quantity": quantity,
                "location_id": movement.location.id,
                "location_dest_id": movement.location_dest.id,
                "user_id": self.env.uid,
            }
        )

    @api.model
    def _covers(self, movement):
        """Whether a done line that is corrected stays within what it took on releases.

        Only down, and only to where the pieces went; everything else is a new transfer.
        """
        line = movement.line
        if not line or movement.product != line.product_id:
            return False
        # sudo: whoever corrects the transfer need not see the release that allowed it.
        rows = self.sudo().search([("move_line_id", "=", line.id)])
        return (
            rows.location_dest_id == movement.location_dest
            and rows.product_id == movement.product
            and movement.product.uom_id.compare(movement.quantity, sum(rows.mapped("quantity")))
            <= 0
        )

    @api.model
    def _get_quantities(self, products):
        """{product id: pieces that ever left on a release}."""
        # sudo: the net counts every piece, whatever the user may see.
        return {
            product.id: quantity
            for product, quantity in self.sudo()._read_group(
                [("product_id", "in", products.ids)], ["product_id"], ["quantity:sum"]
            )
        }
