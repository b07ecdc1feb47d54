# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class StockMoveLine(models.Model):
    """Claimed parts move by their steps only; who owes an old part gets no new one (S17)."""

    _inherit = "stock.move.line"

    def _action_done(self):
        self._check_parts_owed()
        return super()._action_done()

    def _check_customer_goods(self):
        """What enters or leaves claim custody is asked about the old part; the rest as before."""
        crossing = self.filtered(
            lambda line: line.location_id.is_claim_custody != line.location_dest_id.is_claim_custody
        )
        crossing._check_claim_custody()
        return super(StockMoveLine, self - crossing)._check_customer_goods()

    def _check_claim_custody(self):
        """Refuse whatever takes a claimed part in or out without a step of its own.

        :raises UserError: naming the part and what to do instead
        """
        for line in self:
            # sudo: whoever validates the transfer of a step need not read the old part.
            part = line.move_id.sudo().aftersales_part_return_id
            if not part:
                raise UserError(line._get_claim_custody_refusal())
            if line.owner_id != part.maker_id or line.product_id != part.product_id:
                raise UserError(
                    self.env._(
                        "%(part)s is the old %(product)s of %(owner)s: %(other)s cannot go on its "
                        "transfer.",
                        part=part.name,
                        product=part.product_id.display_name,
                        owner=part.maker_id.display_name,
                        other=line.product_id.display_name,
                    )
                )

    def _get_claim_custody_refusal(self):
        """What to do instead of moving a claimed part by hand."""
        self.ensure_one()
        if self.location_dest_id.is_claim_custody:
            return self.env._(
                "%(product)s cannot be moved to %(location)s by a transfer: take old parts in "
                "under Old Parts.",
                product=self.product_id.display_name,
                location=self.location_dest_id.display_name,
            )
        return self.env._(
            "%(product)s in %(location)s is an old part of %(owner)s: it leaves in a parcel to its "
            "maker, or is scrapped under Old Parts when the maker releases it.",
            product=self.product_id.display_name,
            location=self.location_id.display_name,
            owner=self.owner_id.display_name or self.env._("its maker"),
        )

    def _check_parts_owed(self):
        """No new part for who still owes the old one (S17), by whatever transfer.

        One query for the batch, and none of the parts' own where nobody owes one.

        :raises UserError: naming the job, the part, since when, and whom to ask
        """
        moving = self.filtered(lambda line: line.product_id.type == "consu" and line.quantity > 0)
        if not moving:
            return
        # sudo: the storekeeper does not read what every technician owes, but is told why not.
        owed = self.env["aftersales.part.return"].sudo()._get_owed(moving.product_id)
        if not owed:
            return
        by_product = owed.grouped("product_id")
        for line in moving:
            for part in by_product.get(line.product_id, ()):
                if part._is_issue(line):
                    raise UserError(part._get_issue_refusal())
