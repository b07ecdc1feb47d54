# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError


class AftersalesOutlet(models.Model):
    """Some outlets are return bases: restricted parts may be kept and fitted there (P2)."""

    _name = "aftersales.outlet"
    _inherit = ["aftersales.outlet", "parts.field.rights.mixin"]

    is_return_base = fields.Boolean(
        string="Return Base",
        tracking=True,
        copy=False,
        help="Restricted core parts may be kept and fitted at this outlet, as in our own "
        "workshop. Set by guardians of restricted parts only (P2).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new outlet must not turn a store room full of restricted parts into an outside."""
        outlets = super().create(vals_list)
        # sudo: who keeps outlets need not see stock locations.
        outlets.sudo().location_id._check_restricted_stock()
        return outlets

    def write(self, vals):
        """The same when an outlet's place or its flag changes.

        :raise AccessError: when somebody else than a guardian gives an outlet another place: its
            old place would become a base of ours, or the new one a return base (P2)
        """
        if "location_id" in vals:
            for outlet in self.sudo():
                if outlet.location_id.id != (vals["location_id"] or False) and (
                    outlet.location_id or outlet.is_return_base
                ):
                    outlet.sudo(self.env.su)._check_place_guardian()
        result = super().write(vals)
        if vals.keys() & {"location_id", "is_return_base"}:
            # sudo: who keeps outlets need not see stock locations.
            self.sudo().location_id._check_restricted_stock()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_place(self):
        # sudo: as in write.
        for outlet in self.sudo().filtered("location_id"):
            outlet.sudo(self.env.su)._check_place_guardian()

    @api.model
    def _get_narrow_write(self):
        """Guardians set the flag of any outlet, and keep no outlets by that."""
        return super()._get_narrow_write() | {
            "aftersales_parts_pricing.group_restricted_guardian": self._get_guardian_fields()
        }

    @api.model
    def _get_guardian_fields(self):
        return super()._get_guardian_fields() | {"is_return_base"}

    def _check_place_guardian(self):
        """Where restricted parts may be is for their guardians to say (P2)."""
        if not self.env.su and not self.env["parts.guard"]._is_guardian():
            raise AccessError(self._get_guarded_message(self._fields["location_id"]))
