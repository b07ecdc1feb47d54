# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from odoo.addons.dealer_rebate.models.rebate_agreement_policy import KEYS

KEYS["rebate.part.class"] = ("part_class",)


class RebatePartClass(models.Model):
    """A class of part (P1) that can be chosen, together with others, as scope of a rebate.

    The class itself is a field of products; this is only the list to choose several from.
    """

    _name = "rebate.part.class"
    _description = "Part Class in Rebates"
    _rec_name = "part_class"

    part_class = fields.Selection(
        selection=lambda self: (
            self.env["product.template"]._fields["part_class"]._description_selection(self.env)
        ),
        required=True,
        readonly=True,
        help="Class of part, as products have it (P1).",
    )

    _part_class_uniq = models.UniqueIndex("(part_class)", "Each class of part is listed once.")

    @api.depends("part_class")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["part_class"]._description_selection(self.env))
        for record in self:
            record.display_name = labels.get(record.part_class, "")
