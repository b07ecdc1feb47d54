# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import io
from datetime import date
from unittest.mock import patch

import openpyxl

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.base.models.ir_cron import IrCron

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestMonthlyMail(ServiceCommon):
    """S20: the report goes out by itself, once a company and month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.assistant = cls._user("t_assistant", "aftersales_service.group_service_assistant")
        cls.assistant.email = "assistant@house.test"
        cls.company.write(
            {
                "email": "house@house.test",
                "aftersales_monthly_day": 3,
                "aftersales_monthly_user_ids": [Command.set(cls.assistant.ids)],
            }
        )

    def _send(self, day):
        """Run the cron on a day; the mails to the assistant."""
        mails = self.env["mail.mail"]
        own = [("recipient_ids", "in", self.assistant.partner_id.ids)]
        before = mails.search(own)
        with (
            freeze_time(f"{day} 06:00:00"),
            patch.object(IrCron, "_commit_progress", return_value=60),
        ):
            self.env["aftersales.monthly"]._cron_send()
        return mails.search(own) - before

    def test_S20_sent_by_itself_once_a_month(self):
        self.assertFalse(self._send("2031-04-02"), "not yet")
        mail = self._send("2031-04-03")
        self.assertEqual(len(mail), 1)
        self.assertIn("2031-03", mail.subject)
        self.assertEqual(self.company.aftersales_monthly_sent, date(2031, 3, 1))
        book = openpyxl.load_workbook(io.BytesIO(mail.attachment_ids.raw))
        self.assertIn("Income and cost of jobs done", " ".join(book.sheetnames))
        self.assertFalse(self._send("2031-04-03"), "once")
        self.assertFalse(self._send("2031-04-28"))
        self.assertEqual(len(self._send("2031-05-20")), 1, "late, not left out")

    def test_S20_sent_to_those_who_may_read_it(self):
        with self.assertRefused(ValidationError, "may not read"):
            self.company.aftersales_monthly_user_ids = [Command.link(self.clerk.id)]
        group = self.env.ref("aftersales_service.group_service_assistant")
        self.assistant.group_ids = [Command.unlink(group.id)]
        self.assertFalse(self._send("2031-04-03"), "the role was taken away")
        self.assertFalse(self.company.aftersales_monthly_sent)

    def test_S20_no_day_sends_nothing(self):
        self.company.aftersales_monthly_day = 0
        self.assertFalse(self._send("2031-04-15"))
        with self.assertRefused(Exception, "1 to 28|check constraint"):
            self.company.aftersales_monthly_day = 31
            self.env.flush_all()

    def test_S20_each_one_gets_it_in_his_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        other = self._user("t_analyst", "aftersales_service.group_service_analyst")
        other.write({"lang": "zh_CN", "email": "analyst@house.test"})
        self.company.aftersales_monthly_user_ids |= other
        mail = self._send("2031-04-03")
        self.assertEqual(mail.recipient_ids, self.assistant.partner_id)
        theirs = self.env["mail.mail"].search([("recipient_ids", "in", other.partner_id.ids)])
        self.assertEqual(len(theirs), 1)
