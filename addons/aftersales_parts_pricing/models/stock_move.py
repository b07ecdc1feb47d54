# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from .parts_guard import PartMovement

# The steps of a transfer carry this object in their context. It lives in this process only: no
# call from outside can name it.
TRANSFER_STEP = object()

FROZEN_FIELDS = (
    "parts_settlement_price",
    "parts_settlement_currency_id",
    "parts_guide_price",
    "parts_guide_currency_id",
    "parts_publication_id",
)
STEP_FIELDS = {*FROZEN_FIELDS, "parts_quantity_requested", "parts_cut_reason"}


class StockMove(models.Model):
    """Moves of transfers: approved, priced when they leave, open until they are closed (P11)."""

    _inherit = "stock.move"

    parts_quantity_requested = fields.Float(
        string="Requested",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What the outlet asked for, before the approval cut it.",
    )
    parts_cut_reason = fields.Char(
        string="Reason of the Cut", readonly=True, copy=False, help="Why less was approved."
    )
    parts_settlement_price = fields.Float(
        string="Settlement Price",
        min_display_digits="Product Price",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Published settlement price of one unit of the line, without tax, on the day on which "
        "it left. Frozen: later publications do not change it (P11).",
    )
    parts_settlement_currency_id = fields.Many2one("res.currency", readonly=True, copy=False)
    parts_guide_price = fields.Float(
        string="Guide Price",
        min_display_digits="Product Price",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Published market guide price of one unit of the line, without tax, frozen likewise.",
    )
    parts_guide_currency_id = fields.Many2one("res.currency", readonly=True, copy=False)
    parts_publication_id = fields.Many2one(
        "parts.price.publication",
        string="Publication",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Publication of the frozen settlement price, else of the guide price.",
    )
    parts_responsible_id = fields.Many2one(
        "hr.employee",
        string="Answers for the Difference",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Person who answers for a difference of a count or transfer (K21).",
    )
    parts_difference_reason = fields.Char(
        string="Explanation", readonly=True, copy=False, help="How the difference came about."
    )

    @api.depends_context("parts_show_part")
    def _compute_display_name(self):
        """On a list of differences a line is its part, and how much of it is open."""
        result = super()._compute_display_name()
        if self.env.context.get("parts_show_part"):
            for move in self:
                move.display_name = self.env._(
                    "%(part)s: %(quantity)g %(unit)s",
                    part=move.product_id.display_name,
                    quantity=move.product_uom_qty,
                    unit=move.product_uom.name,
                )
        return result

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Frozen prices and approvals are written by the steps of a transfer only.

        :raise UserError: when somebody passes one
        """
        for vals in vals_list:
            self._check_step_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        """See :meth:`create`; an approved quantity does not grow either.

        :raise UserError: naming the part and what to do
        """
        self._check_step_fields(vals)
        if "product_uom_qty" in vals and not self._is_transfer_step():
            self._check_approved_quantity(vals["product_uom_qty"])
        return super().write(vals)

    def _is_transfer_step(self):
        """Whether a step of a transfer, and no user, is writing."""
        return self.env.su or self.env.context.get("parts_transfer_step") is TRANSFER_STEP

    def _as_transfer_step(self):
        return self.with_context(parts_transfer_step=TRANSFER_STEP)

    @api.model
    def _check_step_fields(self, vals):
        names = STEP_FIELDS & vals.keys()
        if names and not self._is_transfer_step():
            raise UserError(
                self.env._(
                    "“%(field)s” is written when a transfer is approved or leaves; it is not "
                    "entered.",
                    field=self._fields[min(names)]._description_string(self.env),
                )
            )

    def _check_approved_quantity(self, quantity):
        """Nobody but an approver raises what was approved (P11).

        :raise UserError: naming the part
        """
        for move in self:
            picking = move.picking_id
            if (
                picking.parts_approved_by_id
                and picking.parts_transfer_step == "ship"
                and move.state not in ("done", "cancel")
                and move.product_uom.compare(quantity, move.product_uom_qty) > 0
                and not picking._is_parts_approver()
            ):
                raise UserError(
                    self.env._(
                        "%(quantity)s of %(part)s are approved on %(transfer)s: have an approver "
                        "of transfers raise them, or ask for the rest with a new request.",
                        quantity=move.product_uom_qty,
                        part=move.product_id.display_name,
                        transfer=picking.name,
                    )
                )

    # ------------------------------------------------------------------
    # Confirming
    # ------------------------------------------------------------------

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        """A request needs its approval; then it learns its way (P11)."""
        drafts = self.filtered(
            lambda move: move.state == "draft" and move.picking_id.parts_transfer_step
        )
        if drafts:
            drafts._check_parts_confirmation()
            drafts._set_parts_way()
        return super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)

    def _check_parts_confirmation(self):
        """Nothing is reserved for an outlet that was not approved, nor received unshipped.

        :raise UserError: naming the transfer and whom to ask
        """
        for picking, moves in self.grouped("picking_id").items():
            if picking.parts_transfer_step == "ship":
                moves._check_restricted_way()
                approved = picking.parts_approved_by_id
                if not approved or not (moves._is_transfer_step() or picking._is_parts_approver()):
                    raise UserError(
                        self.env._(
                            "%(transfer)s is a request: what it asks for, or what was added since, "
                            "has to be approved first. Ask one of the approvers: %(approvers)s.",
                            transfer=picking.name,
                            approvers=picking._get_parts_approver_names(),
                        )
                    )
            unshipped = moves.filtered(lambda move: not move.move_orig_ids)
            if picking.parts_transfer_step == "receive" and unshipped:
                if not moves._is_transfer_step():
                    raise UserError(
                        self.env._(
                            "%(part)s was not shipped with %(transfer)s: receipts hold what was "
                            "shipped. Have the warehouse send it, or book it by a count.",
                            part=unshipped[0].product_id.display_name,
                            transfer=picking.name,
                        )
                    )

    def _set_parts_way(self):
        """Tell the moves where the transfer ends and by which route, once a transfer."""
        for picking, moves in self.grouped("picking_id").items():
            if picking.parts_transfer_step not in ("ship", "return", "old"):
                continue
            warehouse = picking.picking_type_id.warehouse_id
            # sudo: the route and the end of the way are the warehouse's; nobody chooses them.
            moves = moves.sudo()
            vals = {
                "location_final_id": picking._get_parts_final_location().id,
                "route_ids": [fields.Command.set(warehouse.sudo().parts_route_id.ids)],
            }
            moves.write(vals)

    def _check_restricted_way(self):
        """Restricted parts are asked about for the whole way, before they leave (P2).

        :raise UserError: as parts.guard._check_movements
        """
        restricted = self.filtered(lambda move: move.product_id.part_class == "restricted")
        if not restricted:
            return
        self.env["parts.guard"]._check_movements(
            PartMovement(
                product=move.product_id,
                quantity=move.product_qty,
                location=move.location_id,
                location_dest=move.picking_id._get_parts_final_location(),
                partner=move.partner_id or move.picking_id.partner_id,
                job="internal",
            )
            for move in restricted
        )

    def _merge_moves_fields(self):
        """What two lines asked for is asked for by the one that is left."""
        vals = super()._merge_moves_fields()
        requested = sum(self.mapped("parts_quantity_requested"))
        return vals | {"parts_quantity_requested": requested} if requested else vals

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        """Pieces that left at two prices stay two lines."""
        return [*super()._prepare_merge_moves_distinct_fields(), *FROZEN_FIELDS]

    # ------------------------------------------------------------------
    # Leaving and arriving
    # ------------------------------------------------------------------

    def _action_done(self, cancel_backorder=False):
        """Freeze prices when parts leave; keep what did not arrive open (P11)."""
        moves = self.filtered(
            lambda move: (
                move.picking_id.parts_transfer_step and move.state not in ("done", "cancel")
            )
        )
        if not moves:
            return super()._action_done(cancel_backorder=cancel_backorder)
        moves._check_parts_quantities()
        moves._freeze_parts_prices()
        receipts = moves.filtered(
            lambda move: (
                move.picking_id.parts_transfer_step == "receive"
                and move.location_dest_usage != "inventory"
            )
        )
        done = self.browse()
        if receipts and cancel_backorder:
            done = super(StockMove, receipts)._action_done(cancel_backorder=False)
            self -= receipts
        return done | super()._action_done(cancel_backorder=cancel_backorder)

    def _check_parts_quantities(self):
        """Neither does more leave than was approved, nor more arrive than left.

        :raise UserError: naming the part and what to do
        """
        for move in self:
            step = move.picking_id.parts_transfer_step
            if step == "ship" and move.state != "draft" and move.quantity:
                move._check_restricted_way()
            more = move.product_uom.compare(move.quantity, move.product_uom_qty) > 0
            if more and step == "receive":
                raise UserError(
                    self.env._(
                        "%(shipped)s of %(part)s were shipped with %(transfer)s: receive no more "
                        "than that, and book what came besides by a count.",
                        shipped=move.product_uom_qty,
                        part=move.product_id.display_name,
                        transfer=move.picking_id.name,
                    )
                )
            if more and step == "ship":
                move._check_approved_quantity(move.quantity)

    def _create_backorder(self):
        """Open pieces keep the approval and the prices with which they left."""
        if not any(move.picking_id.parts_transfer_step for move in self):
            return super()._create_backorder()
        moves = super(StockMove, self._as_transfer_step())._create_backorder()
        return moves.with_env(self.env)

    def _prepare_move_split_vals(self, qty):
        vals = super()._prepare_move_split_vals(qty)
        if self.picking_id.parts_transfer_step == "receive":
            vals |= self._get_frozen_vals(vals.get("product_uom"))
        return vals

    def _action_cancel(self):
        """What is on the way cannot be cancelled: it is received, returned or written off (P11).

        :raise UserError: naming the receipt
        """
        if not self._is_transfer_step():
            for move in self:
                if (
                    move.picking_id.parts_transfer_step == "receive"
                    and move.state not in ("done", "cancel")
                    and any(origin.state == "done" for origin in move.move_orig_ids)
                ):
                    raise UserError(
                        self.env._(
                            "%(quantity)s of %(part)s are on the way with %(transfer)s and cannot "
                            "be cancelled. Receive them, or report under “Differences” that they "
                            "are missing, damaged or sent back.",
                            quantity=move.product_uom_qty,
                            part=move.product_id.display_name,
                            transfer=move.picking_id.name,
                        )
                    )
        return super()._action_cancel()

    # ------------------------------------------------------------------
    # Prices
    # ------------------------------------------------------------------

    @api.model
    def _get_frozen_steps(self):
        """Hook: steps at which prices are frozen."""
        return {"ship", "return"}

    def _get_frozen_vals(self, uom_id=None):
        """Values of the frozen prices, for the moves that follow.

        :param int uom_id: unit of that move, where it is another one
        """
        # sudo: whoever moves parts hands their prices on, also without the right to read lists.
        move = self.sudo()
        vals = {name: move[name] for name in FROZEN_FIELDS}
        for name, value in vals.items():
            if isinstance(value, models.BaseModel):
                vals[name] = value.id
            elif uom_id and uom_id != move.product_uom.id:
                target = self.env["uom.uom"].browse(uom_id)
                vals[name] = move.product_uom._compute_price(value, target)
        return vals

    def _freeze_parts_prices(self):
        """Write down what the parts cost on the day on which they leave, in three queries (P11).

        What comes back after a receipt keeps the price at which it went.
        """
        steps = self._get_frozen_steps()
        leaving = self.filtered(
            lambda move: move.picking_id.parts_transfer_step in steps and move.quantity
        )
        # sudo: the prices are read from lists and kept for those who may see them.
        for (company, outlet), moves in (
            leaving.sudo()
            .grouped(lambda move: (move.company_id, move.picking_id.outlet_id))
            .items()
        ):
            pricelists = self.env["product.pricelist"].sudo().with_company(company)
            settlement = outlet.with_company(company)._get_settlement_pricelist()
            guide = pricelists._get_guide_pricelist()
            day = self.env["parts.price"]._get_price_day(company=company)
            rows = self.env["parts.price"]._get_price_rows(
                settlement | guide, moves.product_id, day
            )
            for move in moves:
                origin = move.origin_returned_move_id
                if origin.parts_publication_id:
                    move.write(origin._get_frozen_vals(move.product_uom.id))
                else:
                    move._freeze_parts_price(
                        rows.get((settlement.id, move.product_id.id)),
                        rows.get((guide.id, move.product_id.id)),
                    )

    def _freeze_parts_price(self, settlement, guide):
        """Write two rows of published prices on this move, per unit of the move.

        :param settlement, guide: dict of parts.price._get_price_rows, or nothing
        """
        vals = {}
        for kind, row in (("guide", guide), ("settlement", settlement)):
            if row:
                unit = self.env["uom.uom"].browse(row["uom_id"])
                price = float(row["price"])
                if unit != self.product_uom:
                    price = unit._compute_price(price, self.product_uom)
                vals[f"parts_{kind}_price"] = price
                vals[f"parts_{kind}_currency_id"] = row["currency_id"]
                vals["parts_publication_id"] = row["publication_id"]
        if vals:
            self.write(vals)

    def _get_new_picking_values(self):
        """A receipt belongs to the outlet of what was shipped."""
        vals = super()._get_new_picking_values()
        outlets = self.move_orig_ids.picking_id.outlet_id
        if len(outlets) == 1:
            vals["outlet_id"] = outlets.id
        return vals

    def _key_assign_picking(self):
        """Each shipment has its own receipt."""
        keys = super()._key_assign_picking()
        if self.picking_type_id.parts_transfer_step == "receive":
            keys += (self.move_orig_ids.picking_id,)
        return keys

    def _search_picking_for_assignation(self):
        """See :meth:`_key_assign_picking`: never an older receipt that is still open."""
        if self.picking_type_id.parts_transfer_step == "receive":
            return self.env["stock.picking"]
        return super()._search_picking_for_assignation()
