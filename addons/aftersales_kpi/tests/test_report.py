# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.tests import tagged

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestReport(KpiCommon):
    """The printed sheet says who, when, what, and how it was computed (K4)."""

    def test_many_sheets_are_one_document_in_company_time(self):
        """PDF engines without Odoo's patches refuse more than one article."""
        self.make_job(self.tech)
        sheets = self.generate()
        self.company.partner_id.tz = "Asia/Shanghai"
        sheets._write_step({"computed_at": datetime(2026, 10, 1, 22, 5)})
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.manager)
            ._render_qweb_html("aftersales_kpi.report_kpi_sheet", sheets.ids)
        )
        text = html.decode()
        self.assertEqual(text.count('class="article'), 1)
        self.assertEqual(text.count("10/02/2026 06:05"), 2)
        for part in ("KPI Works", "Tara", "Theo"):
            self.assertIn(part, text)

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
