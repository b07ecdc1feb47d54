# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import format_amount


class PartsPriceWhyWizard(models.TransientModel):
    """Why this price: the chain from the cost to the price of a part, for a customer and a day."""

    _name = "parts.price.why"
    _description = "Why This Price"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    product_id = fields.Many2one("product.product", string="Part", required=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", help="Whose list counts, by tier or by its contact."
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        string="List",
        compute="_compute_pricelist_id",
        store=True,
        readonly=False,
        check_company=True,
        help="The customer's list; choose another one to compare.",
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        help="Unit of the quantity and of the price.",
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env["parts.price"]._get_price_day(),
        help="Day of the order.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_why")
    price = fields.Monetary(compute="_compute_why", help="For one unit, without tax.")
    explanation = fields.Html(compute="_compute_why", sanitize=False)

    @api.depends("partner_id", "company_id")
    def _compute_pricelist_id(self):
        for wizard in self:
            if not wizard.partner_id:
                wizard.pricelist_id = (
                    wizard.pricelist_id
                    or self.env["product.pricelist"]
                    .with_company(wizard.company_id)
                    ._get_guide_pricelist()
                )
                continue
            partner = wizard.partner_id.with_company(wizard.company_id)
            wizard.pricelist_id = partner.property_product_pricelist

    @api.depends("product_id")
    def _compute_uom_id(self):
        for wizard in self:
            if not wizard.uom_id or not wizard.uom_id._has_common_reference(
                wizard.product_id.uom_id
            ):
                wizard.uom_id = wizard.product_id.uom_id

    @api.depends(
        "product_id", "partner_id", "pricelist_id", "quantity", "uom_id", "date", "company_id"
    )
    @api.depends_context("lang", "uid")
    def _compute_why(self):
        for wizard in self:
            wizard.currency_id = wizard.pricelist_id.currency_id or wizard.company_id.currency_id
            if not wizard.product_id or not wizard.uom_id or not wizard.date:
                wizard.price = 0.0
                wizard.explanation = False
                continue
            wizard.price = wizard._get_price()
            wizard.explanation = self.env["ir.qweb"]._render(
                "aftersales_parts_pricing.parts_price_why_steps",
                {"steps": wizard._get_steps(), "wizard": wizard},
            )

    def _get_price(self):
        return self._get_list()._get_product_price(
            self._get_product(),
            self.quantity,
            currency=self.currency_id,
            uom=self.uom_id,
            date=self.date,
        )

    def _get_list(self):
        return self.pricelist_id.with_company(self.company_id)

    def _get_product(self):
        return self.product_id.with_company(self.company_id)

    def _get_steps(self):
        """Sentences and figures, what the reader may not see left out (P9).

        :return: list of (sentence, formatted amount)
        """
        steps = self._get_list()._explain_price(
            self._get_product(), self.quantity, self.uom_id, self.date, self.currency_id
        )
        steps = [*self._explain_list(), *steps]
        if not self.env.user.has_group("aftersales_parts_pricing.group_pricing_clerk"):
            hidden = any(secret for _sentence, _amount, secret in steps)
            steps = [step for step in steps if not step[2]]
            if hidden:
                note = self.env._("How it comes from the cost is known to the pricing department.")
                steps.insert(1, (note, None, False))
        return [
            (sentence, "" if amount is None else self._format(amount))
            for sentence, amount, _secret in steps
        ]

    def _format(self, amount):
        return format_amount(self.env, float(amount), self.currency_id)

    def _explain_list(self):
        """Why this list: the customer's own, its tier's, or the one that was chosen."""
        name = self.pricelist_id.name
        if not self.partner_id:
            return [(self.env._("List: “%s”.", name or "–"), None, False)]
        partner = self.partner_id.with_company(self.company_id)
        if partner.property_product_pricelist != self.pricelist_id:
            sentence = self.env._(
                "“%(list)s” was chosen; the list of %(partner)s is “%(own)s”.",
                list=name or "–",
                partner=partner.display_name,
                own=partner.property_product_pricelist.name or "–",
            )
            return [(sentence, None, False)]
        tier = partner._get_dealer_tiers(self.date, self.company_id).get(partner)
        if partner.specific_property_product_pricelist:
            sentence = self.env._(
                "%(partner)s buys on “%(list)s”, named on its contact.",
                partner=partner.display_name,
                list=name,
            )
        elif tier:
            sentence = self.env._(
                "%(partner)s is of tier “%(tier)s” and buys on “%(list)s”.",
                partner=partner.display_name,
                tier=tier.name,
                list=name,
            )
        else:
            sentence = self.env._(
                "%(partner)s buys on “%(list)s”.", partner=partner.display_name, list=name or "–"
            )
        return [(sentence, None, False)]
