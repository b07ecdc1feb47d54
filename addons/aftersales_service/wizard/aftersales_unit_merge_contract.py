# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class AftersalesUnitMerge(models.TransientModel):
    """Contracts of two files of one unit go together (S2 B, S14)."""

    _inherit = "aftersales.unit.merge"

    @api.model
    def _check_moved(self, kept):
        """A unit is under one contract of a kind at a time; its dates follow its contracts."""
        result = super()._check_moved(kept)
        units = kept.contract_unit_ids
        self.env.add_to_compute(units._fields["product_id"], units)
        for name in ("contract_start", "contract_end"):
            self.env.add_to_compute(kept._fields[name], kept)
        units._check_overlap()
        return result
