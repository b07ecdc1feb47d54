# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockQuant(models.Model):
    """A count in a van or at an outlet names who answers for each difference (K21)."""

    _inherit = "stock.quant"

    parts_responsible_id = fields.Many2one(
        "hr.employee",
        string="Answers for It",
        copy=False,
        help="Person who answers for the difference of this count; whoever keeps the place where "
        "nothing else is entered (K21).",
    )
    parts_difference_reason = fields.Char(
        string="Explanation", copy=False, help="How the difference came about, as far as known."
    )

    @api.model
    def _get_inventory_fields_write(self):
        """Both are entered with the count."""
        return [
            *super()._get_inventory_fields_write(),
            "parts_responsible_id",
            "parts_difference_reason",
        ]

    def _apply_inventory(self, date=None):
        """Ask who answers for differences outside the warehouse, then book them in their name.

        :raise UserError: where nobody answers for one
        """
        different = self.filtered(
            lambda quant: quant.product_uom_id.compare(quant.inventory_diff_quantity, 0) != 0
        )
        keepers = different._get_keepers()
        for quant in different:
            place = quant.location_id
            if quant.parts_responsible_id or place not in keepers:
                continue
            if not keepers[place]:
                raise UserError(
                    self.env._(
                        "%(part)s in %(place)s differs by %(quantity)s: enter who answers for it, "
                        "or who keeps the place (the manager of the outlet, the technician of the "
                        "van).",
                        part=quant.product_id.display_name,
                        place=place.display_name,
                        quantity=quant.inventory_diff_quantity,
                    )
                )
            quant.parts_responsible_id = keepers[place]
        result = super()._apply_inventory(date=date)
        counted = self.filtered("parts_responsible_id")
        counted.write({"parts_responsible_id": False, "parts_difference_reason": False})
        return result

    def _get_keepers(self):
        """{place outside the warehouse: hr.employee who keeps it, or nobody}.

        Hook: other places, such as vans.
        """
        places = self.location_id
        # sudo: who counts need not read outlets; only the name is taken.
        outlets = self.env["aftersales.outlet"].sudo()
        keepers = {place: self.env["hr.employee"] for place in places if place.is_field_location}
        for outlet in outlets.search([("location_id", "parent_of", places.ids)]):
            for place in places:
                if place._child_of(outlet.location_id):
                    keepers[place] = outlet.manager_id.sudo(self.env.su)
        return keepers

    def _get_inventory_move_values(
        self, qty, location_id, location_dest_id, package_id=False, package_dest_id=False
    ):
        """The move of the difference knows who answers for it."""
        vals = super()._get_inventory_move_values(
            qty, location_id, location_dest_id, package_id, package_dest_id
        )
        if self.parts_responsible_id:
            vals["parts_responsible_id"] = self.parts_responsible_id.id
            vals["parts_difference_reason"] = self.parts_difference_reason
        return vals
