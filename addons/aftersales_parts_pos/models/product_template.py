# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# What is left of a restricted part on the lines of old orders: its name.
BLANK = {
    "available_in_pos": False,
    "barcode": False,
    "list_price": 0.0,
    "lst_price": 0.0,
    "standard_price": 0.0,
}


class ProductTemplate(models.Model):
    """Parts reach the counter with their published prices (P7), restricted ones never (P2)."""

    _inherit = "product.template"

    pos_published_prices = fields.Json(
        compute="_compute_pos_published_prices",
        groups="point_of_sale.group_pos_user",
        help="What the browser at the counter calculates with: published prices of the lists in "
        "use there, of today and of the days to come. Empty for what is no part.",
    )

    @api.depends("part_class", "is_serviceable", "uom_id")
    @api.depends_context("company", "parts_pos_config_id")
    def _compute_pos_published_prices(self):
        """For the lists of the context's point of sale, else of all those of the company.

        Each part has ``lists``: {pricelist id: {product id: [[first day, price], …]}}, in the
        list's currency and the part's unit.
        """
        parts = self.filtered("part_class")
        (self - parts).pos_published_prices = False
        if not parts:
            return
        # sudo: prices of the very lists that are sold on here, as core does for the cost.
        configs = self.env["pos.config"].sudo()
        config_id = self.env.context.get("parts_pos_config_id")
        configs = configs.search(
            [("company_id", "=", self.env.company.id)]
            + ([("id", "=", config_id)] if config_id else [])
        )
        prices = self.env["parts.price"].sudo()
        pricelists = configs._get_loaded_pricelists()
        found = prices._get_pos_prices(pricelists, parts, prices._get_price_day())
        for part in parts:
            part.pos_published_prices = {"lists": found.get(part._origin.id, {})}

    @api.constrains("part_class", "available_in_pos")
    def _check_restricted_in_pos(self):
        """:raise ValidationError: when a restricted part is offered at the counter"""
        for template in self:
            if template.available_in_pos and template._is_restricted_part():
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is a restricted core part and is not sold at a point of sale: "
                        "untick “Point of Sale” on it.",
                        part=template.display_name,
                    )
                )

    @api.model
    def _prepare_restricted_vals(self):
        """What becomes restricted leaves the counter."""
        return super()._prepare_restricted_vals() | {"available_in_pos": False}

    @api.model
    def _load_pos_data_domain(self, data, config):
        return list(
            Domain(super()._load_pos_data_domain(data, config))
            & Domain("part_class", "!=", "restricted")
        )

    def _load_product_with_domain(self, domain, load_archived=False, offset=0, limit=0):
        """What is searched for, scanned or listed is never a restricted part.

        Products of old orders come with ``load_archived``: see :meth:`_read_without_restricted`.
        """
        if not load_archived:
            domain = Domain(domain) & Domain("part_class", "!=", "restricted")
        return super()._load_product_with_domain(domain, load_archived, offset, limit)

    @api.model
    def _load_pos_data_fields(self, config):
        fields_ = super()._load_pos_data_fields(config)
        # Customers at a screen of their own read no prices of lists.
        if self.env.su or self.env.user.has_group("point_of_sale.group_pos_user"):
            fields_ = [*fields_, "pos_published_prices"]
        return fields_

    @api.model
    def _load_pos_data_read(self, records, config):
        """Parts come with the prices of the lists in use, in one query for all of them."""
        records = records.with_context(parts_pos_config_id=config.id)
        # Protected: else Odoo would take the values for a change of the parts.
        with self.env.protecting([self._fields["pos_published_prices"]], records):
            records._compute_pos_published_prices()
        return self._read_without_restricted(
            super()._load_pos_data_read,
            records,
            config,
            records.filtered(lambda template: template._is_restricted_part()),
        )

    @api.model
    def _read_without_restricted(self, read, records, config, restricted):
        """Read records for the browser; of restricted parts the names on old orders alone.

        :param read: method of core that reads them
        :param restricted: those of the records that are or belong to restricted parts
        """
        if not restricted:
            return read(records, config)
        path = "product_id" if records._name == "product.product" else "product_id.product_tmpl_id"
        # sudo: whether anything was ever sold of them at a counter.
        lines = self.env["pos.order.line"].sudo()
        sold = lines.search([(path, "in", restricted.ids)]).mapped(path)
        shown = read(records - (restricted - records.browse(sold.ids)), config)
        for values in shown:
            if values["id"] in restricted.ids:
                values.update((name, value) for name, value in BLANK.items() if name in values)
        return shown

    def _is_restricted_part(self):
        self.ensure_one()
        return self.part_class == "restricted"

    def _unrelevant_records(self, config):
        """What a browser still has of a part that became restricted is thrown away."""
        restricted = self.filtered(lambda template: template._is_restricted_part())
        return [*super()._unrelevant_records(config), *restricted.ids]
