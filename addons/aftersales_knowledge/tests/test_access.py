# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import KnowledgeCommon

OPERATIONS = ("read", "write", "create", "unlink")
# role × model × (read, write, create, unlink)
EXPECTED = {
    "aftersales.article": {
        "portal": "----",
        "employee": "----",
        "accountant": "----",
        "caller": "r---",
        "analyst": "r---",
        "technician": "rwcu",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "knowledge": "rwcu",
    },
    "aftersales.article.opinion": {
        "portal": "----",
        "employee": "----",
        "caller": "r---",
        "technician": "rwcu",
        "knowledge": "rwcu",
    },
    "aftersales.article.use": {
        "portal": "----",
        "employee": "----",
        "caller": "r---",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "r---",
        "knowledge": "r---",
    },
    # The dialogue that asks why: other add-ons open it to more roles.
    "aftersales.reason": {"portal": "----", "employee": "----", "knowledge": "rwcu"},
}


@tagged("post_install", "-at_install")
class TestAccess(KnowledgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prefix = "aftersales_service.group_service_"
        cls.users = {
            "portal": cls._user("t_k_portal", "base.group_portal"),
            "employee": cls._user("t_k_employee", "base.group_user"),
            "accountant": cls._user("t_k_account", "account.group_account_invoice"),
            "caller": cls._user("t_k_caller", f"{prefix}caller"),
            "analyst": cls._user("t_k_analyst", f"{prefix}analyst"),
            "technician": cls.technician_user,
            "clerk": cls.clerk,
            "supervisor": cls.supervisor,
            "knowledge": cls.keeper,
        }

    def test_roles_models_rights(self):
        for model, roles in EXPECTED.items():
            for role, rights in roles.items():
                records = self.env[model].with_user(self.users[role])
                for operation, right in zip(OPERATIONS, rights, strict=True):
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(records.has_access(operation), right != "-")

    def test_drafts_belong_to_their_authors(self):
        draft = self._draft(user_id=self.other_user.id)
        mine = draft.with_user(self.technician_user)
        self.assertEqual(mine.read(["name"])[0]["name"], "T article")
        for change in (
            lambda: mine.write({"name": "x"}),
            mine.unlink,
            mine.action_discuss,
            mine.action_release,
        ):
            with self.assertRaises(AccessError):
                change()
        draft.with_user(self.keeper).name = "Better"
        own = self.articles.with_user(self.technician_user).create({"name": "My own"})
        own.solution = "<p>x</p>"

    def test_multi_company(self):
        company = self.env["res.company"].create({"name": "T elsewhere"})
        there = self._released(company_id=company.id)
        everywhere = self._released(company_id=False)
        articles = self.articles.with_user(self.clerk)
        self.assertEqual(articles.search([("id", "in", (there + everywhere).ids)]), everywhere)
        self.assertEqual(articles._find("T article", limit=50) & there, self.articles)
        with self.assertRaises(AccessError):
            there.with_user(self.clerk).read(["name"])

    def test_uses_of_others_jobs_are_hidden_from_technicians(self):
        article = self._released()
        job = self._voucher(technician_id=self.other_technician.id)
        job._note_article(article, "helped")
        uses = self.env["aftersales.article.use"]
        own = [("article_id", "=", article.id)]
        self.assertFalse(uses.with_user(self.technician_user).search(own))
        self.assertTrue(uses.with_user(self.other_user).search(own))
        mine = article.with_user(self.technician_user)
        self.assertEqual(mine.helped_count, 1, "sums are for all")

    def test_everybody_opens_the_form(self):
        article = self._released()
        for role in ("technician", "caller", "clerk", "supervisor", "knowledge"):
            mine = article.with_user(self.users[role])
            fields = mine.get_view(view_type="form")["models"]["aftersales.article"]
            with self.subTest(role=role):
                self.assertTrue(mine.web_read({name: {} for name in fields}))
