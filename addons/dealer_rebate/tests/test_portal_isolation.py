# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_confirmation import ConfirmationCommon
from .test_portal import PortalCommon

SECRET = "4321.09"


@tagged("post_install", "-at_install")
class TestPortalIsolation(ConfirmationCommon, PortalCommon, HttpCase):
    """A dealer's login sees that dealer's figures and no one else's, by any route."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls.dealer_2, "2026-02-03", float(SECRET) * 10 - 300)
        cls.settlement = cls._compute(cls, cls.agreement, "2026-03-31")
        cls.settlement.action_ask_dealers()
        cls.url = f"/my/rebates/settlement/{cls.settlement.id}"
        cls.own = cls.settlement.confirmation_ids.filtered(lambda c: c.partner_id == cls.dealer)
        cls.others = cls.settlement.confirmation_ids - cls.own
        (cls.own | cls.others).sudo().mapped(lambda c: c._portal_ensure_token())
        cls.secret_line = cls.settlement.line_ids.filtered(
            lambda line: line.partner_id == cls.dealer_2
        )[0]
        cls.private = cls._create_agreement(
            cls._create_table([(0, 2)]), name="Private terms", partner_ids=cls.dealer_2.ids
        )

    def _text(self, url, **kwargs):
        response = self.url_open(url, **kwargs)
        return response, response.text.replace(",", "")

    def _post(self, url, **data):
        page = self.url_open(self.url)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(url, data={"csrf_token": token} | data)

    def test_secret_is_there_for_its_owner(self):
        """The figure that others must not see does stand on its owner's pages."""
        self.authenticate("portal_two", "portal_two")
        for page in ("", "/statement", "/lines.csv"):
            self.assertIn(SECRET, self._text(self.url + page)[1], page)

    def test_pages_by_id(self):
        """By id: the same settlement shows each dealer its own; foreign agreements do not exist."""
        self.authenticate("portal_one", "portal_one")
        for page in ("", "/statement", "/lines.csv"):
            response, text = self._text(self.url + page)
            self.assertEqual(response.status_code, 200)
            self.assertNotIn(SECRET, text, page)
            self.assertNotIn(self.dealer_2.name, text, page)
        for page in ("/my/rebates", "/my/rebates/%s" % self.agreement.id):
            response, text = self._text(page)
            self.assertNotIn(SECRET, text)
            self.assertNotIn(self.private.name, text)
        for number in (self.private.id, 0, 10**9):
            response, text = self._text(f"/my/rebates/{number}")
            self.assertTrue(response.url.endswith("/my/rebates"), response.url)
        private = self._compute(self.private, "2026-03-31")
        private.action_review()
        for page in ("", "/statement", "/lines.csv"):
            response, text = self._text(f"/my/rebates/settlement/{private.id}{page}")
            self.assertTrue(response.url.endswith("/my/rebates"), response.url)

    def test_strangers(self):
        """Without a login, or as somebody who is no dealer here, nothing opens."""
        self.authenticate(None, None)
        for page in ("", "/statement", "/lines.csv"):
            for query in ("", "?access_token=", "?access_token=wrong", "?access_token=%00"):
                response, text = self._text(self.url + page + query)
                self.assertNotIn(SECRET, text)
                self.assertNotIn(self.dealer.name, text)
        stranger = self._create_dealer("Stranger", is_dealer=False)
        self._create_portal_user(stranger, "portal_three")
        self.authenticate("portal_three", "portal_three")
        response, text = self._text("/my/rebates")
        self.assertIn("no rebate agreement", text)
        response, text = self._text(self.url)
        self.assertTrue(response.url.endswith("/my/rebates"))

    def test_tokens(self):
        """A link opens the dealer's lines of that settlement only, and no other page."""
        self.authenticate(None, None)
        token = self.own.access_token
        response, text = self._text(f"{self.url}?access_token={token}")
        self.assertEqual(response.status_code, 200)
        self.assertIn(self.invoice.name, text)
        self.assertNotIn(SECRET, text)
        second = self._create_agreement(
            self._create_table([(0, 7)]), name="Second", dealer_confirms=True
        )
        other = self._ask("2026-03-31", second)
        response, text = self._text(f"/my/rebates/settlement/{other.id}?access_token={token}")
        self.assertNotIn(self.dealer.name, text)
        response, text = self._text(f"/my/rebates/{self.agreement.id}?access_token={token}")
        self.assertIn("/web/login", response.url)
        # A link dies with the lines that it was sent for.
        self.settlement.action_compute()
        response, text = self._text(f"{self.url}?access_token={token}")
        self.assertNotIn(self.invoice.name, text)

    def test_answers(self):
        """Nobody answers for somebody else: by line, by settlement, without the form's token."""
        self.authenticate("portal_one", "portal_one")
        for action in ("confirm", "object"):
            response = self._post(
                f"{self.url}/{action}", line_id=self.secret_line.id, reason="Mine"
            )
            self.assertIn("not part of your document", response.text)
        self.assertFalse(self.secret_line.dealer_answer)
        self.assertFalse(self.settlement.objection_ids)
        with mute_logger("odoo.http"):
            response = self.url_open(f"{self.url}/confirm", data={"line_id": 1})
            self.assertEqual(response.status_code, 400)
            self.assertEqual(self.url_open(f"{self.url}/confirm").status_code, 405)
        self._post(f"{self.url}/confirm")
        self.assertEqual((self.own.state, self.others.state), ("answered", "open"))
        self.assertEqual(self.own.answered_by_id, self.user.partner_id)

    def test_records_by_rpc(self):
        """By RPC: no right on any model of rebates, nor on what they compute."""
        self.authenticate("portal_one", "portal_one")
        models = sorted(name for name in self.env if name.startswith("rebate."))
        self.assertGreater(len(models), 10)
        for model in models:
            for method, arguments in (
                ("search_read", [[]]),
                ("web_search_read", [[], {"id": {}}]),
                ("read", [[1]]),
                ("formatted_read_group", [[], [], ["__count"]]),
                ("export_data", [[1], ["id"]]),
                ("name_search", [""]),
                ("create", [{}]),
                ("write", [[1], {}]),
                ("unlink", [[1]]),
                ("copy", [[1]]),
            ):
                with self.subTest(model=model, method=method):
                    self.assertIn("error", self._rpc(model, method, arguments))
        for field in ("rebate_settlement_id", "rebate_settlement_line_id"):
            model = "account.move" if field == "rebate_settlement_id" else "account.move.line"
            domain = [(f"{field}.id", "!=", 0)]
            answer = self._rpc(model, "search_count", [domain])
            self.assertFalse(answer.get("result"), answer)

    def test_records_by_orm(self):
        """The same with the user's own environment, so that no route can be forgotten."""
        for model in (name for name in self.env if name.startswith("rebate.")):
            records = self.env[model].with_user(self.user)
            for operation in ("read", "write", "create", "unlink"):
                self.assertFalse(records.has_access(operation), (model, operation))
            if not records._abstract:
                with self.assertRaises(AccessError):
                    records.search([])

    def test_report_export_and_attachments(self):
        """By the report's own address, by export, by the files of documents and records."""
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": "statement.pdf",
                    "raw": b"secret",
                    "res_model": "rebate.settlement.line",
                    "res_id": self.secret_line.id,
                }
            )
        )
        field_file = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": "evidence.pdf",
                    "raw": b"secret",
                    "res_model": "rebate.settlement",
                    "res_id": self.settlement.id,
                }
            )
        )
        self.authenticate("portal_one", "portal_one")
        report = "dealer_rebate.report_rebate_statement"
        with mute_logger("odoo.http", "odoo.addons.web.controllers.report", "odoo.models"):
            for url in (
                f"/report/html/{report}/{self.secret_line.id}",
                f"/report/pdf/{report}/{self.secret_line.id}",
                f"/report/text/{report}/{self.secret_line.id}",
                f"/web/content/{attachment.id}",
                f"/web/content/{field_file.id}",
                f"/web/content?model=rebate.settlement.line&id={self.secret_line.id}&field=trace",
                f"/web/image/{attachment.id}",
                f"/mail/view?model=rebate.settlement&res_id={self.settlement.id}",
                f"/odoo/rebate-lines/{self.secret_line.id}",
            ):
                with self.subTest(url):
                    response, text = self._text(url)
                    self.assertNotIn(SECRET, text)
                    self.assertNotEqual(response.content, b"secret")
                    self.assertNotIn(self.dealer_2.name, text)
            page = self.url_open(self.url)
            token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
            response = self.url_open(
                "/web/export/csv",
                data={
                    "csrf_token": token,
                    "data": json.dumps(
                        {
                            "model": "rebate.settlement.line",
                            "fields": [{"name": "amount", "label": "Amount"}],
                            "ids": self.secret_line.ids,
                            "domain": [],
                            "import_compat": False,
                        }
                    ),
                },
            )
            self.assertNotIn(SECRET, response.text)
            self.assertFalse(response.ok)

    def test_R2_stores_of_the_dealer(self):
        """R2: a store of its own company is its dealer's to see, from its first day on, alone."""
        company = self._create_dealer("Store Company")
        outlet = (
            self.env["aftersales.outlet"]
            .sudo()
            .create(
                {
                    "name": "North Store",
                    "code": "NST",
                    "kind": "store",
                    "partner_id": company.id,
                    "dealer_id": self.dealer.id,
                    "company_id": self.company.id,
                    "date_start": "2026-01-15",
                }
            )
        )
        agreement = self._create_agreement(
            self._create_table([(0, 10)]),
            name="Stores",
            subject="store",
            partner_ids=(company | self.dealer).ids,
        )
        self._invoice(company, "2026-02-01", 777)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(settlement.line_ids.outlet_id, outlet)
        url = f"/my/rebates/settlement/{settlement.id}"
        for login, seen in (("portal_one", True), ("portal_two", False)):
            self.authenticate(login, login)
            self.assertEqual("77.70" in self.url_open(url).text, seen, login)
        rows = agreement._get_progress(
            self.dealer | company, settlement.date_to - timedelta(days=1)
        )
        self.assertEqual([row["line"].outlet_id.id for row in rows], outlet.ids)
        # What was earned before the store's first day was somebody else's.
        outlet.date_start = "2026-04-01"
        self.authenticate("portal_one", "portal_one")
        self.assertNotIn("77.70", self.url_open(url).text)
        outlet.write({"date_start": "2026-01-15", "dealer_id": self.dealer_2.id})
        self.assertNotIn("77.70", self.url_open(url).text)

    def test_other_companies(self):
        """A login of one company does not see what a sister company settles with the dealer."""
        other = self.setup_other_company()["company"]
        self.user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.authenticate("portal_one", "portal_one")
        response, text = self._text("/my/rebates")
        self.assertIn("no rebate agreement", text)
        response, text = self._text(self.url)
        self.assertTrue(response.url.endswith("/my/rebates"))
