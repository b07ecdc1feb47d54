# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .sale_order_line_dealer import SELLERS


class SaleOrder(models.Model):
    """Dealers settle, users pay the guide price at most; quotations add up by kind (P8, P9)."""

    _inherit = "sale.order"

    is_dealer_order = fields.Boolean(
        string="Dealer's Order",
        compute="_compute_is_dealer_order",
        help="The customer is a dealer, or an address or person of one.",
    )
    dealer_margin = fields.Monetary(
        compute="_compute_dealer_margin",
        groups=SELLERS,
        help="What the dealer earns when it sells the parts of this order at the guide price, "
        "without tax.",
    )
    guide_amount = fields.Monetary(
        compute="_compute_dealer_margin",
        groups=SELLERS,
        help="The parts of this order at the guide price, without tax.",
    )

    @api.depends("partner_id.commercial_partner_id.is_dealer")
    def _compute_is_dealer_order(self):
        for order in self:
            # sudo: whether the customer is a dealer is told by the list that it buys on.
            order.is_dealer_order = order.sudo().partner_id.commercial_partner_id.is_dealer

    @api.depends("order_line.dealer_margin")
    def _compute_dealer_margin(self):
        for order in self:
            lines = order.order_line.filtered("guide_price_unit")
            order.dealer_margin = sum(lines.mapped("dealer_margin"))
            order.guide_amount = order.dealer_margin + sum(lines.mapped("price_subtotal"))

    @api.constrains("partner_id", "pricelist_id")
    def _check_dealer_list(self):
        """Quotations at dealer prices go to the channel, never to users (P9).

        :raise ValidationError: naming the customer, the list and which list to take
        """
        for order in self:
            pricelist = order.pricelist_id
            if pricelist.parts_list_kind in ("settlement", "tier") and not order.is_dealer_order:
                raise ValidationError(
                    self.env._(
                        "%(customer)s is no dealer and cannot be quoted on “%(list)s”: choose the "
                        "guide list, or mark the customer as a dealer.",
                        customer=order.partner_id.display_name,
                        list=pricelist.name,
                    )
                )

    # ------------------------------------------------------------------
    # Quotation (P8)
    # ------------------------------------------------------------------

    def _get_quotation_amounts(self):
        """What the quotation adds up: parts, logistics and the rest, each with its own taxes (P8).

        From Odoo's own tax figures of the order, so that the sum is the order's total.

        :return: {"parts" | "logistics" | "other": {"untaxed": amount, "taxes": {tax: amount},
            "total": amount}}, in the order's currency, only kinds that have lines
        """
        self.ensure_one()
        taxes = self.env["account.tax"]
        base_lines = [
            line._prepare_base_line_for_taxes_computation() for line in self._get_priced_lines()
        ]
        taxes._add_tax_details_in_base_lines(base_lines, self.company_id)
        taxes._round_base_lines_tax_details(base_lines, self.company_id)
        amounts = {}
        for base_line in base_lines:
            kind = base_line["record"]._get_quotation_kind()
            entry = amounts.setdefault(kind, {"untaxed": 0.0, "taxes": defaultdict(float)})
            details = base_line["tax_details"]
            entry["untaxed"] += (
                details["total_excluded_currency"] + details["delta_total_excluded_currency"]
            )
            for data in details["taxes_data"]:
                entry["taxes"][data["tax"]] += data["tax_amount_currency"]
        for entry in amounts.values():
            entry["total"] = entry["untaxed"] + sum(entry["taxes"].values())
        return amounts

    def _get_quotation_lines(self, kind):
        """Lines of one kind on the quotation: parts, logistics or other (P8)."""
        self.ensure_one()
        return self._get_priced_lines().filtered(lambda line: line._get_quotation_kind() == kind)
