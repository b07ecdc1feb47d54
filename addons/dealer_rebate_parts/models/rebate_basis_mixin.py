# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.fields import Domain


class RebateBasisMixin(models.AbstractModel):
    """Components and metrics may count parts of some classes only (P1)."""

    _inherit = "rebate.basis.mixin"

    part_class_ids = fields.Many2many(
        "rebate.part.class",
        string="Part Classes",
        help="Only parts of these classes count, as products have them when it is computed. "
        "Empty: all lines, those that are no parts as well (P1).",
    )

    def _get_product_domain(self):
        domain = super()._get_product_domain()
        if self.part_class_ids:
            domain &= Domain("part_class", "in", self.part_class_ids.mapped("part_class"))
        return domain

    def _flush_basis(self):
        self.env["product.template"].flush_model(["part_class"])
        self.env["aftersales.dealer.tier.assignment"].flush_model()
        return super()._flush_basis()
