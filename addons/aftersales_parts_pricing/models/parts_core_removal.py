# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from .product_template import PART_CLASSES


class PartsCoreRemoval(models.Model):
    """A part leaves the class *restricted*: one guardian asks, another confirms (P2)."""

    _name = "parts.core.removal"
    _inherit = ["parts.core.request.mixin"]
    _description = "Removal of the Class Restricted Core"
    _order = "id desc"

    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Part",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('part_class', '=', 'restricted')]",
        tracking=True,
    )
    part_class = fields.Selection(
        [item for item in PART_CLASSES if item[0] != "restricted"],
        string="New Class",
        tracking=True,
        help="Class of the part once it is no longer restricted; empty: not a part any more.",
    )
    company_id = fields.Many2one(related="product_tmpl_id.company_id", store=True, index=True)

    @api.depends("name", "product_tmpl_id")
    def _compute_display_name(self):
        for removal in self:
            part = removal.product_tmpl_id.display_name or ""
            removal.display_name = f"{removal.name} {part}".strip()

    @api.model
    def _get_terms(self):
        return super()._get_terms() | {"product_tmpl_id", "part_class"}

    def action_ask(self):
        """Only guardians ask for it.

        :raise AccessError: for anybody else
        """
        self._check_guardian()
        return super().action_ask()

    def _check_terms(self):
        """:raise UserError: when the part is not restricted, or pieces of it are in stock"""
        result = super()._check_terms()
        for removal in self:
            if removal.product_tmpl_id.part_class != "restricted":
                raise UserError(
                    self.env._(
                        "“%(part)s” is not restricted any more: nothing is left to confirm.",
                        part=removal.product_tmpl_id.display_name,
                    )
                )
        self.product_tmpl_id._check_no_restricted_stock()
        return result

    def _after_grant(self):
        """Take the class off, and with it the releases that are still open."""
        result = super()._after_grant()
        # sudo: two guardians have decided; what is left of the releases lets nothing out any more.
        products = self.product_tmpl_id.sudo().with_context(active_test=False)
        releases = self.env["parts.core.release"].sudo()
        for release in releases.search(
            [
                ("product_id", "in", products.product_variant_ids.ids),
                ("state", "in", ("asked", "granted")),
            ]
        ):
            release._close("revoked", self.env._("The part is not restricted any more."))
        products.write({"part_class": self.part_class})
        return result

    def _get_company(self):
        return self.company_id or super()._get_company()
