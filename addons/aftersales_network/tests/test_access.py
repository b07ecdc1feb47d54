# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import NetworkCommon

RIGHTS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
ROLES = (
    "portal",
    "aftersales_base.group_aftersales_user",
    "aftersales_service.group_service_supervisor",
    "aftersales_service.group_service_analyst",
    "aftersales_base.group_aftersales_manager",
)
# model -> rights of each of the roles above
EXPECTED = {
    "aftersales.outlet.phase.log": ("", "r", "r", "r", "r"),
    "aftersales.outlet.condition": ("", "r", "r", "r", "crwu"),
    "aftersales.phase.condition": ("", "r", "r", "r", "crwu"),
    "aftersales.outlet.cooperation": ("", "r", "r", "r", "crwu"),
    "aftersales.outlet.contact": ("", "r", "crw", "r", "crwu"),
    "aftersales.outlet.agreement": ("", "", "", "r", "crwu"),
    "aftersales.outlet.cost": ("", "", "", "r", "crwu"),
    "aftersales.outlet.risk": ("", "", "", "r", "crwu"),
    "aftersales.area.demand": ("", "", "", "r", "r"),
    "aftersales.welcome.pack": ("", "r", "r", "r", "crwu"),
    "aftersales.welcome.item": ("", "r", "r", "r", "crwu"),
    "aftersales.welcome.step": ("", "r", "r", "r", "crwu"),
    "aftersales.outlet.phase.change": ("", "", "", "", "crwu"),
}


@tagged("post_install", "-at_install")
class TestAccess(NetworkCommon):
    """Role × model × right, and other companies."""

    def test_role_table(self):
        users = []
        for number, role in enumerate(ROLES):
            group = "base.group_portal" if role == "portal" else role
            users.append(new_test_user(self.env, f"t_net_{number}", groups=group))
        for model, rights in EXPECTED.items():
            for user, expected in zip(users, rights, strict=True):
                for letter, right in RIGHTS.items():
                    with self.subTest(model=model, user=user.login, right=right):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(right), letter in expected
                        )

    def test_other_companies_are_hidden(self):
        self._make_agent()
        records = [
            self.prospect.phase_log_ids[0],
            self.prospect.condition_ids[0],
            self.prospect.pack_ids,
            self.prospect.pack_ids.item_ids[0],
            self.env["aftersales.outlet.contact"].create(
                {"outlet_id": self.prospect.id, "subject": "T"}
            ),
            self.env["aftersales.outlet.risk"].create({"outlet_id": self.prospect.id, "name": "T"}),
            self.env["aftersales.outlet.cost"].create(
                {"outlet_id": self.prospect.id, "date_to": "2099-01-01", "amount": 1}
            ),
            self.env["aftersales.outlet.agreement"].create(
                {
                    "outlet_id": self.prospect.id,
                    "name": "T",
                    "cooperation_id": self.cooperation.id,
                    "date_from": "2026-01-01",
                }
            ),
        ]
        elsewhere = self.env["res.company"].create({"name": "T elsewhere"})
        stranger = new_test_user(
            self.env,
            "t_net_stranger",
            groups="aftersales_service.group_service_director",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        for record in records:
            with self.subTest(model=record._name):
                seen = record.with_user(stranger).with_context(allowed_company_ids=elsewhere.ids)
                self.assertFalse(seen.search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    seen.read(["outlet_id"])
