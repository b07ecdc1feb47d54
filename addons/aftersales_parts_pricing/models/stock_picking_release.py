# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class StockPicking(models.Model):
    """Transfers of restricted parts know how to ask for a release (P2)."""

    _inherit = "stock.picking"

    needs_parts_release = fields.Boolean(
        compute="_compute_needs_parts_release",
        help="Restricted core parts on this transfer would leave our own bases.",
    )
    parts_release_ids = fields.One2many(
        "parts.core.release", "picking_id", string="Releases", readonly=True
    )
    parts_release_count = fields.Integer(compute="_compute_parts_release_count")

    @api.depends("state", "move_ids.product_id", "move_ids.location_dest_id", "location_dest_id")
    def _compute_needs_parts_release(self):
        self.needs_parts_release = False
        for picking in self.filtered(lambda picking: picking.state not in ("done", "cancel")):
            picking.needs_parts_release = bool(picking._get_moves_to_release())

    @api.depends("parts_release_ids")
    def _compute_parts_release_count(self):
        # Whoever may not read releases sees no number rather than an error.
        releases = self.env["parts.core.release"]
        counts = {}
        if releases.has_access("read"):
            counts = dict(
                releases._read_group([("picking_id", "in", self.ids)], ["picking_id"], ["__count"])
            )
        for picking in self:
            picking.parts_release_count = counts.get(picking._origin, 0)

    def action_ask_parts_release(self):
        """Open a release for the first restricted part that has none yet."""
        self.ensure_one()
        moves = self._get_moves_to_release()
        # sudo: a release that the user may not see is not asked for twice either.
        asked = self.sudo().parts_release_ids.filtered(
            lambda release: release.state in ("draft", "asked", "granted")
        )
        move = moves.filtered(lambda move: move.product_id not in asked.product_id)[:1] or moves[:1]
        return self.env["parts.guard"]._get_release_action() | {
            "context": {
                "default_product_id": move.product_id.id,
                "default_quantity": move.product_qty or 1.0,
                "default_partner_id": (move.partner_id or self.partner_id).id,
                "default_picking_id": self.id,
                "default_company_id": self.company_id.id,
            },
        }

    def action_view_parts_releases(self):
        """Open the releases that were asked for this transfer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_core_release_action"
        )
        return action | {"domain": [("picking_id", "=", self.id)], "context": {}}

    def _get_moves_to_release(self):
        """Moves of restricted parts whose destination is outside our own bases."""
        moves = self.move_ids.filtered(
            lambda move: (
                move.product_id.part_class == "restricted" and move.state not in ("done", "cancel")
            )
        )
        if not moves:
            return moves
        return moves.filtered(
            lambda move: self.env["parts.guard"]._is_outside(move.location_dest_id)
        )
