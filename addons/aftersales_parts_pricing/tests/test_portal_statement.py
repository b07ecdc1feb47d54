# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import io

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.portal import PortalUsers

from .common_statement import StatementCommon

FILES = ("", "/pdf", "/xlsx")
SECRET = "4321.09"


@tagged("post_install", "-at_install")
class TestPortalStatement(PortalUsers, StatementCommon, HttpCase):
    """A dealer reads and answers its own statements, by any route no one else's (P12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_portal_user(cls.dealer, "parts_portal_one")
        cls.user_2 = cls._create_portal_user(cls.dealer_2, "parts_portal_two")
        cls.invoice = cls._invoice(cls.month_1, [(cls.part, 100)])
        cls._invoice(cls.month_1, [(cls.part, float(SECRET) / 1.1)], partner=cls.dealer_2)
        statements = cls._statements(cls.end_1)
        cls.own = statements.filtered(lambda statement: statement.partner_id == cls.dealer)
        cls.other = statements - cls.own
        cls.url = f"/my/parts/statements/{cls.own.id}"
        cls.other_url = f"/my/parts/statements/{cls.other.id}"

    def _send(self):
        (self.own | self.other).action_send()
        (self.own | self.other).mapped(lambda statement: statement._portal_ensure_token())

    def _text(self, url):
        response = self.url_open(url)
        content = response.content
        if url.split("?")[0].endswith("/xlsx") and content[:2] == b"PK":
            book = openpyxl.load_workbook(io.BytesIO(content))
            text = " ".join(
                str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row
            )
        else:
            text = response.text.replace(",", "")
        return response, text

    def _post(self, url, page=None, **data):
        text = self.url_open(page or self.url).text
        token = text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(url, data={"csrf_token": token} | data)

    def test_P12_secret_is_there_for_its_owner(self):
        """The figure that others must not see does stand in its owner's page and files."""
        self._send()
        self.authenticate("parts_portal_two", "parts_portal_two")
        for file in FILES:
            self.assertIn(SECRET, self._text(self.other_url + file)[1], file)

    def test_P12_pages_by_id(self):
        """Other dealers' statements, and drafts, are like what does not exist."""
        self.authenticate("parts_portal_one", "parts_portal_one")
        for file in FILES:
            response, _text = self._text(self.url + file)
            self.assertTrue(response.url.endswith("/my/parts/statements"), "a draft")
        self._send()
        for file in FILES:
            self.assertIn(self.invoice.name.replace(",", ""), self._text(self.url + file)[1])
            for number in (self.other.id, 0, 10**9):
                response, text = self._text(f"/my/parts/statements/{number}{file}")
                self.assertTrue(response.url.endswith("/my/parts/statements"), response.url)
                self.assertNotIn(SECRET, text)
        _response, text = self._text("/my/parts/statements")
        self.assertIn(self.own.name, text)
        self.assertNotIn(self.other.name, text)
        with mute_logger("odoo.http"):
            response = self.url_open(f"/parts/statements/{self.own.id}/xlsx")
        self.assertNotEqual(response.content[:2], b"PK")

    def test_P12_tokens(self):
        """A link opens one statement and its files, without a login; a wrong one nothing."""
        self._send()
        self.authenticate(None, None)
        token = self.own.access_token
        for file in FILES:
            self.assertIn(
                self.invoice.name, self._text(f"{self.url}{file}?access_token={token}")[1]
            )
            response, text = self._text(f"{self.other_url}{file}?access_token={token}")
            self.assertNotIn(SECRET, text)
            for query in ("", "?access_token=", "?access_token=wrong", "?access_token=%00"):
                response, text = self._text(self.url + file + query)
                self.assertNotIn(self.invoice.name, text)
                self.assertIn("/web/login", response.url)

    def test_P12_answers(self):
        """Agree, object; nobody answers for another dealer, or without the form's token."""
        self._send()
        self.authenticate("parts_portal_one", "parts_portal_one")
        secret_line = self.other.line_ids[0]
        for action in ("agree", "object"):
            response = self._post(f"{self.url}/{action}", line_id=secret_line.id, comment="Mine")
            self.assertIn("not part of your document", response.text)
            response = self._post(f"{self.other_url}/{action}", line_id=secret_line.id, comment="X")
            self.assertTrue(response.url.endswith("/my/parts/statements"))
        self.assertFalse(secret_line.answer)
        self.assertEqual(self.other.state, "sent")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"{self.url}/agree", data={"x": 1}).status_code, 400)
            self.assertEqual(self.url_open(f"{self.url}/agree").status_code, 405)
        line = self.own.line_ids[0]
        response = self._post(f"{self.url}/object", line_id=line.id, comment="<b>Wrong</b>")
        self.assertIn("&lt;b&gt;Wrong", response.text)
        self.assertEqual((self.own.state, line.answer), ("objected", "objected"))
        self.assertEqual(line.answered_by_id, self.user.partner_id)
        line.reply = "Sorry, it is right."
        line.action_answer()
        self.assertIn("Sorry it is right.", self._text(self.url)[1])
        self._post(f"{self.url}/agree")
        self.assertEqual(self.own.state, "agreed")
        self.authenticate(None, None)
        page = f"{self.other_url}?access_token={self.other.access_token}"
        self._post(f"{self.other_url}/agree", page, access_token=self.other.access_token)
        self.assertEqual(self.other.state, "agreed")
        self.assertFalse(self.other.line_ids[0].answered_by_id)

    def test_P12_records_by_rpc_and_orm(self):
        """No right on any model of settlement, by RPC or in code; own documents say nothing."""
        self._send()
        self.authenticate("parts_portal_one", "parts_portal_one")
        for model in ("parts.settlement", "parts.statement", "parts.statement.line"):
            records = self.env[model].with_user(self.user)
            for right in ("read", "write", "create", "unlink"):
                self.assertFalse(records.has_access(right), (model, right))
            with self.assertRaises(AccessError):
                records.search([])
            for method, arguments in (
                ("search_read", [[]]),
                ("read", [[1]]),
                ("formatted_read_group", [[], [], ["__count"]]),
                ("export_data", [[1], ["id"]]),
                ("name_search", [""]),
                ("create", [{}]),
                ("write", [[1], {}]),
                ("action_agree", [[1]]),
                ("action_view_lines", [[1]]),
            ):
                with self.subTest(model=model, method=method):
                    self.assertIn("error", self._rpc(model, method, arguments))
        domain = [("parts_settlement_id.id", "!=", 0)]
        self.assertIn("error", self._rpc("account.move", "search_count", [domain]))
