# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServiceCommon

MAIL = """From: {sender}
To: service@aftersales.test
Subject: {subject}
Message-Id: <{ident}@sender.test>
{extra}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="XX"

--XX
Content-Type: text/plain; charset=utf-8

The lift sinks, serial TX-9
--XX
Content-Type: text/plain; name="log.txt"
Content-Disposition: attachment; filename="log.txt"

E42
--XX--
"""


@tagged("post_install", "-at_install")
class TestMail(ServiceCommon):
    """S1, S22: mail to the service address becomes an entry of the register."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "Cora <cora@customer.test>"
        domain = cls.env["mail.alias.domain"].create({"name": "aftersales.test"})
        cls.company.alias_domain_id = domain
        cls.company.aftersales_alias_name = "service"

    def _mail(self, sender="Cora <cora@customer.test>", subject="Lift", ident="1", extra=""):
        """Let the gateway take a mail, as another company's cron would."""
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            voucher_id = (
                self.env(user=self.env.ref("base.user_root"), context={})["mail.thread"]
            ).message_process(
                False,
                MAIL.format(sender=sender, subject=subject, ident=ident, extra=extra),
            )
        return self.env["aftersales.voucher"].browse(voucher_id or ())

    def test_S22_a_mail_is_registered(self):
        voucher = self._mail()
        self.assertRecordValues(
            voucher,
            [
                {
                    "state": "registered",
                    "channel": "mail",
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "contact_name": "T customer",
                    "phone": self.customer.phone,
                    "outlet_id": self.outlet.id,
                    "user_id": False,
                }
            ],
        )
        self.assertEqual(voucher.fault_description, "Lift\nThe lift sinks, serial TX-9")
        self.assertRegex(voucher.reference, r"^REG\d+")
        self.assertEqual(voucher.message_attachment_count, 1)
        message = voucher.message_ids.filtered(lambda message: message.message_type == "email")
        self.assertEqual(message.attachment_ids.name, "log.txt")
        self.assertIn(self.customer, voucher.message_partner_ids)

    def test_S22_an_unknown_sender_is_left_open(self):
        voucher = self._mail("Nora New <nora@nowhere.test>")
        self.assertFalse(voucher.partner_id)
        self.assertEqual(voucher.contact_name, "Nora New")
        self.assertIn("nora@nowhere.test", voucher.email_from)
        voucher.with_user(self.clerk).partner_id = self.customer

    def test_S22_an_address_of_several_customers_is_left_open(self):
        self.env["res.partner"].create({"name": "T twin", "email": "cora@customer.test"})
        self.assertFalse(self._mail().partner_id)

    def test_S22_colleagues_who_forward_a_mail_are_no_customers(self):
        self.clerk.partner_id.email = "clerk@house.test"
        voucher = self._mail("Clerk <clerk@house.test>")
        self.assertFalse(voucher.partner_id)

    def test_S22_a_reply_joins_the_job(self):
        voucher = self._mail()
        first = voucher.message_ids.filtered(lambda message: message.message_type == "email")
        answer = voucher.with_user(self.clerk).message_post(
            body="When is it convenient?", subtype_xmlid="mail.mt_comment"
        )
        before = self.env["aftersales.voucher"].search_count([])
        self._mail(ident="2", extra=f"In-Reply-To: {answer.message_id}\n")
        self.assertEqual(self.env["aftersales.voucher"].search_count([]), before)
        self.assertEqual(
            len(voucher.message_ids.filtered(lambda message: message.message_type == "email")), 2
        )
        self.assertEqual(voucher.fault_description.splitlines()[0], "Lift", first)

    def test_S22_the_same_mail_twice_is_one_call(self):
        self.assertTrue(self._mail())
        self.assertFalse(self._mail())

    def test_S22_an_answering_machine_does_not_fill_the_register(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        calls = [self._mail(ident=str(number), subject="Out of office") for number in range(6)]
        self.assertEqual(len([call for call in calls if call]), 3)

    def test_S22_the_address_is_set_renamed_and_removed(self):
        alias = self.company.aftersales_alias_id
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.aftersales_alias_name, "service")
        settings.aftersales_alias_name = "Help Desk"
        settings.execute()
        self.assertEqual(alias.alias_name, "help-desk")
        other = self.env["res.company"].create({"name": "T elsewhere"})
        other.alias_domain_id = self.company.alias_domain_id
        with self.assertRefused(UserError, "already linked"):
            other.aftersales_alias_name = "help-desk"
            self.env.flush_all()
        self.company.aftersales_alias_name = False
        self.assertFalse(alias.exists())
