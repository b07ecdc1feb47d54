# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from .parts_guard import ZONE_OUTSIDE


class StockLocation(models.Model):
    """Where restricted parts may be is a matter of their guardians (P2)."""

    _name = "stock.location"
    _inherit = ["stock.location", "parts.field.rights.mixin"]

    is_field_location = fields.Boolean(
        string="Van or Field Location",
        help="On the road or at somebody else's: no base of ours, so restricted core parts may not "
        "come here or below. Ticked by itself when the location becomes a technician's van or "
        "ceases to be an outlet's; only a guardian of restricted parts unticks it (P2).",
    )

    is_parts_transit = fields.Boolean(
        string="On the Way to Outlets",
        readonly=True,
        copy=False,
        help="Only transfers move pieces in and out, so that what is there is what is open (P11).",
    )

    def write(self, vals):
        """Look again at the restricted pieces below when their place changes its meaning."""
        if "is_field_location" in vals and not vals["is_field_location"]:
            self.filtered("is_field_location")._check_may_become_base()
        moving = vals.keys() & {"usage", "location_id", "company_id"}
        outside = self._filter_outside() if moving else self.browse()
        result = super().write(vals)
        if outside and "is_field_location" not in vals:
            outside._stay_outside()
        if moving or "is_field_location" in vals:
            self._check_restricted_stock()
        return result

    def _filter_outside(self):
        """Those of these places that lie outside our own bases."""
        # sudo: the guard's question, whatever the user may see.
        places = self.sudo()
        zones = self.env["parts.guard"]._get_zones(places)
        return self & places.filtered(lambda place: zones[place] == ZONE_OUTSIDE).sudo(self.env.su)

    def _stay_outside(self):
        """A customer's place does not become ours by a word in its form, save a guardian's (P2)."""
        if not self.env["parts.guard"]._is_guardian():
            inside = self - self._filter_outside()
            inside.filtered(
                lambda place: place.usage in ("internal", "transit")
            )._mark_as_field_location()

    @api.model
    def _get_guardian_fields(self):
        return super()._get_guardian_fields() | {"is_field_location"}

    def _mark_as_field_location(self):
        """Keep these places outside our bases until a guardian says otherwise (P2).

        :raise UserError: when restricted parts lie there
        """
        # sudo: who hands out vans or keeps outlets may lack rights on locations; the mark can only
        # forbid more.
        self.sudo().filtered(lambda place: not place.is_field_location).is_field_location = True

    def _check_may_become_base(self):
        """Hook: raise when a place is still on the road and cannot be unmarked."""

    def _check_restricted_stock(self):
        """Refuse a change that puts restricted pieces outside.

        :raise UserError: as parts.guard._check_outside
        """
        # sudo: pieces that the user may not see count as well.
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("location_id", "child_of", self.ids),
                    ("product_id.part_class", "=", "restricted"),
                    ("quantity", ">", 0),
                ]
            )
        )
        self.env["parts.guard"]._check_outside(quants)
        self.env["parts.guard"]._watch_balance(quants.product_id)
