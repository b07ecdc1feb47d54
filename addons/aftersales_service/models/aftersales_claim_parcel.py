# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

from .aftersales_part_return import HELD_STATES

# What is still written when the parcel is on its way.
LATER_FIELDS = frozenset({"carrier", "tracking_number", "note"})


class AftersalesClaimParcel(models.Model):
    """Old parts of one maker, of several claims, that go to him in one parcel (S17)."""

    _name = "aftersales.claim.parcel"
    _description = "Claim Parcel"
    _inherit = [
        "aftersales.protected.mixin",
        "aftersales.state.mixin",
        "aftersales.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Number", readonly=True, copy=False, index="trigram", help="Printed as a barcode."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("draft", "Packing"), ("sent", "Sent"), ("received", "Received by Maker")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="Packing: its parts still lie in our custody. Sent: they are on their way, or there.",
    )
    maker_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Maker or supplier whose old parts are in the parcel.",
    )
    address_id = fields.Many2one(
        "res.partner",
        string="Send To",
        compute="_compute_address_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('id', 'child_of', maker_id)]",
        help="Address of the maker that takes parcels.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="House",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self._default_warehouse_id(),
        help="House that sends the parcel; its address is the sender's.",
    )
    part_return_ids = fields.One2many(
        "aftersales.part.return",
        "parcel_id",
        string="Old Parts",
        help="What is in the parcel.",
    )
    part_count = fields.Integer(compute="_compute_content", string="Parts")
    goods_weight = fields.Float(
        string="Weight of Parts",
        compute="_compute_content",
        digits="Stock Weight",
        help="By the weights on the products.",
    )
    weight = fields.Float(
        string="Gross Weight",
        compute="_compute_weight",
        store=True,
        readonly=False,
        digits="Stock Weight",
        copy=False,
        help="With packing, as it is weighed; proposed by the weights on the products.",
    )
    weight_uom = fields.Char(compute="_compute_weight_uom")
    packages = fields.Integer(string="Boxes", default=1, copy=False, help="Number of boxes.")
    carrier = fields.Char(help="Who takes the parcel: post, parcel service, our own driver …")
    tracking_number = fields.Char(
        copy=False, index="btree_not_null", tracking=True, help="As the carrier gives it."
    )
    note = fields.Text(help="Printed on the packing list.")
    sent_at = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    received_on = fields.Date(
        string="Received", readonly=True, copy=False, help="Day on which the maker got it."
    )

    _name_uniq = models.UniqueIndex("(company_id, name)", "This number of a parcel is taken.")
    _packages_positive = models.Constraint("CHECK(packages > 0)", "A parcel has at least one box.")

    # === COMPUTE METHODS === #

    @api.model
    def _default_warehouse_id(self):
        """House of the user, else the company's first."""
        # sudo: whoever packs needs no stock rights to say where he is.
        user = self.env.user.sudo()
        return user._get_default_warehouse_id() or user.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    @api.depends("maker_id")
    def _compute_address_id(self):
        for parcel in self:
            address = parcel.maker_id and parcel.maker_id.address_get(["delivery"])["delivery"]
            parcel.address_id = address or parcel.maker_id

    @api.depends("part_return_ids.product_id.weight", "part_return_ids.quantity")
    def _compute_content(self):
        for parcel in self:
            parcel.part_count = len(parcel.part_return_ids)
            parcel.goods_weight = sum(
                part.product_id.weight * part.quantity for part in parcel.part_return_ids
            )

    @api.depends("part_return_ids")
    def _compute_weight(self):
        for parcel in self:
            # What was weighed stays when a part is added: it is weighed again.
            parcel.weight = parcel.goods_weight if parcel.state == "draft" else parcel.weight

    def _compute_weight_uom(self):
        self.weight_uom = self.env[
            "product.template"
        ]._get_weight_uom_name_from_ir_config_parameter()

    # === CONSTRAINTS === #

    @api.constrains("maker_id", "address_id")
    def _check_address_id(self):
        for parcel in self:
            if parcel.address_id.commercial_partner_id != parcel.maker_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(address)s is no address of %(maker)s: choose one of his own for "
                        "%(parcel)s.",
                        address=parcel.address_id.display_name,
                        maker=parcel.maker_id.display_name,
                        parcel=parcel.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Begin parcels; each draws its number.

        :raises UserError: when a user passes what only the steps write
        """
        if not self.env.su:
            for vals in vals_list:
                self._check_protected(vals)
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            # sudo: drawing a number is part of packing.
            sequence = self.env["ir.sequence"].sudo().with_company(company_id)
            vals["name"] = sequence.next_by_code("aftersales.claim.parcel")
        return super().create(vals_list)

    def write(self, vals):
        """Refuse what only the steps write, and changes of what has been sent.

        :raises UserError: on a protected field, or on a parcel that has been sent
        """
        if not self._is_step():
            self._check_protected(vals)
            names = get_business_fields(vals)
            sent = self.filtered(lambda parcel: parcel.state != "draft")
            if sent and names - LATER_FIELDS:
                raise UserError(
                    self.env._(
                        "%(parcel)s is %(state)s: what is in it does not change any more.",
                        parcel=sent[0].display_name,
                        state=sent[0]._get_state_label().lower(),
                    )
                )
            if names & {"maker_id", "warehouse_id", "company_id"} and self.part_return_ids:
                raise UserError(
                    self.env._(
                        "%s has parts in it: take them out before it goes to somebody else or "
                        "from another house.",
                        self[:1].display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for parcel in self:
            if parcel.state != "draft":
                raise UserError(
                    self.env._("%s has been sent and cannot be deleted.", parcel.display_name)
                )

    # === ACTIONS === #

    def action_add_parts(self):
        """Pack all that lies in this house for this maker and is in no parcel.

        :raises UserError: when nothing does
        """
        self.ensure_one()
        self.check_access("write")
        self._check_state("draft")
        parts = self._find_parts()
        if not parts:
            raise UserError(
                self.env._(
                    "Nothing of %(maker)s waits in %(house)s that is not packed already.",
                    maker=self.maker_id.display_name,
                    house=self.warehouse_id.name,
                )
            )
        self._put_in(parts)
        return True

    def action_empty(self):
        """Take everything out again."""
        self.check_access("write")
        self._check_state("draft")
        self._take_out(self.part_return_ids)
        return True

    def action_send(self):
        """The carrier has the parcel: its parts leave our custody for their maker (S17).

        :raises UserError: when it is empty, was sent already, or the carrier is missing
        """
        self.check_access("write")
        self._send()
        return True

    def action_received(self):
        """The maker has the parcel.

        :raises UserError: when it was not sent
        """
        self.check_access("write")
        self._check_state("sent")
        self._write_step({"state": "received", "received_on": fields.Date.context_today(self)})
        return True

    def action_print(self):
        """Print the packing list."""
        return self.env.ref("aftersales_service.action_report_claim_parcel").report_action(self)

    def action_view_pickings(self):
        """Open the transfers of what is in the parcel."""
        self.ensure_one()
        return self.part_return_ids.move_ids.picking_id._get_records_action(
            name=self.env._("Transfers")
        )

    # === STEPS === #

    @api.model
    def _pack(self, parts):
        """Put these parts into the open parcel of their maker, or into a new one.

        :param parts: aftersales.part.return, of one maker and from one house
        :raises UserError: when they do not go together, or one is not here
        """
        parts._check_state(*HELD_STATES)
        makers, houses = parts.maker_id.commercial_partner_id, parts.warehouse_id
        if len(makers) != 1 or len(houses) != 1:
            raise UserError(
                self.env._(
                    "A parcel goes to one maker, from one house: choose parts of one of them "
                    "(%(makers)s; %(houses)s).",
                    makers=", ".join(makers.mapped("display_name")),
                    houses=", ".join(houses.sudo().mapped("name")),  # sudo: a name to be told
                )
            )
        values = {
            "company_id": parts.company_id.id,
            "maker_id": parts.maker_id[:1].id,
            "warehouse_id": houses.id,
        }
        domain = [(name, "=", value) for name, value in values.items()]
        parcel = self.search([*domain, ("state", "=", "draft")], limit=1) or self.create(values)
        parcel._put_in(parts)
        return parcel

    def _put_in(self, parts):
        """Put parts into the parcel.

        :raises UserError: when one is elsewhere, another maker's, or packed already
        """
        self.ensure_one()
        self._check_state("draft")
        parts._check_state(*HELD_STATES)
        for part in parts:
            packed = part.parcel_id.filtered(lambda parcel: parcel.state == "draft")
            if packed and packed != self:
                raise UserError(
                    self.env._(
                        "%(part)s lies in parcel %(parcel)s already.",
                        part=part.display_name,
                        parcel=packed.display_name,
                    )
                )
            if (
                part.maker_id.commercial_partner_id != self.maker_id.commercial_partner_id
                or part.warehouse_id != self.warehouse_id
            ):
                raise UserError(
                    self.env._(
                        "%(part)s is a part of %(maker)s in %(house)s: it cannot go in %(parcel)s.",
                        part=part.display_name,
                        maker=part.maker_id.display_name,
                        house=part.sudo().warehouse_id.name,  # sudo: a name to be told
                        parcel=self.display_name,
                    )
                )
        parts._write_step({"parcel_id": self.id})
        # Proposed while it is packed: what was sent keeps the weight that it had.
        self.flush_recordset(["weight"])

    def _take_out(self, parts):
        """Take parts out of a parcel that is not sent."""
        self._check_state("draft")
        parts._write_step({"parcel_id": False})
        self.flush_recordset(["weight"])

    def _send(self, at=None):
        """Send parcels; see ``action_send``. Loaders of history pass ``at``."""
        self._check_state("draft")
        for parcel in self:
            if not parcel.part_return_ids:
                raise UserError(
                    self.env._("%s is empty: pack old parts first.", parcel.display_name)
                )
            if not (parcel.carrier or "").strip():
                raise UserError(
                    self.env._("Enter on %s who takes it: the carrier.", parcel.display_name)
                )
        at = at or fields.Datetime.now()
        # The new state is written first: who sends the same parcel at the same moment stops here.
        self._write_step({"state": "sent", "sent_at": at, "sent_by_id": self.env.uid})
        self.flush_recordset(["state"])
        self.part_return_ids._send(at)
        for parcel in self:
            # sudo: see `_move` of the old part
            maker = parcel.sudo().maker_id.with_company(parcel.company_id)
            parcel.part_return_ids._move(
                parcel.sudo().warehouse_id.claim_out_type_id, None, maker.property_stock_supplier
            )

    # === HELPERS === #

    def _find_parts(self):
        """Old parts that lie in this house for this maker and are in no parcel."""
        self.ensure_one()
        return self.env["aftersales.part.return"].search(
            [
                ("state", "in", HELD_STATES),
                ("warehouse_id", "=", self.warehouse_id.id),
                ("company_id", "=", self.company_id.id),
                ("maker_id", "child_of", self.maker_id.commercial_partner_id.id),
                "|",
                ("parcel_id", "=", False),
                ("parcel_id.state", "!=", "draft"),
            ]
        )

    def _get_barcode(self, value):
        """Code 128 drawn as lines: sharp at any size, and without a library for pictures.

        :return: data URI of an SVG
        """
        drawing = createBarcodeDrawing(
            "Code128", value=value, width=400, height=60, humanReadable=False
        )
        svg = base64.b64encode(drawing.asString("svg").encode()).decode()
        return f"data:image/svg+xml;base64,{svg}"

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "name",
            "state",
            "part_return_ids",
            "sent_at",
            "sent_by_id",
            "received_on",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the parcel only. Use the buttons.")
