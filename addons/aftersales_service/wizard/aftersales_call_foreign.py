# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesCall(models.TransientModel):
    """A call about a machine of another brand: it gets a file with the call (S14)."""

    _inherit = "aftersales.call"

    brand = fields.Char(
        string="Other Brand",
        help="Maker of a machine that is not ours: with the model as told it gets a file, without "
        "a serial under a number of ours.",
    )

    def _has_new_unit(self):
        return super()._has_new_unit() or self._is_foreign_unit()

    def _is_foreign_unit(self):
        self.ensure_one()
        return bool((self.brand or "").strip() and (self.unit_note or "").strip())

    def _open_unit_file(self):
        if not self._is_foreign_unit() or self.product_id:
            return super()._open_unit_file()
        return self.env["stock.lot"]._open_foreign_unit(
            self.brand, self.unit_note, self.serial, user_partner_id=self.partner_id.id
        )
