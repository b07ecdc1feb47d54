# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """Odoo swallows errors in demo data; this does not."""

    def test_demo_loads_where_it_is_wanted(self):
        module = self.env.ref("base.module_aftersales_kpi_parts")
        failures = self.env["ir.demo_failure"].search([("module_id", "=", module.id)])
        self.assertFalse(failures, failures.mapped("error"))
        error = self.env.ref("aftersales_kpi_parts.booking_error_1", False)
        if not module.demo:
            self.assertFalse(error)
            return
        self.assertEqual(error.state, "confirmed")

    def test_K21_plan_of_the_parts_department_has_the_rules(self):
        plan = self.env.ref("aftersales_kpi.commission_plan_parts")
        if plan.is_used:
            return
        self.assertLessEqual(
            {"stock_difference", "booking_error"}, set(plan.rule_ids.mapped("code"))
        )
