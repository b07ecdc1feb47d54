# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import ValidationError


class ProductTemplateWebsite(models.Model):
    """A web shop never shows a restricted part (P2); this add-on does not need one to know."""

    _inherit = "product.template"

    @api.model_create_multi
    def create(self, vals_list):
        """:raise ValidationError: when a restricted part is published by its values"""
        templates = super().create(vals_list)
        templates._check_restricted_unpublished()
        return templates

    def write(self, vals):
        """:raise ValidationError: when a restricted part is published"""
        result = super().write(vals)
        if vals.get("is_published"):
            self._check_restricted_unpublished()
        return result

    @api.model
    def _prepare_restricted_vals(self):
        """What becomes restricted leaves the shop."""
        vals = super()._prepare_restricted_vals()
        return vals | {"is_published": False} if self._is_shop_installed() else vals

    @api.model
    def _is_shop_installed(self):
        return "is_published" in self._fields

    def _check_restricted_unpublished(self):
        """Off sale is not enough: a published page and the feeds of a shop show it all the same.

        :raise ValidationError: naming the part
        """
        if not self._is_shop_installed():
            return
        for template in self:
            if template.is_published and template.part_class == "restricted":
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is a restricted core part and is not shown on a website: it "
                        "stays unpublished.",
                        part=template.display_name,
                    )
                )
