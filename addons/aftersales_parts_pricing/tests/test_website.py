# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestWebsite(PartsCommon):
    def test_P2_shop_never_shows_a_restricted_part(self):
        """With a shop in the database it is unpublished and stays so; without one nothing asks."""
        templates = self.env["product.template"]
        core = self._create_part("restricted", 10, name="Control board").product_tmpl_id
        part = self._create_part("general", 10, name="Fan").product_tmpl_id
        if not templates._is_shop_installed():
            self.assertNotIn("is_published", templates._prepare_restricted_vals())
            part.part_class = "restricted"
            self.assertFalse(part.sale_ok)
            return
        part.is_published = True
        with self.assertRefused(ValidationError, "Control board.*unpublished"):
            core.is_published = True
        part.part_class = "restricted"
        self.assertFalse(part.is_published)
        shop = templates.search(self.env["website"].sale_product_domain())
        self.assertFalse(shop & (core | part))

    def test_P9_shop_offers_no_dealers_list(self):
        """Core gives every list a website: a visitor would get the first one of them."""
        policy = self._create_policy()
        dealers = policy.settlement_pricelist_id
        if not self.env["product.template"]._is_shop_installed():
            self.assertEqual(dealers.parts_list_kind, "settlement")
            return
        website = self.env["website"].create({"name": "Shop", "company_id": self.company.id})
        lists = dealers | policy.guide_pricelist_id
        lists.website_id = website
        offered = lists.filtered(lambda each: each._is_available_on_website(website))
        self.assertEqual(offered, policy.guide_pricelist_id)
        found = lists.search(lists._get_website_pricelists_domain(website))
        self.assertEqual(found & lists, policy.guide_pricelist_id)
