# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesGoodsReceiptLine(models.Model):
    """Something that a customer handed in: the product itself, or an accessory with it (S5)."""

    _name = "aftersales.goods.receipt.line"
    _description = "Line of a Customer Product Receipt"
    _inherit = ["aftersales.protected.mixin", "aftersales.step.mixin"]
    _order = "receipt_id, is_accessory, sequence, id"
    _rec_name = "name"
    _check_company_auto = True

    _step_model = "aftersales.goods.receipt"

    receipt_id = fields.Many2one(
        "aftersales.goods.receipt", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="receipt_id.company_id", store=True, precompute=True)
    sequence = fields.Integer(default=10)
    is_accessory = fields.Boolean(
        string="Accessory",
        help="Key, charger, cover, case …: listed and returned with the product, but no stock.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Model",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('type', '=', 'consu')]",
        help="Model of the goods; empty: one that we have no product for.",
    )
    name = fields.Char(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="What it is, as it is printed on the receipt.",
    )
    tracking = fields.Selection(related="product_id.tracking")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('product_id', '=', product_id)]",
        help="The unit's file, where its serial is known.",
    )
    serial = fields.Char(
        string="Serial as Read",
        help="Number on the plate where there is no file yet: one is opened when the goods come "
        "in. Empty and not readable: the unit gets the number of the receipt.",
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    condition = fields.Char(help="Condition in which it came in.")
    returned_at = fields.Datetime(
        string="Handed Out",
        readonly=True,
        copy=False,
        help="When this thing went back before the others on the receipt.",
    )
    returned_to = fields.Char(
        string="Handed Out To", readonly=True, copy=False, help="Who signed for it."
    )
    returned_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    # No attachment: what was signed does not change.
    signature_out = fields.Image(
        string="Signature on Return",
        readonly=True,
        copy=False,
        attachment=False,
        max_width=1024,
        max_height=1024,
        help="The customer signs that this thing is back.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of goods on a receipt must be above zero."
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            line.name = line.product_id.display_name or line.name

    # === CONSTRAINTS === #

    @api.constrains("lot_id", "product_id", "quantity", "is_accessory")
    def _check_unit(self):
        for line in self:
            if line.lot_id and line.lot_id.product_id != line.product_id:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s is not a %(model)s: choose its own model.",
                        unit=line.lot_id.name,
                        model=line.product_id.display_name or self.env._("(no model)"),
                    )
                )
            if line._is_moved() and line.tracking == "serial" and line.quantity != 1:
                raise ValidationError(
                    self.env._(
                        "%(goods)s has a serial number of its own each: enter one line a unit.",
                        goods=line.name,
                    )
                )
            if line._is_moved() and line.product_id and line.product_id.type != "consu":
                raise ValidationError(
                    self.env._("%s is a service and cannot be handed in.", line.name)
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add goods to a receipt that is not handed out yet.

        :raises UserError: when the goods are here already, or on what only the steps write
        """
        if not self.env.su:
            for vals in vals_list:
                self._check_protected(vals)
        lines = super().create(vals_list)
        lines._check_editable()
        return lines

    def write(self, vals):
        """See ``create``.

        :raises UserError: when the goods are here already
        """
        if not self._is_step():
            self._check_protected(vals)
            self._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_editable()

    # === BUSINESS METHODS === #

    def _get_moved(self):
        """Lines whose goods are booked as transfers; accessories only stand on the paper."""
        return self.filtered(lambda line: line._is_moved())

    def _get_inside(self):
        """Lines whose goods are still here: those that went back before the others are not."""
        return self.filtered(lambda line: not line.returned_at)

    def _get_labels(self):
        """The lines in words, one after the other."""
        return ", ".join(line._get_label() for line in self)

    def _get_moved_product(self):
        """Product that is booked: its own, or the one for goods that we have no product for."""
        self.ensure_one()
        return self.product_id or self.env.ref("aftersales_service.product_customer_goods")

    def _find_lots(self):
        """Find the unit of each serial, or open a file for it (S14): also for unknown serials."""
        for line in self._get_moved():
            if line.lot_id or line.tracking not in ("serial", "lot"):
                continue
            receipt = line.receipt_id
            name = (line.serial or "").strip()
            # sudo: who takes goods in opens the unit's file without stock rights.
            lots = self.env["stock.lot"].sudo().with_company(receipt.company_id)
            lot = name and lots.search(
                [
                    ("name", "=", name),
                    ("product_id", "=", line.product_id.id),
                    ("company_id", "in", [False, receipt.company_id.id]),
                ],
                limit=1,
            )
            if not lot:
                number = name or f"{receipt.name}-{list(receipt.line_ids).index(line) + 1}"
                lot = lots.create(
                    {
                        "name": number,
                        "product_id": line.product_id.id,
                        "company_id": receipt.company_id.id,
                        "user_partner_id": receipt.partner_id.id,
                    }
                )
            line._write_step({"lot_id": lot.id})

    def _check_lots(self):
        """A unit is in the house once.

        :raises UserError: naming the receipt on which it is here already
        """
        units = self._get_moved().filtered(lambda line: line.tracking == "serial")
        # sudo: it may be here for somebody else's job.
        same = self.sudo().search(
            [
                ("lot_id", "in", units.lot_id.ids),
                ("receipt_id.state", "=", "in_house"),
                ("returned_at", "=", False),
            ]
        )
        for lot, lines in same.grouped("lot_id").items():
            if len(lines) > 1:
                raise UserError(
                    self.env._(
                        "%(unit)s is in the house already, on %(receipt)s: it cannot come in "
                        "twice.",
                        unit=lot.display_name,
                        receipt=(lines - self)[:1].receipt_id.display_name
                        or self.env._("this very receipt"),
                    )
                )

    # === HELPERS === #

    def _is_moved(self):
        self.ensure_one()
        return not self.is_accessory

    def _get_label(self):
        """The line in words: quantity, what, which."""
        self.ensure_one()
        number = self.lot_id.name or self.serial
        label = f"{self.name} ({number})" if number else self.name or ""
        return label if self.quantity == 1 else f"{self.quantity:g} × {label}"

    def _check_editable(self):
        for line in self:
            if line.receipt_id.state != "draft":
                raise UserError(line.receipt_id._get_frozen_error())

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "returned_at",
            "returned_to",
            "returned_by_id",
            "signature_out",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written when goods are handed out. Use the buttons of the receipt.")
