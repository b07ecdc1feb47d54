# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ProductPricelist(models.Model):
    """Dealer and guide lists are native pricelists of one rule: the published price (P7)."""

    _inherit = "product.pricelist"

    parts_list_kind = fields.Selection(
        [
            ("settlement", "Dealer settlement"),
            ("guide", "Market guide"),
            ("tier", "Dealer tier"),
        ],
        string="Parts List",
        index="btree_not_null",
        help="Dealer lists are never proposed to anyone but dealers (P9).",
    )
    parts_publication_number = fields.Integer(
        readonly=True,
        copy=False,
        default=0,
        help="How often prices were published on this list. Written by each publication, so that "
        "of two at the same time the second one starts over and sees the first one's prices.",
    )

    def write(self, vals):
        """Published prices are in the currency and company of their list.

        :raise UserError: when one of them would change under published prices
        """
        if vals.keys() & {"currency_id", "company_id"}:
            for pricelist in self:
                pricelist._check_published_terms(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        """Published prices keep their list: orders and transfers name it."""
        # sudo: whoever keeps pricelists need not read published prices.
        prices = self.env["parts.price"].sudo()
        price = prices.search([("pricelist_id", "in", self.ids)], limit=1)
        if price:
            raise UserError(
                self.env._(
                    "“%(list)s” holds published prices and cannot be deleted: archive it instead.",
                    list=price.pricelist_id.name,
                )
            )

    def unlink(self):
        """A list takes what is only proposed for it with it."""
        result = super().unlink()
        self.env["parts.price.publication.line"]._forget("pricelist_id", self)
        return result

    def _check_published_terms(self, vals):
        self.ensure_one()
        changed = any(
            name in vals and vals[name] != self[name].id for name in ("currency_id", "company_id")
        )
        # sudo: whoever keeps pricelists need not read published prices.
        prices = self.env["parts.price"].sudo()
        if changed and prices.search_count([("pricelist_id", "=", self.id)], limit=1):
            raise UserError(
                self.env._(
                    "“%(list)s” holds published prices: its currency and company stay. Create "
                    "another list and publish on it.",
                    list=self.name,
                )
            )

    def _count_publication(self):
        """Make publications on the same list follow one another, also in two transactions.

        sudo: who publishes need not hold rights on pricelists themselves.
        """
        for pricelist in self.sudo():
            pricelist.parts_publication_number += 1
        self.env.flush_all()

    def _get_partner_pricelist_multi(self, partner_ids):
        """A dealer without a list of its own buys on the list of its tier (P7, P9)."""
        result = super()._get_partner_pricelist_multi(partner_ids)
        if not self.env["res.groups"]._is_feature_enabled("product.group_product_pricelist"):
            return result
        partners = self.env["res.partner"].with_context(active_test=False).browse(partner_ids)
        dealers = partners.filtered(
            lambda partner: (
                partner.commercial_partner_id.is_dealer
                and not partner.specific_property_product_pricelist
            )
        )
        lists = self._get_dealer_pricelists(dealers)
        for dealer in dealers:
            if lists.get(dealer):
                result[dealer.id] = lists[dealer]
        return result

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        """Nobody falls back on a dealer list (P9)."""
        domain = Domain(super()._get_partner_pricelist_multi_search_domain_hook(company_id))
        return list(domain & Domain("parts_list_kind", "not in", ("settlement", "tier")))

    def _get_dealer_pricelists(self, dealers, date=None):
        """List that each dealer settles at in the current company (P7).

        The list of its tier on that day, else the company's settlement list.

        :param dealers: recordset of res.partner
        :return: dict {partner: product.pricelist}, only dealers that have one
        """
        if not dealers:
            return {}
        policies = self._get_company_policies()
        by_tier = {}
        for line in policies.tier_ids:
            by_tier.setdefault(line.tier_id, line.pricelist_id)
        settlement = policies.settlement_pricelist_id[:1]
        tiers = dealers._get_dealer_tiers(date)
        found = {}
        for dealer in dealers:
            pricelist = by_tier.get(tiers.get(dealer)) or settlement
            if pricelist:
                found[dealer] = pricelist.sudo(self.env.su)
        return found

    def _get_settlement_pricelist(self):
        """The current company's settlement list (P7), or an empty recordset."""
        policies = self._get_company_policies()
        return policies.settlement_pricelist_id[:1].sudo(self.env.su)

    def _get_guide_pricelist(self):
        """The current company's market guide list (P7), or an empty recordset."""
        return self._get_company_policies().guide_pricelist_id[:1].sudo(self.env.su)

    @api.model
    def _get_company_policies(self):
        """Price policies of the current company, the first one first."""
        # sudo: which list somebody buys on is no secret to who sells to them; the policy's terms
        # stay with the pricing department.
        policies = self.env["parts.price.policy"].sudo()
        return policies.search([("company_id", "=", self.env.company.id)])

    def _get_published_prices(self, products, date=None):
        """Published prices of many parts on this list, for code that shows or freezes them.

        The caller decides whether its reader may see this list.

        :param products: recordset of product.product
        :param date: date or UTC datetime; now by default
        :return: {product: price per unit of the part, in the list's currency}; parts that are not
            priced are left out
        """
        priced = self._with_published_list(products, date)
        priced._read_published_prices()
        return {
            product: asked.published_price
            for product, asked in zip(products, priced, strict=True)
            if asked.published_price
        }

    def _with_published_list(self, products, date=None):
        """The products, asked on this list and day."""
        self.ensure_one()
        company = self.company_id or self.env.company
        # sudo: a price of the very list that the caller applies, as core does for the cost;
        # the field itself is closed to clients.
        return products.sudo().with_context(
            parts_pricelist_id=self.id,
            parts_price_day=self.env["parts.price"]._get_price_day(date, company),
        )
