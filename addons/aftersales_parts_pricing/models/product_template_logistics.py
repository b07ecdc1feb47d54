# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """Freight and packing stand apart on a quotation, with a tax line of their own (P8)."""

    _inherit = "product.template"

    is_logistics = fields.Boolean(
        string="Logistics",
        help="Freight, packing, insurance of the transport: shown apart from the parts on a parts "
        "quotation, with its own tax.",
    )

    @api.constrains("is_logistics", "type", "part_class")
    def _check_logistics(self):
        """A part is no freight.

        :raise ValidationError: for goods and parts
        """
        for template in self.filtered("is_logistics"):
            if template.type != "service" or template.part_class:
                raise ValidationError(
                    self.env._(
                        "“%(product)s” is no service: only services are logistics on a quotation.",
                        product=template.display_name,
                    )
                )
