# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
GROUPS = {
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "network": "aftersales_base.group_aftersales_user",
    "invoicing": "account.group_account_invoice",
    "rebate_user": "dealer_rebate.group_rebate_user",
    "rebate_manager": "dealer_rebate.group_rebate_manager",
}
#: Every table of the add-on, so that a model without one is found.
WALKED = set()


class RolesMixin:
    """Walks a table model x role x right, and looks from another company.

    The test class sets ``rights``: {model: {role: letters of r, w, c, d}}; a role that is not
    named may do nothing. ``records`` are records of the models; models without any (wizards) are
    asked by themselves and belong to no company.
    """

    groups = GROUPS
    rights = {}
    records = {}

    def __init_subclass__(cls, **kwargs):
        WALKED.update(cls.rights)
        return super().__init_subclass__(**kwargs)

    def _user(self, login, groups, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            f"{type(self).__name__.lower()}_{login}",
            groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_roles(self):
        """The table of roles, walked with ``with_user``."""
        for role, group in self.groups.items():
            user = self._user(role, group)
            for model, rights in self.rights.items():
                records = self.records.get(model, self.env[model]).with_user(user)
                for letter, operation in OPERATIONS.items():
                    with self.subTest(role=role, model=model, operation=operation):
                        self.assertEqual(
                            records.has_access(operation), letter in rights.get(role, "")
                        )

    def test_other_companies_see_nothing(self):
        """Every record is closed to a manager and accountant of another company."""
        other = self.setup_other_company()["company"]
        groups = f"{GROUPS['rebate_manager']},{GROUPS['invoicing']}"
        user = self._user("elsewhere", groups, other)
        for model, records in self.records.items():
            with self.subTest(model):
                self.assertTrue(records)
                self.assertFalse(
                    self.env[model].with_user(user).search([("id", "in", records.ids)])
                )
                with self.assertRaises(AccessError):
                    records.with_user(user).read(["display_name"])
