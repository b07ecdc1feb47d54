# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class ProductPricelist(models.Model):
    """What the browser has to know of a list beside its rules."""

    _inherit = "product.pricelist"

    @api.model
    def _load_pos_data_domain(self, data, config):
        """Lists of presets, too, come with what they start from."""
        return [("id", "in", config._get_loaded_pricelists().ids)]

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "parts_list_kind", "parts_tax_included"]

    @api.model
    def _load_pos_data_read(self, records, config):
        """Whether one may sell on the list, and its currency's rate of the day.

        Lists of other currencies come only as what offered ones start from.
        """
        read = super()._load_pos_data_read(records, config)
        offered = config._get_offered_pricelists()
        currencies = self.env["res.currency"]
        # sudo: a base list may be nobody's to read; its currency tells nothing.
        currency_of = {pricelist.id: pricelist.currency_id for pricelist in records.sudo()}
        day = self.env["parts.price"]._get_price_day(company=config.company_id)
        for values in read:
            values["_is_base_only"] = values["id"] not in offered.ids
            values["_currency_rate"] = currencies._get_conversion_rate(
                config.currency_id, currency_of[values["id"]], config.company_id, day
            )
        return read

    def _is_unpriced_part(self, product, date):
        """Whether the rule for a part asks for a published price that does not exist (P7)."""
        if not self:
            return False
        rules = self.env["product.pricelist.item"]
        terms = {"quantity": 1.0, "uom": product.uom_id, "date": date}
        rule = rules.browse(self._get_product_rule(product, **terms))
        published = rule._get_published_rule(product, **terms) if rule else rule
        return bool(published) and not published._get_published_price(product, date)
