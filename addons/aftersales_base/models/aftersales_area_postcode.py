# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..postcode import get_bounds


class AftersalesAreaPostcode(models.Model):
    """A range of postcodes that lies in an area (S7)."""

    _name = "aftersales.area.postcode"
    _description = "Postcodes of a Service Area"
    _inherit = ["aftersales.cached.mixin"]
    _order = "area_id, key_from"
    _rec_name = "zip_from"

    area_id = fields.Many2one("aftersales.area", required=True, index=True, ondelete="cascade")
    zip_from = fields.Char(string="From", required=True, help="First postcode, or its beginning.")
    zip_to = fields.Char(
        string="To",
        help="Last postcode, or its beginning; empty: all that begin with the first one.",
    )
    key_from = fields.Char(compute="_compute_keys", store=True, precompute=True)
    key_to = fields.Char(compute="_compute_keys", store=True, precompute=True)

    @api.depends("zip_from", "zip_to")
    def _compute_keys(self):
        for postcodes in self:
            postcodes.key_from, postcodes.key_to = get_bounds(postcodes.zip_from, postcodes.zip_to)

    @api.depends("zip_from", "zip_to")
    def _compute_display_name(self):
        for postcodes in self:
            codes = (postcodes.zip_from, postcodes.zip_to)
            postcodes.display_name = "–".join(code for code in codes if code)

    @api.constrains("zip_from", "zip_to")
    def _check_order(self):
        for postcodes in self:
            if not postcodes.key_from or postcodes.key_to < postcodes.key_from:
                raise ValidationError(
                    self.env._(
                        "Postcodes %(range)s of %(area)s end before they begin: correct one of "
                        "the two.",
                        range=postcodes.display_name,
                        area=postcodes.area_id.display_name,
                    )
                )

    @api.constrains("zip_from", "zip_to", "area_id")
    def _check_area(self):
        self.area_id._check_coverage()
