# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import D, RateTableCommon

NAMES = (
    "parts_quarter",
    "vehicles_month",
    "vehicles_quarter",
    "vehicles_year",
    "step_promotion",
    "quality_matrix",
    "response_days",
)


@tagged("post_install", "-at_install")
class TestDemo(RateTableCommon):
    """Odoo swallows errors in demo data; this does not."""

    def test_demo_loaded(self):
        module = self.env.ref("base.module_rate_table")
        self.assertFalse(self.env["ir.demo_failure"].search([("module_id", "=", module.id)]))
        if not module.demo:
            self.assertFalse(self.env.ref("rate_table.rate_table_parts_quarter", False))
            return
        for name in NAMES:
            table = self.env.ref(f"rate_table.rate_table_{name}")
            self.assertTrue(table.description)
            value = (D(1), D(1)) if table.inputs == "two" else D(1)
            self.assertEqual(len(table.evaluate([value])), 1)
