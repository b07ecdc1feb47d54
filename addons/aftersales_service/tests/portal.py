# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

from lxml import html

from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.portal import PortalUsers

from .common import SIGNATURE, ServiceCommon

SIGNED = SIGNATURE.decode()


class PortalCommon(PortalUsers, ServiceCommon):
    """Two customers who log in, with a job each; pages opened and forms posted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "customer@example.com"
        cls.stranger = cls.env["res.partner"].create(
            {"name": "T stranger", "email": "stranger@example.com", "phone": "+1 555 0888"}
        )
        cls.login = cls._create_portal_user(cls.customer, "service_customer")
        cls.other_login = cls._create_portal_user(cls.stranger, "service_stranger")
        cls.env["res.users"].browse(cls.env.ref("base.public_user").id).write(
            {"company_ids": [Command.link(cls.company.id)], "company_id": cls.company.id}
        )

    @classmethod
    def _reported(cls, **values):
        """A job in progress whose technician has reported the work."""
        job = cls._job(**values)
        job.work_done = "Pump seal replaced"
        job._report_work()
        return job

    def _page(self, url, **options):
        """The page as a tree."""
        return html.fromstring(self.url_open(url, **options).text)

    def _post(self, url, page, files=None, **data):
        """Post a form as a browser does after it opened a page."""
        token = html.fromstring(self.url_open(page).text).xpath(
            "//input[@name='csrf_token']/@value"
        )
        return self.url_open(url, data={"csrf_token": token[0], **data}, files=files)

    def _json(self, url, **params):
        """Call a jsonrpc route; its result."""
        response = self.url_open(url, json={"params": params}).json()
        self.assertIn("result", response, response)
        return response["result"]

    def _sign_url(self, page):
        """Where the signature pad of a page sends to; None where there is none."""
        found = re.search(r'callUrl[^/]*?(/my/[^"\\]*?)(?:\\|&#34;|&quot;|")', page)
        return found and found[1].replace("&amp;", "&")

    def _sign(self, url, name="Jo Signer", signature=SIGNED):
        with mute_logger("odoo.http"):
            return self._json(url, name=name, signature=signature)
