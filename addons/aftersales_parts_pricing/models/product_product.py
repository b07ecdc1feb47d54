# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError

# What the guard counts and nobody types.
GUARD_FIGURES = {"restricted_baseline", "restricted_balance"}


class ProductProduct(models.Model):
    """A part as it is kept in stock: what it costs on a published list."""

    _name = "product.product"
    _inherit = ["product.product", "parts.field.rights.mixin"]

    # Nobody reads this field through the client or RPC: the list in the context decides whose
    # price it is. Code asks through product.pricelist, which knows which list it may use.
    published_price = fields.Float(
        compute="_compute_published_price",
        groups=fields.NO_ACCESS,
        help="Published price on the list and day of the context, per unit of the part, in the "
        "list's currency; 0 when the part is not priced there.",
    )
    restricted_baseline = fields.Float(
        string="Outside Before Restriction",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Pieces that already lay outside when the part became restricted: they may come "
        "back, no more may follow them.",
    )
    restricted_balance = fields.Float(
        string="Balance Outside",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Pieces outside our own bases, a vendor's negative stock included. Falls with each "
        "piece that comes in, rises by releases only (P2).",
    )

    @api.depends_context("parts_pricelist_id", "parts_price_day")
    @api.depends("is_serviceable", "part_class")
    def _compute_published_price(self):
        pricelist = self.env["product.pricelist"].browse(
            self.env.context.get("parts_pricelist_id") or []
        )
        parts = self.filtered(lambda product: product._is_priced_part())
        prices = (
            self.env["parts.price"]._get_prices(
                pricelist, parts, self.env.context["parts_price_day"]
            )
            if pricelist
            else {}
        )
        units = self.env["uom.uom"].browse({unit for _price, unit in prices.values()})
        units_by_id = {unit.id: unit for unit in units}
        for product in self:
            price, unit_id = prices.get(product._origin.id, (0.0, False))
            if unit_id and unit_id != product.uom_id.id:
                price = units_by_id[unit_id]._compute_price(price, product.uom_id)
            product.published_price = price

    def _read_published_prices(self):
        """Read the prices of the context's list and day into the cache, in one query.

        What is there already is read again: a publication may have come since.
        """
        # Protected: outside of a computation Odoo would take the values for a change of the part,
        # and asking for a price would write on products.
        with self.env.protecting([self._fields["published_price"]], self):
            self._compute_published_price()

    @api.model_create_multi
    def create(self, vals_list):
        """A figure of the guard does not come with a new product, not even by a default (P2)."""
        products = super().create(vals_list)
        if any(product[name] for product in products for name in GUARD_FIGURES):
            self._check_baseline_untouched()
        restricted = products.filtered(lambda product: product.part_class == "restricted")
        if restricted:
            self.env["parts.guard"]._open_balances(restricted)
        return products

    def write(self, vals):
        """A variant does not change its class by changing its template (P2).

        :raise AccessError: when a figure of the guard is written, or somebody else than a
            guardian moves a variant from or to a restricted part
        :raise UserError: when pieces of it are in stock
        """
        if GUARD_FIGURES & vals.keys():
            self._check_baseline_untouched()
        if "product_tmpl_id" in vals:
            target = self.env["product.template"].browse(vals["product_tmpl_id"])
            restricted = (self.product_tmpl_id | target).filtered(
                lambda template: template.part_class == "restricted"
            )
            if restricted and self.product_tmpl_id != target:
                restricted._check_guardian()
                (restricted & self.product_tmpl_id)._check_removal()
                restricted._check_no_restricted_stock()
        return super().write(vals)

    def unlink(self):
        """A part takes what is only proposed for it with it; published prices refuse."""
        result = super().unlink()
        self.env["parts.price.publication.line"]._forget("product_id", self)
        return result

    def action_ask_removal(self):
        """As on the part's template, whose form this one is made of (P2)."""
        return self.product_tmpl_id.action_ask_removal()

    @api.model
    def _check_baseline_untouched(self):
        """What may lie outside is counted by the guard, never typed (P2)."""
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "How many pieces of a restricted part lay outside before is counted, not typed."
                )
            )

    @api.model
    def _get_narrow_write(self):
        return self.env["product.template"]._get_narrow_write()

    def _is_priced_part(self):
        """Only serviceable parts are priced (P1), restricted ones never (P2)."""
        self.ensure_one()
        return bool(self.part_class and self.part_class != "restricted" and self.is_serviceable)
