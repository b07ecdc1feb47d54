# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    def test_demo_loads_where_it_is_wanted(self):
        """A crash in demo data is only a warning for Odoo: here it fails."""
        module = self.env.ref("base.module_aftersales_service_parts")
        failures = self.env["ir.demo_failure"].search([("module_id", "=", module.id)])
        self.assertFalse(failures, failures.mapped("error"))
        if not module.demo:
            return
        voucher = self.env.ref("aftersales_service_parts.voucher_both_prices")
        part_lines = voucher.line_ids.filtered(lambda line: line.line_type == "part")
        self.assertEqual(len(part_lines), 2)
        van = self.env.ref("aftersales_service.van_north")
        self.assertTrue(van.is_field_location)
