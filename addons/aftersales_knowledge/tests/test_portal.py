# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_service.tests.portal import PortalCommon

from .common import KnowledgeMixin


@tagged("post_install", "-at_install")
class TestPortal(KnowledgeMixin, PortalCommon, HttpCase):
    """S22: users help themselves; what is for our own people never leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"symptoms": "Quxword", "product_ids": [Command.set(cls.model.ids)]}
        cls.public = cls._released("For users", visibility="user", **values)
        cls.outlets = cls._released("For outlets", visibility="outlet", **values)
        cls.internal = cls._released("For ourselves", **values)
        cls.draft = cls._draft("A draft", visibility="user", **values)
        company = cls.env["res.company"].create({"name": "T elsewhere"})
        cls.elsewhere = cls._released("Elsewhere", visibility="user", company_id=company.id)
        for article in cls.public + cls.internal:
            file = cls.env["ir.attachment"].create(
                {
                    "name": "plan.txt",
                    "raw": article.name.encode(),
                    "res_model": article._name,
                    "res_id": article.id,
                }
            )
            cls.env.cr.execute(
                "INSERT INTO aftersales_article_attachment_rel VALUES (%s, %s)",
                (article.id, file.id),
            )
        cls.env.invalidate_all()

    def _titles(self, url="/service/help?search=quxword"):
        page = self._page(url)
        return {title.strip() for title in page.xpath("//ul[@name='articles']//a/span[1]/text()")}

    def test_S22_visitors_find_what_is_for_users(self):
        self.assertEqual(self._titles(), {"For users"})
        self.assertEqual(self._titles(f"/service/help?model={self.model.id}"), {"For users"})
        self.assertFalse(self._titles("/service/help?search=%25%27%00nothing"))
        page = self.url_open(f"/service/help/{self.public.id}").text
        self.assertIn("Do this", page)

    def test_S22_outlets_and_dealers_see_theirs_customers_do_not(self):
        self.authenticate("service_customer", "service_customer")
        self.assertEqual(self._titles(), {"For users"})
        self.customer.is_dealer = True
        self.assertEqual(self._titles(), {"For users", "For outlets"})

    def test_S22_what_is_internal_never_leaks(self):
        self.customer.is_dealer = True
        hidden = self.internal + self.draft + self.elsewhere
        for login in (None, "service_customer"):
            self.authenticate(login, login)
            for article in hidden:
                file = article.attachment_ids
                for url in (
                    f"/service/help/{article.id}",
                    f"/service/help/{article.id}?access_token=x",
                    f"/service/help?search={article.name}",
                    f"/service/help/{article.id}/file/{file.id or 0}",
                    f"/service/help/{self.public.id}/file/{file.id or 0}",
                    f"/web/content/{file.id or 0}",
                    f"/mail/view?model=aftersales.article&res_id={article.id}",
                ):
                    with self.subTest(login=login, url=url):
                        text = self.url_open(url).text
                        self.assertNotIn("Do this", text)
                        self.assertNotIn(f">{article.name}<", text)
                        self.assertNotEqual(text, article.name)
                self._post(
                    f"/service/help/{article.id}/vote",
                    f"/service/help/{self.public.id}",
                    outcome="helped",
                )
            result = self._rpc("aftersales.article", "search_read", [[]])
            self.assertIn("error", result)
        self.assertFalse(
            self.env["aftersales.article.use"].search([("article_id", "in", hidden.ids)])
        )

    def test_S22_a_released_file_is_downloaded(self):
        file = self.public.attachment_ids
        response = self.url_open(f"/service/help/{self.public.id}/file/{file.id}")
        self.assertEqual(response.text, "For users")
        self.assertIn("attachment", response.headers["Content-Disposition"])

    def _vote(self, outcome):
        url = f"/service/help/{self.public.id}"
        return self._post(f"{url}/vote", url, outcome=outcome)

    def test_S22_a_visitor_counts_once_and_goes_on_to_ask(self):
        self.assertIn("glad", self._vote("helped").text)
        response = self._vote("failed")
        self.assertIn("/service/request", response.url)
        self.assertIn("For users", response.text, "what is known is filled in")
        self.assertIn("T model", response.text)
        self.assertEqual((self.public.helped_count, self.public.failed_count), (0, 1))
        self._vote("delete")
        self.authenticate("service_customer", "service_customer")
        self._vote("helped")
        self.assertEqual((self.public.helped_count, self.public.failed_count), (1, 1))
        uses = self.env["aftersales.article.use"].search([("article_id", "=", self.public.id)])
        self.assertFalse(any("127.0.0.1" in key for key in uses.mapped("visitor_key")))

    def test_S22_votes_are_limited(self):
        self.company.aftersales_help_vote_limit = 2
        for _time in range(2):
            self._vote("helped")
        self.assertIn("did not count", self._vote("helped").text)
        self.assertIn("/service/request", self._vote("failed").url, "asking goes on")
        self.assertEqual(self.public.failed_count, 0)

    def test_S22_every_field_has_a_label(self):
        for url in ("/service/help", f"/service/help/{self.public.id}"):
            page = self._page(url)
            for field in page.xpath(
                "//main//input[not(@type='hidden')] | //main//select | //main//textarea"
            ):
                with self.subTest(url=url, field=field.get("name")):
                    self.assertTrue(page.xpath(f"//label[@for='{field.get('id')}']"))
