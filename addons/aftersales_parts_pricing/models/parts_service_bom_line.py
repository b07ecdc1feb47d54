# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PartsServiceBomLine(models.Model):
    """So many of a part or assembly are in one piece of a product (P5)."""

    _name = "parts.service.bom.line"
    _description = "Service BOM: Line"
    _order = "bom_id, sequence, id"
    _rec_name = "product_id"
    _check_company_auto = True

    bom_id = fields.Many2one("parts.service.bom", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="bom_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    position = fields.Char(help="Number of the part on the drawing.")
    product_id = fields.Many2one(
        "product.product",
        string="Part or Assembly",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="A part, or an assembly with a service BOM of its own.",
    )
    part_class = fields.Selection(related="product_id.part_class")
    is_serviceable = fields.Boolean(related="product_id.is_serviceable")
    quantity = fields.Float(
        default=1.0,
        required=True,
        digits="Product Unit",
        help="How many are in one piece of the product, in the unit beside.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        help="Unit of the quantity; it can be converted into the part's own unit.",
    )
    child_bom_id = fields.Many2one(
        "parts.service.bom",
        string="Its Service BOM",
        compute="_compute_child_bom_id",
        help="Service BOM of an assembly: it is counted by its parts.",
    )

    # NaN is greater than any number in PostgreSQL: the upper bound refuses it.
    _quantity_range = models.Constraint(
        "CHECK (quantity > 0 AND quantity < 1e9)", "The quantity of a part lies above zero."
    )

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id

    @api.depends("product_id", "company_id")
    def _compute_child_bom_id(self):
        boms = self.env["parts.service.bom"].search(
            [("product_id", "in", self.product_id.ids), ("line_ids", "!=", False)]
        )
        by_key = {(bom.product_id, bom.company_id): bom for bom in boms}
        for line in self:
            line.child_bom_id = by_key.get((line.product_id, line.company_id))

    @api.constrains("uom_id", "product_id")
    def _check_uom_id(self):
        """The unit of a line converts into the unit of its part."""
        for line in self:
            if not line.uom_id._has_common_reference(line.product_id.uom_id):
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is counted in %(own)s, which %(unit)s does not convert into: "
                        "choose another unit on the service BOM of “%(product)s”.",
                        part=line.product_id.display_name,
                        own=line.product_id.uom_id.name,
                        unit=line.uom_id.name,
                        product=line.bom_id.product_id.display_name,
                    )
                )

    @api.constrains("product_id", "bom_id")
    def _check_cycle(self):
        """A line may close a circle as well as a BOM may."""
        self.bom_id._check_cycle()
