# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

# What moves a line's price against its list.
PRICE_FIELDS = {"price_unit", "discount", "product_id", "product_uom_id", "order_id"}


class SaleOrderLineBelowList(models.Model):
    """How far each part is sold below its list price, and how far that is approved (P6)."""

    # Not the mixin of guarded fields: core asks for what is locked by the name of its method.
    _inherit = "sale.order.line"

    below_list_percent = fields.Float(
        string="Below List (%)",
        compute="_compute_below_list_percent",
        digits=(16, 2),
        help="How much less than its list price the part is sold for, discount included.",
    )
    below_list_approved_percent = fields.Float(
        string="Approved Below List (%)",
        readonly=True,
        copy=False,
        digits=(16, 2),
        help="Approved down to this percentage, whoever confirms the order.",
    )

    @api.depends(
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "price_unit",
        "discount",
        "order_id.pricelist_id",
        "order_id.partner_id",
        "order_id.date_order",
    )
    def _compute_below_list_percent(self):
        list_prices = self._get_list_prices()
        for line in self:
            line.below_list_percent = line._get_percent_below(list_prices.get(line, 0.0))

    @api.model_create_multi
    def create(self, vals_list):
        """A line that joins a confirmed order is held against the limit at once (P6).

        :raises UserError: when somebody types what is approved
        """
        for vals in vals_list:
            self._check_not_typed(vals)
        # Said outright: a default of a context comes from any client.
        lines = super().create([{"below_list_approved_percent": 0.0, **vals} for vals in vals_list])
        confirmed = lines.filtered(lambda line: line.state == "sale")
        confirmed.order_id._check_below_list(confirmed)
        return lines

    def write(self, vals):
        """A confirmed order's prices are held against the limit as well (P6).

        :raises UserError: naming the lines and who may approve them, or when somebody types what
            is approved
        """
        self._check_not_typed(vals)
        result = super().write(vals)
        if PRICE_FIELDS & vals.keys():
            confirmed = self.filtered(lambda line: line.state == "sale")
            confirmed.order_id._check_below_list(confirmed)
        return result

    def action_why_this_price(self):
        """Open the chain that leads to the list price of this line."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_price_why_action"
        )
        day = self.env["parts.price"]._get_price_day(self._get_order_date(), self.company_id)
        return action | {
            "context": {
                "default_product_id": self.product_id.id,
                "default_partner_id": self.order_id.partner_id.id,
                "default_pricelist_id": self.order_id.pricelist_id.id,
                "default_quantity": self.product_uom_qty or 1.0,
                "default_uom_id": self.product_uom_id.id,
                "default_date": fields.Date.to_string(day),
            }
        }

    def _check_not_typed(self, vals):
        """What is approved is written by the approval, as superuser.

        :raises UserError: naming the field
        """
        name = "below_list_approved_percent"
        if name in vals and not self.env.su:
            label = self._fields[name]._description_string(self.env)
            advice = self.env._("written when an approver decides, not entered.")
            message = f"{label}: {advice}"
            raise UserError(message)

    def _get_percent_below(self, list_price):
        """How many percent the line lies below a list price; Decimal, two places, half up.

        :param list_price: price of one unit in the line's unit and currency, before the discount
        """
        self.ensure_one()
        if list_price <= 0:
            return 0.0
        wanted = Decimal(str(self.currency_id.round(list_price)))
        price = Decimal(str(self.price_unit)) * (100 - Decimal(str(self.discount or 0))) / 100
        price = price.quantize(Decimal(str(self.currency_id.rounding)), "ROUND_HALF_UP")
        if wanted <= 0 or price >= wanted:
            return 0.0
        return float(((wanted - price) * 100 / wanted).quantize(Decimal("0.01"), "ROUND_HALF_UP"))

    def _get_list_prices(self):
        """List price of each part in its line's unit and currency, before what people change.

        Rules and published prices are read once an order and list, not line by line.

        :return: {line: price}; lines that are no parts or have no list are left out
        """
        prices = {}
        parts = self.filtered(
            lambda line: (
                line.product_id.part_class and not line.is_downpayment and line._is_held_to_list()
            )
        )
        for order in parts.order_id:
            lines = parts.filtered(lambda line, order=order: line.order_id == order)
            for pricelist in order._get_reference_pricelists():
                for line, price in lines._get_prices_on(pricelist).items():
                    prices[line] = max(price, prices.get(line, 0.0))
        return prices

    def _get_prices_on(self, pricelist):
        """Prices of one order's lines on a list, see ``_get_list_prices``."""
        order = self.order_id
        rules = pricelist._get_applicable_rules(self.product_id, order.date_order)
        pricelist._prefetch_published_prices(self.product_id, order.date_order, rules)
        prices = {}
        for line in self:
            quantity = line.product_uom_qty or 1.0
            asked = line.product_uom_id._compute_quantity(
                quantity, line.product_id.uom_id, round=False, raise_if_failure=False
            )
            rule = next(
                (rule for rule in rules if rule._is_applicable_for(line.product_id, asked)),
                rules.browse(),
            )
            prices[line] = rule._compute_price(
                line.product_id,
                quantity,
                line.product_uom_id,
                line._get_order_date(),
                currency=line.currency_id or order.currency_id,
            )
        return prices

    def _is_held_to_list(self):
        """Hook: whether the line's price comes from a list at all.

        Lines whose price another document decides, such as a warranty, are not held to it.
        """
        self.ensure_one()
        return True
