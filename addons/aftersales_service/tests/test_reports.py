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

    def test_S3_a_voucher_that_was_struck_off_says_so(self):
        voucher = self._voucher()
        voucher._dispatch()
        html = self._html("aftersales_service.report_voucher", voucher, self.supervisor)
        self.assertNotIn("Struck off", html)
        voucher._cancel("Sold the machine")
        html = self._html("aftersales_service.report_voucher", voucher, self.supervisor)
        self.assertRegex(html, r"Struck off: <span>Sold the machine")

    def test_times_on_paper_are_the_companys_whoever_prints(self):
        """22:05 UTC of the 4th is 06:05 of the 5th in Shanghai; clerk and range agree."""
        self.company.partner_id.tz = "Asia/Shanghai"
        voucher = self._voucher(
            registered_at=datetime(2031, 3, 4, 22, 5),
            planned_start=datetime(2031, 3, 5, 0, 10),
            planned_end=datetime(2031, 3, 5, 3, 20),
        )
        wizard = (
            self.env["aftersales.register.print"]
            .with_user(self.clerk)
            .create({"date_from": date(2031, 3, 5), "date_to": date(2031, 3, 5)})
        )
        self.assertEqual(wizard._get_entries(), voucher)
        register = self._html("aftersales_service.report_register", wizard, self.clerk)
        self.assertIn("03/05/2031 06:05", register)
        paper = self._html("aftersales_service.report_voucher", voucher, self.technician_user)
        for text in ("03/05/2031 06:05", "03/05/2031 08:10", "11:20"):
            self.assertIn(text, paper)

    def test_S1_register_names_customer_and_caller_and_tells_the_whole_fault(self):
        fault = "It " + "rattles and " * 20 + "stops"
        self._voucher(
            registered_at=datetime(2031, 3, 4, 12),
            lot_id=False,
            partner_id=self.customer.id,
            product_id=self.model.id,
            contact_name="Henry Helper",
            unit_note="plate reads X-1",
            fault_description=fault,
        )
        wizard = (
            self.env["aftersales.register.print"]
            .with_user(self.clerk)
            .create({"date_from": date(2031, 3, 4), "date_to": date(2031, 3, 4)})
        )
        html = self._html("aftersales_service.report_register", wizard, self.clerk)
        for text in ("T customer", "Henry Helper", "T model", "plate reads X-1", fault):
            self.assertIn(text, html)

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
