# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class ResPartner(models.Model):
    """Dealers are partners: the trade's file is Odoo's own, with a tier and an area."""

    _inherit = "res.partner"

    is_dealer = fields.Boolean(
        string="Dealer",
        index="btree_not_null",
        help="Buys at dealer prices, earns rebates and may sell on to users.",
    )
    aftersales_area_id = fields.Many2one(
        "aftersales.area",
        string="Service Area",
        index="btree_not_null",
        help="Decides which outlet serves this address (S7); empty: the area that its country, "
        "state and postcode lie in.",
    )
    aftersales_area_proposal_id = fields.Many2one(
        "aftersales.area",
        string="Area of the Address",
        compute="_compute_aftersales_area_proposal_id",
        help="Area that country, state and postcode of this address lie in (S7).",
    )
    dealer_tier_assignment_ids = fields.One2many(
        "aftersales.dealer.tier.assignment",
        "partner_id",
        string="Tiers",
        copy=False,
        groups="aftersales_base.group_aftersales_user",
        help="Tiers held so far and to come, each from its day on (P7).",
    )
    dealer_tier_id = fields.Many2one(
        "aftersales.dealer.tier",
        compute="_compute_dealer_tier_id",
        search="_search_dealer_tier_id",
        help="Tier of this dealer today, in the current company (P7).",
    )

    @api.depends(
        "commercial_partner_id.dealer_tier_assignment_ids.company_id",
        "commercial_partner_id.dealer_tier_assignment_ids.date_from",
        "commercial_partner_id.dealer_tier_assignment_ids.tier_id",
    )
    @api.depends_context("company", "tz")
    def _compute_dealer_tier_id(self):
        tiers = self._origin._get_dealer_tiers()
        for partner in self:
            partner.dealer_tier_id = tiers.get(partner._origin)

    @api.depends("country_id", "state_id", "zip")
    def _compute_aftersales_area_proposal_id(self):
        areas = self.env["aftersales.area"]._find_by_address(
            [(partner.country_id.id, partner.state_id.id, partner.zip) for partner in self]
        )
        for partner, area in zip(self, areas, strict=True):
            partner.aftersales_area_proposal_id = area

    def _get_aftersales_area(self):
        """Area of an address: the one that was typed, else the one that it lies in (S7)."""
        self.ensure_one()
        return self.aftersales_area_id or self.aftersales_area_proposal_id

    def _search_dealer_tier_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        today = fields.Date.context_today(self)
        holders = self._get_dealer_tier_holders(today)
        if operator == "any":
            tiers = self.env["aftersales.dealer.tier"].search(value)
            wanted = set(tiers.ids)
        else:
            wanted = {tier_id for tier_id in value if tier_id}
        found = [pid for pid, tier_id in holders.items() if tier_id in wanted]
        domain = fields.Domain("commercial_partner_id", "in", found)
        if operator == "in" and False in value:
            domain |= fields.Domain("commercial_partner_id", "not in", list(holders))
        return domain

    def _get_dealer_tiers(self, date=None, company=None):
        """Tier of each partner's dealer on a day, in one query (P7).

        :param date: the day asked for; today by default
        :param company: the company whose tiers are asked; the current one by default
        :return: dict {partner: aftersales.dealer.tier}, only partners that hold a tier
        """
        day = date or fields.Date.context_today(self)
        holders = self.commercial_partner_id._get_dealer_tier_holders(day, company)
        tiers = self.env["aftersales.dealer.tier"].browse(holders.values())
        by_id = {tier.id: tier for tier in tiers}
        return {
            partner: by_id[holders[partner.commercial_partner_id.id]]
            for partner in self
            if partner.commercial_partner_id.id in holders
        }

    def _get_dealer_tier_holders(self, date, company=None):
        """{partner id: tier id} on a day; of all partners when ``self`` is empty."""
        domain = fields.Domain("date_from", "<=", date) & fields.Domain(
            "company_id", "=", (company or self.env.company).id
        )
        if self:
            domain &= fields.Domain("partner_id", "in", self.ids)
        # sudo: the tier decides a price that the reader is about to see anyway; who holds
        # which tier since when, and why, stays with those who may read assignments.
        assignments = self.env["aftersales.dealer.tier.assignment"].sudo()
        latest = {}
        for row in assignments.search_fetch(
            domain, ["partner_id", "tier_id"], order="date_from, id"
        ):
            latest[row.partner_id.id] = row.tier_id.id
        return {partner_id: tier_id for partner_id, tier_id in latest.items() if tier_id}
