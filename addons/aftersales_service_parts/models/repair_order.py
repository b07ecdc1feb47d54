# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class RepairOrder(models.Model):
    """A repair that could not use its restricted parts up is refused when it is confirmed (P2)."""

    _inherit = "repair.order"

    def _action_repair_confirm(self):
        """Ask the guard before the work starts, not when it is done.

        :raise UserError: as parts.guard._check_movements
        """
        added = self.move_ids.filtered(
            lambda move: (
                move.repair_line_type == "add" and move.product_id.part_class == "restricted"
            )
        )
        self.env["stock.move.line"]._check_restricted_movements(
            [move._prepare_repair_part_movement() for move in added]
        )
        return super()._action_repair_confirm()
