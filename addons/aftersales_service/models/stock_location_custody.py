# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockLocation(models.Model):
    """Places where old parts that are claimed wait for their maker (S17).

    They are places for what is not ours: all that holds for customers' goods holds here, and
    besides, nothing comes in or goes out but by the steps of the old part.
    """

    _inherit = "stock.location"

    is_claim_custody = fields.Boolean(
        string="Claim Custody",
        compute="_compute_is_claim_custody",
        store=True,
        readonly=False,
        recursive=True,
        help="Old parts that are claimed wait here until their maker answers (S17): they are the "
        "maker's, on no hand of ours, and move by the steps of the old part only.",
    )

    @api.depends("location_id.is_claim_custody")
    def _compute_is_claim_custody(self):
        for location in self:
            inherited = location.location_id.is_claim_custody
            location.is_claim_custody = inherited or location.is_claim_custody

    @api.depends("is_claim_custody")
    def _compute_is_customer_goods(self):
        result = super()._compute_is_customer_goods()
        for location in self:
            location.is_customer_goods = location.is_customer_goods or location.is_claim_custody
        return result

    @api.constrains("is_claim_custody", "is_customer_goods", "location_id")
    def _check_is_claim_custody(self):
        """Claimed parts are not ours: the place cannot be one of ours."""
        for location in self.filtered("is_claim_custody"):
            if not location.is_customer_goods:
                raise ValidationError(
                    self.env._(
                        "%(location)s holds claimed parts, which are not ours: it stays a place "
                        "for goods of others.",
                        location=location.display_name,
                    )
                )

    def write(self, vals):
        """A place becomes one of claim custody, or no longer is one, only while it is empty.

        :raises ValidationError: naming what stands there
        """
        if "is_claim_custody" not in vals and "location_id" not in vals:
            return super().write(vals)
        # sudo: stock of companies that the user does not see counts as well.
        places = self.sudo().search([("id", "child_of", self.ids)])
        held = places.filtered("is_claim_custody")
        result = super().write(vals)
        after = places.filtered("is_claim_custody")
        changed = (held | after) - (held & after)
        for quant in changed.quant_ids:
            if not quant.product_uom_id.is_zero(quant.quantity):
                raise ValidationError(
                    self.env._(
                        "%(location)s still holds %(product)s of %(owner)s: a place becomes claim "
                        "custody, or no longer is, only while it is empty.",
                        location=quant.location_id.display_name,
                        product=quant.product_id.display_name,
                        owner=quant.owner_id.display_name or quant.company_id.name,
                    )
                )
        return result
