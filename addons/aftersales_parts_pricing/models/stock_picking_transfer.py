# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ..code128 import get_code128_uri

STEP_FIELDS = {"parts_requested_by_id", "parts_approved_by_id", "parts_approved_at"}

# Steps that outlets do by themselves, without rights on the inventory.
OUTLET_STEPS = ("receive", "return", "old")


class StockPicking(models.Model):
    """Transfers between a warehouse and its outlets, as a closed loop (P11).

    A request is a draft shipment. Once approved and shipped, Odoo's push rule makes the receipt
    of exactly what left; it stays open until each piece is received, sent back or written off.
    """

    _inherit = "stock.picking"

    parts_transfer_step = fields.Selection(
        related="picking_type_id.parts_transfer_step", string="Step of the Transfer"
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        help="Who asks for the parts, or sends them back (P11).",
    )
    outlet_location_id = fields.Many2one(
        related="outlet_id.location_id", string="Stock of the Outlet"
    )
    parts_requested_by_id = fields.Many2one(
        "res.users", string="Requested by", readonly=True, copy=False
    )
    parts_approved_by_id = fields.Many2one(
        "res.users",
        string="Approved by",
        readonly=True,
        copy=False,
        tracking=True,
        help="Without an approval nothing is reserved or shipped (P11).",
    )
    parts_approved_at = fields.Datetime(string="Approved on", readonly=True, copy=False)
    parts_difference_ids = fields.One2many(
        "parts.transfer.difference",
        "picking_id",
        string="Differences",
        help="Pieces that did not arrive, or arrived damaged, with their explanation.",
    )
    parts_open_count = fields.Integer(
        string="Lines on the Way",
        compute="_compute_parts_open_count",
        help="Lines of this transfer that are neither received, returned nor written off.",
    )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("outlet_id")
    def _compute_location_id(self):
        """What an outlet sends back leaves its own stock."""
        result = super()._compute_location_id()
        for picking in self:
            if (
                picking.parts_transfer_step == "return"
                and picking.state not in ("done", "cancel")
                and not picking.return_id
                and picking.outlet_id.location_id
            ):
                picking.location_id = picking.outlet_id.location_id
        return result

    def _compute_parts_open_count(self):
        """Open lines of what these transfers shipped, or of the receipts themselves."""
        opened = self.env["parts.transfer.open"]
        counts = dict.fromkeys(self, 0)
        for field in ("picking_id", "shipment_id"):
            for picking, count in opened._read_group(
                [(field, "in", self.ids)], [field], ["__count"]
            ):
                counts[picking] += count
        for picking in self:
            picking.parts_open_count = counts[picking]

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """The operation type of the step that a menu opens, and the user's outlet if it is one."""
        vals = super().default_get(fields)
        step = self.env.context.get("parts_step")
        if step and "picking_type_id" in fields:
            vals["picking_type_id"] = self._get_parts_type(step).id
        if step and "outlet_id" in fields and not vals.get("outlet_id"):
            outlets = self.env.user._get_parts_outlets()
            if len(outlets) == 1:
                vals["outlet_id"] = outlets.id
        return vals

    @api.model
    def _get_parts_type(self, step, company=None):
        """Operation type of a step in a company's first warehouse."""
        return self.env["stock.picking.type"].search(
            [
                ("parts_transfer_step", "=", step),
                ("company_id", "=", (company or self.env.company).id),
            ],
            order="warehouse_id, id",
            limit=1,
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever enters a request is who asks.

        :raise UserError: when somebody passes an approval
        """
        for vals in vals_list:
            self._check_step_fields(vals)
        pickings = super().create(vals_list)
        requests = pickings.filtered(lambda picking: picking.parts_transfer_step == "ship")
        if requests:
            # sudo: written by the system; the user has just been allowed to create the request.
            requests.sudo().parts_requested_by_id = self.env.user
        return pickings

    def write(self, vals):
        """Approvals are given by a step; an approved request keeps its outlet.

        :raise UserError: otherwise
        """
        self._check_step_fields(vals)
        if "outlet_id" in vals:
            for picking in self:
                if (
                    picking.parts_transfer_step
                    and picking.state != "draft"
                    and picking.outlet_id.id != vals["outlet_id"]
                ):
                    raise UserError(
                        self.env._(
                            "%(transfer)s is on its way to %(outlet)s. Cancel it, or let it come "
                            "back, and make a new one for the other outlet.",
                            transfer=picking.name,
                            outlet=picking.outlet_id.display_name,
                        )
                    )
        return super().write(vals)

    @api.model
    def _check_step_fields(self, vals):
        if STEP_FIELDS & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("Who asked and who approved is written by the request, not entered.")
            )

    def _create_backorder_picking(self):
        """What was approved and not shipped yet stays approved."""
        backorder = super()._create_backorder_picking()
        if self.parts_approved_by_id:
            # sudo: the approval was checked when it was given.
            backorder.sudo().write(
                {
                    "parts_requested_by_id": self.sudo().parts_requested_by_id.id,
                    "parts_approved_by_id": self.sudo().parts_approved_by_id.id,
                    "parts_approved_at": self.parts_approved_at,
                }
            )
        return backorder

    def _create_backorder(self, backorder_moves=None):
        """Reports about pieces that did not arrive go with them to the back-order."""
        backorders = super()._create_backorder(backorder_moves=backorder_moves)
        reports = self.parts_difference_ids.filtered(lambda line: line.state == "reported")
        for report in reports:
            move = report._get_open_moves()[:1]
            if move and move.picking_id != report.picking_id:
                # sudo: the report stays what it is; only the receipt that it waits on changes.
                report.sudo().write({"move_id": move.id, "picking_id": move.picking_id.id})
        return backorders

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_parts_approve(self):
        """Open the approval, where quantities can be cut (P11).

        :raise AccessError: for anybody but approvers
        """
        self.ensure_one()
        self._check_parts_approver()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Approve %(transfer)s", transfer=self.name),
            "res_model": "parts.transfer.approval",
            "view_mode": "form",
            "target": "new",
            "context": {"default_picking_id": self.id},
        }

    def action_parts_scan(self):
        """Open the text field into which part numbers are scanned or pasted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Scan Part Numbers"),
            "res_model": "parts.transfer.scan",
            "view_mode": "form",
            "target": "new",
            "context": {"default_picking_id": self.id},
        }

    def action_parts_labels(self):
        """Open the labels of the parts on this transfer."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print Part Labels"),
            "res_model": "parts.label.print",
            "view_mode": "form",
            "target": "new",
            "context": {"default_picking_id": self.id},
        }

    def action_parts_open(self):
        """Show the pieces of these transfers that are still open."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_transfer_open_action"
        )
        domain = Domain("picking_id", "in", self.ids) | Domain("shipment_id", "in", self.ids)
        return action | {"domain": list(domain), "context": {}}

    def button_validate(self):
        """Outlets receive and send back without rights on the inventory."""
        self._check_parts_validation()
        pickings = self
        if not self.env.su and self.env.user.parts_transfers_only:
            self.check_access("read")
            if all(picking.parts_transfer_step in OUTLET_STEPS for picking in self):
                # sudo: receiving and sending back is what the outlet's people are for; the
                # record rule has just said that these are transfers of theirs.
                pickings = self.sudo()
        return super(StockPicking, pickings).button_validate()

    def action_cancel(self):
        """Who asked may take a request back before it is approved."""
        pickings = self
        if not self.env.su and self.env.user.parts_transfers_only:
            self.check_access("read")
            if any(picking.state != "draft" for picking in self):
                raise UserError(
                    self.env._(
                        "Only a request that is not approved yet can be taken back. Ask the "
                        "warehouse to cancel %(transfer)s.",
                        transfer=self.filtered(lambda picking: picking.state != "draft")[0].name,
                    )
                )
            # sudo: a draft of a transfer, checked above.
            pickings = self.sudo()
        return super(StockPicking, pickings).action_cancel()

    # ------------------------------------------------------------------
    # Approval
    # ------------------------------------------------------------------

    @api.model
    def _is_parts_approver(self):
        """Whether the current user approves transfers, also within sudo."""
        return self.env.user.has_group("aftersales_parts_pricing.group_transfer_approver")

    @api.model
    def _check_parts_approver(self):
        """Approvals and write-offs are the approvers'.

        :raise AccessError: naming them
        """
        if not self._is_parts_approver():
            raise AccessError(
                self.env._(
                    "Only approvers of transfers do this: %(approvers)s.",
                    approvers=self._get_parts_approver_names(),
                )
            )

    @api.model
    def _get_parts_approver_names(self):
        """Names of the approvers to ask, for the end of a sentence."""
        # sudo: whoever is refused must learn whom to ask.
        group = self.env.ref("aftersales_parts_pricing.group_transfer_approver").sudo()
        approvers = group.all_user_ids.filtered(
            lambda user: user.active and self.env.company in user.company_ids
        )
        return ", ".join(approvers.sorted("name").mapped("name")) or self.env._(
            "nobody yet (an administrator appoints approvers of transfers)"
        )

    def _approve_parts_transfer(self, cuts):
        """Approve a request and reserve its parts (P11).

        :param dict cuts: {move: (quantity in the unit of the move, reason)}; 0 takes a line off
        :raise UserError: when it is no request, or a part may not go there (P2)
        """
        self.ensure_one()
        self._check_parts_approver()
        if self.parts_transfer_step != "ship" or self.state != "draft" or not self.move_ids:
            raise UserError(
                self.env._(
                    "%(transfer)s cannot be approved: it is no open request with parts on it.",
                    transfer=self.name,
                )
            )
        self._get_parts_final_location()
        # sudo: approvers need no rights on the inventory; that they are approvers was checked,
        # and the parts of this one request are all that is written.
        picking = self.sudo()
        picking.write(
            {"parts_approved_by_id": self.env.uid, "parts_approved_at": fields.Datetime.now()}
        )
        for move in picking.move_ids:
            quantity, reason = cuts.get(move, (move.product_uom_qty, False))
            move.write(
                {
                    "parts_quantity_requested": move.product_uom_qty,
                    "product_uom_qty": quantity,
                    "parts_cut_reason": reason,
                }
            )
        dropped = picking.move_ids.filtered(lambda move: not move.product_uom_qty)
        dropped._action_cancel()
        if dropped != picking.move_ids:
            picking.action_confirm()

    # ------------------------------------------------------------------
    # The way
    # ------------------------------------------------------------------

    def _get_parts_final_location(self):
        """Where a transfer ends.

        :raise UserError: when the outlet, or its place, is missing
        """
        self.ensure_one()
        # sudo: where a warehouse keeps old parts is set up for it, nobody chooses it.
        warehouse = self.picking_type_id.warehouse_id.sudo()
        if not self.outlet_id:
            raise UserError(
                self.env._(
                    "Say on %(transfer)s which outlet the parts go to or come from.",
                    transfer=self.name,
                )
            )
        if self.parts_transfer_step == "old":
            return warehouse.parts_old_loc_id
        if not self.outlet_id.location_id:
            raise UserError(
                self.env._(
                    "%(outlet)s has no stock location: have one entered on the outlet, or sell the "
                    "parts to it by an order.",
                    outlet=self.outlet_id.display_name,
                )
            )
        if self.parts_transfer_step == "return":
            return warehouse.lot_stock_id
        return self.outlet_id.location_id

    def _check_parts_validation(self):
        """Say clearly what is missing before anything moves.

        :raise UserError: naming the transfer and what to do
        """
        for picking in self:
            step = picking.parts_transfer_step
            if step == "ship" and picking.state == "draft":
                picking.move_ids._check_parts_confirmation()
            if step in ("return", "old"):
                picking._get_parts_final_location()
            if step == "old" and not picking._get_old_parts_owner():
                raise UserError(
                    self.env._(
                        "Say on %(transfer)s as contact whose old parts these are. They stay "
                        "theirs and have no value for us.",
                        transfer=picking.name,
                    )
                )

    def _get_old_parts_owner(self):
        """Whose old parts these are: never the company's own, they would get a value."""
        owner = self.owner_id or self.partner_id or self.outlet_id.dealer_id
        return owner.filtered(lambda partner: partner != self.company_id.partner_id)

    def _action_done(self):
        """Old parts arrive as their owner's."""
        for picking in self:
            if picking.parts_transfer_step == "old" and not picking.owner_id:
                picking.owner_id = picking._get_old_parts_owner()
        return super()._action_done()

    def _can_return(self):
        """What is on the way is sent back on its receipt, not by a transfer of its own.

        :raise UserError: naming the receipt's way
        """
        if self.parts_transfer_step in ("ship", "return", "old") or (
            self.parts_transfer_step == "receive"
            and self.location_dest_id != self.outlet_id.location_id
        ):
            raise UserError(
                self.env._(
                    "%(transfer)s is not returned by itself: report “Sent back” under "
                    "“Differences” of its receipt, or return the receipt once it is done.",
                    transfer=self.name,
                )
            )
        return super()._can_return()

    def _add_parts_lines(self, quantities):
        """Add parts to a transfer that is not approved yet; a part that is on it gets more.

        :param dict quantities: {product: quantity in its unit}
        :raise UserError: when the transfer is past that
        """
        self.ensure_one()
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "%(transfer)s takes no more lines: it is approved, done or cancelled. Make a "
                    "new one.",
                    transfer=self.name,
                )
            )
        commands = []
        for product, quantity in quantities.items():
            move = self.move_ids.filtered(
                lambda move, product=product: (
                    move.product_id == product and move.product_uom == product.uom_id
                )
            )[:1]
            if move:
                commands.append(
                    Command.update(move.id, {"product_uom_qty": move.product_uom_qty + quantity})
                )
            else:
                commands.append(
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": quantity,
                            "location_id": self.location_id.id,
                            "location_dest_id": self.location_dest_id.id,
                            "picking_type_id": self.picking_type_id.id,
                            "company_id": self.company_id.id,
                        }
                    )
                )
        self.write({"move_ids": commands})

    # ------------------------------------------------------------------
    # The slip
    # ------------------------------------------------------------------

    def _shows_parts_prices(self):
        """Whether the slip goes to the channel, which may know both prices (P9, P11). Hook."""
        self.ensure_one()
        return self.parts_transfer_step in ("ship", "receive", "return")

    def _get_slip_barcode_uri(self):
        """Image of the number of the transfer, to be scanned on arrival."""
        self.ensure_one()
        return get_code128_uri(self.name, width=170, height=34)

    def _get_slip_target(self):
        """Where the parts go in the end."""
        self.ensure_one()
        return self.move_ids.location_final_id[:1] or self.location_dest_id

    def _get_slip_totals(self):
        """[(currency, amount at settlement price)] of the slip, each rounded once."""
        totals = {}
        for move in self.move_ids.filtered(lambda move: move.state != "cancel"):
            currency = move.parts_settlement_currency_id
            if currency:
                amount = move.parts_settlement_price * move.quantity
                totals[currency] = totals.get(currency, 0.0) + amount
        return [(currency, currency.round(amount)) for currency, amount in totals.items()]
