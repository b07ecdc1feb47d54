# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Command


class PartsTransferApproval(models.TransientModel):
    """Approval of an outlet's request: as asked, or cut with a reason (P11)."""

    _name = "parts.transfer.approval"
    _description = "Approval of a Transfer"

    picking_id = fields.Many2one(
        "stock.picking", string="Request", required=True, readonly=True, ondelete="cascade"
    )
    outlet_id = fields.Many2one(related="picking_id.outlet_id")
    requested_by_id = fields.Many2one(related="picking_id.parts_requested_by_id")
    line_ids = fields.One2many(
        "parts.transfer.approval.line",
        "approval_id",
        string="Parts",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("picking_id")
    def _compute_line_ids(self):
        for approval in self:
            approval.line_ids = [
                Command.clear(),
                *(
                    Command.create({"move_id": move.id, "quantity": move.product_uom_qty})
                    for move in approval.picking_id.move_ids
                ),
            ]

    def action_approve(self):
        """Approve what the lines say.

        :raise UserError: when more than asked is approved, or a cut has no reason
        """
        self.ensure_one()
        cuts = {line.move_id: line._get_cut() for line in self.line_ids}
        self.picking_id._approve_parts_transfer(cuts)
        return {"type": "ir.actions.act_window_close"}
