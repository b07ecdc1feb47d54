# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_base.tests.portal import PortalUsers

from .quality import QualityCommon


@tagged("post_install", "-at_install")
class TestPortalSurvey(PortalUsers, QualityCommon, HttpCase):
    """K11: the customer's page, and what people try with its link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.make_visit()
        cls.other_visit = cls.make_visit()
        one = cls.make_round()
        one._open()
        rows = {row.voucher_id: row for row in one.sample_ids}
        cls.row, cls.other_row = rows[cls.visit], rows[cls.other_visit]
        (cls.row | cls.other_row)._push()
        cls.url = f"/service/survey/{cls.row._get_key()}"

    def get_page(self, url=None):
        return html.fromstring(self.url_open(url or self.url).text)

    def send(self, url=None, token=True, **typed):
        page = self.get_page("/web/login")
        data = {f"question_{key}": value for key, value in self.answers().items()} | typed
        if token:
            data["csrf_token"] = page.xpath("//input[@name='csrf_token']/@value")[0]
        return self.url_open(f"{url or self.url}/send", data=data)

    def test_K11_customer_answers_by_link(self):
        page = self.get_page()
        themes = page.xpath("//fieldset/@data-theme")
        self.assertEqual(themes, ["product", "service", "loyalty", "remark"])
        self.assertEqual(self.row.state, "asked", "opening the page answers nothing")
        response = self.send()
        self.assertIn("Thank you", response.text)
        self.assertEqual((self.row.state, self.row.channel), ("answered", "link"))
        self.assertEqual(self.row.product_score, 75)
        self.assertEqual(self.other_row.state, "asked")

    def test_K11_a_link_used_twice(self):
        self.send()
        service = self.question_service
        again = self.send(**{f"question_{service.id}": "5"})
        self.assertIn("has been answered", again.text)
        self.assertFalse(self.get_page().xpath("//form[@name='survey']"))
        self.assertEqual(self.row.service_score, 25)
        self.assertEqual(len(self.row.answer_ids), 4)

    def test_K11_links_that_do_not_exist(self):
        proof = self.row._get_key().partition("-")[2]
        tokens = (
            "x",
            str(self.row.id),
            f"{self.other_row.id}-{proof}",
            f"{self.row.id}-{proof[:-1]}{'1' if proof[-1] == '0' else '0'}",
            "%00",
            "99999999999-1",
        )
        for token in tokens:
            with self.subTest(token=token):
                url = f"/service/survey/{token}"
                self.assertEqual(self.url_open(url).status_code, 404)
                self.assertEqual(self.send(url).status_code, 404)
        self.assertFalse((self.row | self.other_row).answer_ids)

    def test_K11_an_expired_link(self):
        self.row.sudo().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.assertFalse(self.get_page().xpath("//form[@name='survey']"))
        self.assertIn("is over", self.send().text)
        self.assertFalse(self.row.answer_ids)

    def test_K11_another_customers_link(self):
        """Whoever is logged in as another customer, or as one of us, does not answer for him."""
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self._create_portal_user(stranger, "survey_stranger")
        self.authenticate("survey_stranger", "survey_stranger")
        self.assertIn("somebody else", self.send().text)
        self.assertFalse(self.row.answer_ids)
        self.manager.password = "kpi_manager"
        self.authenticate("kpi_manager", "kpi_manager")
        self.assertIn("somebody else", self.send().text)
        self.assertFalse(self.row.answer_ids)
        self._create_portal_user(self.customer, "survey_customer")
        self.authenticate("survey_customer", "survey_customer")
        self.assertIn("Thank you", self.send().text)

    def test_K11_scripted_answers(self):
        """No token, the trap filled in, too many an hour from one address."""
        self.assertEqual(self.send(token=False).status_code, 400)
        self.assertIn("yourself", self.send(website="http://spam").text)
        self.assertEqual(self.url_open(f"{self.url}/send").status_code, 405)
        self.assertFalse(self.row.answer_ids)
        self.company.aftersales_survey_hourly_limit = 1
        self.assertIn("Thank you", self.send().text)
        other = f"/service/survey/{self.other_row._get_key()}"
        self.assertIn("several requests", self.send(other).text)
        self.assertFalse(self.other_row.answer_ids)

    def test_K11_answers_for_many_from_one_address_are_seen(self):
        self.send()
        self.send(f"/service/survey/{self.other_row._get_key()}")
        self.assertEqual((self.row | self.other_row).mapped("same_origin_count"), [1, 1])
        self.assertNotIn("127.0.0.1", self.row.origin)

    def test_K11_a_missing_answer_keeps_the_others(self):
        page = html.fromstring(self.send(**{f"question_{self.question_service.id}": ""}).text)
        self.assertIn("Please answer", page.xpath("string(//*[@name='error'])"))
        checked = page.xpath(
            f"//input[@name='question_{self.question_product.id}'][@checked]/@value"
        )
        self.assertEqual(checked, ["4"])
        self.assertFalse(self.row.answer_ids)

    def test_K11_an_outlet_sees_its_own_results_without_names(self):
        """Sums only, from so many answers on, and of no other outlet."""
        partner = self.env["res.partner"].create({"name": "North Ltd", "is_company": True})
        self.outlet.write({"kind": "agent", "partner_id": partner.id, "is_foreign": True})
        other = self.env["res.partner"].create({"name": "South Ltd", "is_company": True})
        self.outlet.copy(
            {"code": "SURV-S", "kind": "agent", "partner_id": other.id, "is_foreign": True}
        )
        for dealer, login in ((partner, "survey_north"), (other, "survey_south")):
            self._create_portal_user(dealer, login)
        self.row._take_answers(self.answers(remark="Bob was late"))
        self.company.aftersales_survey_least = 2
        self.authenticate("survey_north", "survey_north")
        page = self.get_page("/my/outlet-survey")
        self.assertEqual(page.xpath("string(//*[@name='answered'])"), "1")
        self.assertTrue(page.xpath("//*[@name='few']"))
        self.other_row._take_answers(self.answers(product="2"))
        text = self.url_open("/my/outlet-survey").text
        self.assertIn("50.0", text)
        for secret in (self.customer.name, "Bob was late", self.visit.number):
            self.assertNotIn(secret, text)
        self.authenticate("survey_south", "survey_south")
        self.assertTrue(self.get_page("/my/outlet-survey").xpath("//*[@name='nothing']"))
        answer = self._rpc("aftersales.survey.sample", "search_read", [[], ["product_score"]])
        self.assertIn("error", answer)
