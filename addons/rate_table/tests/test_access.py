# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import D, RateTableCommon


@tagged("post_install", "-at_install")
class TestAccess(RateTableCommon):
    """Who may do what, and in which company."""

    # role -> model -> the rights it has
    EXPECTED = {
        "manager": {"rate.table": "crwu", "rate.table.line": "crwu", "rate.table.try": "crwu"},
        "user": {"rate.table": "r", "rate.table.line": "r", "rate.table.try": "crwu"},
        "portal": {"rate.table": "", "rate.table.line": "", "rate.table.try": ""},
        "public": {"rate.table": "", "rate.table.line": "", "rate.table.try": ""},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = cls.make_table((0, 5))
        cls.users = {
            role: new_test_user(cls.env, login=f"rate_{role}", groups=groups)
            for role, groups in {
                "manager": "rate_table.group_rate_table_manager",
                "user": "base.group_user",
                "portal": "base.group_portal",
                "public": "base.group_public",
            }.items()
        }

    def test_access_table(self):
        rights = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
        for role, by_model in self.EXPECTED.items():
            for model, expected in by_model.items():
                for key, operation in rights.items():
                    allowed = self.env[model].with_user(self.users[role]).has_access(operation)
                    self.assertEqual(allowed, key in expected, f"{role} {operation} {model}")

    def test_user_evaluates_but_does_not_change(self):
        table = self.table.with_user(self.users["user"])
        self.assertEqual(table.evaluate([D(100)])[0].amount, 5)
        with self.assertRaises(AccessError):
            table.name = "Mine"
        with self.assertRaises(AccessError):
            table.line_ids.value = 50

    def test_user_tries_a_table(self):
        wizard = self.env["rate.table.try"].with_user(self.users["user"])
        wizard = wizard.create({"table_id": self.table.id, "value": 100})
        self.assertEqual(wizard.amount, 5)

    def test_multi_company(self):
        """Another company's table cannot be seen; a shared one and the parent's can."""
        other = self.env["res.company"].create({"name": "Other"})
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        theirs = self.make_table((0, 1), company_id=other.id)
        parents = self.make_table((0, 1), company_id=self.env.company.id)
        user = new_test_user(
            self.env, "rate_branch", company_id=branch.id, company_ids=[(6, 0, branch.ids)]
        )
        tables = self.table | theirs | parents
        visible = self.env["rate.table"].with_user(user).search([("id", "in", tables.ids)])
        self.assertEqual(visible, self.table | parents)
        lines = self.env["rate.table.line"].with_user(user)
        lines = lines.search([("table_id", "in", tables.ids)])
        self.assertEqual(lines, (self.table | parents).line_ids)
        with self.assertRaises(AccessError):
            theirs.with_user(user).evaluate([D(1)])

    def test_evaluate_is_not_remote(self):
        """Decimals do not travel: the calculation is for code, not for RPC."""
        from odoo.service.model import get_public_method

        for name in ("evaluate", "explain"):
            with self.assertRaises(AccessError):
                get_public_method(self.env["rate.table"], name)
