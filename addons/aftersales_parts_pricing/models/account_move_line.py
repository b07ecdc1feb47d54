# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import ValidationError


class AccountMoveLine(models.Model):
    """A restricted core part is invoiced to nobody to whom none was released (P2)."""

    _inherit = "account.move.line"

    @api.constrains("product_id", "partner_id")
    def _check_restricted_part(self):
        """An invoice without a price is a way out, too; a credit note takes one back."""
        lines = self.filtered(
            lambda line: (
                line.product_id.part_class == "restricted"
                and line.move_id.move_type in ("out_invoice", "out_receipt")
            )
        )
        for line in lines:
            if not line._is_part_released():
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is a restricted core part and is not invoiced to "
                        "%(partner)s, to whom none was released. Take it off, or ask one of its "
                        "guardians: %(guardians)s.",
                        part=line.product_id.display_name,
                        partner=line.move_id.partner_id.display_name or self.env._("nobody"),
                        guardians=self.env["parts.guard"]._get_guardian_names(line.company_id),
                    )
                )

    def _is_part_released(self):
        """Whether pieces of the part were released to the customer of the invoice."""
        self.ensure_one()
        # sudo: only whether there is a release is told.
        releases = (
            self.env["parts.core.release"]
            .sudo()
            .search(
                [
                    ("product_id", "=", self.product_id.id),
                    ("company_id", "=", self.company_id.id),
                    "|",
                    ("state", "=", "granted"),
                    ("quantity_used", ">", 0),
                ]
            )
        )
        return self.move_id.commercial_partner_id in releases.partner_id.commercial_partner_id
