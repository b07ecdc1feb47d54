# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import UserError

# What the replacement unit is.
UNIT_FIELDS = frozenset({"product_id", "lot_id", "quantity", "uom_id", "line_type", "location_id"})


class AftersalesVoucherLine(models.Model):
    """The line of a replacement unit: its maker pays, and it does not change (S16)."""

    _inherit = "aftersales.voucher.line"

    def write(self, vals):
        """What was handed over is on its line.

        :raises UserError: on the line of a replacement unit
        """
        if UNIT_FIELDS.intersection(vals):
            self._check_no_replacement()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_replacement(self):
        self._check_no_replacement()

    # === BUSINESS METHODS === #

    def _get_parts(self):
        """A replacement unit does not come from a van."""
        return super()._get_parts() - self.voucher_id.replacement_line_id

    @api.model
    def _get_cover_providers(self):
        """A replacement unit costs the customer nothing, whatever the clauses for parts say."""
        return [*super()._get_cover_providers(), (3, "_get_replacement_cover")]

    def _get_replacement_cover(self):
        """Provider 3: replacement units are paid by who gave the warranty of the old one.

        :return: dict {line: list of shares}
        """
        found = {}
        for line in self & self.voucher_id.replacement_line_id:
            voucher = line.voucher_id
            # sudo: the warranty of a unit is read by whoever works on it.
            terms = voucher.lot_id.sudo().entitlement_id.term_ids
            term = terms.filtered(lambda term: term.component == "part")[:1]
            found[line] = [
                {
                    "payer": term.payer or "maker",
                    "payer_partner_id": term.payer_partner_id.id,
                    "share": 100.0,
                    "clause": self.env._(
                        "Guarantee of replacement: instead of %s", voucher.lot_id.name
                    ),
                    "term_id": term.id,
                }
            ]
        return found

    def _get_old_part_claim(self):
        """The old unit is in our house already, on its receipt."""
        claim = super()._get_old_part_claim()
        return claim if self != self.voucher_id.replacement_line_id else claim.browse()

    def _check_no_replacement(self):
        for line in self & self.voucher_id.replacement_line_id:
            raise UserError(
                self.env._(
                    "%(unit)s was given to the customer on %(voucher)s: its line does not change.",
                    unit=line.lot_id.display_name,
                    voucher=line.voucher_id.display_name,
                )
            )
