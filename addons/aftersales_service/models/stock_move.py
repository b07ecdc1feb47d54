# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import UserError


class StockMove(models.Model):
    """Moves of parts that were used on a job know its line; a repair card has no others."""

    _name = "stock.move"
    _inherit = ["aftersales.voucher.line.mixin", "stock.move"]

    @api.model_create_multi
    def create(self, vals_list):
        """On the card of a customer's product, its owner goes along with what is his (S5).

        :raises UserError: for parts that are not on a line of the job
        """
        vals_list = [self._prepare_card_move_vals(vals) for vals in vals_list]
        return super().create(vals_list)

    def _action_done(self, cancel_backorder=False):
        """What is taken out of a customer's product stays his, wherever it goes."""
        removed = self.filtered(
            lambda move: (
                move.repair_line_type in ("remove", "recycle")
                and move.repair_id.aftersales_voucher_id
            )
        )
        for move in removed:
            move.move_line_ids.owner_id = move.repair_id.partner_id
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _action_synch_order(self):
        """What a job used is charged by the job: no order counts it, or gets a line more."""
        others = self.filtered(lambda move: not move.aftersales_voucher_line_id)
        return super(StockMove, others)._action_synch_order()

    def _prepare_merge_moves_distinct_fields(self):
        """Moves of two lines of a job stay two moves: each keeps its serial and its line."""
        return super()._prepare_merge_moves_distinct_fields() + ["aftersales_voucher_line_id"]

    @api.model
    def _prepare_card_move_vals(self, vals):
        """Values of a move of a repair card: core gives the product an owner in one case only."""
        card = vals.get("repair_id") and self.env["repair.order"].browse(vals["repair_id"])
        if not card or not card.aftersales_voucher_id:
            return vals
        line_type = vals.get("repair_line_type")
        if line_type == "add" and not vals.get("aftersales_voucher_line_id"):
            raise UserError(
                self.env._(
                    "Enter the parts of card %s under Work and Parts: they are charged with its "
                    "job, and leave the stock when the card is passed.",
                    card.display_name,
                )
            )
        if line_type == "recycle":
            raise UserError(
                self.env._(
                    "What is taken out of %(goods)s belongs to %(owner)s: it cannot become stock "
                    "of ours. Choose Remove.",
                    goods=card.product_id.display_name,
                    owner=card.partner_id.display_name,
                )
            )
        if line_type:
            return vals
        commands = [
            (command[0], command[1], {**command[2], "owner_id": card.partner_id.id})
            for command in vals.get("move_line_ids") or []
        ]
        return {**vals, "move_line_ids": commands, "restrict_partner_id": card.partner_id.id}
