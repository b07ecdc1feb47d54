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
