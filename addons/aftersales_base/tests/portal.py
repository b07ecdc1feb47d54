# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger


class PortalUsers:
    """For tests of portal pages: a dealer's login, and what it could try by RPC."""

    @classmethod
    def _create_portal_user(cls, dealer, login):
        """A contact of the dealer who logs in, with the login as its password."""
        user = new_test_user(
            cls.env,
            login,
            "base.group_portal",
            password=login,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        user.partner_id.parent_id = dealer
        return user

    def _rpc(self, model, method, arguments):
        """Call a method as the browser does; what was refused has an ``error``."""
        params = {"model": model, "method": method, "args": arguments, "kwargs": {}}
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.models"):
            response = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"params": params}),
                headers={"Content-Type": "application/json"},
            )
        return response.json() if response.ok else {"error": response.status_code}
