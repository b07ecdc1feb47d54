# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


from odoo.addons.aftersales_base.tests.portal import PortalUsers

from .common import PartsCommon

SECRET_COST = 1234.56


class PortalCommon(PortalUsers, PartsCommon):
    """Two dealers of different tiers, each with a login, and a part of each kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer_b = cls.env["res.partner"].create(
            {"name": "Other Dealer", "is_company": True, "is_dealer": True}
        )
        cls.env["aftersales.dealer.tier.assignment"].create(
            [
                {"partner_id": dealer.id, "tier_id": tier.id, "date_from": cls.today, "reason": "T"}
                for dealer, tier in ((cls.dealer, cls.tier_a), (cls.dealer_b, cls.tier_b))
            ]
        )
        cls.user_a = cls._create_portal_user(cls.dealer, "parts_dealer_a")
        cls.user_b = cls._create_portal_user(cls.dealer_b, "parts_dealer_b")
        cls.pump = cls._create_part(
            "general", SECRET_COST, name="Gear pump of the test", default_code="QX-100/1"
        )
        cls.seal = cls._create_part(
            "wearing", 7.5, name="Seal of the test", default_code="QX-100/2"
        )
        cls.core = cls._create_part(
            "restricted", 900, name="Secret controller", default_code="QX-100/9"
        )
        cls.unpriced = cls._create_part(
            "general", 0, name="Newcomer of the test", default_code="QX-100/8"
        )
        cls.policy = cls._create_policy(
            mode="tier",
            classes={"general": {"markup_percent": 100}},
            tiers={cls.tier_a: 70, cls.tier_b: 80},
        )
        cls._publish(cls.policy)
        cls.guide = cls.policy.guide_pricelist_id
        cls.list_a, cls.list_b = (
            cls.policy.tier_ids.filtered(lambda line, tier=tier: line.tier_id == tier).pricelist_id
            for tier in (cls.tier_a, cls.tier_b)
        )
        cls.price_a = cls.list_a._get_product_price(cls.pump, 1.0)
        cls.price_b = cls.list_b._get_product_price(cls.pump, 1.0)
        cls.guide_price = cls.guide._get_product_price(cls.pump, 1.0)

    def _terms(self, user=None):
        user = user or self.user_a
        catalogue = self.env["parts.catalogue"].with_user(user).sudo()
        return catalogue._get_terms(user.partner_id, self.company)

    def _search(self, text="", user=None, **kwargs):
        terms = self._terms(user)
        return self.env["parts.catalogue"].sudo()._search_parts(terms, text, **kwargs)

    def _entry(self, product, user=None):
        (entry,) = self.env["parts.catalogue"].sudo()._get_entries(self._terms(user), product)
        return entry

    def _deliver(self, order):
        """Deliver everything that the order's delivery holds."""
        picking = order.picking_ids.filtered(lambda one: one.state != "done")
        picking.move_ids.write({"picked": True})
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        picking.button_validate()
        return picking
