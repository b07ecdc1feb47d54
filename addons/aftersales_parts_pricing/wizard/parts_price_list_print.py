# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class PartsPriceListPrint(models.TransientModel):
    """A price list on paper: one list, as it stands on a day (P7, P9)."""

    _name = "parts.price.list.print"
    _description = "Print a Parts Price List"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        string="List",
        required=True,
        check_company=True,
        domain="[('parts_list_kind', '!=', False), ('company_id', '=', company_id)]",
        default=lambda self: self._default_pricelist_id(),
    )
    date = fields.Date(
        string="As Of",
        required=True,
        default=lambda self: self.env["parts.price"]._get_price_day(),
        help="Prices in force on this day.",
    )
    categ_ids = fields.Many2many(
        "product.category", string="Categories", help="Empty: all parts of the list."
    )
    show_guide = fields.Boolean(
        string="Show Guide Price",
        default=True,
        help="Print the market guide price beside a dealer's price.",
    )

    @api.model
    def _default_pricelist_id(self):
        if self.env.context.get("active_model") == "product.pricelist":
            return self.env.context.get("active_id")
        return self.env["product.pricelist"].search(
            [("parts_list_kind", "!=", False), ("company_id", "=", self.env.company.id)], limit=1
        )

    def action_print(self):
        """Print the list.

        :raise UserError: when nothing is published on it on that day
        """
        self.ensure_one()
        if not self._get_prices():
            raise UserError(
                self.env._(
                    "No price is in force on “%(list)s” on %(date)s: choose another day or list.",
                    list=self.pricelist_id.name,
                    date=fields.Date.to_string(self.date),
                )
            )
        report = self.env.ref("aftersales_parts_pricing.action_report_price_list")
        return report.report_action(self)

    def _get_prices(self):
        """Prices in force on the list and day, serviceable parts only, in printing order."""
        self.ensure_one()
        rows = self.env["parts.price"]._get_rows_in_force_sql(self.date, self.pricelist_id)
        domain = fields.Domain(
            [
                ("id", "in", rows),
                ("product_id.is_serviceable", "=", True),
                ("product_id.part_class", "!=", "restricted"),
            ]
        )
        if self.categ_ids:
            domain &= fields.Domain("categ_id", "child_of", self.categ_ids.ids)
        prices = self.env["parts.price"].search(domain)
        return prices.sorted(
            lambda price: (price.categ_id.complete_name, price.product_id.default_code or "")
        )

    def _get_groups(self):
        """Lines of the printed list by product category.

        :return: list of (category, parts.price records)
        """
        return list(self._get_prices().grouped("categ_id").items())

    def _get_guide_prices(self):
        """{product: guide price} beside a dealer's list; empty when it is not wanted."""
        self.ensure_one()
        guide = self.pricelist_id._get_guide_pricelist()
        if not self.show_guide or not guide or guide == self.pricelist_id:
            return {}
        if guide.currency_id != self.pricelist_id.currency_id:
            # Beside a list in another currency the figure would be read as that currency.
            return {}
        return guide._get_published_prices(self._get_prices().product_id, self.date)
