# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

FOLLOWED_OPERATORS = ("=", "ilike", "=ilike", "like", "=like")


class ProductProduct(models.Model):
    """Old part numbers lead to the part that took their place."""

    _inherit = "product.product"

    supersession_ids = fields.One2many(
        "parts.supersession",
        "old_product_id",
        string="Superseded By",
        groups="aftersales_parts_pricing.group_parts_user",
        help="The step that takes this part out of use: one at most.",
    )
    superseded_ids = fields.One2many(
        "parts.supersession",
        "product_id",
        string="Takes the Place Of",
        groups="aftersales_parts_pricing.group_parts_user",
        help="Old numbers whose place this part takes.",
    )
    current_part_id = fields.Many2one(
        "product.product",
        string="Superseded by Part",
        compute="_compute_current_part_id",
        groups="base.group_user",
        help="The newest part of the chain; empty when this part is not superseded today.",
    )

    # The expression of parts.catalogue._get_part_number_key_sql: numbers are found by their
    # beginning, without an extension of the database.
    _part_number_key_idx = models.Index(
        r"(upper(regexp_replace(default_code, '[-\s./_]', '', 'g')) text_pattern_ops)"
    )

    def _compute_current_part_id(self):
        current = self._origin._get_current_parts()
        for product in self:
            newest = current.get(product._origin)
            product.current_part_id = newest if newest != product._origin else False

    def _get_current_part(self, date=None):
        """The part that is to be used instead of this one: itself unless it is superseded.

        :param date: supersessions of this day or earlier count; today by default
        :rtype: product.product
        """
        self.ensure_one()
        return self._get_current_parts(date)[self]

    def _get_current_parts(self, date=None):
        """The newest part of each one's chain, in one query.

        For sets too large for records, join ``parts.supersession._get_current_sql``.

        :param date: supersessions of this day or earlier count; today by default
        :return: dict {product: newest product}, the product itself when it is not superseded
        """
        if not self:
            return {}
        rows = self.env["parts.supersession"]._get_current_sql(date, self)
        newest = dict(self.env.execute_query(SQL("SELECT old_id, new_id FROM %s AS chain", rows)))
        products = self.browse(newest.get(product.id, product.id) for product in self)
        return dict(zip(self, products, strict=True))

    @api.model
    def _search_display_name(self, operator, value):
        """An old number finds the part that took its place as well."""
        domain = super()._search_display_name(operator, value)
        if operator == "in":
            numbers = [number for number in value if isinstance(number, str)]
            current = numbers and self.env["parts.supersession"]._search_numbers("in", numbers)
        elif operator in FOLLOWED_OPERATORS and value:
            current = self.env["parts.supersession"]._search_numbers(operator, value)
        else:
            return domain
        return Domain(domain) | Domain("id", "in", current.ids) if current else domain

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """An old number offers the part that took its place, first."""
        found = super().name_search(name, domain, operator, limit)
        if not name or operator not in FOLLOWED_OPERATORS:
            return found
        current = self.env["parts.supersession"]._search_numbers(operator, name)
        if not current:
            return found
        offered = self.search(Domain(domain or Domain.TRUE) & Domain("id", "in", current.ids))
        # sudo: as core, the names of what the search above found.
        rows = [(product.id, product.display_name) for product in offered.sudo()]
        rows += [row for row in found if row[0] not in offered._ids]
        return rows[:limit] if limit else rows
