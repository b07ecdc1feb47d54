# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

PART_CLASSES = [
    ("restricted", "Restricted core"),
    ("standard", "Standard"),
    ("wearing", "Wearing"),
    ("general", "General"),
]


class ProductTemplate(models.Model):
    """Parts are products with a class (P1); restricted ones have guardians (P2)."""

    _name = "product.template"
    _inherit = ["product.template", "parts.field.rights.mixin"]

    part_class = fields.Selection(
        PART_CLASSES,
        index="btree_not_null",
        tracking=True,
        help="Restricted core: holds know-how and never leaves our own bases. Standard: can be "
        "bought anywhere. Wearing: wears out by use. General: the rest. Empty: not a part.",
    )
    is_serviceable = fields.Boolean(
        string="Serviceable Part",
        tracking=True,
        help="Only serviceable parts are priced and sold (P1).",
    )
    parts_price_count = fields.Integer(compute="_compute_parts_price_count")

    def _compute_parts_price_count(self):
        # Whoever may not read published prices sees no number rather than an error.
        prices = self.env["parts.price"]
        counts = {}
        if prices.has_access("read"):
            counts = dict(
                prices._read_group(
                    [("product_id.product_tmpl_id", "in", self.ids), ("is_in_force", "=", True)],
                    ["product_id"],
                    ["__count"],
                )
            )
        for template in self:
            template.parts_price_count = sum(
                counts.get(product, 0) for product in template.product_variant_ids
            )

    @api.constrains("part_class", "is_serviceable", "is_storable", "sale_ok")
    def _check_restricted(self):
        """A restricted part is tracked in stock, else nothing could be guarded, and not sold."""
        for template in self.filtered(lambda product: product.part_class == "restricted"):
            if not template.is_storable:
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is a restricted core part: keep “Track Inventory” ticked, so "
                        "that each piece is accounted for.",
                        part=template.display_name,
                    )
                )
            if template.sale_ok or template.is_serviceable:
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is a restricted core part: it is neither sold nor priced. "
                        "Untick “Sales” and “Serviceable Part”, or ask a guardian to change its "
                        "class.",
                        part=template.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Restricted parts come out of the guardians' hands only, and unsold (P2)."""
        for vals in vals_list:
            if vals.get("part_class") == "restricted":
                vals.update(self._prepare_restricted_vals())
        templates = super().create(vals_list)
        # Looked at afterwards: a default of the context or of the user sets the class as well.
        if "restricted" in templates.mapped("part_class"):
            self._check_guardian()
        return templates

    def write(self, vals):
        """Guard the class and the storability of restricted parts (P2).

        :raise AccessError: when someone else than a guardian sets or removes the class
        :raise UserError: when the class is removed while pieces are in stock
        """
        if "part_class" not in vals:
            return super().write(vals)
        becoming = self.env["product.template"]
        leaving = self.env["product.template"]
        if vals["part_class"] == "restricted":
            becoming = self.filtered(lambda product: product.part_class != "restricted")
        else:
            leaving = self.filtered(lambda product: product.part_class == "restricted")
        if becoming or leaving:
            self._check_guardian()
        leaving._check_removal()
        leaving._check_no_restricted_stock()
        # sudo: this follows from the class, and who may not set that is refused right below.
        becoming.sudo().write(self._prepare_restricted_vals())
        result = super().write(vals)
        becoming._set_restricted_baseline()
        return result

    def unlink(self):
        """As its variants, which the database deletes with it."""
        variants = self.with_context(active_test=False).product_variant_ids
        result = super().unlink()
        self.env["parts.price.publication.line"]._forget("product_id", variants)
        return result

    def action_view_parts_prices(self):
        """Open the published prices of this part."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_price_action"
        )
        return action | {
            "domain": [("product_id", "in", self.product_variant_ids.ids)],
            "context": {"search_default_in_force": 1},
        }

    @api.model
    def _get_narrow_write(self):
        """Pricing clerks and guardians class parts; the rest of a product is not theirs (P1)."""
        return super()._get_narrow_write() | dict.fromkeys(
            (
                "aftersales_parts_pricing.group_pricing_clerk",
                "aftersales_parts_pricing.group_restricted_guardian",
            ),
            frozenset({"part_class", "is_serviceable"}),
        )

    @api.model
    def _prepare_restricted_vals(self):
        """Values that come with the class *restricted*."""
        return {"sale_ok": False, "is_serviceable": False}

    @api.model
    def _check_guardian(self):
        """The class *restricted* belongs to its guardians (P2).

        :raise AccessError: for anybody else; data files and the system itself may
        """
        if not self.env.su and not self.env["parts.guard"]._is_guardian():
            raise AccessError(
                self.env._(
                    "The class “Restricted core” is set and removed by its guardians only. Ask "
                    "one of them: %(guardians)s.",
                    guardians=self.env["parts.guard"]._get_guardian_names(),
                )
            )

    def _check_removal(self):
        """One guardian alone does not take the class off (P2).

        :raise AccessError: naming the part and the way; a confirmed removal and data files may
        """
        if self and not self.env.su:
            raise AccessError(
                self.env._(
                    "It takes two guardians to remove the class “Restricted core” from “%(part)s”: "
                    "press “Ask to Remove the Class” on the part, and have another guardian "
                    "confirm it: %(guardians)s.",
                    part=self[0].display_name,
                    guardians=self.env["parts.guard"]._get_guardian_names(),
                )
            )

    def action_ask_removal(self):
        """Open a request to take the class *restricted* off, for another guardian to confirm."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Remove the Class"),
            "res_model": "parts.core.removal",
            "view_mode": "form",
            "context": {"default_product_tmpl_id": self.id},
        }

    def _check_no_restricted_stock(self):
        """Pieces in stock would be free to leave the moment the class goes."""
        if not self:
            return
        # sudo: who removes the class may lack stock rights, but must not free pieces by that.
        stock = self.env["stock.quant"].sudo()
        held = stock._read_group(
            [
                ("product_id.product_tmpl_id", "in", self.ids),
                ("quantity", ">", 0),
                ("location_id.usage", "in", ("internal", "transit")),
            ],
            ["product_id"],
            ["quantity:sum"],
        )
        if held:
            product, quantity = held[0]
            raise UserError(
                self.env._(
                    "%(quantity)s pieces of “%(part)s” are still in stock: a part leaves the class "
                    "“Restricted core” only when none is left. Scrap them under witness first.",
                    quantity=f"{quantity:g}",
                    part=product.display_name,
                )
            )

    def _set_restricted_baseline(self):
        """Remember what lies outside already, so that it may come back."""
        products = self.with_context(active_test=False).product_variant_ids
        self.env["parts.guard"]._open_balances(products)
