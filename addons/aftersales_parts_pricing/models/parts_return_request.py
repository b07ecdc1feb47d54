# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PartsReturnRequest(models.Model):
    """A dealer asks to send delivered parts back; accepted, it is a return for the storekeeper.

    No stock and no money moves before the return is received: that is Odoo's own return picking.
    """

    _name = "parts.return.request"
    _description = "Return of Parts"
    _inherit = ["mail.thread", "mail.activity.mixin", "aftersales.guarded.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default=lambda self: "/"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Dealer", required=True, readonly=True, index=True
    )
    contact_id = fields.Many2one(
        "res.partner", string="Asked By", readonly=True, help="Who asked on the portal."
    )
    move_id = fields.Many2one(
        "stock.move",
        string="Delivered Line",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        help="The delivery that the pieces came with.",
    )
    delivery_id = fields.Many2one(related="move_id.picking_id", string="Delivery")
    product_id = fields.Many2one(related="move_id.product_id", string="Part", store=True)
    uom_id = fields.Many2one(related="move_id.product_uom", string="Unit")
    quantity = fields.Float(
        digits="Product Unit", required=True, help="Pieces that the dealer wants to send back."
    )
    reason = fields.Selection(
        [
            ("wrong", "Wrong part delivered"),
            ("damaged", "Arrived damaged"),
            ("defective", "Does not work"),
            ("mistake", "Ordered by mistake"),
            ("surplus", "Not needed any more"),
        ],
        required=True,
        tracking=True,
    )
    note = fields.Text(string="What the Dealer Says")
    state = fields.Selection(
        [("requested", "Requested"), ("accepted", "Accepted"), ("refused", "Refused")],
        default="requested",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    answer = fields.Char(
        tracking=True, copy=False, help="Why it is refused, or what to mind; the dealer reads it."
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Return",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Return that the storekeeper receives.",
    )
    picking_state = fields.Selection(related="picking_id.state", string="Return Status")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A return is of more than nothing: enter how many pieces."
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "picking_id",
            "move_id",
            "partner_id",
            "contact_id",
            "company_id",
            "name",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._(
            "set by the dealer's request and by the buttons Accept and Refuse, not entered."
        )

    @api.constrains("quantity", "move_id", "state")
    def _check_quantity(self):
        """Nobody sends back more than was delivered and is not on its way back already.

        :raise ValidationError: naming the part and what may still come back
        """
        for request in self.filtered(lambda one: one.state == "requested"):
            left = request.move_id._get_returnable_quantity(request)
            if request.uom_id.compare(request.quantity, left) > 0:
                raise ValidationError(
                    self.env._(
                        "%(part)s: %(left)s of this delivery can still be sent back, not "
                        "%(asked)s.",
                        part=request.product_id.display_name,
                        left=f"{max(left, 0):g}",
                        asked=f"{request.quantity:g}",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                company = vals.get("company_id")
                vals["name"] = (
                    self.env["ir.sequence"]
                    .with_company(company)
                    .next_by_code("parts.return.request")
                )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        for request in self:
            if request.state != "requested":
                raise UserError(
                    self.env._(
                        "Return %(number)s has been answered and stays on record.",
                        number=request.name,
                    )
                )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_accept(self):
        """Create the return that the storekeeper receives.

        :raise UserError: when it has been answered already
        """
        self._check_open()
        for request in self:
            picking = request._create_return()
            # sudo: the status is for this button to set; stock rights were needed just above.
            request.sudo().write({"state": "accepted", "picking_id": picking.id})

    def action_refuse(self):
        """Refuse; the dealer reads the answer.

        :raise UserError: without an answer, or when it has been answered already
        """
        self._check_open()
        self.check_access("write")
        for request in self:
            if not (request.answer or "").strip():
                raise UserError(
                    self.env._(
                        "Return %(number)s: write in “Answer” why it is refused; the dealer reads "
                        "it.",
                        number=request.name,
                    )
                )
        # sudo: the status is for this button to set; the right to write was asked just above.
        self.sudo().write({"state": "refused"})

    def action_view_return(self):
        """Open the return that was created."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.picking_id.id,
            "views": [(False, "form")],
        }

    def _check_open(self):
        for request in self:
            if request.state != "requested":
                raise UserError(
                    self.env._("Return %(number)s has been answered already.", number=request.name)
                )

    def _create_return(self):
        """Odoo's own return of the delivery, with this line only.

        :rtype: stock.picking
        """
        self.ensure_one()
        move = self.move_id
        wizard = (
            self.env["stock.return.picking"]
            .with_company(self.company_id)
            .create({"picking_id": move.picking_id.id})
        )
        lines = wizard.product_return_moves
        own = lines.filtered(lambda line: line.move_id == move)
        (lines - own).unlink()
        own.quantity = self.quantity
        picking = wizard._create_return()
        picking.origin = self.name
        return picking

    # ------------------------------------------------------------------
    # The portal
    # ------------------------------------------------------------------

    @api.model
    def _ask(self, terms, author, move, quantity, reason, note=""):
        """A dealer's request, from the portal.

        :param move: a line of a done delivery to that dealer
        :raise UserError: for a reason that does not exist
        """
        if reason not in dict(self._fields["reason"].selection):
            raise UserError(self.env._("Say why the part comes back: choose a reason."))
        request = self.create(
            {
                "partner_id": terms.dealer.id,
                "contact_id": author.id,
                "company_id": terms.company.id,
                "move_id": move.id,
                "quantity": quantity,
                "reason": reason,
                "note": note or False,
            }
        )
        request.message_subscribe(author.ids)
        return request

    def _get_status_label(self):
        """Where the request stands, for the dealer."""
        self.ensure_one()
        if self.state == "accepted" and self.picking_state == "done":
            return self.env._("Received")
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
