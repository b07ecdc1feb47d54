# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestReport(KpiCommon):
    """The printed sheet says who, when, what, and how it was computed (K4)."""

    def test_sheet_prints(self):
        self.make_job(self.tech, days=4)
        sheet = self.generate(employees=self.tech)
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.user)
            ._render_qweb_html("aftersales_kpi.report_kpi_sheet", sheet.ids)
        )
        text = html.decode()
        for part in (
            "Tara",
            "September 2026",
            "Field scheme",
            "Speed",
            "4 days",
            "lies in the row “above 3”: 8",
            "above 5: 5",
            "18.00",
        ):
            self.assertIn(part, text)
        self.assertNotIn("Theo", text)
