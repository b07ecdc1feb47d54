# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    def test_demo_loads_where_it_is_wanted(self):
        """A crash in demo data is only a warning for Odoo: here it fails."""
        module = self.env.ref("base.module_dealer_rebate_kpi")
        failures = self.env["ir.demo_failure"].search([("module_id", "=", module.id)])
        self.assertFalse(failures, failures.mapped("error"))
        if not module.demo:
            return
        metric = self.env.ref("dealer_rebate_kpi.metric_contract_penetration")
        self.assertEqual(metric.indicator_id.measure, "contract_penetration")
