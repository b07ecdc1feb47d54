# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """Odoo only logs a warning when demo data fails to load."""

    def test_demo_data_loaded(self):
        module = self.env.ref("base.module_aftersales_base")
        self.assertFalse(self.env["ir.demo_failure"].search([("module_id", "=", module.id)]))
        if module.demo:
            self.assertEqual(
                self.env.ref("aftersales_base.dealer_northstar").dealer_tier_id,
                self.env.ref("aftersales_base.tier_a"),
            )
            self.assertTrue(self.env.ref("aftersales_base.user_dealer")._is_portal())
