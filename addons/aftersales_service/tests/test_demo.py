# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    def test_demo_loads_where_it_is_wanted(self):
        """A crash in demo data is only a warning for Odoo: here it fails."""
        module = self.env.ref("base.module_aftersales_service")
        failures = self.env["ir.demo_failure"].search([("module_id", "=", module.id)])
        self.assertFalse(failures, failures.mapped("error"))
        if not module.demo:
            return
        states = {
            "voucher_closed": "closed",
            "voucher_phone": "closed",
            "voucher_cancelled": "cancelled",
            "voucher_done": "done",
            "voucher_in_progress": "in_progress",
            "voucher_dispatched": "dispatched",
            "voucher_registered": "registered",
        }
        for name in states:
            self.assertTrue(self.env.ref(f"aftersales_service.{name}").reference, name)
        technician = self.env.ref("aftersales_base.user_technician")
        self.assertTrue(technician.has_group("aftersales_service.group_service_technician"))
