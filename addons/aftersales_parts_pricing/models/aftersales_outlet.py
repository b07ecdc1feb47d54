# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesOutlet(models.Model):
    """Some outlets are return bases: restricted parts may be kept and fitted there (P2)."""

    _inherit = "aftersales.outlet"

    is_return_base = fields.Boolean(
        string="Return Base",
        tracking=True,
        groups="aftersales_parts_pricing.group_restricted_guardian",
        help="Restricted core parts may be kept and fitted at this outlet, as in our own "
        "workshop. Set by guardians of restricted parts only (P2).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new outlet must not turn a store room full of restricted parts into an outside."""
        outlets = super().create(vals_list)
        outlets.sudo().location_id._check_restricted_stock()
        return outlets

    def write(self, vals):
        """The same when an outlet's place or its flag changes."""
        result = super().write(vals)
        if vals.keys() & {"location_id", "is_return_base"}:
            # sudo: who keeps outlets need not see stock locations.
            self.sudo().location_id._check_restricted_stock()
        return result
