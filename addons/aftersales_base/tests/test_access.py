# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

RIGHTS = ("read", "write", "create", "unlink")
ROLES = {
    "portal": "base.group_portal",
    "internal": "base.group_user",
    "user": "aftersales_base.group_aftersales_user",
    "manager": "aftersales_base.group_aftersales_manager",
}
# role -> rights, the same for every model of this add-on
EXPECTED = {"portal": "", "internal": "", "user": "read", "manager": "read write create unlink"}
MODELS = (
    "aftersales.area",
    "aftersales.area.postcode",
    "aftersales.outlet",
    "aftersales.dealer.tier",
    "aftersales.dealer.tier.assignment",
    "aftersales.start.tile",
)


@tagged("post_install", "-at_install")
class TestAccess(TransactionCase):
    """Who may do what: role × model × right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, login=f"base_{role}", groups=group)
            for role, group in ROLES.items()
        }

    def test_role_table(self):
        for role, user in self.users.items():
            for model in MODELS:
                for right in RIGHTS:
                    with self.subTest(role=role, model=model, right=right):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(right),
                            right in EXPECTED[role].split(),
                        )

    def test_outlets_of_another_company_are_hidden(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        outlet = self.env["aftersales.outlet"].create(
            {"name": "Far", "code": "FAR", "company_id": company.id}
        )
        seen = self.env["aftersales.outlet"].with_user(self.users["manager"])
        self.assertNotIn(outlet, seen.search([]))
        with self.assertRaises(AccessError):
            outlet.with_user(self.users["manager"]).read(["name"])

    def test_plain_users_open_contacts(self):
        """The page of ours on a contact must not lock others out of contacts."""
        contacts = self.env["res.partner"].with_user(self.users["internal"])
        arch = contacts.get_view(view_type="form")["arch"]
        self.assertNotIn("dealer_tier_assignment_ids", arch)

    def test_plain_users_read_our_fields_of_a_contact(self):
        """A client that reads every field it is offered must not stumble over ours."""
        contact = self.env["res.partner"].create({"name": "Contact"})
        contact = contact.with_user(self.users["internal"])
        offered = contact.fields_get()
        self.assertNotIn("dealer_tier_assignment_ids", offered)
        names = {"is_dealer", "aftersales_area_id", "dealer_tier_id"} & set(offered)
        self.assertIn("dealer_tier_id", names)
        self.assertEqual(contact.read(list(names))[0]["id"], contact.id)
