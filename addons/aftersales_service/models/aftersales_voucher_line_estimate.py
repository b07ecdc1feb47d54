# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

# What the customer is shown of a line.
SHOWN_FIELDS = frozenset({"line_type", "product_id", "operation_id", "name", "quantity", "uom_id"})


class AftersalesVoucherLine(models.Model):
    """A line that changes takes back what the customer agreed to (S15)."""

    _inherit = "aftersales.voucher.line"

    @api.model_create_multi
    def create(self, vals_list):
        """A new line was not shown to the customer."""
        lines = super().create(vals_list)
        lines.voucher_id._take_back_estimate()
        return lines

    def write(self, vals):
        """As on creation, where the line really changes."""
        before = {
            line: [line[name] for name in sorted(SHOWN_FIELDS.intersection(vals))] for line in self
        }
        result = super().write(vals)
        changed = self.filtered(
            lambda line: (
                before[line] != [line[name] for name in sorted(SHOWN_FIELDS.intersection(vals))]
            )
        )
        changed.voucher_id._take_back_estimate()
        return result

    def unlink(self):
        """As on creation."""
        vouchers = self.voucher_id
        result = super().unlink()
        vouchers._take_back_estimate()
        return result

    # === BUSINESS METHODS === #

    def _prepare_base_lines(self, fiscal_position):
        """What the customer pays of this line, for Odoo's tax computation. Hook: shares.

        :param fiscal_position: account.fiscal.position of the customer, maybe empty
        :return: list of base lines
        """
        self.ensure_one()
        return [self._prepare_base_line(fiscal_position, self.price_unit)]

    def _prepare_base_line(self, fiscal_position, price_unit):
        """A line for Odoo's tax computation, with the taxes that its order line will have.

        :param fiscal_position: account.fiscal.position of the customer, maybe empty
        :param float price_unit: price in the job's currency
        :return: dict of a base line
        """
        self.ensure_one()
        # sudo: a product may have taxes of companies that the user cannot read.
        product = self.product_id.sudo().with_company(self.company_id)
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        mapped = fiscal_position.map_tax(taxes)
        price = product._get_tax_included_unit_price_from_price(
            price_unit, product_taxes=taxes, fiscal_position=fiscal_position
        )
        return taxes._prepare_base_line_for_taxes_computation(
            {},
            product_id=product,
            tax_ids=mapped,
            price_unit=price,
            quantity=self.quantity,
            currency_id=self.currency_id,
            partner_id=self.voucher_id.partner_id.sudo(),
        )
