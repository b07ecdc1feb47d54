# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """Odoo swallows errors in demo data; this does not."""

    def test_demo_loaded(self):
        module = self.env.ref("base.module_aftersales_kpi")
        self.assertFalse(self.env["ir.demo_failure"].search([("module_id", "=", module.id)]))
        scheme = self.env.ref("aftersales_kpi.scheme_field_service", False)
        if not module.demo:
            self.assertFalse(scheme)
            return
        sheets = self.env["aftersales.kpi.sheet"].search([("scheme_id", "=", scheme.id)])
        technicians = self.env.ref("aftersales_base.employee_technician")
        technicians |= self.env.ref("aftersales_base.employee_technician_south")
        self.assertEqual(sheets.employee_id, technicians)
        self.assertTrue(all(sheets.line_ids.mapped("is_measured")))

    def test_indicators_are_there(self):
        """Both indicators and their bands come with the module, demo or not."""
        for name in ("speed", "first_time_fix"):
            self.assertEqual(self.env.ref(f"aftersales_kpi.indicator_{name}").measure, name)
            table = self.env.ref(f"aftersales_kpi.rate_table_{name}")
            self.assertEqual((table.method, table.inputs), ("band", "one"))
