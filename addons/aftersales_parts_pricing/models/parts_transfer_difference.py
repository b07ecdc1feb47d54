# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("missing", "Missing"),
    ("damaged", "Damaged"),
    ("back", "Sent back"),
]


class PartsTransferDifference(models.Model):
    """Pieces of a transfer that did not arrive as they left, explained and decided (P11, K21).

    Whoever receives reports them; an approver writes them off or lets them come back. The piece
    itself moves by a stock move that hangs on the same shipment, so the loop closes.
    """

    _name = "parts.transfer.difference"
    _inherit = ["aftersales.guarded.mixin"]
    _description = "Difference of a Transfer"
    _order = "id desc"
    _rec_name = "product_id"
    _check_company_auto = True

    picking_id = fields.Many2one(
        "stock.picking",
        string="Receipt",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    move_id = fields.Many2one(
        "stock.move",
        string="Line",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('picking_id', '=', picking_id), ('state', 'not in', ('done', 'cancel'))]",
        help="Line of the receipt that is short or damaged.",
    )
    product_id = fields.Many2one(
        related="move_id.product_id", string="Part", store=True, index=True
    )
    outlet_id = fields.Many2one(related="picking_id.outlet_id", store=True, index=True)
    company_id = fields.Many2one(related="picking_id.company_id", store=True, index=True)
    quantity = fields.Float(
        required=True, default=1.0, digits="Product Unit", help="Pieces, in the unit of the line."
    )
    uom_id = fields.Many2one(related="move_id.product_uom", string="Unit")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot/Serial Number",
        check_company=True,
        index="btree_not_null",
        domain="[('product_id', '=', product_id)]",
        help="Which lot or serial number; needed where the part is tracked.",
    )
    kind = fields.Selection(KINDS, required=True, default="missing")
    reason = fields.Char(
        string="Explanation", required=True, help="What happened, as far as it is known."
    )
    responsible_id = fields.Many2one(
        "hr.employee",
        string="Answers for It",
        index="btree_not_null",
        check_company=True,
        help="Person who answers for the difference; empty where it is nobody of ours, such as a "
        "carrier (K21).",
    )
    state = fields.Selection(
        [
            ("reported", "Reported"),
            ("decided", "Settled"),
            ("refused", "Refused"),
        ],
        default="reported",
        required=True,
        readonly=True,
        index=True,
    )
    reported_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user, copy=False
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_at = fields.Datetime(readonly=True, copy=False)
    outcome_move_ids = fields.Many2many(
        "stock.move", string="Booked by", readonly=True, copy=False, check_company=False
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        help="Pieces at the settlement price frozen when they left.",
    )
    currency_id = fields.Many2one(related="move_id.parts_settlement_currency_id")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "Report a number of pieces above zero."
    )

    @api.depends("quantity", "move_id.parts_settlement_price")
    def _compute_amount(self):
        for difference in self:
            difference.amount = difference.quantity * difference.move_id.parts_settlement_price

    # ------------------------------------------------------------------
    # Constraints and CRUD
    # ------------------------------------------------------------------

    @api.constrains("quantity", "move_id", "picking_id", "state")
    def _check_quantity(self):
        """No more is reported than is open."""
        for difference in self.filtered(lambda line: line.state == "reported"):
            move = difference.move_id
            if (
                move.picking_id != difference.picking_id
                or move.picking_id.parts_transfer_step != "receive"
            ):
                raise ValidationError(
                    self.env._(
                        "Choose a line of the receipt %(receipt)s itself.",
                        receipt=difference.picking_id.name,
                    )
                )
            reported = sum(
                self.search([("move_id", "=", move.id), ("state", "=", "reported")]).mapped(
                    "quantity"
                )
            )
            opened = sum(difference._get_open_moves().mapped("product_uom_qty"))
            if move.product_uom.compare(reported, opened) > 0:
                raise ValidationError(
                    self.env._(
                        "%(open)s of %(part)s are still open on %(receipt)s, and %(reported)s "
                        "would be reported. Report no more than is open.",
                        open=opened,
                        part=move.product_id.display_name,
                        receipt=difference.picking_id.name,
                        reported=reported,
                    )
                )

    @api.constrains("lot_id", "move_id")
    def _check_lot_id(self):
        for difference in self:
            product = difference.move_id.product_id
            if product.tracking != "none" and difference.lot_id.product_id != product:
                raise ValidationError(
                    self.env._(
                        "%(part)s is tracked: say which lot or serial number it is.",
                        part=product.display_name,
                    )
                )

    def write(self, vals):
        """What is decided stays.

        :raise UserError: naming the part
        """
        if not self.env.su:
            self._check_reported()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_reported()

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "reported_by_id",
            "decided_by_id",
            "decided_at",
            "outcome_move_ids",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written when an approver decides, not entered.")

    def _check_reported(self):
        for difference in self:
            if difference.state != "reported":
                raise UserError(
                    self.env._(
                        "The difference of %(part)s on %(receipt)s is settled and stays. Book a "
                        "piece that was found again by a count.",
                        part=difference.product_id.display_name,
                        receipt=difference.picking_id.name,
                    )
                )

    # ------------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------------

    def action_settle(self):
        """Write the pieces off, or let them come back (P11).

        :raise AccessError: for anybody but approvers
        :raise UserError: when they are no longer open; restricted parts as parts.guard says
        """
        self.env["stock.picking"]._check_parts_approver()
        self.check_access("read")
        self._check_reported()
        for difference in self:
            # sudo: approvers need no rights on the inventory; this one difference is settled.
            difference.sudo()._settle()
            difference.sudo().write(self._prepare_decision_vals("decided"))
        return True

    def action_refuse(self):
        """The explanation does not hold: the pieces stay open (P11).

        :raise AccessError: for anybody but approvers
        """
        self.env["stock.picking"]._check_parts_approver()
        self.check_access("read")
        self._check_reported()
        # sudo: approvers decide, whatever else they may write.
        self.sudo().write(self._prepare_decision_vals("refused"))
        return True

    def _prepare_decision_vals(self, state):
        return {
            "state": state,
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
        }

    def _get_open_moves(self):
        """Lines of receipts that still wait for pieces of the same shipment.

        Once the rest was received, these are those of the back-order.
        """
        self.ensure_one()
        move = self.move_id
        if move.state not in ("done", "cancel"):
            return move
        following = move.move_orig_ids.move_dest_ids
        return following.filtered(
            lambda other: (
                other.product_id == move.product_id
                and other.picking_id.parts_transfer_step == "receive"
                and other.location_dest_usage != "inventory"
                and other.state not in ("draft", "done", "cancel")
            )
        )

    def _settle(self):
        """Take the pieces out of the open lines, by moves of the same shipment."""
        self.ensure_one()
        unit = self.move_id.product_uom
        left = self.quantity
        outcome = self.env["stock.move"]
        for move in self._get_open_moves():
            if unit.compare(left, 0) <= 0:
                break
            taken = min(left, move.product_uom._compute_quantity(move.product_uom_qty, unit))
            outcome |= self._take_out(move, unit._compute_quantity(taken, move.product_uom))
            left -= taken
        if unit.compare(left, 0) > 0:
            raise UserError(
                self.env._(
                    "%(part)s: %(missing)s of the reported pieces are not open any more on "
                    "%(receipt)s, they were received meanwhile. Refuse the report.",
                    part=self.product_id.display_name,
                    missing=left,
                    receipt=self.picking_id.name,
                )
            )
        self.outcome_move_ids = outcome

    def _take_out(self, move, quantity):
        """Move a quantity of an open line to where the decision sends it.

        :param move: open stock.move of a receipt
        :param quantity: in the unit of the move
        :return: the move that takes the pieces
        """
        move = move._as_transfer_step()
        receipt = move.picking_id
        move.picked = False
        move._do_unreserve()
        rest = move.browse()
        taken = move
        if move.product_uom.compare(quantity, move.product_uom_qty) < 0:
            pieces = move.product_uom._compute_quantity(quantity, move.product_id.uom_id)
            taken = move.create(move._split(pieces))
            rest = move
        back = self.kind == "back"
        target = self._get_target(move)
        vals = {
            "location_dest_id": target.id,
            "picking_id": False if back else receipt.id,
            "parts_responsible_id": self.responsible_id.id,
            "parts_difference_reason": self.reason,
        }
        taken.write(vals)
        if back:
            taken.picking_id = self._get_back_picking(receipt, target)
        taken._action_confirm(merge=False)
        self._reserve(taken)
        rest._action_assign()
        if not back:
            taken.picked = True
            # The rest stays on this receipt: no back-order for it.
            taken._action_done(cancel_backorder=True)
            if receipt.state == "done" and not receipt.date_done:
                receipt.date_done = fields.Datetime.now()
        return taken

    def _reserve(self, move):
        """Reserve the very pieces that were reported.

        :raise UserError: when they are not there, such as another serial number
        """
        if self.lot_id:
            move._update_reserved_quantity(
                move.product_qty, move.location_id, lot_id=self.lot_id, strict=False
            )
            move._recompute_state()
        else:
            move._action_assign()
        if move.product_uom.compare(move.quantity, move.product_uom_qty) < 0:
            raise UserError(
                self.env._(
                    "%(quantity)s of %(part)s %(lot)s are not on the way with %(receipt)s: check "
                    "quantity and lot.",
                    quantity=self.quantity,
                    part=self.product_id.display_name,
                    lot=self.lot_id.name or "",
                    receipt=self.picking_id.name,
                )
            )

    def _get_target(self, move):
        """Where the pieces go: out of the books, or to where they came from."""
        if self.kind == "back":
            return move.move_orig_ids[:1].location_id
        return move.product_id.with_company(move.company_id).property_stock_inventory

    def _get_back_picking(self, receipt, target):
        """Receipt at the other end for what was sent back; one for each receipt."""
        pickings = self.env["stock.picking"]
        found = pickings.search(
            [
                ("origin", "=", receipt.name),
                ("picking_type_id", "=", receipt.picking_type_id.id),
                ("location_dest_id", "=", target.id),
                ("state", "not in", ("done", "cancel")),
            ],
            limit=1,
        )
        return found or pickings.create(
            {
                "origin": receipt.name,
                "picking_type_id": receipt.picking_type_id.id,
                "location_id": receipt.location_id.id,
                "location_dest_id": target.id,
                "outlet_id": receipt.outlet_id.id,
                "partner_id": receipt.partner_id.id,
            }
        )
