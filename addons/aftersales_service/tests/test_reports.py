# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime

from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestReports(ServiceCommon):
    def _html(self, report, records, user):
        html, _kind = (
            self.env["ir.actions.report"].with_user(user)._render_qweb_html(report, records.ids)
        )
        return html.decode()

    def test_S3_voucher_is_printed_to_be_carried_and_signed(self):
        voucher = self._voucher(fault_description="It drips", line_ids=[self._line(self.part, 2)])
        voucher._dispatch()
        html = self._html("aftersales_service.report_voucher", voucher, self.technician_user)
        for text in (voucher.number, "T customer", "T-SERIAL-1", "It drips", "Tess", "T part"):
            self.assertIn(text, html)
        self.assertIn("Name, date, signature", html)
        voucher._start()
        self._finish(voucher)
        html = self._html("aftersales_service.report_voucher", voucher, self.supervisor)
        self.assertIn("Jo Signer", html)
        self.assertNotIn("Name, date, signature", html)

    def test_S3_several_vouchers_are_one_document(self):
        """wkhtmltopdf without Odoo's patches refuses more than one."""
        vouchers = self._voucher() + self._voucher()
        vouchers._dispatch()
        html = self._html("aftersales_service.report_voucher", vouchers, self.supervisor)
        self.assertEqual(html.count('class="article"'), 1)
        for voucher in vouchers:
            self.assertIn(voucher.number, html)

    def test_S1_register_is_printed_for_a_range(self):
        inside, outside = self.env["aftersales.voucher"].create(
            [
                {"registered_at": datetime(2031, 3, 4, 12), "contact_name": "In Side"},
                {"registered_at": datetime(2031, 4, 4, 12), "contact_name": "Out Side"},
            ]
        )
        inside._cancel("Went elsewhere")
        wizard = (
            self.env["aftersales.register.print"]
            .with_user(self.clerk)
            .create({"date_from": date(2031, 3, 1), "date_to": date(2031, 3, 31)})
        )
        self.assertEqual(wizard.action_print()["type"], "ir.actions.report")
        html = self._html("aftersales_service.report_register", wizard, self.clerk)
        self.assertIn("In Side", html)
        self.assertIn("Went elsewhere", html)
        self.assertNotIn(outside.contact_name, html)
