# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AftersalesVoucherLine(models.Model):
    """The old part of a line: whose it is, and who brings it back (S17)."""

    _inherit = "aftersales.voucher.line"

    def _get_old_part_claim(self):
        """Share of this line by which its old part must come back.

        The largest share of a maker or supplier whose terms ask for it, or of any of them where
        the part's category says so; there is one old part, so one of them gets it.

        :return: aftersales.cover, empty where the old part is nobody's
        """
        self.ensure_one()
        if self.line_type != "part" or self.product_id.type != "consu":
            return self.cover_ids.browse()
        always = self.product_id.categ_id._brings_old_parts_back()
        shares = self.cover_ids.filtered(
            lambda cover: (
                cover.payer in ("maker", "supplier")
                and cover.payer_partner_id
                and (always or cover.term_id.old_part_returns)
            )
        )
        return shares.sorted(lambda cover: (-cover.share, cover.id))[:1]

    def _prepare_part_return_vals(self, claim):
        """Values of the old part of this line.

        :param claim: aftersales.cover
        """
        self.ensure_one()
        voucher = self.voucher_id
        since = voucher._get_company_date(voucher.done_at)
        returns = self.env["aftersales.part.return"]
        return {
            "company_id": self.company_id.id,
            "voucher_id": voucher.id,
            "voucher_line_id": self.id,
            "product_id": self.product_id.id,
            "quantity": self.uom_id._compute_quantity(self.quantity, self.product_id.uom_id),
            "serial": self._get_old_serial(),
            "maker_id": claim.payer_partner_id.id,
            "technician_id": self._get_old_part_technician().id,
            "outlet_id": voucher.outlet_id.id,
            "owed_since": since,
            "due_on": returns._get_due_date(voucher, since),
        }

    def _get_old_serial(self):
        """Serial or lot of the part that was taken out, as far as it was written."""
        self.ensure_one()
        lot = self.lot_in if "lot_in" in self._fields else self.lot_id.browse()
        return lot.name or (self.old_serial or "").strip() or False

    def _get_old_part_technician(self):
        """Technician who brings the old part: whose van the new one left; nobody without a van.

        A part that was fitted in the workshop is brought by the technician of its card.
        """
        self.ensure_one()
        # sudo: the van stands on the employee's private file; only whose it is counts.
        line = self.sudo()
        if line.repair_id:
            return line.repair_id.technician_id.filtered("van_location_id")
        van = line._get_van()
        crew = line.voucher_id._get_crew() | line.voucher_id.technician_id
        return van and crew.filtered(lambda technician: technician.van_location_id == van)[:1]

    def _prepare_repair_moves_vals(self, card):
        """An old part that is claimed is not scrapped with the card: it goes into custody."""
        vals_list = super()._prepare_repair_moves_vals(card)
        if not self._get_old_part_claim():
            return vals_list
        return [vals for vals in vals_list if vals["repair_line_type"] != "remove"]
